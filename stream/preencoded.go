package stream

import "errors"

// PreEncoded returns a profile for payloads that come encoded already, from a cache for example: the
// stream announces the named profile with the given settings, and AppendEncoded returns payloads as they
// are. They may be cut anywhere. All that is sent on the stream from one begin to the next must be one
// compressed stream; SetEncoding or End before the next one begins it afresh.
//
// The profile does not decode.
func PreEncoded(name string, settings []byte) Profile { return preEncoded{name, settings} }

type preEncoded struct {
	name     string
	settings []byte
}

func (p preEncoded) Name() string { return p.name }

func (preEncoded) NewDecoder([]byte, int) (Decoder, error) {
	return nil, errors.New("the profile is for sending only")
}

func (p preEncoded) NewEncoder() (Encoder, []byte, error) { return identityEncoder{}, p.settings, nil }
