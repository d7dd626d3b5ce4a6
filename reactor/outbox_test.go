package reactor

import (
	"slices"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
)

// ready formats the frames that are ready to be sent.
func ready(s *Server) []string {
	var lines []string
	for f := range s.Frames() {
		lines = append(lines, string(s.revision.AppendText(nil, &f)))
	}
	return lines
}

func respond(t *testing.T, s *Server, id uint16, payload string) {
	t.Helper()
	if _, err := s.Respond(id, 2, []byte(payload)); err != nil {
		t.Fatal(err)
	}
}

// TestFramesOnlyFormat iterates, wholly and in part, before the frames are taken.
func TestFramesOnlyFormat(t *testing.T) {
	s := NewServer(Config{MaxSend: 4})
	receive(t, s, `1 1 stream-begin command-name eos c`)
	respond(t, s, 1, "response")
	want := []string{`1 2 stream-begin bytes-response continuation resp`, `1 2 0 bytes-response eos onse`}
	for range s.Frames() {
		break
	}
	for range 2 {
		if got := ready(s); !slices.Equal(got, want) {
			t.Fatalf("got %q, want %q", got, want)
		}
	}
	for range s.Frames() {
		s.Sent() // of no use, but harmless
	}
	if got := s.outbox.answers[:cap(s.outbox.answers)]; slices.ContainsFunc(got, func(a answer) bool { return a.request != nil || a.response.RequestID() != 0 }) {
		t.Error("answers that have been sent are still held")
	}
	receive(t, s, `1 1 0 command-name eos c`)
	respond(t, s, 1, "response")
	if _, err := s.Respond(1, 2, nil); err == nil {
		t.Error("a request was answered twice, want a usage error")
	}
	s.Sent()
	if got := ready(s); got != nil {
		t.Errorf("after Sent: got %q, want nothing", got)
	}
	receive(t, s, `1 1 0 command-name eos c`)
}

// TestDeferredAnswersAfterEndOfInput gives answers between EndInput and Take: they wait for the
// next EndInput, in order, whatever was taken before them.
func TestDeferredAnswersAfterEndOfInput(t *testing.T) {
	s := NewServer(Config{DeferOutput: true})
	receive(t, s, `1 1 stream-begin command-name eos c`, `3 1 0 command-name eos c`, `5 1 0 command-name eos c`, `7 1 0 command-name eos c`)
	respond(t, s, 3, "three")
	if res, _, err := s.EndInput(2); err != nil || res.Action != SendFrames {
		t.Fatalf("got %s, %v; want sendframes", res.Action, err)
	}
	for _, id := range []uint16{7, 1, 5} {
		respond(t, s, id, "late")
	}
	if got, want := ready(s), []string{`3 2 stream-begin bytes-response eos three`}; !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	s.Take(nil)
	if got := ready(s); got != nil {
		t.Fatalf("before the next end of input: got %q, want nothing", got)
	}
	if _, _, err := s.EndInput(2); err != nil {
		t.Fatal(err)
	}
	want := []string{`7 2 0 bytes-response eos late`, `1 2 0 bytes-response eos late`, `5 2 0 bytes-response eos late`}
	if got := ready(s); !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	s.Take(nil)
	if s.active != 0 || s.buffered != 0 {
		t.Errorf("%d requests are active and %d octets held, want none", s.active, s.buffered)
	}
}

// TestEndingAStream asks for the end of an outgoing stream: its next answer ends it, the one after
// that begins it again.
func TestEndingAStream(t *testing.T) {
	s := NewServer(Config{MaxSend: 4})
	receive(t, s, `1 1 stream-begin command-name eos c`, `3 1 0 command-name eos c`, `5 1 0 command-name eos c`)
	respond(t, s, 1, "one")
	s.Outgoing(2).End()
	respond(t, s, 3, "three")
	respond(t, s, 5, "five")
	want := []string{
		`1 2 stream-begin bytes-response eos one`,
		`3 2 0 bytes-response continuation thre`,
		`3 2 stream-end bytes-response eos e`,
		`5 2 stream-begin bytes-response eos five`,
	}
	if got := ready(s); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestMistakesOfTheCaller are usage errors that change nothing.
func TestMistakesOfTheCaller(t *testing.T) {
	long := string(make([]byte, framing.DefaultMaxSend+1))
	tests := []struct {
		name string
		call func(*Server) error
		want framing.ErrorCode
	}{
		{"odd stream", func(s *Server) error { _, err := s.Respond(1, 3, nil); return err }, framing.ErrOddResponseStream},
		{"unknown request", func(s *Server) error { _, err := s.Respond(3, 2, nil); return err }, framing.ErrNotActive},
		{"even request", func(s *Server) error { _, err := s.Fail(2, 2, ""); return err }, framing.ErrNotActive},
		{"partly received request", func(s *Server) error { _, err := s.Fail(5, 2, ""); return err }, framing.ErrNotActive},
		{"long message", func(s *Server) error { _, err := s.Fail(1, 2, long); return err }, framing.ErrMessageTooLarge},
		{"end of input on an odd stream", func(s *Server) error { _, _, err := s.EndInput(1); return err }, framing.ErrOddResponseStream},
	}
	s := NewServer(Config{})
	receive(t, s, `1 1 stream-begin command-name eos c`, `5 1 0 command-name have-data c`)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.call(s); !isUsage(err, tt.want) {
				t.Errorf("got %v, want a usage error with %v", err, tt.want)
			}
			if got := ready(s); got != nil || s.active != 1 || s.receiving != 1 {
				t.Errorf("%d active, %d receiving, ready %q; want 1, 1, nothing", s.active, s.receiving, got)
			}
		})
	}
	respond(t, s, 1, "fine")
	if got, want := ready(s), []string{`1 2 stream-begin bytes-response eos fine`}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
