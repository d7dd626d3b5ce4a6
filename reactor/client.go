package reactor

import (
	"slices"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
	"github.com/hgwire/hgwire/stream"
)

// Client reacts to the frames of one server connection, and takes note of those that are sent to
// it: protocol checks, request IDs, responses.
//
// It keeps an octet for each request and none of their payloads. A Client is not safe for concurrent
// use. Its methods never block, never do I/O and never panic, whatever a peer sends.
type Client struct {
	state     framing.ClientConnectionState
	admission framing.ClientConnectionTransition // what the state makes of a frame
	refusal   framing.ErrorCode                  // of admission
	revision  framing.Revision

	// The rows that the last call applied.
	connectionRow framing.ClientConnectionTransition
	streamRow     framing.StreamTransition
	requestRow    framing.ClientRequestTransition

	// What the actions of the row at hand work on.
	action Action // what they came to
	frame  *framing.Frame
	text   []payload.Atom

	limits   framing.Limits
	maxSend  int
	next     uint16 // the ID that Open tries first
	inFlight int    // IDs in use
	streams  *stream.Incoming
	own      own
	requests states
}

// NewClient returns a Client that has sent and received nothing. It panics when cfg.Revision is
// neither zero nor one of framing.Revisions. DeferOutput and StreamData are for servers.
func NewClient(cfg Config) *Client {
	cfg = cfg.withDefaults()
	c := &Client{
		revision: cfg.Revision,
		limits:   cfg.Limits,
		maxSend:  cfg.MaxSend,
		next:     1,
		own:      newOwn(framing.RoleClient, cfg.Revision, cfg.Limits),
	}
	c.setState(c.state)
	if c.own.exist {
		c.streams = stream.NewIncoming(framing.RoleClient, c.limits, cfg.Profiles...)
	}
	return c
}

// Close gives back what the content encodings of streams hold. Nothing may be received after it.
func (c *Client) Close() {
	if c.streams != nil {
		c.streams.Close()
	}
}

// State returns the state of the connection.
func (c *Client) State() framing.ClientConnectionState { return c.state }

// RequestState returns the state of a request.
func (c *Client) RequestState(id uint16) framing.ClientRequestState {
	state, _ := c.requests.find(id)
	return state
}

// InFlight returns the number of request IDs that Open has given out and that are still in use.
func (c *Client) InFlight() int { return c.inFlight }

// Streams returns the streams on which the server sends, or nil in a revision without streams.
func (c *Client) Streams() *stream.Incoming { return c.streams }

// Outgoing returns the stream with an odd ID on which the client sends, which hands out the flags of
// its frames. For an even ID, and in a revision without streams, it returns nil, which stands for no
// stream.
func (c *Client) Outgoing(id uint8) *stream.Outgoing { return c.own.find(id) }

// ConnectionTransition returns the row of the connection's machine that the last Receive applied.
func (c *Client) ConnectionTransition() framing.ClientConnectionTransition { return c.connectionRow }

// StreamTransition returns the row of the stream's machine that the last Receive or Sending applied,
// or zero when the frame did not get there.
func (c *Client) StreamTransition() framing.StreamTransition { return c.streamRow }

// Transition returns the row of the request's machine that the last Receive or Sending applied, or
// zero when the frame did not get there.
func (c *Client) Transition() framing.ClientRequestTransition { return c.requestRow }

// Text returns what the last result TextOutput is about. It does not alias the frame, and stays as
// it is for good.
func (c *Client) Text() []payload.Atom { return c.text }

// Receive takes a frame from the server. It looks at f only until it returns, and may replace
// f.Payload by its decoded form, which the next Receive overwrites.
//
// The result is WantFrame, ResponsePart, ResponseEnd, CommandFailed, Refused, TextOutput or Error. After
// an error the connection is errored and no request has changed its state.
func (c *Client) Receive(f *framing.Frame) ClientResult { return c.take(f, false) }

