package hgwire

import (
	"io"
	"sync"
	"time"

	"github.com/hgwire/hgwire/generated/framing"
)

// Observer is told what happens on connections. Observe is called by many goroutines at once, must
// return soon, and must not keep e.
type Observer interface {
	Observe(e *Event)
}

// Event is something that has happened on a connection.
type Event struct {
	Kind     EventKind
	Role     framing.Role  // ours
	Conn     uint64        // numbers the connections of a process
	Request  uint16        // 0 for events of the connection
	Command  string        // of the request
	Duration time.Duration // that it took: the connection, the request, or the wait for a spool
	Received int64         // octets on the wire, for ConnClosed; of payload, for RequestEnded
	Sent     int64         // as Received
	Err      error         // nil when all went well
}

// EventKind says what has happened.
type EventKind uint8

const (
	ConnOpened     EventKind = iota + 1 // a connection has begun
	ConnClosed                          // it has ended
	RequestStarted                      // a request was handed to a handler, or a call was begun
	RequestEnded                        // the handler has returned, or the response has come in full or failed
	SpoolStalled                        // the connection had to wait for a slow reader
)

var eventNames = [...]string{ConnOpened: "conn-opened", ConnClosed: "conn-closed", RequestStarted: "request-started", RequestEnded: "request-ended", SpoolStalled: "spool-stalled"}

func (k EventKind) String() string {
	if int(k) < len(eventNames) && k > 0 {
		return eventNames[k]
	}
	return "unknown"
}

// Direction says whether a frame was sent or received.
type Direction uint8

const (
	Sent     Direction = iota + 1 // written as ">"
	Received                      // written as "<"
)

func (d Direction) String() string {
	if d == Sent {
		return ">"
	}
	return "<"
}

// TraceTo returns a function for Config.Trace that writes each frame as a line: ">" or "<", and the
// frame in its human-readable form. Payloads stand there as they are on the wire, and are
// abbreviated after 64 octets when there is more of them. Lines are written whole, one Write each; errors
// are dropped.
func TraceTo(w io.Writer, rev framing.Revision) func(Direction, *framing.Frame) {
	const most = 64
	var mu sync.Mutex
	var line []byte
	return func(d Direction, f *framing.Frame) {
		mu.Lock()
		defer mu.Unlock()
		short := *f
		short.Payload = f.Payload[:min(len(f.Payload), most)]
		line = append(append(line[:0], d.String()...), ' ')
		line = rev.AppendText(line, &short)
		if len(f.Payload) > most {
			line = append(line, "..."...)
		}
		w.Write(append(line, '\n'))
	}
}
