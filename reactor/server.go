package reactor

import (
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

// Server reacts to the frames of one client connection: protocol checks, requests, answers.
//
// A Server is not safe for concurrent use. Its methods never block, never do I/O and never panic,
// whatever a peer sends.
type Server struct {
	state     framing.ServerConnectionState
	admission framing.ServerConnectionTransition // what the state makes of a frame
	refusal   framing.ErrorCode                  // of admission
	revision  framing.Revision
	deferred  bool

	streamData bool // data is handed on frame by frame

	// The rows that the last call applied.
	connectionRow framing.ServerConnectionTransition
	streamRow     framing.StreamTransition
	requestRow    framing.ServerRequestTransition

	// What the actions of the row at hand work on.
	did      did                        // by actions of this row
	to       framing.ServerRequestState // where the row leads
	frame    *framing.Frame             // the frame, for rows of frames
	req      *Request
	refusals uint8 // where requests that end of input cuts short are refused

	limits    framing.Limits
	maxSend   int
	receiving int              // requests partly received
	active    int              // requests handed to the application and not ended
	buffered  int              // octets held for all requests
	streams   *stream.Incoming // nil in a revision without streams
	outbox    outbox
	own       own
	requests  table
}

// did notes what a row's actions have done to its request.
type did uint8

const (
	tookUp   did = 1 << iota // it is new and has to enter the table
	ran                      // it is to be run
	tookData                 // the frame's payload is data to be handed on
)

// NewServer returns a Server that has received nothing. It panics when cfg.Revision is neither zero
// nor one of framing.Revisions.
func NewServer(cfg Config) *Server {
	cfg = cfg.withDefaults()
	s := &Server{
		revision:   cfg.Revision,
		limits:     cfg.Limits,
		maxSend:    cfg.MaxSend,
		deferred:   cfg.DeferOutput,
		streamData: cfg.StreamData,
		own:        newOwn(framing.RoleServer, cfg.Revision, cfg.Limits),
	}
	s.setState(s.state)
	if s.own.exist {
		s.streams = stream.NewIncoming(framing.RoleServer, s.limits, cfg.Profiles...)
	}
	return s
}

// Close gives back what the content encodings of streams hold. Nothing may be received after it.
func (s *Server) Close() {
	if s.streams != nil {
		s.streams.Close()
	}
}

// State returns the state of the connection.
func (s *Server) State() framing.ServerConnectionState { return s.state }

// RequestState returns the state of a request.
func (s *Server) RequestState(id uint16) framing.ServerRequestState {
	return stateOf(id, s.requests.find(id))
}

// Streams returns the streams on which the client sends, or nil in a revision without streams.
func (s *Server) Streams() *stream.Incoming { return s.streams }

// ConnectionTransition returns the row of the connection's machine that the last Receive applied.
func (s *Server) ConnectionTransition() framing.ServerConnectionTransition { return s.connectionRow }

// StreamTransition returns the row of the stream's machine that the last Receive or Sending applied,
// or zero when the frame did not get there.
func (s *Server) StreamTransition() framing.StreamTransition { return s.streamRow }

// Transition returns the row of the request's machine that the last call applied, or zero when
// the frame did not get there.
func (s *Server) Transition() framing.ServerRequestTransition { return s.requestRow }

// Receive takes a frame from the client. It looks at f only until it returns, and may replace
// f.Payload by its decoded form, which the next Receive overwrites.
//
// The result is WantFrame, RunCommand or Error, and where data is streamed OpenCommand or TakeData.
// There the data is f.Payload, also for RunCommand. After an error the connection is errored and no
// request has changed its state.
func (s *Server) Receive(f *framing.Frame) Result { return s.take(f, false) }

// ReceiveDecoded is the part of Receive that comes after the stream, for callers who show frames
// to Streams themselves, such as on several cores. It takes the frame as its stream has left it, and
// what the stream came to.
func (s *Server) ReceiveDecoded(f *framing.Frame, consumed bool, err *framing.ProtocolError) Result {
	if err == nil && !consumed {
		return s.take(f, true)
	}
	s.connectionRow, s.streamRow, s.requestRow = s.admission, 0, 0
	if s.refusal != 0 || int(f.Length) > s.limits.FramePayload {
		return s.refuse(f)
	}
	if err != nil {
		return s.failIn("stream", err.State, err)
	}
	return Result{Action: WantFrame, State: s.state}
}

// take shows a frame to the machines, one after the other, but not to its stream when that has decoded
// it already.
func (s *Server) take(f *framing.Frame, decoded bool) Result {
	s.connectionRow, s.streamRow, s.requestRow = s.admission, 0, 0
	size := int(f.Length)
	if !decoded {
		size = max(size, len(f.Payload))
	}
	if s.refusal != 0 || size > s.limits.FramePayload {
		return s.refuse(f)
	}
	if s.streams != nil && !decoded {
		if s.streams.Carry(f) {
			s.streamRow = framing.StreamTransitionCarry
		} else if consumed, err := s.receive(f); err != nil {
			return s.failIn("stream", err.State, err)
		} else if consumed {
			return Result{Action: WantFrame, State: s.state}
		}
	}
	req := s.requests.find(f.RequestID)
	from := stateOf(f.RequestID, req)
	s.requestRow = framing.DispatchServerRequest(s.state, from, &f.Header)
	row := s.requestRow.Row()
	if row.Error != 0 {
		return s.reject(f, from, row.Error)
	}
	s.did, s.to, s.frame, s.req = 0, row.To, f, req
	if err := s.requestRow.Do((*actions)(s)); err != nil {
		return s.failIn("request", from.String(), err)
	}
	if s.did&tookUp != 0 {
		s.requests.insert(s.req)
	}
	s.enter(s.req, from, row)
	var action Action
	switch {
	case s.did&ran != 0:
		action = RunCommand
	case s.did&tookData != 0:
		action = TakeData
	case s.streamData && row.To == framing.ServerRequestData:
		action = OpenCommand
		s.req.open()
	default:
		return Result{Action: WantFrame, State: s.state}
	}
	return Result{Action: action, State: s.state, Request: s.req}
}

// receive shows the frame to its stream.
func (s *Server) receive(f *framing.Frame) (consumed bool, err *framing.ProtocolError) {
	consumed, err = s.streams.Receive(f)
	s.streamRow = s.streams.Last()
	return consumed, err
}

// refuse is for a frame that the connection does not look at.
func (s *Server) refuse(f *framing.Frame) Result {
	if s.refusal != 0 {
		return s.fail(framing.NewProtocolError(s.refusal, &f.Header))
	}
	return s.fail(framing.NewFrameTooLarge(&f.Header, s.limits.FramePayload))
}

// reject is for a frame that a row refuses.
func (s *Server) reject(f *framing.Frame, from framing.ServerRequestState, code framing.ErrorCode) Result {
	return s.failIn("request", from.String(), framing.NewProtocolError(code, &f.Header))
}

// failIn is fail for an error that a request or a stream has found, in a state of its own.
func (s *Server) failIn(what, state string, err *framing.ProtocolError) Result {
	result := s.fail(err)
	err.State += ", " + what + " " + state
	return result
}

// fail moves the connection to errored.
func (s *Server) fail(err *framing.ProtocolError) Result {
	err.State = s.state.String()
	s.setState(framing.ServerConnectionStateOf(s.receiving, true))
	return Result{Action: Error, State: s.state, Err: err}
}

// stateOf returns the state of the request with the ID, which is r, or nil when there is none.
func stateOf(id uint16, r *Request) framing.ServerRequestState {
	if r == nil {
		return framing.InitialServerRequest(id)
	}
	return r.state
}

// enter moves a request to where a row leads.
func (s *Server) enter(r *Request, from framing.ServerRequestState, row framing.ServerRequestRow) {
	if row.To != from && !row.Keep {
		s.move(r, from, row.To)
	}
}

// move moves a request to a state, and the connection to the state that follows.
func (s *Server) move(r *Request, from, to framing.ServerRequestState) {
	r.state = to
	before, after := from.Receiving(), to.Receiving()
	if before == after {
		return
	}
	if before {
		s.receiving--
	} else {
		s.receiving++
	}
	s.setState(framing.ServerConnectionStateOf(s.receiving, s.state == framing.ServerConnectionErrored))
}

// setState moves the connection to a state and looks up what it makes of frames.
func (s *Server) setState(state framing.ServerConnectionState) {
	s.state = state
	s.admission = framing.DispatchServerConnection(state)
	s.refusal = s.admission.Row().Error
}
