package payload_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
)

func FuzzTextOutput(f *testing.F) {
	for _, tt := range textTests {
		if len(tt.payload) < 1000 {
			f.Add([]byte(tt.payload))
		}
	}
	f.Add([]byte("\x01\x00\x02\x00\x01\x02fab\x80"))
	f.Add([]byte("\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		atoms, malformed := payload.ParseText(&textHeader, b)
		var seen []Atom
		var end error
		for a, err := range payload.Atoms(&textHeader, b) {
			if end = err; err == nil {
				seen = append(seen, Atom{a.Format, slices.Clone(a.Labels), slices.Clone(a.Args)})
			}
		}
		if !reflect.DeepEqual(end, malformed) {
			t.Fatalf("Atoms ended with %v; ParseText with %v", end, malformed)
		}
		if malformed != nil {
			perr, ok := errors.AsType[*framing.ProtocolError](malformed)
			if !ok || perr.Code != framing.ErrMalformedText || perr.Header != textHeader {
				t.Fatalf("error %v; want %v about the header", malformed, framing.ErrMalformedText)
			}
			return
		}
		if !reflect.DeepEqual(seen, atoms) {
			t.Fatalf("Atoms yielded %q; ParseText %q", seen, atoms)
		}
		again, err := payload.AppendText(nil, atoms)
		if errors.Is(err, framing.ErrMessageTooLarge) || errors.Is(err, framing.ErrTextFormatTooLong) || errors.Is(err, framing.ErrTextArgumentTooLong) {
			return // received frames may be larger than sent ones, and replacement makes them grow
		}
		if err != nil {
			t.Fatal(err)
		}
		valid := func(s string) bool { return utf8.ValidString(s) }
		clean := !slices.ContainsFunc(atoms, func(a Atom) bool {
			return !valid(a.Format) || slices.ContainsFunc(a.Args, func(s string) bool { return !valid(s) })
		})
		if clean && string(again) != string(b) {
			t.Fatalf("appended again: %q; want %q", again, b)
		}
		back, malformed := payload.ParseText(&textHeader, again)
		if malformed != nil || len(back) != len(atoms) {
			t.Fatalf("parsed again: %q, %v; want %d atoms", back, malformed, len(atoms))
		}
		for _, a := range back {
			if !valid(a.Format) || slices.ContainsFunc(a.Args, func(s string) bool { return !valid(s) }) {
				t.Fatalf("sent invalid UTF-8: %q", a)
			}
		}
	})
}
