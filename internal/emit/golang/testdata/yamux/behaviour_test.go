package yamux

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
)

func TestFrame(t *testing.T) {
	f := Frame{Header: Header{Version: 1, Type: TypeData, Flags: FlagSYN | FlagFIN | 0x8000, StreamID: 0x01020304}, Payload: []byte("hi")}
	want := []byte{1, 0, 0x80, 5, 1, 2, 3, 4, 0, 0, 0, 2, 'h', 'i'}
	octets, err := RevisionVersion0.AppendFrame(nil, &f)
	if err != nil || !bytes.Equal(octets, want) {
		t.Fatalf("AppendFrame = %x, %v, want %x", octets, err, want)
	}
	got, rest, err := RevisionVersion0.ParseFrame(octets)
	f.Length = 2
	if err != nil || len(rest) != 0 || got.Header != f.Header || string(got.Payload) != "hi" {
		t.Errorf("ParseFrame = %+v, %x, %v, want %+v", got, rest, err, f)
	}
	line := string(RevisionVersion0.AppendText(nil, &f))
	if want := "1 data syn|fin|32768 16909060 hi"; line != want {
		t.Errorf("got %q, want %q", line, want)
	}
	if got, err := RevisionVersion0.ParseText(line); err != nil || got.Header != f.Header {
		t.Errorf("ParseText(%q) = %+v, %v, want %+v", line, got, err, f)
	}
}

// TestLengthOfAllBits announces a payload that no int of 32 bits can hold.
func TestLengthOfAllBits(t *testing.T) {
	octets, err := RevisionVersion0.AppendHeader(nil, &Header{Length: math.MaxUint32})
	if err != nil {
		t.Fatal(err)
	}
	var f Frame
	for _, limit := range []int{-1, 0, 1, math.MaxInt32} {
		if _, err := RevisionVersion0.DecodeFrame(&f, octets, limit); err == nil || err == ErrShort {
			t.Errorf("limit %d: got error %v, want data-too-large", limit, err)
		}
	}
}

// TestByValue brings frames whose length is a value through every form, each with the frames after
// it. No limit of payloads applies to them.
func TestByValue(t *testing.T) {
	frames := []Frame{
		{Header: Header{Type: TypePing, Flags: FlagSYN, Length: math.MaxUint32}},
		{Header: Header{Type: TypePing, StreamID: math.MaxUint32}},
		{Header: Header{Type: TypeHint, Version: 7, Length: 1}},
		{Header: Header{Type: TypeData, StreamID: 1, Length: 2}, Payload: []byte("hi")},
	}
	lines := "0 ping syn 0 4294967295\n0 ping 0 4294967295 0\n7 hint 0 0 1\n0 data 0 1 hi\n"
	var octets, text []byte
	for _, f := range frames {
		var err error
		if octets, err = RevisionVersion1.AppendFrame(octets, &f); err != nil {
			t.Fatal(err)
		}
		text = append(RevisionVersion1.AppendText(text, &f), '\n')
		if got := f.Type.HasPayload(RevisionVersion1); got != (f.Type == TypeData) {
			t.Errorf("%v.HasPayload = %v, want %v", f.Type, got, !got)
		}
	}
	if string(text) != lines {
		t.Errorf("got %s, want %s", text, lines)
	}
	in := NewReader(bytes.NewReader(octets), RevisionVersion1)
	in.MaxPayload = 2
	var copied bytes.Buffer
	out := NewWriter(&copied, RevisionVersion1)
	for line := range strings.Lines(lines) {
		want := frames[0]
		frames = frames[1:]
		var f Frame
		if err := in.Next(&f); err != nil || f.Header != want.Header || !bytes.Equal(f.Payload, want.Payload) {
			t.Errorf("Next = %+v, %v, want %+v", f, err, want)
		}
		parsed, err := RevisionVersion1.ParseText(strings.TrimSuffix(line, "\n"))
		if err != nil || parsed.Header != want.Header || !bytes.Equal(parsed.Payload, want.Payload) {
			t.Errorf("ParseText(%q) = %+v, %v, want %+v", line, parsed, err, want)
		}
		if err := out.WriteFrame(&f); err != nil {
			t.Error(err)
		}
	}
	if err := in.Next(new(Frame)); err != io.EOF {
		t.Errorf("Next = %v, want EOF", err)
	}
	if err := out.Flush(); err != nil || !bytes.Equal(copied.Bytes(), octets) {
		t.Errorf("got % x, %v, want % x", copied.Bytes(), err, octets)
	}
}

