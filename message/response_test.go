package message_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/message"
	"github.com/hgwire/hgwire/stream"
)

func TestBytes(t *testing.T) {
	tests := []struct {
		name string
		data string
		cut  int
		want []string
	}{
		// ServerReactorTests of the original: what the frames of a response look like.
		{"testsimpleresponse", "response", 0, list("1 2 stream-begin bytes-response eos response")},
		{"testmultiframeresponse", x(32768) + strings.Repeat("y", 100), 0, list(
			"1 2 stream-begin bytes-response continuation "+x(32768),
			"1 2 0 bytes-response eos "+strings.Repeat("y", 100),
		)},

		{"empty", "", 0, list("1 2 stream-begin bytes-response eos ")},
		{"one full frame", x(32768), 0, list("1 2 stream-begin bytes-response eos " + x(32768))},
		{"two full frames", x(65536), 0, list(
			"1 2 stream-begin bytes-response continuation "+x(32768),
			"1 2 0 bytes-response eos "+x(32768),
		)},
		{"one octet more", x(65537), 0, list(
			"1 2 stream-begin bytes-response continuation "+x(32768),
			"1 2 0 bytes-response continuation "+x(32768),
			"1 2 0 bytes-response eos x",
		)},
		{"small frames", "abcdefg", 3, list(
			"1 2 stream-begin bytes-response continuation abc",
			"1 2 0 bytes-response continuation def",
			"1 2 0 bytes-response eos g",
		)},
		{"small full frames", "abcdef", 3, list(
			"1 2 stream-begin bytes-response continuation abc",
			"1 2 0 bytes-response eos def",
		)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, rev := range revisions {
				r := message.Bytes(1, outgoing(rev, 2), []byte(tt.data), tt.cut)
				compare(t, rev, responseLines(rev, r), tt.want)
				compare(t, rev, responseLines(rev, r), tt.want) // again: nothing has changed
				agree(t, rev, r)
			}
		})
	}
}

// agree checks that all ways to get at the frames give the same octets.
func agree(t *testing.T, rev framing.Revision, r message.Response) {
	t.Helper()
	want := flatten(t, rev, r.Frames())
	got, err := r.AppendTo([]byte("dst"), rev)
	if err != nil || string(got) != "dst"+string(want) {
		t.Errorf("%v: AppendTo gives %.60q, %v; Frames gives %.60q", rev, got, err, want)
	}
	var stepped []byte
	var f framing.Frame
	c := r.Cursor()
	for c.More() {
		if !c.Next(&f) {
			t.Fatalf("%v: no frame although there are more", rev)
		}
		if stepped, err = rev.AppendFrame(stepped, &f); err != nil {
			t.Fatal(err)
		}
	}
	if c.Next(&f) {
		t.Errorf("%v: a frame after the last", rev)
	}
	if string(stepped) != string(want) {
		t.Errorf("%v: the cursor gives %.60q; Frames gives %.60q", rev, stepped, want)
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		name string
		make func(uint16, *stream.Outgoing, string) (message.Response, error)
		text string
		want string
	}{
		{"testapplicationerror", message.ApplicationError, "some message", "1 2 stream-begin error-response application some message"},
		{"protocol", message.ProtocolError, "some message", "1 2 stream-begin error-response protocol some message"},
		{"empty", message.ProtocolError, "", "1 2 stream-begin error-response protocol "},
		{"as long as can be", message.ApplicationError, x(32768), "1 2 stream-begin error-response application " + x(32768)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, rev := range revisions {
				r, err := tt.make(1, outgoing(rev, 2), tt.text)
				if err != nil {
					t.Fatal(err)
				}
				compare(t, rev, responseLines(rev, r), list(tt.want))
				compare(t, rev, responseLines(rev, r), list(tt.want)) // in one frame, always
				agree(t, rev, r)
			}
		})
	}
}

func TestErrorTooLong(t *testing.T) {
	for kind, constructor := range map[framing.ErrorResponseFlags]func(uint16, *stream.Outgoing, string) (message.Response, error){
		framing.ErrorResponseApplication: message.ApplicationError,
		framing.ErrorResponseProtocol:    message.ProtocolError,
	} {
		out := stream.NewOutgoing(2)
		r, err := constructor(5, out, x(32769))
		usage, ok := errors.AsType[*framing.UsageError](err)
		want := framing.Header{RequestID: 5, StreamID: 2, Type: framing.TypeErrorResponse, Flags: framing.Flags(kind)}
		if !ok || usage.Text != "cannot encode data in a single frame" || usage.Header != want {
			t.Errorf("%v: error %v; want %v about %+v", kind, err, framing.ErrMessageTooLarge, want)
		}
		if lines := responseLines(framing.RevisionStreams, r); lines != nil {
			t.Errorf("%v: frames %q; want none", kind, lines)
		}
		if got := out.Next(); got != framing.FlagStreamBegin {
			t.Errorf("%v: the next flags of the stream are %v; want %v", kind, got, framing.FlagStreamBegin)
		}
	}
}

