package replay

import (
	"iter"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
	"github.com/hgwire/hgwire/reactor"
)

// Outcome is what an event came to. It is valid until the next event.
type Outcome struct {
	Action     reactor.Action
	State      string                 // of the connection
	Request    *reactor.Request       // a server's RunCommand and OpenCommand
	ID         uint16                 // TakeData, and what is a client's
	Payload    []byte                 // TakeData, RunCommand of a request whose data is streamed, and what a client is sent
	Text       []payload.Atom         // TextOutput
	Err        *framing.ProtocolError // Error
	Usage      string                 // not empty: the script asked for what an application must not; nothing changed
	Incomplete []uint16               // OpEOF: requests that were partly received, or have not been answered
	Rows       []Row

	revision framing.Revision
	octets   []byte
}

// data returns the data that RunCommand comes with: all of it, or where it is streamed its last part.
func (o *Outcome) data() []byte {
	if o.Payload != nil {
		return o.Payload
	}
	return o.Request.Data
}

// Row is a row of the schema that an event went through.
type Row struct{ Machine, ID string }

// went notes a row, whose zero stands for none.
func went[T interface {
	~uint8
	String() string
}](o *Outcome, machine string, row T) {
	if row != 0 {
		o.Rows = append(o.Rows, Row{machine, row.String()})
	}
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
