package reactor

import (
	"cmp"
	"iter"
	"slices"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/message"
	"github.com/hgwire/hgwire/stream"
)

// outbox holds answers in the order in which they came.
type outbox struct {
	answers []answer // beyond its length, all are zero
	ready   int      // answers at the front that may go out
}

// answer is a response on its way out.
type answer struct {
	request  *Request // ends when the response has been taken; nil when it has ended already
	response message.Response
}

// add appends an answer to a request and returns where its response goes.
func (o *outbox) add(r *Request) *message.Response {
	n := len(o.answers)
	if n == cap(o.answers) {
		o.answers = slices.Grow(o.answers, 1)
	}
	o.answers = o.answers[:n+1]
	o.answers[n].request = r
	return &o.answers[n].response
}

// Respond answers an active request with bytes. In a revision with streams the answer goes out on
// the even stream streamID; otherwise streamID is ignored.
//
// The result is SendFrames, or Noop when output is deferred. The payload is not copied: it must
// stay unchanged until the frames have been taken; only where the stream has a content encoding it is
// encoded at once. An error is a *framing.UsageError: nothing is sent and nothing has changed. A
// connection that has errored still takes answers to requests that were active before.
func (s *Server) Respond(id uint16, streamID uint8, payload []byte) (Result, error) {
	if err := s.admit(framing.ServerRequestEventRespond, id, streamID); err != nil {
		return Result{Action: Noop, State: s.state}, err
	}
	s.outbox.add(s.req).SetBytes(id, s.Outgoing(streamID), payload, s.maxSend)
	return s.answer(), nil
}

// Fail answers an active request with an application error, a text for people. Everything else is
// as with Respond; a text that does not fit in one frame is a usage error.
func (s *Server) Fail(id uint16, streamID uint8, text string) (Result, error) {
	if err := s.admit(framing.ServerRequestEventFail, id, streamID); err != nil {
		return Result{Action: Noop, State: s.state}, err
	}
	if len(text) > framing.DefaultMaxSend {
		s.requestRow = 0
		return Result{Action: Noop, State: s.state}, s.misuse(framing.ErrMessageTooLarge, id, streamID)
	}
	*s.outbox.add(s.req), _ = message.ApplicationError(id, s.Outgoing(streamID), text) // it fits
	return s.answer(), nil
}

// admit looks up the row for a call of the application. On an error nothing has changed.
func (s *Server) admit(e framing.ServerRequestEvent, id uint16, streamID uint8) error {
	s.requestRow = 0
	if s.streams != nil && !framing.RoleServer.OwnsStreamID(streamID) {
		return s.misuse(framing.ErrOddResponseStream, id, streamID)
	}
	s.req = s.requests.find(id)
	s.requestRow = framing.CallServerRequest(stateOf(id, s.req), e)
	if code := s.requestRow.Row().Error; code != 0 {
		return s.misuse(code, id, streamID)
	}
	return nil
}

// answer applies the row that admit has found, now that the answer is in the outbox.
func (s *Server) answer() Result {
	from := s.req.state
	s.requestRow.Do((*actions)(s)) // calls raise no errors of the peer, either
	s.enter(s.req, from, s.requestRow.Row())
	if s.deferred {
		return Result{Action: Noop, State: s.state}
	}
	return Result{Action: SendFrames, State: s.state}
}

// misuse is the error for a call that our caller should not have made.
func (s *Server) misuse(code framing.ErrorCode, id uint16, streamID uint8) error {
	err := framing.NewUsageError(code, &framing.Header{RequestID: id, StreamID: streamID})
	err.State = s.state.String()
	if id != 0 {
		err.State += ", request " + stateOf(id, s.requests.find(id)).String()
	}
	return err
}