// Messages share the flags of their stream in the order of construction, whichever is formatted
// first.
func TestResponsesShareStream(t *testing.T) {
	rev := framing.RevisionStreams
	out := stream.NewOutgoing(2)
	first := message.Bytes(3, out, []byte("response3"), 0)
	second := message.Bytes(1, out, []byte("response1"), 0)
	out.End()
	last := message.Bytes(5, out, []byte("response5"), 8)
	afresh, err := message.ApplicationError(7, out, "no")
	if err != nil {
		t.Fatal(err)
	}
	compare(t, rev, responseLines(rev, second), list("1 2 0 bytes-response eos response1"))
	compare(t, rev, responseLines(rev, first), list("3 2 stream-begin bytes-response eos response3"))
	compare(t, rev, responseLines(rev, last), list("5 2 0 bytes-response continuation response", "5 2 stream-end bytes-response eos 5"))
	compare(t, rev, responseLines(rev, afresh), list("7 2 stream-begin error-response application no"))
	if got := last.RequestID(); got != 5 {
		t.Errorf("request ID %d; want 5", got)
	}
}

func TestZeroResponse(t *testing.T) {
	var r message.Response
	if lines := responseLines(framing.RevisionStreams, r); lines != nil {
		t.Errorf("frames %q; want none", lines)
	}
	agree(t, framing.RevisionStreams, r)
}

func TestResponseAliases(t *testing.T) {
	data := []byte("abcdef")
	r := message.Bytes(1, nil, data[:4], 2)
	for f := range r.Frames() {
		_ = append(f.Payload, '!')
	}
	if got, want := string(data), "abcdef"; got != want {
		t.Errorf("appending to payloads wrote into the data: %q; want %q", got, want)
	}
	frames := slices.Collect(r.Frames()) // payloads outlive their step
	if len(frames) != 2 || string(frames[0].Payload) != "ab" || string(frames[1].Payload) != "cd" {
		t.Errorf("frames %v; want ab and cd", frames)
	}
}

func TestAppendToError(t *testing.T) {
	r := message.Bytes(1, stream.NewOutgoing(2), []byte("response"), 3)
	got, err := r.AppendTo([]byte("dst"), framing.RevisionRequestIDs)
	if _, ok := errors.AsType[*framing.FieldError](err); !ok || string(got) != "dst" {
		t.Errorf("a stream in a revision without: %q, %v; want dst as it was and a field error", got, err)
	}
}

func TestResponseAllocations(t *testing.T) {
	out := stream.NewOutgoing(2)
	data := make([]byte, 100000)
	dst := make([]byte, 0, 200000)
	sum := 0
	for name, f := range map[string]func() error{
		"AppendTo": func() error {
			r := message.Bytes(1, out, data, 0)
			_, err := r.AppendTo(dst, framing.RevisionStreams)
			return err
		},
		"Cursor": func() error {
			var f framing.Frame
			r := message.Bytes(1, out, data, 0)
			for c := r.Cursor(); c.Next(&f); {
				sum += len(f.Payload)
			}
			return nil
		},
	} {
		if got := testing.AllocsPerRun(100, func() {
			if err := f(); err != nil {
				t.Fatal(err)
			}
		}); got != 0 {
			t.Errorf("%s: %v allocations per response; want 0", name, got)
		}
	}
}

func FuzzBytes(f *testing.F) {
	f.Add([]byte("response"), 3, true)
	f.Add([]byte(""), 0, false)
	f.Add([]byte("abcdef"), 3, true)
	f.Fuzz(func(t *testing.T, data []byte, cut int, end bool) {
		if cut < 0 || cut > 1000 {
			return
		}
		out := stream.NewOutgoing(2)
		if end {
			out.End()
		}
		r := message.Bytes(1, out, data, cut)
		agree(t, framing.RevisionStreams, r)
		frames := slices.Collect(r.Frames())
		var whole []byte
		for i, f := range frames {
			first, last := i == 0, i == len(frames)-1
			if (f.StreamFlags&framing.FlagStreamBegin != 0) != first || (f.StreamFlags&framing.FlagStreamEnd != 0) != (last && end) {
				t.Fatalf("frame %d of %d has stream flags %v", i, len(frames), f.StreamFlags)
			}
			want := framing.BytesResponseContinuation
			if last {
				want = framing.BytesResponseEOS
			}
			if f.Flags != framing.Flags(want) {
				t.Fatalf("frame %d of %d has flags %v; want %v", i, len(frames), f.Flags, want)
			}
			if last && len(f.Payload) == 0 && len(frames) > 1 {
				t.Fatal("an empty frame at the end")
			}
			whole = append(whole, f.Payload...)
		}
		if string(whole) != string(data) {
			t.Fatalf("data %q; want %q", whole, data)
		}
	})
}

func BenchmarkBytesAppendTo(b *testing.B) {
	out := stream.NewOutgoing(2)
	data := []byte("customreadonly bytes response")
	dst := make([]byte, 0, 1024)
	for b.Loop() {
		r := message.Bytes(1, out, data, 0)
		if _, err := r.AppendTo(dst, framing.RevisionStreams); err != nil {
			b.Fatal(err)
		}
	}
}
