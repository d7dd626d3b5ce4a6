package framingtest

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/hgwire/hgwire/generated/framing"
)

// revisionOf picks a revision by an octet.
func revisionOf(n uint8) framing.Revision {
	all := framing.Revisions()
	return all[int(n)%len(all)]
}

// FuzzHeader checks that any octets of a header's length are a header, and that it comes back.
func FuzzHeader(f *testing.F) {
	for _, c := range codecCases {
		f.Add(uint8(c.revision-1), octetsOf(f, c.octets))
	}
	f.Fuzz(func(t *testing.T, n uint8, b []byte) {
		r := revisionOf(n)
		h, err := r.ParseHeader(b)
		if len(b) < r.HeaderSize() {
			if err != framing.ErrShort {
				t.Fatalf("%d octets: got error %v, want ErrShort", len(b), err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		want := b[:r.HeaderSize()]
		if got, err := r.AppendHeader(nil, &h); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("got % x, %v, want % x", got, err, want)
		}
	})
}

// FuzzReader checks that a Reader yields what repeated DecodeFrame does, however the octets come.
func FuzzReader(f *testing.F) {
	_, octets := conversation(f, framing.RevisionStreams)
	f.Add(uint8(1), uint16(65535), octets[:200])
	f.Add(uint8(0), uint16(10), []byte("\x0b\x00\x00\x01\x00\x11hello world"))
	f.Add(uint8(0), uint16(11), []byte("\x0b\x00\x00\x01\x00\x11hello world\x01"))
	f.Fuzz(func(t *testing.T, n uint8, limit uint16, b []byte) {
		r := revisionOf(n)
		for _, source := range []io.Reader{bytes.NewReader(b), iotest.OneByteReader(bytes.NewReader(b)), iotest.DataErrReader(bytes.NewReader(b))} {
			reader := framing.NewReader(source, r)
			reader.MaxPayload = int(limit)
			rest := b
			for {
				var want, got framing.Frame
				size, wantErr := r.DecodeFrame(&want, rest, int(limit))
				err := reader.Next(&got)
				if wantErr == nil {
					if err != nil || got.Header != want.Header || !bytes.Equal(got.Payload, want.Payload) {
						t.Fatalf("at %d: got %+v, %v, want %+v", len(b)-len(rest), got, err, want)
					}
					rest = rest[size:]
					continue
				}
				checkEnd(t, err, wantErr, len(rest), int64(len(b)-len(rest)))
				break
			}
		}
	})
}

// checkEnd compares the error that ends a Reader with that of DecodeFrame on what is left.
func checkEnd(t *testing.T, err, decodeErr error, left int, offset int64) {
	t.Helper()
	if decodeErr != framing.ErrShort {
		if err == nil || err.Error() != decodeErr.Error() {
			t.Fatalf("got error %v, want %v", err, decodeErr)
		}
		return
	}
	if left == 0 {
		if err != io.EOF {
			t.Fatalf("got error %v, want io.EOF", err)
		}
		return
	}
	short, ok := errors.AsType[*framing.ShortError](err)
	if !ok || short.Offset != offset || short.Have != left || short.Need <= left {
		t.Fatalf("got error %v, want one about %d octets at offset %d", err, left, offset)
	}
}

// FuzzTextParse checks that what ParseText takes is a frame that can be sent, and that its proper
// form means the same.
func FuzzTextParse(f *testing.F) {
	f.Add(uint8(0), `1 command-name eos customreadonly`)
	f.Add(uint8(1), `1 1 stream-begin|8 command-name eos|have-args \x00\n\777\q`)
	f.Add(uint8(1), `0 0 0 0 0 `)
	f.Fuzz(func(t *testing.T, n uint8, line string) {
		r := revisionOf(n)
		frame, err := r.ParseText(line)
		if err != nil {
			if !isTextError(err) {
				t.Fatalf("got error %v, want a *TextError", err)
			}
			return
		}
		octets, err := r.AppendFrame(nil, &frame)
		if err != nil {
			t.Fatal(err)
		}
		var decoded framing.Frame
		if _, err := r.DecodeFrame(&decoded, octets, 1<<24); err != nil || decoded.Header != frame.Header {
			t.Fatalf("got %+v, %v, want %+v", decoded.Header, err, frame.Header)
		}
		proper := string(r.AppendText(nil, &frame))
		again, err := r.ParseText(proper)
		if err != nil || again.Header != frame.Header || !bytes.Equal(again.Payload, frame.Payload) {
			t.Fatalf("%q is %q is %+v, %v, want %+v", line, proper, again, err, frame)
		}
	})
}

// FuzzTextRoundTrip checks that any frame comes back from its human-readable form.
func FuzzTextRoundTrip(f *testing.F) {
	for _, c := range codecCases {
		f.Add(uint8(c.revision-1), append(octetsOf(f, c.octets), `\x20 "payload" `...))
	}
	f.Fuzz(func(t *testing.T, n uint8, b []byte) {
		r := revisionOf(n)
		var frame framing.Frame
		if r.DecodeHeader(&frame.Header, b) != nil {
			return
		}
		frame.Payload = b[r.HeaderSize():]
		frame.Length = uint32(len(frame.Payload))
		line := string(r.AppendText(nil, &frame))
		got, err := r.ParseText(line)
		if err != nil || got.Header != frame.Header || !bytes.Equal(got.Payload, frame.Payload) {
			t.Fatalf("%q is %+v, %v, want %+v", line, got, err, frame)
		}
	})
}
