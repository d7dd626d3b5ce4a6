package stream_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

func TestRegistry(t *testing.T) {
	x, y, again, other := runs{name: "x"}, runs{name: "y"}, runs{name: "x", opened: new(int)}, runs{name: "identity"}
	tests := []struct {
		registry stream.Registry
		names    string
		lookup   map[string]stream.Profile
	}{
		{nil, "identity", map[string]stream.Profile{"identity": stream.Identity{}, "x": nil, "": nil}},
		{stream.Registry{y, x}, "identity, y, x", map[string]stream.Profile{"x": x, "y": y, "identity": stream.Identity{}}},
		{stream.Registry{x, y, again}, "identity, x, y", map[string]stream.Profile{"x": again, "y": y}},
		{stream.Registry{other}, "identity", map[string]stream.Profile{"identity": other}},
	}
	for _, tt := range tests {
		if got := tt.registry.String(); got != tt.names {
			t.Errorf("names of %d profiles: %q; want %q", len(tt.registry), got, tt.names)
		}
		for name, want := range tt.lookup {
			if got := tt.registry.Lookup(name); got != want {
				t.Errorf("among %s, Lookup(%q) = %#v; want %#v", tt.registry, name, got, want)
			}
		}
	}
}

func TestProfiles(t *testing.T) {
	frames := []string{"aaaa", "", "aab", string(bytes.Repeat([]byte("x"), 1000)), "x"}
	for _, p := range []stream.Profile{stream.Identity{}, runs{}} {
		enc, settings, err := p.NewEncoder()
		if err != nil {
			t.Fatal(err)
		}
		dec, err := p.NewDecoder(settings, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range frames {
			wire, err := enc.Encode([]byte("dst"), []byte(want))
			if err != nil || !bytes.HasPrefix(wire, []byte("dst")) {
				t.Fatalf("%s: frame %d encodes to %.20q, %v; want it after dst", p.Name(), i, wire, err)
			}
			got, err := dec.Decode([]byte("dst"), wire[3:])
			if err != nil || string(got) != "dst"+want {
				t.Errorf("%s: frame %d decodes to %.20q, %v; want %.20q", p.Name(), i, got, err, "dst"+want)
			}
		}

		// The worst payload of MaxPayload octets has no two equal octets in a row.
		const limit = 64
		worst := make([]byte, enc.MaxPayload(limit))
		for i := range worst {
			worst[i] = byte(i)
		}
		if wire, err := enc.Encode(nil, worst); err != nil || len(wire) > limit {
			t.Errorf("%s: %d octets encode to %d, %v; want at most %d", p.Name(), len(worst), len(wire), err, limit)
		}

		wire, err := enc.Encode(nil, make([]byte, 1001))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := dec.Decode(nil, wire); !errors.Is(err, stream.ErrDecodedTooLarge) {
			t.Errorf("%s: 1001 octets with a limit of 1000: %v; want %v", p.Name(), err, stream.ErrDecodedTooLarge)
		}
		enc.Close()
		dec.Close()
	}
}

func TestIdentitySettings(t *testing.T) {
	if _, err := (stream.Identity{}).NewDecoder([]byte{0}, 1); err == nil {
		t.Error("identity accepts settings; want an error")
	}
}

func ExampleRegistry() {
	registry := stream.Registry{runs{}} // a profile of our own
	fmt.Println(registry)
	fmt.Println(registry.Lookup("runs") != nil, registry.Lookup("zlib") != nil)
	// Output:
	// identity, runs
	// true false
}

// panics is a profile whose methods panic where it is told.
type panics struct {
	runs
	newDecoder bool
}

func (p panics) NewDecoder(settings []byte, limit int) (stream.Decoder, error) {
	if p.newDecoder {
		panic("no decoder")
	}
	return p, nil
}

func (p panics) NewEncoder() (stream.Encoder, []byte, error) { return p, nil, nil }
func (p panics) Decode(dst, payload []byte) ([]byte, error)  { panic("no decoding") }
func (p panics) Encode(dst, payload []byte) ([]byte, error)  { panic("no encoding") }
func (panics) MaxPayload(limit int) int                      { return limit }
func (panics) Close()                                        {}

// A panic of a profile is an error, like any other of it.
func TestProfilePanics(t *testing.T) {
	receive := func(p panics, lines ...string) error {
		in := stream.NewIncoming(framing.RoleServer, framing.Limits{}, p)
		defer in.Close()
		for _, line := range lines {
			f := parse(t, line)
			if _, err := in.Receive(&f); err != nil {
				return err
			}
		}
		return nil
	}
	begin, next := `0 1 stream-begin stream-settings 0 \x04runs`, "1 1 encoded command-data 0 a"
	if err := receive(panics{newDecoder: true}, begin); !errors.Is(err, framing.ErrMalformedSettings) {
		t.Errorf("NewDecoder: %v", err)
	}
	if err := receive(panics{}, begin, next); !errors.Is(err, framing.ErrUndecodablePayload) {
		t.Errorf("Decode: %v", err)
	}
	out := stream.NewOutgoing(1)
	if err := out.SetEncoding(panics{}); err != nil {
		t.Fatal(err)
	}
	out.Settings(0)
	got, err := out.AppendEncoded([]byte("dst"), []byte("a"))
	if string(got) != "dst" || err == nil || err.Error() != "stream: encoding with profile runs: panic: no encoding" {
		t.Errorf("Encode: %q, %v; want dst as it was and an error", got, err)
	}
}
