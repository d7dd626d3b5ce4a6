package yamux

import (
	"bytes"
	"math"
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
