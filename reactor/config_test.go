package reactor

import (
	"bytes"
	"errors"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

// TestMaxSendIsCutToWhatAFrameCanHold answers with more than the length of a frame can say.
func TestMaxSendIsCutToWhatAFrameCanHold(t *testing.T) {
	s := NewServer(Config{MaxSend: 1 << 25})
	receive(t, s, `1 1 stream-begin command-name eos c`)
	payload := make([]byte, 1<<24+5)
	if _, err := s.Respond(1, 2, payload); err != nil {
		t.Fatal(err)
	}
	out := s.Take(nil)
	if want := len(payload) + 2*s.revision.HeaderSize(); len(out) != want {
		t.Fatalf("%d octets, want %d", len(out), want)
	}
	var f framing.Frame
	n, err := s.revision.DecodeFrame(&f, out, 1<<24)
	if err != nil || f.Length != 1<<24-1 {
		t.Fatalf("first frame has %d octets, %v; want %d", f.Length, err, 1<<24-1)
	}
	if _, err := s.revision.DecodeFrame(&f, out[n:], 1<<24); err != nil || f.Length != 6 {
		t.Errorf("second frame has %d octets, %v; want 6", f.Length, err)
	}
}

func TestUnknownRevisionPanics(t *testing.T) {
	defer func() {
		if got, want := recover(), "reactor: unknown revision Revision(9)"; got != want {
			t.Errorf("got %v, want %q", got, want)
		}
	}()
	NewServer(Config{Revision: 9})
}

// TestSizeIsCheckedWhateverTheHeaderSays takes the larger of the header's length and the payload's.
func TestSizeIsCheckedWhateverTheHeaderSays(t *testing.T) {
	tests := map[string]framing.Frame{
		"payload": {Payload: make([]byte, 9)},
		"header":  {Header: framing.Header{Length: 9}},
	}
	for name, f := range tests {
		t.Run(name, func(t *testing.T) {
			s := NewServer(Config{Limits: framing.Limits{FramePayload: 8}})
			f.RequestID, f.StreamID, f.StreamFlags = 1, 1, framing.FlagStreamBegin
			f.Type, f.Flags = framing.TypeCommandName, framing.Flags(framing.CommandNameEOS)
			if res := s.Receive(&f); res.Action != Error || res.Err.Code != framing.ErrFrameTooLarge {
				t.Errorf("got %s, %v; want %v", res.Action, res.Err, framing.ErrFrameTooLarge)
			}
		})
	}
}

// TestErrorsSayInWhichState covers an error of each origin.
func TestErrorsSayInWhichState(t *testing.T) {
	tests := []struct {
		name, want string
		lines      []string
	}{
		{"connection", "errored", []string{`1 1 0 command-name eos c`, `1 1 0 command-name eos c`}},
		{"stream", "idle, stream closed", []string{`1 1 0 command-name eos c`}},
		{"row", "command-receiving, request args", []string{`1 1 stream-begin command-name have-args c`, `1 1 0 command-data eos c`}},
		{"action", "command-receiving, request args", []string{`1 1 stream-begin command-name have-args c`, `1 1 0 command-argument eoa c`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := NewServer(Config{})
			var res Result
			for _, f := range frames(t, tt.lines...) {
				res = s.Receive(&f)
			}
			if res.Action != Error || res.Err.State != tt.want {
				t.Errorf("got %s in state %q, want an error in state %q", res.Action, res.Err.State, tt.want)
			}
		})
	}
}

// counted is a profile whose decoders are counted.
type counted struct{ open *int }

func (counted) Name() string { return "counted" }

func (c counted) NewDecoder([]byte, int) (stream.Decoder, error) {
	*c.open++
	return countedDecoder(c), nil
}

func (counted) NewEncoder() (stream.Encoder, []byte, error) { return nil, nil, errors.ErrUnsupported }

type countedDecoder struct{ open *int }

func (countedDecoder) Decode(dst, src []byte) ([]byte, error) {
	return append(dst, bytes.ToUpper(src)...), nil
}

func (d countedDecoder) Close() { *d.open-- }

// TestProfilesOfTheApplication receives encoded frames, and closes what is left open.
func TestProfilesOfTheApplication(t *testing.T) {
	open := 0
	s := NewServer(Config{Profiles: []stream.Profile{counted{&open}}})
	res := receive(t, s, `1 1 stream-begin stream-settings 0 \x07counted`, `1 1 encoded command-name eos heads`)
	if res.Action != RunCommand || string(res.Request.Command) != "HEADS" {
		t.Fatalf("got %s, want runcommand HEADS", res.Action)
	}
	if open != 1 {
		t.Fatalf("%d decoders are open, want 1", open)
	}
	s.Close()
	s.Close()
	if open != 0 {
		t.Errorf("%d decoders are open after Close, want 0", open)
	}
}
