package replay

import (
	"errors"
	"fmt"
	"iter"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/reactor"
)

// Runner feeds events to a server reactor. It starts with a fresh one that sends at once.
type Runner struct {
	revision framing.Revision
	server   *reactor.Server
	limit    int   // octets of a received frame's payload
	refusals uint8 // stream on which end of input refuses requests
	octets   []byte
}

// NewRunner returns a Runner for a revision.
func NewRunner(rev framing.Revision) *Runner {
	r := &Runner{revision: rev}
	r.reset(reactor.Config{Revision: rev})
	return r
}

// Outcome is what an event came to. It is valid until the next event.
type Outcome struct {
	reactor.Result
	Usage      *framing.UsageError // the script asked for what an application must not; nothing changed
	Incomplete []uint16            // OpEOF: requests that were partly received
	Rows       Rows

	revision framing.Revision
	octets   []byte
}

// Rows are the rows of the schema that an event went through. Zero means none.
type Rows struct {
	Connection framing.ServerConnectionTransition
	Stream     framing.StreamTransition
	Request    framing.ServerRequestTransition
	Sent       framing.ServerRequestTransition // by taking the frames
}

// Frames yields the frames that were sent.
func (o *Outcome) Frames() iter.Seq[framing.Frame] {
	return func(yield func(framing.Frame) bool) {
		var f framing.Frame
		for rest := o.octets; len(rest) > 0; {
			n, err := o.revision.DecodeFrame(&f, rest, maxLength)
			if err != nil || !yield(f) {
				return
			}
			rest = rest[n:]
		}
	}
}

// maxLength is the largest length that a header can hold.
const maxLength = 1<<24 - 1

// Do applies an event. The error is a *framing.TextError: the line holds no frame. What the
// reactor refuses is no error but an outcome.
func (r *Runner) Do(e *Event) (Outcome, error) {
	o := Outcome{revision: r.revision}
	switch e.Op {
	case OpReset:
		r.reset(e.Config)
		o.State = r.server.State()
	case OpFrame:
		r.receive(&o, e.Frame)
	case OpHex:
		f, err := r.parseFrame(e.Octets)
		if err != nil {
			return o, err
		}
		r.receive(&o, f)
	case OpRespond:
		res, err := r.server.Respond(e.Request, e.Stream, e.Payload)
		r.answered(e, err)
		r.called(&o, res, err)
		r.send(&o)
	case OpReady:
		res, err := r.server.Respond(e.Request, e.Stream, e.Payload)
		r.answered(e, err)
		r.called(&o, res, err)
	case OpFail:
		res, err := r.server.Fail(e.Request, e.Stream, string(e.Payload))
		r.answered(e, err)
		r.called(&o, res, err)
		r.send(&o)
	case OpTake:
		o.Result = reactor.Result{Action: reactor.SendFrames, State: r.server.State()}
		r.send(&o)
	case OpCall:
		res, err := r.call(e)
		r.called(&o, res, err)
	case OpSent:
		o.Result = reactor.Result{Action: reactor.Noop, State: r.server.State()}
		row := framing.SendServerRequest(r.revision, framing.ServerRequestAnswered, &e.Frame.Header).Row()
		if !row.Keep && row.To == framing.ServerRequestInactive {
			o.Action = reactor.SendFrames
			r.send(&o)
		}
	case OpEOF:
		res, incomplete, err := r.server.EndInput(r.refusals)
		o.Incomplete = incomplete
		r.called(&o, res, err)
		r.send(&o)
	}
	return o, nil
}

// call answers a request with a text of one letter, on stream 2.
func (r *Runner) call(e *Event) (reactor.Result, error) {
	if e.Call == framing.ServerRequestEventFail {
		return r.server.Fail(e.Request, 2, "x")
	}
	return r.server.Respond(e.Request, 2, []byte("x"))
}

func (r *Runner) reset(cfg reactor.Config) {
	r.server = reactor.NewServer(cfg)
	r.limit = cfg.Limits.WithDefaults().FramePayload
	r.refusals = 2
}

func (r *Runner) receive(o *Outcome, f framing.Frame) {
	o.Result = r.server.Receive(&f)
	o.Rows = Rows{
		Connection: r.server.ConnectionTransition(),
		Stream:     r.server.StreamTransition(),
		Request:    r.server.Transition(),
	}
}

func (r *Runner) called(o *Outcome, res reactor.Result, err error) {
	o.Result = res
	o.Rows.Request = r.server.Transition()
	errors.As(err, &o.Usage)
}

// answered remembers where answers go out. One that is refused goes nowhere.
func (r *Runner) answered(e *Event, err error) {
	if err == nil {
		r.refusals = e.Stream
	}
}

// send takes the frames that are ready.
func (r *Runner) send(o *Outcome) {
	if o.Action != reactor.SendFrames || o.Usage != nil {
		return
	}
	r.octets = r.server.Take(r.octets[:0])
	o.octets = r.octets
	if row := r.server.Transition(); len(o.octets) > 0 && row != o.Rows.Request {
		o.Rows.Sent = row
	}
	o.State = r.server.State()
}

// parseFrame parses the octets of one frame. Of a frame over the limit the header is enough: the
// reactor refuses it, as a reader would before reading the payload.
func (r *Runner) parseFrame(octets []byte) (framing.Frame, error) {
	size := r.revision.HeaderSize()
	h, err := r.revision.ParseHeader(octets)
	if err != nil {
		return framing.Frame{}, &framing.TextError{Field: "octets", Reason: fmt.Sprintf("frame cut off after %d of %d octets of header", len(octets), size)}
	}
	payload := octets[size:]
	switch announced := int(h.Length); {
	case len(payload) > announced:
		return framing.Frame{}, &framing.TextError{Field: "octets", Reason: fmt.Sprintf("the frame ends after %d octets, but there are %d", size+announced, len(octets))}
	case announced > r.limit:
		return framing.Frame{Header: h}, nil
	case len(payload) < announced:
		return framing.Frame{}, &framing.TextError{Field: "octets", Reason: fmt.Sprintf("frame cut off after %d of %d octets of payload", len(payload), announced)}
	}
	return framing.Frame{Header: h, Payload: payload}, nil
}
