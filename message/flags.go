package message

import "github.com/hgwire/hgwire/generated/framing"

// streamFlags are a message's stream flags: some are for its first frame, some for its last.
type streamFlags framing.StreamFlags

// of returns the stream flags of one frame of the message.
func (s streamFlags) of(first, last bool) framing.StreamFlags {
	flags := framing.StreamFlags(s)
	if !first {
		flags &^= framing.FlagStreamBegin
	}
	if !last {
		flags &^= framing.FlagStreamEnd
	}
	return flags
}

// orDefault returns n, or the default for zero and less.
func orDefault(n int) int {
	if n <= 0 {
		return framing.DefaultMaxSend
	}
	return n
}
