package compress_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"

	"github.com/hgwire/hgwire/stream"
	"github.com/hgwire/hgwire/stream/compress"
)

const fuzzLimit = 1 << 16

// oneShot decodes octets as a whole with the bare codec, up to fuzzLimit and one more. It returns what
// is left over after the end of the compressed stream, too.
func oneShot(p stream.Profile, wire []byte) (decoded []byte, left int, err error) {
	src := bytes.NewReader(wire)
	var r io.Reader
	if p.Name() == "zlib" {
		r, err = zlib.NewReader(src)
	} else {
		r, err = zstd.NewReader(struct{ io.Reader }{src}, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20))
	}
	if err != nil {
		return nil, 0, err
	}
	decoded, err = io.ReadAll(io.LimitReader(r, fuzzLimit+1))
	return decoded, src.Len(), err
}

// FuzzDecode cuts arbitrary octets in frames, and compares with the codec that has them all at once.
func FuzzDecode(f *testing.F) {
	for _, v := range vectors {
		var wire []byte
		for _, frame := range v.frames {
			wire = append(wire, unhex(f, frame)...)
		}
		f.Add(v.profile.Name() == "zlib", wire, uint8(1))
		f.Add(v.profile.Name() == "zlib", append(wire, wire...), uint8(7))
	}
	for _, p := range compress.Profiles() {
		enc := encoder(f, p)
		wire, err := enc.Encode(nil, make([]byte, fuzzLimit))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(p.Name() == "zlib", wire, uint8(0))
		if wire, err = enc.Encode(wire, []byte("one more")); err != nil {
			f.Fatal(err)
		}
		f.Add(p.Name() == "zlib", wire, uint8(3))
	}
	f.Fuzz(func(t *testing.T, isZlib bool, wire []byte, cut uint8) {
		var p stream.Profile = compress.Zstd{}
		if isZlib {
			p = compress.Zlib{}
		}
		dec, err := p.NewDecoder(nil, fuzzLimit)
		if err != nil {
			t.Fatal(err)
		}
		defer dec.Close()
		var got []byte
		for at := 0; at < len(wire); {
			next := min(at+1+int(cut)*(at%3), len(wire))
			before := len(got)
			if got, err = dec.Decode(got, wire[at:next]); err != nil {
				break
			}
			if len(got)-before > fuzzLimit {
				t.Fatalf("a frame decodes to %d octets; want at most %d", len(got)-before, fuzzLimit)
			}
			at = next
		}
		want, left, wantErr := oneShot(p, wire)
		if whole := len(want) <= fuzzLimit; !whole {
			if n := min(len(got), len(want)); !bytes.Equal(got[:n], want[:n]) {
				t.Fatalf("decodes to %.40q; want %.40q", got, want)
			}
			return
		}
		if !bytes.HasPrefix(want, got) {
			t.Fatalf("decodes to %.40q (%d octets), which the codec does not begin with: %.40q (%d)", got, len(got), want, len(want))
		}
		switch {
		case wantErr == nil && left > 0:
			if !errors.Is(err, stream.ErrTrailingData) {
				t.Fatalf("%d octets left over: error %v; want %v", left, err, stream.ErrTrailingData)
			}
		case wantErr == nil:
			if err != nil || len(got) != len(want) {
				t.Fatalf("%d of %d octets, %v; want all and no error", len(got), len(want), err)
			}
		case err == nil && !errors.Is(wantErr, io.ErrUnexpectedEOF):
			t.Fatalf("no error; want one like %v", wantErr)
		}
	})
}

// FuzzRoundTrip encodes payloads that the fuzzer cuts out of its input, and decodes them, plain ones in
// between.
func FuzzRoundTrip(f *testing.F) {
	f.Add(uint8(0), []byte("a payload, and then a payload, and then"), []byte{10, 0, 3, 200})
	f.Add(uint8(4), bytes.Repeat([]byte("abcdefgh"), 1000), []byte{255, 1, 255})
	f.Fuzz(func(t *testing.T, kind uint8, data, cuts []byte) {
		p := all[int(kind)%len(all)]
		enc, _, err := p.NewEncoder()
		if err != nil {
			t.Fatal(err)
		}
		defer enc.Close()
		dec, err := p.NewDecoder(nil, limit)
		if err != nil {
			t.Fatal(err)
		}
		defer dec.Close()
		for _, c := range append(slices.Clip(cuts), 255) {
			n := min(int(c)*int(c), len(data))
			max := enc.MaxPayload(n)
			wire, err := enc.Encode(nil, data[:max])
			if err != nil || len(wire) > n && max > 0 {
				t.Fatalf("%d octets take %d, %v; want at most %d", max, len(wire), err, n)
			}
			got, err := dec.Decode(nil, wire)
			if err != nil || !bytes.Equal(got, data[:max]) {
				t.Fatalf("%.40q, %v; want %.40q", got, err, data[:max])
			}
			data = data[max:]
		}
	})
}
