package stream_test

import (
	"cmp"
	"errors"

	"github.com/hgwire/hgwire/stream"
)

// runs is a toy content encoding with everything a real one has: it depends on all frames before,
// it expands, it can be malformed, and it takes settings. A payload is a series of pairs, a count
// and a difference: the octet before plus the difference, count times. The settings are the octet
// before the first, or nothing for zero.
type runs struct {
	name           string // "" is "runs"
	opened, closed *int   // contexts; may be nil
}

func (p runs) Name() string { return cmp.Or(p.name, "runs") }

func (p runs) NewDecoder(settings []byte, limit int) (stream.Decoder, error) {
	if len(settings) > 1 {
		return nil, errors.New("runs takes at most one octet of settings")
	}
	d := &runsDecoder{limit: limit, closed: p.closed}
	if len(settings) == 1 {
		d.last = settings[0]
	}
	if p.opened != nil {
		*p.opened++
	}
	return d, nil
}

func (runs) NewEncoder() (stream.Encoder, []byte, error) { return &runsEncoder{}, nil, nil }

type runsDecoder struct {
	last   byte
	limit  int
	closed *int
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

func (d *runsDecoder) Close() {
	if d.closed != nil {
		*d.closed++
	}
}

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