// ReceiveDecoded is the part of Receive that comes after the stream, for callers who show frames
// to Streams themselves, such as on several cores. It takes the frame as its stream has left it, and
// what the stream came to.
func (c *Client) ReceiveDecoded(f *framing.Frame, consumed bool, err *framing.ProtocolError) ClientResult {
	if err == nil && !consumed {
		return c.take(f, true)
	}
	c.connectionRow, c.streamRow, c.requestRow = c.admission, 0, 0
	if c.refusal != 0 || int(f.Length) > c.limits.FramePayload {
		return c.refuse(f)
	}
	if err != nil {
		return c.failIn("stream", err.State, err)
	}
	return ClientResult{Action: WantFrame, State: c.state}
}

// EndInput says that no more frames will come: the requests whose IDs it returns, in ascending order,
// will never be answered. That each is told to whoever has issued it is up to the caller. Nothing
// changes.
func (c *Client) EndInput() []uint16 { return slices.Collect(c.requests.all) }

// take shows a frame to the machines, one after the other, but not to its stream when that has decoded
// it already.
func (c *Client) take(f *framing.Frame, decoded bool) ClientResult {
	c.connectionRow, c.streamRow, c.requestRow = c.admission, 0, 0
	size := int(f.Length)
	if !decoded {
		size = max(size, len(f.Payload))
	}
	if c.refusal != 0 || size > c.limits.FramePayload {
		return c.refuse(f)
	}
	if c.streams != nil && !decoded {
		if c.streams.Carry(f) {
			c.streamRow = framing.StreamTransitionCarry
		} else if consumed, err := c.receive(f); err != nil {
			return c.failIn("stream", err.State, err)
		} else if consumed {
			return ClientResult{Action: WantFrame, State: c.state}
		}
	}
	from, _ := c.requests.find(f.RequestID)
	c.requestRow = framing.DispatchClientRequest(c.revision, from, &f.Header)
	row := c.requestRow.Row()
	if row.Error != 0 {
		return c.failIn("request", from.String(), framing.NewProtocolError(row.Error, &f.Header))
	}
	c.action, c.frame = WantFrame, f
	if err := c.requestRow.Do((*clientActions)(c)); err != nil {
		return c.failIn("request", from.String(), err)
	}
	c.enter(f.RequestID, row)
	return ClientResult{Action: c.action, State: c.state, Request: f.RequestID, From: from}
}

// enter moves a request to where a row leads. An ID in use stays so until its request is no longer in
// flight.
func (c *Client) enter(id uint16, row framing.ClientRequestRow) {
	switch {
	case row.Keep:
	case row.To.CountsInFlightRequests():
		c.requests.take(id, row.To)
	default:
		c.requests.free(id)
		c.inFlight--
	}
}

// receive shows the frame to its stream.
func (c *Client) receive(f *framing.Frame) (consumed bool, err *framing.ProtocolError) {
	consumed, err = c.streams.Receive(f)
	c.streamRow = c.streams.Last()
	return consumed, err
}

// refuse is for a frame that the connection does not look at.
func (c *Client) refuse(f *framing.Frame) ClientResult {
	if c.refusal != 0 {
		return c.fail(framing.NewProtocolError(c.refusal, &f.Header))
	}
	return c.fail(framing.NewFrameTooLarge(&f.Header, c.limits.FramePayload))
}

// failIn is fail for an error that a request or a stream has found, in a state of its own.
func (c *Client) failIn(what, state string, err *framing.ProtocolError) ClientResult {
	result := c.fail(err)
	err.State += ", " + what + " " + state
	return result
}

// fail moves the connection to errored.
func (c *Client) fail(err *framing.ProtocolError) ClientResult {
	err.State = c.state.String()
	c.setState(framing.ClientConnectionStateOf(0, true))
	return ClientResult{Action: Error, State: c.state, Err: err}
}

// setState moves the connection to a state and looks up what it makes of frames.
func (c *Client) setState(state framing.ClientConnectionState) {
	c.state = state
	c.admission = framing.DispatchClientConnection(state)
	c.refusal = c.admission.Row().Error
}
