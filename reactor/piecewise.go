package reactor

import "github.com/hgwire/hgwire/generated/framing"

// Begin answers an active request with frames that its caller is going to send, each after Sending.
// Nothing goes through the outbox, so DeferOutput does not hold them back. The request ends with the
// last frame of a bytes response, or with an application error.
//
// An error is a *framing.UsageError: nothing has changed.
func (s *Server) Begin(id uint16) error {
	r := s.requests.find(id)
	from := stateOf(id, r)
	s.streamRow, s.requestRow = 0, framing.CallServerRequest(from, framing.ServerRequestEventRespond)
	row := s.requestRow.Row()
	if row.Error != 0 {
		return s.misuse(row.Error, id, 0)
	}
	s.req = r
	s.requestRow.Do((*actions)(s)) // calls raise no errors of the peer
	s.enter(r, from, row)
	r.begun = true
	return nil
}

// Sending takes note of a frame about to be sent that does not come from the outbox. It looks at h
// only until it returns.
//
// The frame must be one that servers send, on one of their streams, with flags that keep to the
// rules, otherwise the error is a *framing.RuleError. The states of its stream and of its request
// must admit it, otherwise it is a *framing.UsageError: text output goes with active requests, frames
// of an answer with those of which Begin was told. On an error the frame must not be sent, and
// nothing has changed.
//
// Stream flags that are not from Outgoing get the stream out of step with the outbox.
func (s *Server) Sending(h *framing.Header) error {
	s.streamRow, s.requestRow = 0, 0
	if err := s.revision.CheckSend(framing.RoleServer, h); err != nil {
		return err
	}
	if s.own.exist {
		s.streamRow = s.own.dispatch(h)
		row := s.streamRow.Row()
		if row.Error != 0 {
			return s.misuseIn("stream", s.own.states[h.StreamID].String(), row.Error, h)
		}
		if row.Consumes {
			s.own.enter(h.StreamID, s.streamRow)
			return nil
		}
	}
	r := s.requests.find(h.RequestID)
	from := stateOf(h.RequestID, r)
	s.requestRow = framing.SendServerRequest(s.revision, from, h)
	row := s.requestRow.Row()
	if row.Error == 0 && answers(s.requestRow) && !r.begun {
		row.Error = framing.ErrAlreadyAnswered
	}
	if row.Error != 0 {
		return s.misuseIn("request", from.String(), row.Error, h)
	}
	s.own.enter(h.StreamID, s.streamRow)
	s.req = r
	s.requestRow.Do((*actions)(s)) // what we send raises no errors of the peer
	s.enter(r, from, row)
	return nil
}

// answers reports whether a row is for the frames of an answer. There is a request then.
func answers(t framing.ServerRequestTransition) bool {
	switch t {
	case framing.ServerRequestTransitionSendPart, framing.ServerRequestTransitionSendLast, framing.ServerRequestTransitionSendFailure:
		return true
	}
	return false
}

// misuseIn is the error for a frame that our caller should not send.
func (s *Server) misuseIn(what, state string, code framing.ErrorCode, h *framing.Header) error {
	err := framing.NewUsageError(code, h)
	err.State = s.state.String() + ", " + what + " " + state
	return err
}
