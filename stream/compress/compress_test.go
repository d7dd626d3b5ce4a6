package compress_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
	"github.com/hgwire/hgwire/stream/compress"
)

const limit = 4 << 20

// all are profiles with every kind of configuration.
var all = []stream.Profile{
	compress.Zlib{}, compress.Zlib{Level: 1}, compress.Zlib{Level: 5}, compress.Zlib{Level: 9},
	compress.Zstd{}, compress.Zstd{Level: 1}, compress.Zstd{Level: 3, Window: 64 << 10},
	compress.Zstd{Level: 2, Window: 1 << 10}, compress.Zstd{Level: 1, Window: 8 << 20},
}

func encoder(t testing.TB, p stream.Profile) stream.Encoder {
	t.Helper()
	enc, settings, err := p.NewEncoder()
	if err != nil || len(settings) > 0 {
		t.Fatalf("%v: encoder with settings %q, %v; want none", p, settings, err)
	}
	t.Cleanup(enc.Close)
	return enc
}

func decoder(t testing.TB, p stream.Profile, limit int) stream.Decoder {
	t.Helper()
	dec, err := p.NewDecoder(nil, limit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(dec.Close)
	return dec
}

func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, seed)) }

// payloads returns so many payloads of all kinds, of up to max octets.
func payloads(r *rand.Rand, n, max int) [][]byte {
	var list [][]byte
	for i := range n {
		b := make([]byte, r.IntN(max+1)>>r.IntN(12))
		switch i % 4 {
		case 0: // noise
			for j := range b {
				b[j] = byte(r.Uint32())
			}
		case 1: // a text
			b = fmt.Appendf(b[:0], "%s", strings.Repeat(fmt.Sprintf("%x %d,", r.Uint64(), i), len(b)/20))
		case 2: // runs
			for j := range b {
				b[j] = byte(j >> 5 * 7)
			}
		case 3: // what came before, with a difference
			if n := len(list); n > 0 {
				b = append(bytes.Clone(list[r.IntN(n)]), byte(i))
			}
		}
		list = append(list, b)
	}
	return list
}

func TestRoundTrip(t *testing.T) {
	for _, p := range all {
		t.Run(fmt.Sprintf("%T%+v", p, p), func(t *testing.T) {
			r := random(1)
			enc, dec := encoder(t, p), decoder(t, p, limit)
			var wire, got []byte
			for i, want := range payloads(r, 60, 150<<10) {
				var err error
				if wire, err = enc.Encode(append(wire[:0], "dst"...), want); err != nil || string(wire[:3]) != "dst" {
					t.Fatalf("payload %d: %.10q, %v; want it after dst", i, wire, err)
				}
				if got, err = dec.Decode(append(got[:0], "dst"...), wire[3:]); err != nil || string(got[:3]) != "dst" {
					t.Fatalf("payload %d: %.10q, %v; want it after dst", i, got, err)
				}
				if !bytes.Equal(got[3:], want) {
					t.Fatalf("payload %d of %d octets differs", i, len(want))
				}
			}
		})
	}
}

// Encoders that are used again have forgotten what they encoded.
func TestReuse(t *testing.T) {
	payload := bytes.Repeat([]byte("a first stream and a second one "), 100)
	for _, p := range all {
		var first []byte
		for i := range 5 {
			enc, _, err := p.NewEncoder()
			if err != nil {
				t.Fatal(err)
			}
			wire, err := enc.Encode(nil, payload)
			if err != nil {
				t.Fatal(err)
			}
			enc.Close()
			if i == 0 {
				first = wire
			}
			got, err := decoder(t, p, limit).Decode(nil, wire)
			if err != nil || !bytes.Equal(got, payload) || len(wire) != len(first) {
				t.Errorf("%+v: stream %d takes %d octets, as the first %d, and decodes to %.20q, %v", p, i, len(wire), len(first), got, err)
			}
		}
	}
}

