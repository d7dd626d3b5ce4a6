package framingtest

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
)

// octetsOf decodes spaced hexadecimal.
func octetsOf(t testing.TB, spaced string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(spaced, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// codecCases are headers and their octets, among them every length at which an octet fills up.
var codecCases = []struct {
	revision framing.Revision
	header   framing.Header
	octets   string
}{
	{framing.RevisionRequestIDs, framing.Header{}, "00 00 00 00 00 00"},
	{framing.RevisionRequestIDs, framing.Header{Length: 1, RequestID: 1, Type: framing.TypeCommandName, Flags: 1}, "01 00 00 01 00 11"},
	{framing.RevisionRequestIDs, framing.Header{Length: 0xff, RequestID: 0xff, Type: 2, Flags: 2}, "ff 00 00 ff 00 22"},
	{framing.RevisionRequestIDs, framing.Header{Length: 0x100, RequestID: 0x100, Type: 3, Flags: 4}, "00 01 00 00 01 34"},
	{framing.RevisionRequestIDs, framing.Header{Length: 0xffff, RequestID: 0xffff, Type: 4, Flags: 8}, "ff ff 00 ff ff 48"},
	{framing.RevisionRequestIDs, framing.Header{Length: 0x10000, RequestID: 0x1234, Type: 8, Flags: 0}, "00 00 01 34 12 80"},
	{framing.RevisionRequestIDs, framing.Header{Length: 0xffffff, RequestID: 0xffff, Type: 0xf, Flags: 0xf}, "ff ff ff ff ff ff"},
	{framing.RevisionStreams, framing.Header{}, "00 00 00 00 00 00 00 00"},
	{framing.RevisionStreams, framing.Header{Length: 1, RequestID: 1, StreamID: 1, StreamFlags: framing.FlagStreamBegin, Type: framing.TypeCommandName, Flags: 1}, "01 00 00 01 00 01 01 11"},
	{framing.RevisionStreams, framing.Header{Length: 0xff, RequestID: 0xff, StreamID: 2, StreamFlags: framing.FlagStreamEnd, Type: 2, Flags: 2}, "ff 00 00 ff 00 02 02 22"},
	{framing.RevisionStreams, framing.Header{Length: 0x100, RequestID: 0x100, StreamID: 0x80, StreamFlags: framing.FlagEncoded, Type: 3, Flags: 4}, "00 01 00 00 01 80 04 34"},
	{framing.RevisionStreams, framing.Header{Length: 0xffff, RequestID: 0xffff, StreamID: 0xff, StreamFlags: 0x80, Type: 4, Flags: 8}, "ff ff 00 ff ff ff 80 48"},
	{framing.RevisionStreams, framing.Header{Length: 0x10000, RequestID: 0x1234, StreamID: 0x56, StreamFlags: 0x78, Type: 9, Flags: 0xa}, "00 00 01 34 12 56 78 9a"},
	{framing.RevisionStreams, framing.Header{Length: 0xffffff, RequestID: 0xffff, StreamID: 0xff, StreamFlags: 0xff, Type: 0xf, Flags: 0xf}, "ff ff ff ff ff ff ff ff"},
}

func TestHeaderOctets(t *testing.T) {
	for _, tt := range codecCases {
		want := octetsOf(t, tt.octets)
		got, err := tt.revision.AppendHeader([]byte("before"), &tt.header)
		if err != nil || !bytes.Equal(got, append([]byte("before"), want...)) {
			t.Errorf("%s: AppendHeader(%+v) = % x, %v, want % x", tt.revision, tt.header, got, err, want)
		}
		if h, err := tt.revision.ParseHeader(append(want, "after"...)); err != nil || h != tt.header {
			t.Errorf("%s: ParseHeader(% x) = %+v, %v, want %+v", tt.revision, want, h, err, tt.header)
		}
		for n := range want {
			if _, err := tt.revision.ParseHeader(want[:n]); err != framing.ErrShort {
				t.Errorf("%s: ParseHeader of %d octets: got error %v, want ErrShort", tt.revision, n, err)
			}
		}
	}
}

func TestDecodeHeaderSetsEveryField(t *testing.T) {
	full := framing.Header{Length: 0xffffff, RequestID: 0xffff, StreamID: 0xff, StreamFlags: 0xff, Type: 0xf, Flags: 0xf}
	for _, r := range framing.Revisions() {
		h := full
		if err := r.DecodeHeader(&h, make([]byte, r.HeaderSize())); err != nil || h != (framing.Header{}) {
			t.Errorf("%s: got %+v, %v, want zero", r, h, err)
		}
		h = full
		if err := r.DecodeHeader(&h, make([]byte, r.HeaderSize()-1)); err != framing.ErrShort || h != full {
			t.Errorf("%s: got %+v, %v, want it unchanged and ErrShort", r, h, err)
		}
	}
}

func TestFrameOctets(t *testing.T) {
	for _, tt := range codecCases {
		payload := bytes.Repeat([]byte{0xa5}, int(tt.header.Length))
		want := append(octetsOf(t, tt.octets), payload...)
		f := framing.Frame{Header: tt.header, Payload: payload}
		f.Length = 77 // derived from the payload
		octets, err := tt.revision.AppendFrame(nil, &f)
		if err != nil || !bytes.Equal(octets, want) {
			t.Fatalf("%s: AppendFrame(%+v) = %d octets, %v, want %d", tt.revision, tt.header, len(octets), err, len(want))
		}

		var got framing.Frame
		octets = append(octets, "after"...)
		n, err := tt.revision.DecodeFrame(&got, octets, len(payload))
		if err != nil || n != len(want) || got.Header != tt.header || !bytes.Equal(got.Payload, payload) {
			t.Errorf("%s: DecodeFrame = %d, %v, %+v, want %d, %+v", tt.revision, n, err, got.Header, len(want), tt.header)
		}
		if cap(got.Payload) != len(payload) {
			t.Errorf("%s: appending to the payload would overwrite the next frame", tt.revision)
		}
		short := min(n, 300)
		for i := range short {
			if _, err := tt.revision.DecodeFrame(&got, octets[:i], len(payload)); err != framing.ErrShort {
				t.Fatalf("%s: DecodeFrame of %d of %d octets: got error %v, want ErrShort", tt.revision, i, n, err)
			}
		}
		if _, err := tt.revision.DecodeFrame(&got, octets[:n-1], len(payload)); err != framing.ErrShort {
			t.Errorf("%s: DecodeFrame of all but one octet: got error %v, want ErrShort", tt.revision, err)
		}
	}
}

func TestParseFrame(t *testing.T) {
	octets := octetsOf(t, "02 00 00 01 00 11 68 69 ff")
	f, rest, err := framing.RevisionRequestIDs.ParseFrame(octets)
	if err != nil || string(f.Payload) != "hi" || !bytes.Equal(rest, []byte{0xff}) {
		t.Errorf("got %q, rest % x, %v, want %q, rest ff", f.Payload, rest, err, "hi")
	}
	if f, rest, err := framing.RevisionRequestIDs.ParseFrame(octets[:7]); err != framing.ErrShort || len(rest) != 7 || f.Payload != nil {
		t.Errorf("cut off: got %+v, rest % x, %v, want nothing, everything and ErrShort", f, rest, err)
	}
}

// TestFrameTooLarge checks that the header alone decides, whatever follows.
func TestFrameTooLarge(t *testing.T) {
	for _, tt := range []struct {
		octets  string
		limit   int
		refused bool
	}{
		{"ff ff 00 01 00 01 01 11", 0, false},
		{"00 00 01 01 00 01 01 11", 0, true},
		{"00 00 01 01 00 01 01 11", -1, true},
		{"00 00 01 01 00 01 01 11", 0x10000, false},
		{"ff ff ff 01 00 01 01 11", 0xffffff, false},
		{"ff ff ff 01 00 01 01 11", 0xfffffe, true},
		{"01 00 00 01 00 01 01 11", 1, false},
		{"02 00 00 01 00 01 01 11", 1, true},
	} {
		var f framing.Frame
		_, err := framing.RevisionStreams.DecodeFrame(&f, octetsOf(t, tt.octets), tt.limit)
		switch {
		case tt.refused && !errors.Is(err, framing.ErrFrameTooLarge):
			t.Errorf("%s with limit %d: got error %v, want frame-too-large", tt.octets, tt.limit, err)
		case !tt.refused && err != framing.ErrShort:
			t.Errorf("%s with limit %d: got error %v, want ErrShort", tt.octets, tt.limit, err)
		}
	}
	_, _, err := framing.RevisionRequestIDs.ParseFrame(octetsOf(t, "00 00 01 01 00 11"))
	protocol, ok := errors.AsType[*framing.ProtocolError](err)
	if want := "frame payload of 65536 octets exceeds the limit of 65535 octets"; !ok || protocol.Text != want || protocol.Header.RequestID != 1 {
		t.Errorf("got error %v, want %q", err, want)
	}
}

func TestAppendRefuses(t *testing.T) {
	huge := make([]byte, 1<<24)
	for _, tt := range []struct {
		revision framing.Revision
		frame    framing.Frame
		want     framing.FieldError
	}{
		{framing.RevisionStreams, framing.Frame{Header: framing.Header{Type: 16}}, framing.FieldError{Field: "type", Value: 16, Bits: 4}},
		{framing.RevisionStreams, framing.Frame{Header: framing.Header{Flags: 0xff}}, framing.FieldError{Field: "flags", Value: 255, Bits: 4}},
		{framing.RevisionStreams, framing.Frame{Header: framing.Header{Length: 1 << 24}, Payload: huge}, framing.FieldError{Field: "length", Value: 1 << 24, Bits: 24}},
		{framing.RevisionRequestIDs, framing.Frame{Header: framing.Header{Type: 16}}, framing.FieldError{Field: "type", Value: 16, Bits: 4}},
		{framing.RevisionRequestIDs, framing.Frame{Header: framing.Header{Flags: 16}}, framing.FieldError{Field: "flags", Value: 16, Bits: 4}},
		{framing.RevisionRequestIDs, framing.Frame{Header: framing.Header{StreamID: 3}}, framing.FieldError{Field: "stream-id", Value: 3}},
		{framing.RevisionRequestIDs, framing.Frame{Header: framing.Header{StreamFlags: 1}}, framing.FieldError{Field: "stream-flags", Value: 1}},
		{framing.RevisionRequestIDs, framing.Frame{Header: framing.Header{Length: 1 << 24}, Payload: huge}, framing.FieldError{Field: "length", Value: 1 << 24, Bits: 24}},
	} {
		dst := []byte("before")
		for what, appendTo := range map[string]func() ([]byte, error){
			"AppendFrame":  func() ([]byte, error) { return tt.revision.AppendFrame(dst, &tt.frame) },
			"AppendHeader": func() ([]byte, error) { return tt.revision.AppendHeader(dst, &tt.frame.Header) },
		} {
			got, err := appendTo()
			field, ok := errors.AsType[*framing.FieldError](err)
			if !ok || *field != tt.want {
				t.Errorf("%s: %s(%+v): got error %v, want %v", tt.revision, what, tt.frame.Header, err, &tt.want)
			}
			if string(got) != "before" {
				t.Errorf("%s: %s(%+v) returned %q, want dst unchanged", tt.revision, what, tt.frame.Header, got)
			}
		}
	}
}

func TestInvalidRevision(t *testing.T) {
	b := make([]byte, 64)
	for _, r := range []framing.Revision{0, framing.LatestRevision + 1, 255} {
		var f framing.Frame
		_, parseHeader := r.ParseHeader(b)
		_, _, parseFrame := r.ParseFrame(b)
		_, appendHeader := r.AppendHeader(nil, &f.Header)
		_, appendFrame := r.AppendFrame(nil, &f)
		_, parseText := r.ParseText("1 command-name eos ")
		for what, err := range map[string]error{
			"ParseHeader":  parseHeader,
			"ParseFrame":   parseFrame,
			"AppendHeader": appendHeader,
			"AppendFrame":  appendFrame,
			"ParseText":    parseText,
			"Next":         framing.NewReader(bytes.NewReader(b), r).Next(&f),
			"WriteFrame":   framing.NewWriter(new(bytes.Buffer), r).WriteFrame(&f),
		} {
			if err != framing.ErrRevision {
				t.Errorf("%s of %s: got error %v, want ErrRevision", what, r, err)
			}
		}
		if got := r.HeaderSize(); got != 0 {
			t.Errorf("%s: got a header of %d octets", r, got)
		}
	}
}