// TestFrameError makes frames that the protocol does not have.
func TestFrameError(t *testing.T) {
	large := make([]byte, 1<<16)
	for _, tt := range []struct {
		rev    Revision
		frame  Frame
		reason string
	}{
		{RevisionVersion1, Frame{Header: Header{Type: TypePing}, Payload: []byte("x")}, "it has no payload"},
		{RevisionVersion1, Frame{Header: Header{Type: TypeHint}, Payload: large}, "it has no payload"},
		{RevisionVersion0, Frame{Header: Header{Type: TypeHint}}, "the revision has no such type"},
		{RevisionVersion1, Frame{Header: Header{Type: 9}, Payload: large}, "the revision has no such type"},
	} {
		var wrong *FrameError
		dst, err := tt.rev.AppendFrame([]byte("before"), &tt.frame)
		if !errors.As(err, &wrong) || wrong.Type != tt.frame.Type || wrong.Reason != tt.reason || string(dst) != "before" {
			t.Errorf("AppendFrame of %v = %q, %v, want %s", tt.frame.Type, dst, err, tt.reason)
		}
		var b bytes.Buffer
		w := NewWriter(&b, tt.rev)
		if err := w.WriteFrame(&tt.frame); !errors.As(err, &wrong) {
			t.Errorf("WriteFrame of %v = %v, want %s", tt.frame.Type, err, tt.reason)
		}
		if err := w.WriteFrame(&Frame{Header: Header{Type: TypePing}}); err != nil || w.Flush() != nil || b.Len() != 12 {
			t.Errorf("the frame after: %v, % x", err, b.Bytes())
		}
	}
	if _, err := Revision(0).AppendFrame(nil, &Frame{}); err != ErrRevision {
		t.Errorf("got %v, want %v", err, ErrRevision)
	}
}

// TestUndefinedType checks that an undefined type is found from the header alone, in the revision
// that lacks it.
func TestUndefinedType(t *testing.T) {
	hint := []byte{0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9}
	if f, _, err := RevisionVersion1.ParseFrame(hint); err != nil || f.Length != 9 {
		t.Errorf("got %+v, %v, want a hint of 9", f, err)
	}
	if _, _, err := RevisionVersion0.ParseFrame(hint[:11]); err != ErrShort {
		t.Errorf("got %v, want %v", err, ErrShort)
	}
	_, rest, err := RevisionVersion0.ParseFrame(hint)
	if !errors.Is(err, ErrInvalidType) || len(rest) != len(hint) || !strings.Contains(err.Error(), "invalid type 4") {
		t.Errorf("got %v, %d octets left, want %v", err, len(rest), ErrInvalidType)
	}
	if TypeHint.HasPayload(RevisionVersion1) || !TypeHint.HasPayload(RevisionVersion0) {
		t.Error("HasPayload does not heed the revision")
	}
}

func TestTextOfValue(t *testing.T) {
	for line, want := range map[string]string{
		"0 ping 0 0":            `invalid length "": missing`,
		"0 ping 0 0 ":           `invalid length "": missing`,
		"0 ping 0 0 x":          `invalid length "x": not a decimal number`,
		"0 ping 0 0 4294967296": `invalid length "4294967296": does not fit in 32 bits`,
		"0 ping 0 0 7 ":         `invalid length "": nothing follows the number: a frame of this type has no payload`,
		"0 ping 0 0 7 hi":       `invalid length "hi": nothing follows the number: a frame of this type has no payload`,
	} {
		if f, err := RevisionVersion1.ParseText(line); err == nil || err.Error() != want || f.Header != (Header{}) {
			t.Errorf("%q: got %+v, %v, want %s", line, f, err, want)
		}
	}
}
