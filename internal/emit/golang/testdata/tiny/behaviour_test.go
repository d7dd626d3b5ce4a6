package tiny

import (
	"bytes"
	"errors"
	"testing"
)

func TestHeader(t *testing.T) {
	for _, tt := range []struct {
		header Header
		octets []byte
	}{
		{Header{Type: TypeNote, Length: 5, Priority: 17}, []byte{0x5a, 0x00, 0x88}},
		{Header{Type: 0xf, Length: 0xfff, Priority: 0x1f}, []byte{0xff, 0xff, 0xf8}},
		{Header{Type: 0x1, Length: 0x234, Priority: 1}, []byte{0x41, 0x23, 0x08}},
	} {
		got, err := RevisionFirst.AppendHeader(nil, &tt.header)
		if err != nil || !bytes.Equal(got, tt.octets) {
			t.Errorf("AppendHeader(%+v) = %x, %v, want %x", tt.header, got, err, tt.octets)
		}
		got[2] |= 0x07 // reserved bits are ignored on receipt
		if h, err := RevisionFirst.ParseHeader(got); err != nil || h != tt.header {
			t.Errorf("ParseHeader(%x) = %+v, %v, want %+v", got, h, err, tt.header)
		}
	}
	for _, h := range []Header{{Type: 0x10}, {Length: 0x1000}, {Priority: 0x20}} {
		if _, err := RevisionFirst.AppendHeader(nil, &h); !errors.As(err, new(*FieldError)) {
			t.Errorf("AppendHeader(%+v): got error %v, want a *FieldError", h, err)
		}
	}
}

func TestText(t *testing.T) {
	f, err := RevisionFirst.ParseText(`note 17 hello`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(RevisionFirst.AppendText(nil, &f)), `note 17 hello`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTooLarge(t *testing.T) {
	octets, err := RevisionFirst.AppendFrame(nil, &Frame{Header: Header{Type: TypeNote, Priority: 2}, Payload: make([]byte, 101)})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = RevisionFirst.ParseFrame(octets)
	want := "protocol error: 101 octets are too many for a note, priority 2 (too-large; note)"
	if !errors.Is(err, ErrTooLarge) || err.Error() != want {
		t.Errorf("got error %v, want %s", err, want)
	}
}
