package stream

import (
	"errors"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
)

// reception is a frame on its way through the machine. Its methods are the machine's actions, and
// change nothing outside of it but the buffer for decoded payloads.
type reception struct {
	in       *Incoming
	header   framing.Header
	payload  []byte
	encoding encoding // of the stream, as the actions so far leave it
	began    bool     // encoding is not that of the frames before
	ended    bool     // encoding is to be dropped
}

var _ framing.StreamActions = (*reception)(nil)

// Begin gives the stream a new context with the profile identity.
func (r *reception) Begin() *framing.ProtocolError {
	in := r.in
	if count(in.states[r.header.StreamID]) == 0 && in.open >= in.limits.OpenStreams {
		return framing.NewTooManyStreams(&r.header, in.limits.OpenStreams)
	}
	r.encoding, r.began = encoding{}, true
	return nil
}

// Decode replaces an encoded payload by what it decodes to.
func (r *reception) Decode() *framing.ProtocolError {
	if r.header.StreamFlags&framing.FlagEncoded == 0 {
		return nil
	}
	in := r.in
	limit := in.limits.DecodedOctets
	if r.encoding.decoder == nil {
		if len(r.payload) > limit {
			return framing.NewDecodedTooLarge(&r.header, limit)
		}
		return nil
	}
	decoded, err := r.encoding.decoder.Decode(in.decoded[:0], r.payload)
	if errors.Is(err, ErrDecodedTooLarge) || err == nil && len(decoded) > limit {
		return framing.NewDecodedTooLarge(&r.header, limit)
	}
	if err != nil {
		return framing.NewUndecodablePayload(&r.header, r.encoding.profile, err.Error())
	}
	in.decoded = decoded
	r.payload = decoded[:len(decoded):len(decoded)]
	return nil
}

// Apply sets the content encoding that the payload names. No action after it fails, so the context
// that it makes is never left over.
func (r *reception) Apply() *framing.ProtocolError {
	s, perr := payload.ParseSettings(&r.header, r.payload)
	if perr != nil {
		return perr
	}
	profile := r.in.profiles.Lookup(s.Profile)
	if profile == nil {
		return framing.NewUnknownProfile(&r.header, printable(s.Profile), r.in.profiles.String())
	}
	decoder, err := profile.NewDecoder(s.Extra, r.in.limits.DecodedOctets)
	if err != nil {
		return framing.NewMalformedSettings(&r.header, err.Error())
	}
	r.encoding = encoding{s.Profile, decoder}
	return nil
}

// End drops the stream's context.
func (r *reception) End() *framing.ProtocolError {
	r.ended = true
	return nil
}

// printable returns a name that the peer chose so that it is fit for an error text.
func printable(name string) string { return string(framing.AppendEscaped(nil, []byte(name))) }
