package reactor

import (
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

// own are the streams on which we send: the states in which frames that are sent leave them, and
// who hands out their flags. In a revision without streams there are none.
type own struct {
	role      framing.Role
	exist     bool
	states    [256]framing.StreamState
	outgoing  [256]*stream.Outgoing
	encodings *stream.Encodings
}

func newOwn(role framing.Role, rev framing.Revision, limits framing.Limits) own {
	o := own{role: role, exist: rev >= framing.RevisionStreams, encodings: stream.NewEncodings(limits)}
	for id := range o.states {
		o.states[id] = framing.InitialStream(role, uint8(id))
	}
	return o
}

// find returns the stream with the ID, or nil, which stands for no stream, for IDs of the peer and in
// a revision without streams.
func (o *own) find(id uint8) *stream.Outgoing {
	if !o.exist || !o.role.OwnsStreamID(id) {
		return nil
	}
	if o.outgoing[id] == nil {
		o.outgoing[id] = o.encodings.NewOutgoing(id)
	}
	return o.outgoing[id]
}

// dispatch returns the row for a frame about to be sent, or zero in a revision without streams.
func (o *own) dispatch(h *framing.Header) framing.StreamTransition {
	if !o.exist {
		return 0
	}
	return framing.SendStream(o.states[h.StreamID], h)
}

// enter moves a stream to where the row for a sent frame leads. Zero leads nowhere.
func (o *own) enter(id uint8, t framing.StreamTransition) {
	if row := t.Row(); !row.Keep {
		o.states[id] = row.To
	}
}

// sent takes note of a message that has been sent, whose header has the stream flags of all its
// frames. Their flags came from the stream itself.
func (o *own) sent(h *framing.Header) { o.enter(h.StreamID, o.dispatch(h)) }

// flags returns the flags that a stream is about to hand out, for reset.
func (o *own) flags(id uint8) stream.Outgoing {
	if s := o.find(id); s != nil {
		return *s
	}
	return stream.Outgoing{}
}

// reset makes a stream what it was before messages that are not going to be sent.
func (o *own) reset(id uint8, state framing.StreamState, flags stream.Outgoing) {
	if s := o.find(id); s != nil {
		*s = flags
	}
	o.states[id] = state
}
