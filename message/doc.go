// Package message turns commands and responses into frames.
//
// A constructor checks everything that our caller may have got wrong and takes the flags of the
// outgoing stream; what it returns only formats. So frames can be counted, printed or sent twice,
// and they are the same frames each time; just a command's data is read once. Whether a request
// may be sent or answered at all is for the reactors to say.
//
// The one rule to remember: messages on one stream are sent in the order in which they were
// constructed, at least their first frames, because the first one begins the stream. A message
// constructed after Outgoing.End is the last of its stream, and the frames of all others go first.
package message
