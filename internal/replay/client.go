package replay

import (
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/reactor"
)

// doClient applies an event to the client.
func (r *Runner) doClient(o *Outcome, e *Event, frame framing.Frame) {
	c := r.client
	switch e.Op {
	case OpOpen:
		id, err := c.Open()
		o.ID = id
		o.misused(err)
	case OpRelease:
		o.misused(c.Release(e.Request))
	case OpSend:
		o.misused(c.Sending(&frame.Header))
		went(o, "stream", c.StreamTransition())
		went(o, "client-request", c.Transition())
	case OpFrame, OpHex:
		res := c.Receive(&frame)
		o.Action, o.ID, o.Err = res.Action, res.Request, res.Err
		switch o.Action {
		case reactor.TextOutput:
			o.Text = c.Text()
		case reactor.ResponsePart, reactor.ResponseEnd, reactor.CommandFailed, reactor.Refused:
			o.Payload = frame.Payload
		}
		went(o, "client-connection", c.ConnectionTransition())
		went(o, "stream", c.StreamTransition())
		went(o, "client-request", c.Transition())
	case OpEOF:
		o.Incomplete = c.EndInput()
	}
	o.State = c.State().String()
}