// Frames may be cut anywhere, and may be empty; nothing is held back that the codec lets go of.
func TestCutAnywhere(t *testing.T) {
	r := random(3)
	list := payloads(r, 30, 3000)
	want := bytes.Join(list, nil)
	for _, p := range all {
		enc := encoder(t, p)
		var wire []byte
		for _, b := range list {
			var err error
			if wire, err = enc.Encode(wire, b); err != nil {
				t.Fatal(err)
			}
		}
		for _, size := range []int{1, 2, 3, 7, 64, 1000, len(wire)} {
			dec := decoder(t, p, limit)
			var got []byte
			for at := 0; at < len(wire); at += size {
				frame := bytes.Clone(wire[at:min(at+size, len(wire))])
				var err error
				if got, err = dec.Decode(got, frame); err != nil {
					t.Fatal(err)
				}
				clear(frame) // it belongs to the caller again
				if got, err = dec.Decode(got, nil); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%+v: cut at %d octets, %d of %d octets are right", p, size, len(got), len(want))
			}
		}
	}
}

// Each frame may be taken by another goroutine, streams side by side, and in a bubble of package synctest.
func TestManyGoroutines(t *testing.T) {
	run := func(t *testing.T) {
		in := stream.NewIncoming(framing.RoleServer, framing.Limits{}, compress.Profiles()...)
		defer in.Close()
		const frames = 50
		list := payloads(random(9), frames, 20<<10)
		var all sync.WaitGroup
		for i, p := range []stream.Profile{compress.Zlib{}, compress.Zstd{}, compress.Zlib{Level: 1}} {
			out := stream.NewOutgoing(uint8(2*i + 1))
			if err := out.SetEncoding(p); err != nil {
				t.Fatal(err)
			}
			defer out.Close()
			before := make(chan struct{})
			close(before)
			add := func(f framing.Frame, want []byte) {
				task, err := in.Admit(&f)
				if err != nil {
					t.Fatal(err)
				}
				turn, done := before, make(chan struct{})
				before = done
				all.Go(func() {
					<-turn
					defer close(done)
					got, err := task.Run(nil, f.Payload)
					if err != nil || !task.Consumed() && !bytes.Equal(got, want) {
						t.Errorf("stream %d: %d octets, %v; want %d", f.StreamID, len(got), err, len(want))
					}
				})
			}
			settings, _ := out.Settings(1)
			add(settings, nil)
			for _, b := range list {
				encoded, err := out.AppendEncoded(nil, b)
				if err != nil {
					t.Fatal(err)
				}
				add(framing.Frame{Header: framing.Header{
					RequestID: 1, StreamID: out.ID(), StreamFlags: out.Next() | framing.FlagEncoded, Type: framing.TypeCommandData,
				}, Payload: encoded}, b)
			}
		}
		all.Wait()
	}
	t.Run("outside", run)
	synctest.Test(t, run)
}

// A steady state allocates nothing.
func TestAllocations(t *testing.T) {
	payload := []byte(strings.Repeat("what recurs and what does not: 0123456789 ", 50))
	for _, p := range compress.Profiles() {
		enc, dec := encoder(t, p), decoder(t, p, limit)
		var wire, got []byte
		for range 1000 { // until the windows are full
			wire, _ = enc.Encode(wire[:0], payload)
			got, _ = dec.Decode(got[:0], wire)
		}
		if allocs := testing.AllocsPerRun(100, func() {
			var err error
			if wire, err = enc.Encode(wire[:0], payload); err != nil {
				t.Fatal(err)
			}
			if got, err = dec.Decode(got[:0], wire); err != nil {
				t.Fatal(err)
			}
		}); allocs != 0 {
			t.Errorf("%s: %v allocations per frame; want 0", p.Name(), allocs)
		}
	}
}

func TestLimit(t *testing.T) {
	for _, p := range all {
		for _, size := range []int{999, 1000, 1001, 100_000} {
			enc, dec := encoder(t, p), decoder(t, p, 1000)
			for range 3 { // the limit is for each frame
				wire, err := enc.Encode(nil, make([]byte, size))
				if err != nil {
					t.Fatal(err)
				}
				got, err := dec.Decode(nil, wire)
				if size <= 1000 && (err != nil || len(got) != size) {
					t.Errorf("%+v: %d octets decode to %d, %v", p, size, len(got), err)
				}
				if size > 1000 && !errors.Is(err, stream.ErrDecodedTooLarge) {
					t.Errorf("%+v: %d octets decode: %v; want %v", p, size, err, stream.ErrDecodedTooLarge)
				}
			}
		}
	}
}

