package compress_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"runtime"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/hgwire/hgwire/stream"
	"github.com/hgwire/hgwire/stream/compress"
)

// held returns the octets in use.
func held() int {
	runtime.GC()
	runtime.GC() // the first leaves what is in pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc + m.StackInuse)
}

// each returns how many octets each of three things holds.
func each(start func() any) int {
	var all [3]any
	before := held()
	for i := range all {
		all[i] = start()
	}
	after := held()
	runtime.KeepAlive(&all)
	runtime.KeepAlive(start) // and all that it knows
	return (after - before) / len(all)
}

// TestMemory holds streams of MiBs of text in frames of 16 KiB to what the documentation says they take.
// With -v it prints what they do take.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	var text []byte
	for r := random(8); len(text) < 10<<20; {
		text = fmt.Appendf(text, `{"name": "%x", "n": %d},`, r.Uint32(), r.IntN(1000))
	}
	const size = 16 << 10
	for _, tt := range []struct {
		profile          stream.Profile
		encoder, decoder float64 // MiB
	}{
		{compress.Zlib{}, 1.5, 0.1},
		{compress.Zlib{Level: 1}, 1.5, 0.1},
		{compress.Zlib{Level: 9}, 1.5, 0.1},
		{compress.Zstd{}, 3, 1.5},
		{compress.Zstd{Level: 1}, 2, 1.5},
		{compress.Zstd{Level: 3}, 6, 1.5},
		{compress.Zstd{Level: 4}, 36, 1.5},
		{compress.Zstd{Window: 128 << 10}, 2, 0.6},
		{compress.Zstd{Window: 8 << 20}, 10, 8.5},
	} {
		text := text[:3<<20]
		if z, ok := tt.profile.(compress.Zstd); ok && z.Window > len(text) {
			text = text[:10<<20]
		}
		var buf []byte
		encoding := each(func() any {
			enc := encoder(t, tt.profile)
			for at := 0; at+size <= len(text); at += size {
				var err error
				if buf, err = enc.Encode(buf[:0], text[at:at+size]); err != nil {
					t.Fatal(err)
				}
			}
			return enc
		})
		enc, decoded := encoder(t, tt.profile), make([]byte, 0, size)
		var wire [][]byte
		for at := 0; at+size <= len(text); at += size {
			f, err := enc.Encode(nil, text[at:at+size])
			if err != nil {
				t.Fatal(err)
			}
			wire = append(wire, f)
		}
		decoding := each(func() any {
			dec := decoder(t, tt.profile, limit)
			for _, f := range wire {
				if _, err := dec.Decode(decoded, f); err != nil {
					t.Fatal(err)
				}
			}
			return dec
		})
		gotEncoder, gotDecoder := float64(encoding)/(1<<20), float64(decoding)/(1<<20)
		t.Logf("%T%+v: encoder %.2f MiB, decoder %.2f MiB", tt.profile, tt.profile, gotEncoder, gotDecoder)
		if gotEncoder > tt.encoder || gotDecoder > tt.decoder {
			t.Errorf("%T%+v: encoder %.2f MiB, decoder %.2f MiB; want at most %v and %v", tt.profile, tt.profile, gotEncoder, gotDecoder, tt.encoder, tt.decoder)
		}
	}
}

// A peer that asks for the largest window gets no more than that, and a stream that has not begun to
// decode takes next to nothing.
func TestHostileMemory(t *testing.T) {
	window := each(func() any {
		dec := decoder(t, compress.Zstd{}, limit)
		if got, err := dec.Decode(nil, []byte("\x28\xb5\x2f\xfd\x00\x68\x08\x00\x00A")); len(got) != 1 || err != nil {
			t.Fatalf("%q, %v; want one octet", got, err)
		}
		return dec
	})
	if got := float64(window) / (1 << 20); got > 8.5 {
		t.Errorf("a decoder with the largest window takes %.2f MiB; want at most 8.5", got)
	}
	for _, p := range compress.Profiles() {
		if idle := each(func() any { return decoder(t, p, limit) }); idle > 4<<10 {
			t.Errorf("%s: a decoder that has decoded nothing takes %d octets; want little", p.Name(), idle)
		}
	}
}

// A frame that decodes to 1 GiB is refused at the limit, and no more is taken.
func TestBombs(t *testing.T) {
	const bomb = 1 << 30
	if testing.Short() {
		t.Skip("takes seconds")
	}
	zeros := make([]byte, 1<<20)
	for _, tt := range []struct {
		profile stream.Profile
		write   func(io.Writer) (io.WriteCloser, error)
	}{
		{compress.Zlib{}, func(w io.Writer) (io.WriteCloser, error) { return zlib.NewWriterLevel(w, zlib.BestSpeed) }},
		{compress.Zstd{}, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) }},
	} {
		var wire bytes.Buffer
		w, err := tt.write(&wire)
		if err != nil {
			t.Fatal(err)
		}
		for range bomb / len(zeros) {
			if _, err := w.Write(zeros); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		dec := decoder(t, tt.profile, limit)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err = dec.Decode(nil, wire.Bytes())
		runtime.ReadMemStats(&after)
		if !errors.Is(err, stream.ErrDecodedTooLarge) {
			t.Errorf("%s: error %v; want %v", tt.profile.Name(), err, stream.ErrDecodedTooLarge)
		}
		// All that was allocated on the way: a slice that has grown to the limit, and a window.
		if got := after.TotalAlloc - before.TotalAlloc; got > 8*limit {
			t.Errorf("%s: %d octets allocated for a bomb of %d octets; want at most %d", tt.profile.Name(), got, wire.Len(), 8*limit)
		}
	}
}
