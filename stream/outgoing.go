package stream

import "github.com/hgwire/hgwire/generated/framing"

// Outgoing is a stream on which we send. It starts closed, so its first frame begins it.
//
// A nil or zero Outgoing stands for no stream, as in the revision `request-ids`: it has ID 0 and
// never yields a flag. An Outgoing is not safe for concurrent use.
type Outgoing struct {
	exists bool
	id     uint8
	next   framing.StreamFlags
	all    *Encodings // that it counts for; may be nil
	coding *coding    // nil on a stream that has no encoding, nor has had one that the peer still has
}

// NewOutgoing returns the stream with the given ID: odd when we are the client, even when we are
// the server.
func NewOutgoing(id uint8) *Outgoing {
	return &Outgoing{exists: true, id: id, next: framing.FlagStreamBegin}
}

// ID returns the stream's ID.
func (o *Outgoing) ID() uint8 {
	if o == nil {
		return 0
	}
	return o.id
}

// Next returns the flags of the next frame and counts that frame as sent: FlagStreamBegin on the
// first frame, FlagStreamEnd after a call of End.
//
// For a message of several frames one call yields the flags of the whole: FlagStreamBegin is for
// its first frame and FlagStreamEnd for its last.
func (o *Outgoing) Next() framing.StreamFlags {
	if o == nil {
		return 0
	}
	flags := o.next
	if flags != 0 {
		o.turn(flags)
	}
	return flags
}

// turn begins or ends the stream, or both, with a frame that has the flags.
func (o *Outgoing) turn(flags framing.StreamFlags) {
	begins, ends := flags&framing.FlagStreamBegin != 0, flags&framing.FlagStreamEnd != 0
	o.next = 0
	if ends {
		o.next = framing.FlagStreamBegin
	}
	switch {
	case o.coding == nil:
	case begins && o.coding.profile == nil:
		o.uncount()
	case ends:
		o.coding.drop()
	}
}

// End marks the next frame as the stream's last. After it the stream is closed, and the frame
// that follows begins it afresh.
func (o *Outgoing) End() {
	if o != nil && o.exists {
		o.next |= framing.FlagStreamEnd
	}
}
