package hgwire_test

import (
	"errors"

	"github.com/hgwire/hgwire/stream"
	"github.com/hgwire/hgwire/stream/compress"
)

// encodings are the content encodings with which connections are tested.
func encodings() []stream.Profile {
	return []stream.Profile{runs{}, compress.Zlib{Level: 1}, compress.Zstd{Level: 1, Window: 64 << 10}}
}

// runs is a toy content encoding with everything a real one has: it depends on all frames before,
// it compresses, it expands, it can be malformed, and it takes settings. A payload is a series of
// pairs, a count and a difference: the octet before plus the difference, count times, which is never
// none. Pairs may be cut. The settings
// are the octet before the first, or nothing for zero.
type runs struct{}

func (runs) Name() string { return "runs" }

func (runs) NewDecoder(settings []byte, limit int) (stream.Decoder, error) {
	if len(settings) > 1 {
		return nil, errors.New("runs takes at most one octet of settings")
	}
	d := &runsDecoder{limit: limit}
	if len(settings) == 1 {
		d.last = settings[0]
	}
	return d, nil
}

func (runs) NewEncoder() (stream.Encoder, []byte, error) { return &runsEncoder{7}, []byte{7}, nil }

type runsDecoder struct {
	last  byte
	count byte // of a pair that has been cut; 0 when none has
	limit int
}

func (d *runsDecoder) Decode(dst, payload []byte) ([]byte, error) {
	start := len(dst)
	for _, octet := range payload {
		if d.count == 0 {
			if d.count = octet; octet == 0 {
				return dst, errors.New("a run of nothing")
			}
			continue
		}
		d.last += octet
		if len(dst)-start+int(d.count) > d.limit {
			return dst, stream.ErrDecodedTooLarge
		}
		for range d.count {
			dst = append(dst, d.last)
		}
		d.count = 0
	}
	return dst, nil
}

func (d *runsDecoder) Close() { d.limit = -1 }

type runsEncoder struct{ last byte }

func (e *runsEncoder) Encode(dst, payload []byte) ([]byte, error) {
	for i := 0; i < len(payload); {
		n := i
		for n < len(payload) && n-i < 255 && payload[n] == payload[i] {
			n++
		}
		dst = append(dst, byte(n-i), payload[i]-e.last)
		e.last = payload[i]
		i = n
	}
	return dst, nil
}

func (*runsEncoder) MaxPayload(limit int) int { return limit / 2 }

func (*runsEncoder) Close() {}
