package yamux

import "github.com/hgwire/hgwire/examples/yamux/yamuxframe"

// Session takes the frames of a session, as one of its sides sends and receives them, through the
// machines of that side. It remembers every stream.
type Session struct {
	side    yamuxframe.Role
	streams map[uint32]yamuxframe.StreamState
	failed  bool
}

// NewSession returns a session on which nothing has happened.
func NewSession(side yamuxframe.Role) *Session {
	return &Session{side: side, streams: make(map[uint32]yamuxframe.StreamState)}
}

// State returns the state of a stream.
func (s *Session) State(id uint32) yamuxframe.StreamState {
	if state, ok := s.streams[id]; ok {
		return state
	}
	return yamuxframe.InitialStream(s.side, id)
}

// Receive takes a received frame through the machines. The error is the peer's fault, a
// *yamuxframe.ProtocolError, and is final: every later frame is refused.
func (s *Session) Receive(f *yamuxframe.Frame) error {
	session, state := yamuxframe.SessionStateOf(0, s.failed), s.State(f.StreamID)
	code, where := yamuxframe.DispatchSession(session).Row().Error, session.String()
	row := yamuxframe.DispatchStream(state, &f.Header).Row()
	if code == 0 {
		code, where = row.Error, state.String()
	}
	if code != 0 {
		s.failed = true
		err := yamuxframe.NewProtocolError(code, &f.Header)
		err.State = where
		return err
	}
	s.enter(f.StreamID, row)
	return nil
}

// Send takes a sent frame through the machines. The error is our own fault, a
// *yamuxframe.UsageError: the frame may not be sent, and nothing has changed.
func (s *Session) Send(f *yamuxframe.Frame) error {
	state := s.State(f.StreamID)
	row := yamuxframe.SendStream(state, &f.Header).Row()
	if row.Error != 0 {
		err := yamuxframe.NewUsageError(row.Error, &f.Header)
		err.State = state.String()
		return err
	}
	s.enter(f.StreamID, row)
	return nil
}

// enter takes a stream to its next state, if the row has one.
func (s *Session) enter(id uint32, row yamuxframe.StreamRow) {
	if !row.Keep {
		s.streams[id] = row.To
	}
}
