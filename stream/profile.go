package stream

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Profile is a content encoding. Applications may bring their own. Its methods are safe for concurrent
// use; the contexts that it makes need not be. A panic of NewDecoder, Decode or Encode is taken for an
// error.
type Profile interface {
	// Name is the name under which stream-settings frames know the profile: 1 to 255 octets of
	// ASCII.
	Name() string

	// NewDecoder starts a context for a stream that we receive, from the profile's own octets of
	// the stream-settings frame. They are valid during the call only. No frame may decode to
	// more than limit octets. An error says what is wrong with the settings.
	NewDecoder(settings []byte, limit int) (Decoder, error)

	// NewEncoder starts a context for a stream that we send, and returns the octets that the
	// stream-settings frame carries for the peer's NewDecoder.
	NewEncoder() (enc Encoder, settings []byte, err error)
}

// Decoder is the context of a stream that we receive. It is fed frame by frame, in order, and
// needs no goroutine.
type Decoder interface {
	// Decode appends to dst all that the frame's payload decodes to, which may be nothing. The
	// payload is valid during the call only.
	//
	// When that would be more than the limit of NewDecoder, it stops with ErrDecodedTooLarge, if
	// it can before it takes the memory. Any other error says that the payload is malformed.
	// After an error the context is only ever closed.
	Decode(dst, payload []byte) ([]byte, error)

	// Close drops the context. It is called once, and nothing is called after it.
	Close()
}

// Encoder is the context of a stream that we send.
type Encoder interface {
	// Encode appends to dst the encoding of the payload, flushed so that the peer can decode the
	// whole payload from this frame and those before it. The encoder never ends its compressed
	// stream. Every encoded payload must be sent, in order, or the peer's context gets out of
	// step.
	Encode(dst, payload []byte) ([]byte, error)

	// MaxPayload returns the most octets of payload whose encoding is sure to take no more than
	// limit octets. Senders cut there.
	MaxPayload(limit int) int

	// Close drops the context. It is called once, and nothing is called after it.
	Close()
}

// recovered is deferred to make an error of a panic.
func recovered(err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("panic: %v", v)
	}
}

// ErrDecodedTooLarge is what a Decoder returns when a frame decodes to more than its limit.
var ErrDecodedTooLarge = errors.New("decoded payload exceeds the limit")

// Registry is a list of profiles. Identity is known whether listed or not.
type Registry []Profile

// Lookup returns the profile of that name, or nil. Of several the last counts.
func (r Registry) Lookup(name string) Profile {
	for i := len(r) - 1; i >= 0; i-- {
		if r[i].Name() == name {
			return r[i]
		}
	}
	if name == (Identity{}).Name() {
		return Identity{}
	}
	return nil
}

// String lists the names of all known profiles, each once: Identity, then in the order of r.
func (r Registry) String() string {
	names := []string{Identity{}.Name()}
	for _, p := range r {
		if name := p.Name(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}
