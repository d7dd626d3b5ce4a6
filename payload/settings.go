package payload

import (
	"math"

	"github.com/hgwire/hgwire/generated/framing"
)

// Settings is the payload of a stream-settings frame: it names the content encoding of a stream.
type Settings struct {
	Profile string // 1 to 255 octets of ASCII
	Extra   []byte // settings that the profile defines
}

// AppendSettings appends the payload for s. The error is a *framing.UsageError with the code
// ErrProfileTooLarge, and dst is returned as it was.
func AppendSettings(dst []byte, s Settings) ([]byte, error) {
	if s.Profile == "" || len(s.Profile) > math.MaxUint8 || !isASCII(s.Profile) {
		h := framing.Header{Type: framing.TypeStreamSettings}
		return dst, framing.NewProfileTooLarge(&h, abbreviate(s.Profile))
	}
	dst = append(dst, byte(len(s.Profile)))
	dst = append(dst, s.Profile...)
	return append(dst, s.Extra...), nil
}

// ParseSettings reads a stream-settings payload. Extra aliases b.
//
// The error has the code ErrMalformedSettings and the header h, the frame's, whose stream its text
// names. Whether the profile is known is for the receiver to say.
func ParseSettings(h *framing.Header, b []byte) (Settings, *framing.ProtocolError) {
	switch {
	case len(b) == 0:
		return Settings{}, framing.NewMalformedSettings(h, "length of the profile name is missing")
	case b[0] == 0:
		return Settings{}, framing.NewMalformedSettings(h, "profile name is empty")
	}
	end := 1 + int(b[0])
	if len(b) < end {
		return Settings{}, framing.NewMalformedSettings(h, cutShort("profile name", end-1, len(b)-1))
	}
	if !isASCII(b[1:end]) {
		return Settings{}, framing.NewMalformedSettings(h, "profile name is not ASCII")
	}
	return Settings{Profile: string(b[1:end]), Extra: b[end:len(b):len(b)]}, nil
}
