package hgwire_test

import (
	"errors"

	"github.com/hgwire/hgwire/stream"
)

// encodings are the content encodings that tests go through.
func encodings() []stream.Profile { return []stream.Profile{runs{}} }

// runs is a toy content encoding with everything a real one has: it depends on all frames before,
// it compresses, it expands, it can be malformed, and it takes settings. A payload is a series of
// pairs, a count and a difference: the octet before plus the difference, count times. The settings
// are the octet before the first.
type runs struct{}

func (runs) Name() string { return "runs" }

func (runs) NewDecoder(settings []byte, limit int) (stream.Decoder, error) {
	if len(settings) != 1 {
		return nil, errors.New("runs takes one octet of settings")
	}
	return &runsDecoder{settings[0], limit}, nil
}

func (runs) NewEncoder() (stream.Encoder, []byte, error) { return &runsEncoder{7}, []byte{7}, nil }

type runsDecoder struct {
	last  byte
	limit int
}

func (d *runsDecoder) Decode(dst, payload []byte) ([]byte, error) {
	if len(payload)%2 != 0 {
		return dst, errors.New("half a pair")
	}
	start := len(dst)
	for i := 0; i < len(payload); i += 2 {
		d.last += payload[i+1]
		if len(dst)-start+int(payload[i]) > d.limit {
			return dst, stream.ErrDecodedTooLarge
		}
		for range payload[i] {
			dst = append(dst, d.last)
		}
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
