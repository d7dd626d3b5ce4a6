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

// maxLength is the most that the length of a frame can say.
const maxLength = 1<<24 - 1

// orDefault returns n, or the default for zero and less. More than a frame can hold is cut down to
// that.
func orDefault(n int) int {
	if n <= 0 {
		return framing.DefaultMaxSend
	}
	return min(n, maxLength)
}
