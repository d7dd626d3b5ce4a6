package compress_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/hgwire/hgwire/stream/compress"
)

// TestMaxPayload encodes payloads of MaxPayload octets that are hard to compress, or that tempt an
// encoder into what does not pay, several in a row on one context.
func TestMaxPayload(t *testing.T) {
	rounds := 8
	if testing.Short() {
		rounds = 2
	}
	for _, p := range all {
		t.Run(fmt.Sprintf("%T%+v", p, p), func(t *testing.T) {
			t.Parallel()
			worst := 0.0
			for _, limit := range []int{33, 65, 80, 100, 256, 1000, 1024, 4096, 16384, 32768, 65535, 140_000} {
				for round := range rounds {
					enc := encoder(t, p)
					n := enc.MaxPayload(limit)
					if n < 0 || n > limit {
						t.Fatalf("MaxPayload(%d) = %d", limit, n)
					}
					r := rand.New(rand.NewPCG(uint64(limit), uint64(round)))
					var before []byte
					for frame := range 5 {
						payload := hard(r, n, before)
						wire, err := enc.Encode(nil, payload)
						if err != nil {
							t.Fatal(err)
						}
						if len(wire) > limit {
							t.Fatalf("frame %d of %d octets takes %d; want at most %d", frame, n, len(wire), limit)
						}
						if n > 1000 {
							worst = max(worst, float64(len(wire))/float64(n))
						}
						before = append(before, payload...)
					}
				}
			}
			t.Logf("at worst %.4f times the payload", worst)
		})
	}
	for _, p := range compress.Profiles() {
		enc := encoder(t, p)
		for limit := range 100 {
			n := enc.MaxPayload(limit)
			if n < 0 {
				t.Fatalf("%s: MaxPayload(%d) = %d", p.Name(), limit, n)
			}
		}
		if n := enc.MaxPayload(32768); n < 26000 {
			t.Errorf("%s: MaxPayload(32768) = %d; want little less than 32768", p.Name(), n)
		}
	}
}

// hard returns n octets that take more than themselves, as far as it can be brought about.
func hard(r *rand.Rand, n int, before []byte) []byte {
	b := make([]byte, n)
	kind := r.IntN(5)
	symbols := 1 << (1 + r.IntN(8))
	length := 3 + r.IntN(6)
	for i := range b {
		switch kind {
		case 0: // noise
			b[i] = byte(r.Uint32())
		case 1: // a skewed distribution, for which a table hardly pays
			b[i] = byte(r.IntN(symbols))
			if r.IntN(3) == 0 {
				b[i] = byte(r.Uint32())
			}
		case 2: // nearly all symbols nearly equally often
			b[i] = byte(min(r.IntN(256), r.IntN(400)))
		default: // short matches at random distances, which cost as much as they save
			from := before
			if kind == 4 || len(before) == 0 {
				from = b[:i]
			}
			if i%length == 0 && len(from) > length {
				at := r.IntN(len(from) - length)
				copy(b[i:min(i+length, n)], from[at:at+length])
			} else if i%length == length-1 || len(from) <= length {
				b[i] = byte(r.Uint32())
			}
		}
	}
	return b
}
