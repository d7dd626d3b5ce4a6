package replay

import (
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/reactor"
)

// doServer applies an event to the server.
func (r *Runner) doServer(o *Outcome, e *Event, frame framing.Frame) {
	s := r.server
	switch e.Op {
	case OpFrame, OpHex:
		r.receive(o, &frame)
	case OpRespond:
		res, err := s.Respond(e.Request, e.Stream, e.Payload)
		r.answered(e, err)
		r.called(o, res, err)
		r.send(o)
	case OpReady:
		res, err := s.Respond(e.Request, e.Stream, e.Payload)
		r.answered(e, err)
		r.called(o, res, err)
	case OpFail:
		res, err := s.Fail(e.Request, e.Stream, string(e.Payload))
		r.answered(e, err)
		r.called(o, res, err)
		r.send(o)
	case OpTake:
		o.Action = reactor.SendFrames
		r.send(o)
	case OpCall:
		res, err := r.call(e)
		r.called(o, res, err)
	case OpSent:
		row := framing.SendServerRequest(r.revision, framing.ServerRequestAnswered, &frame.Header).Row()
		if !row.Keep && row.To == framing.ServerRequestInactive {
			o.Action = reactor.SendFrames
			r.send(o)
		}
	case OpBegin:
		o.misused(s.Begin(e.Request))
		went(o, "server-request", s.Transition())
	case OpSend:
		o.misused(s.Sending(&frame.Header))
		went(o, "stream", s.StreamTransition())
		went(o, "server-request", s.Transition())
	case OpEOF:
		res, incomplete, err := s.EndInput(r.refusals)
		o.Incomplete = incomplete
		r.called(o, res, err)
		r.send(o)
	}
	o.State = s.State().String()
}

func (r *Runner) receive(o *Outcome, f *framing.Frame) {
	res := r.server.Receive(f)
	o.Action, o.Request, o.Err = res.Action, res.Request, res.Err
	switch {
	case o.Action == reactor.TakeData:
		o.ID, o.Payload = res.Request.ID, f.Payload
	case o.Action == reactor.RunCommand && res.Request.HasData() && res.Request.Data == nil:
		o.Payload = append([]byte{}, f.Payload...) // not nil, even if it is empty
	}
	went(o, "server-connection", r.server.ConnectionTransition())
	went(o, "stream", r.server.StreamTransition())
	went(o, "server-request", r.server.Transition())
}

// call answers a request with a text of one letter, on stream 2.
func (r *Runner) call(e *Event) (reactor.Result, error) {
	if e.Call == framing.ServerRequestEventFail {
		return r.server.Fail(e.Request, 2, "x")
	}
	return r.server.Respond(e.Request, 2, []byte("x"))
}

func (r *Runner) called(o *Outcome, res reactor.Result, err error) {
	o.Action = res.Action
	went(o, "server-request", r.server.Transition())
	o.misused(err)
}

// answered remembers where answers go out. One that is refused goes nowhere.
func (r *Runner) answered(e *Event, err error) {
	if err == nil {
		r.refusals = e.Stream
	}
}

// send takes the frames that are ready.
func (r *Runner) send(o *Outcome) {
	if o.Action != reactor.SendFrames || o.Usage != "" {
		return
	}
	before := r.server.Transition()
	r.octets = r.server.Take(r.octets[:0])
	o.octets = r.octets
	if row := r.server.Transition(); len(o.octets) > 0 && row != before {
		went(o, "server-request", row)
	}
}