func TestErrors(t *testing.T) {
	for _, tt := range []struct {
		profile stream.Profile
		wire    string
		want    string
	}{
		{compress.Zlib{}, "\x78", ""},
		{compress.Zlib{}, "hello", "zlib: invalid header"},
		{compress.Zlib{}, "\x78\xbb\x00\x00\x00\x00", "zlib: invalid dictionary"},
		{compress.Zlib{}, "\x78\x9c\x07", "flate: corrupt input before offset 1"},
		{compress.Zlib{}, "\x78\x9c\x03\x00\x00\x00\x00\x01", ""},
		{compress.Zlib{}, "\x78\x9c\x03\x00\x00\x00\x00\x02", "zlib: invalid checksum"},
		{compress.Zlib{}, "\x78\x9c\x03\x00\x00\x00\x00\x01!", "data after the end of the compressed stream"},
		{compress.Zstd{}, "\x28\xb5\x2f", ""},
		{compress.Zstd{}, "hello", "invalid input: magic number mismatch"},
		{compress.Zstd{}, "\x28\xb5\x2f\xfd\x00\x68\x07\x00\x00", "invalid input: reserved block type encountered"},
		{compress.Zstd{}, "\x28\xb5\x2f\xfd\x00\x68\x00\x00\x00", ""},
		{compress.Zstd{}, "\x28\xb5\x2f\xfd\x00\x69\x00\x00\x00", "the window is larger than 8388608 octets, or a block than the window"},
		{compress.Zstd{}, "\x28\xb5\x2f\xfd\x00\x00\x08\x20\x00", "the window is larger than 8388608 octets, or a block than the window"},
		{compress.Zstd{}, "\x28\xb5\x2f\xfd\x01\x68\x07", "unknown dictionary"},
	} {
		_, err := decoder(t, tt.profile, limit).Decode(nil, []byte(tt.wire))
		if got := fmt.Sprint(err); got != tt.want && (tt.want != "" || err != nil) {
			t.Errorf("%s, % x: error %v; want %q", tt.profile.Name(), tt.wire, err, tt.want)
		}
	}
}

// A compressed stream that has ended takes no more octets, but empty frames.
func TestAfterTheEnd(t *testing.T) {
	dec := decoder(t, compress.Zlib{}, limit)
	for i, wire := range []string{"\x78\x9c\x03\x00\x00\x00\x00\x01", "", "!", "!"} {
		_, err := dec.Decode(nil, []byte(wire))
		if want := wire == "!"; errors.Is(err, stream.ErrTrailingData) != want {
			t.Errorf("frame %d, % x: error %v; want one: %v", i, wire, err, want)
		}
	}
}

// Further frames of the format are part of the stream (RFC 8878, section 3), skippable ones too.
func TestZstdFrames(t *testing.T) {
	const a, skip, b = "\x28\xb5\x2f\xfd\x00\x00\x09\x00\x00A", "\x50\x2a\x4d\x18\x02\x00\x00\x00..", "\x28\xb5\x2f\xfd\x00\x00\x11\x00\x00BC"
	dec := decoder(t, compress.Zstd{}, limit)
	var got []byte
	for _, wire := range []string{a + skip[:3], skip[3:] + b, skip, a} {
		var err error
		if got, err = dec.Decode(got, []byte(wire)); err != nil {
			t.Fatal(err)
		}
	}
	if string(got) != "ABCA" {
		t.Errorf("%q; want ABCA", got)
	}
}

func TestConfigurations(t *testing.T) {
	for _, p := range []stream.Profile{
		compress.Zlib{Level: -1}, compress.Zlib{Level: 10},
		compress.Zstd{Level: -1}, compress.Zstd{Level: 5},
		compress.Zstd{Window: 1000}, compress.Zstd{Window: 512}, compress.Zstd{Window: 16 << 20}, compress.Zstd{Window: -1},
	} {
		if _, _, err := p.NewEncoder(); err == nil {
			t.Errorf("%T%+v makes an encoder; want an error", p, p)
		}
	}
	for _, p := range compress.Profiles() {
		if _, err := p.NewDecoder([]byte{0}, limit); err == nil {
			t.Errorf("%s takes settings; want an error", p.Name())
		}
	}
	if got, want := stream.Registry(compress.Profiles()).String(), "identity, zstd-8mb, zlib"; got != want {
		t.Errorf("profiles %s; want %s", got, want)
	}
}