// EndInput says that no more frames will come, or, where a half-duplex transport takes turns, that
// the client's turn has ended. Deferred answers become ready to be sent, in the order in which
// they came. Requests that are partly received will never be complete: their IDs are returned in
// ascending order, and each is answered on the even stream streamID with an error-response of the
// kind protocol.
//
// The result is SendFrames when anything is ready, otherwise Noop. Answers given later wait, when
// output is deferred, for the next EndInput. An error is a *framing.UsageError: nothing has
// changed.
func (s *Server) EndInput(streamID uint8) (res Result, incomplete []uint16, err error) {
	s.requestRow = 0
	if s.streams != nil && !framing.RoleServer.OwnsStreamID(streamID) {
		return Result{Action: Noop, State: s.state}, nil, s.misuse(framing.ErrOddResponseStream, 0, streamID)
	}
	for r := range s.requests.all {
		from := r.state
		t := framing.CallServerRequest(from, framing.ServerRequestEventInputEnded)
		row := t.Row()
		if row.Keep {
			s.requestRow = cmp.Or(s.requestRow, t)
			continue
		}
		incomplete = append(incomplete, r.id)
		s.requestRow = t
		s.req, s.refusals = r, streamID
		t.Do((*actions)(s)) // raises nothing
		s.enter(r, from, row)
	}
	s.outbox.ready = len(s.outbox.answers)
	res = Result{Action: Noop, State: s.state}
	if s.outbox.ready > 0 {
		res.Action = SendFrames
	}
	return res, incomplete, nil
}

// Frames yields the frames that are ready to be sent, in the order in which their answers came. It
// changes nothing; payloads alias what Respond was given. Sent follows when the frames are on
// their way.
func (s *Server) Frames() iter.Seq[framing.Frame] {
	return func(yield func(framing.Frame) bool) {
		ready := s.outbox.answers[:s.outbox.ready]
		for i := range ready {
			response := ready[i].response // a copy: Sent in the loop's body lets go of the original
			for f := range response.Frames() {
				if !yield(f) {
					return
				}
			}
		}
	}
}

// Take appends the frames that are ready to be sent to dst and ends their requests. It is Frames
// and Sent in one, and allocates nothing when dst has room.
func (s *Server) Take(dst []byte) []byte {
	ready := s.outbox.answers[:s.outbox.ready]
	for i := range ready {
		// IDs, types and flags fit their fields, there is a stream only where the revision has
		// streams, and no frame is cut above what the length can say: so there is no error.
		dst, _ = ready[i].response.AppendTo(dst, s.revision)
	}
	s.Sent()
	return dst
}

// Sent says that the frames that were ready are on their way: their requests end, and the IDs may
// be used again.
func (s *Server) Sent() {
	answers, ready := s.outbox.answers, s.outbox.ready
	for i := range answers[:ready] {
		response := &answers[i].response
		if settings, ok := response.Settings(); ok {
			s.own.sent(&settings)
		}
		last := response.Header()
		s.own.sent(&last)
		if r := answers[i].request; r != nil {
			s.end(r, &last)
		}
		answers[i] = answer{} // let go of the payload
	}
	if ready < len(answers) {
		answers = slices.Delete(answers, 0, ready)
	} else {
		answers = answers[:0]
	}
	s.outbox.answers, s.outbox.ready = answers, 0
}

// end applies the row for the last frame of a response, which has been sent.
func (s *Server) end(r *Request, last *framing.Header) {
	from := r.state
	s.requestRow = framing.SendServerRequest(s.revision, from, last)
	s.req = r
	s.requestRow.Do((*actions)(s)) // what we send raises no errors of the peer: the schema's compiler sees to it
	s.enter(r, from, s.requestRow.Row())
}

// Outgoing returns the stream with an even ID on which the server sends, so that its caller can
// end it with the next answer, set its content encoding, or take the flags of frames that it sends
// itself. For an odd ID, and in a revision without streams, it returns nil, which stands for no stream.
func (s *Server) Outgoing(id uint8) *stream.Outgoing { return s.own.find(id) }
