package hgwire

import (
	"errors"
	"fmt"

	"github.com/hgwire/hgwire/generated/framing"
)

// Reasons for which connections and calls end. The errors that are returned wrap them.
var (
	// ErrClosed says that Close was called on this side.
	ErrClosed = errors.New("hgwire: closed")
	// ErrServerClosed is what Serve and ServeConn return after Shutdown or Close.
	ErrServerClosed = errors.New("hgwire: server closed")
	// ErrSpoolFull says that more has arrived than a slow reader may leave unread.
	ErrSpoolFull = errors.New("hgwire: the reader is too slow: the spool is full")
	// ErrIdle says that nothing has arrived for Config.IdleTimeout.
	ErrIdle = errors.New("hgwire: idle for too long")
	// ErrSlowFrame says that a frame did not arrive in full within Config.FrameTimeout.
	ErrSlowFrame = errors.New("hgwire: a frame did not arrive in time")
	// ErrSlowWrite says that the transport took nothing for Config.WriteTimeout.
	ErrSlowWrite = errors.New("hgwire: the peer does not read")
	// ErrEarlyResponse says that a handler has written more than Limits.DataOctets before its request
	// was received in full, or those of a connection more than Limits.BufferedOctets. The protocol has
	// servers answer complete requests only.
	ErrEarlyResponse = errors.New("hgwire: response too large to hold until the request is complete")
	// ErrIncompleteCalls says that data of so many calls broke off, or that so many were cancelled while
	// their data was being sent, that none is left of the requests that may be in flight.
	ErrIncompleteCalls = errors.New("hgwire: all requests that may be in flight are incomplete")
	// ErrAnswered says that a handler has failed its request and writes on, or has returned and writes or
	// reads on.
	ErrAnswered = errors.New("hgwire: the request has been answered")
)

// TransportError says that the octets themselves did not get through: the peer has closed the
// connection, the network failed, or a timeout has passed. It is nobody's mistake of protocol; those
// are *framing.ProtocolError (the peer's) and *framing.UsageError (our caller's).
type TransportError struct {
	Op  string // "read" or "write"
	Err error
}

func (e *TransportError) Error() string { return "transport error: " + e.Op + ": " + e.Err.Error() }

func (e *TransportError) Unwrap() error { return e.Err }

// CommandError is what a command failed with at the server: an error-response of the kind
// application. The connection and all other calls go on.
type CommandError struct {
	Request uint16
	Stream  uint8 // on which the error came
	Command string
	Message string // for people; the server's, so it may hold anything
}

func (e *CommandError) Error() string {
	return fmt.Sprintf("command %.64q failed: %s (request %d, stream %d)", e.Command, e.Message, e.Request, e.Stream)
}

// RefusedError says that the server has ended the connection with an error-response of the kind
// protocol: it holds that we broke the protocol.
type RefusedError struct {
	Request uint16 // with which it came
	Stream  uint8
	State   framing.ClientRequestState // of the request until then
	Message string                     // for people
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("the server refuses to go on: %s (request %d, stream %d, state %s)", e.Message, e.Request, e.Stream, e.State)
}

// CallError is what a call that did not come to its response failed with. It wraps the cause: a
// *TransportError, *RefusedError or *framing.ProtocolError that ended the connection, an error of
// the call's context, of its data, ErrSpoolFull, or ErrClosed.
type CallError struct {
	Request uint16 // 0 when it was not begun
	Stream  uint8  // on which the command went out
	Command string
	State   framing.ClientRequestState // of the request when it failed
	Err     error
}

func (e *CallError) Error() string {
	if e.Request == 0 {
		return fmt.Sprintf("call %.64q: %v (not sent)", e.Command, e.Err)
	}
	return fmt.Sprintf("call %.64q: %v (request %d, stream %d, state %s)", e.Command, e.Err, e.Request, e.Stream, e.State)
}

func (e *CallError) Unwrap() error { return e.Err }
