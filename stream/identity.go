package stream

import "errors"

// Identity is the profile of a stream without settings: encoded payloads are the payloads
// themselves.
type Identity struct{}

// Name returns "identity".
func (Identity) Name() string { return "identity" }

// NewDecoder returns a context without state. It takes no settings.
func (Identity) NewDecoder(settings []byte, limit int) (Decoder, error) {
	if len(settings) > 0 {
		return nil, errors.New("identity takes no settings")
	}
	return identityDecoder{limit}, nil
}

// NewEncoder returns a context without state, and no settings.
func (Identity) NewEncoder() (Encoder, []byte, error) { return identityEncoder{}, nil, nil }

type identityDecoder struct{ limit int }

func (d identityDecoder) Decode(dst, payload []byte) ([]byte, error) {
	if len(payload) > d.limit {
		return dst, ErrDecodedTooLarge
	}
	return append(dst, payload...), nil
}

func (identityDecoder) Close() {}

type identityEncoder struct{}

func (identityEncoder) Encode(dst, payload []byte) ([]byte, error) {
	return append(dst, payload...), nil
}

func (identityEncoder) MaxPayload(limit int) int { return limit }

func (identityEncoder) Close() {}
