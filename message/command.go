package message

import (
	"fmt"
	"io"
	"iter"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

// Command is a command as a client sends it.
type Command struct {
	Name string
	// Args are the arguments by name. Names are ASCII; values are octets, up to 65535 of them.
	Args map[string]string
	// Data is what follows the arguments, to its end. Nil is no data, which a server can tell
	// from empty data.
	Data io.Reader
	// MaxSend is the most octets of payload in a frame, or 0 for framing.DefaultMaxSend.
	MaxSend int
}

// Frames returns the frames of c as a request with the given ID on the given stream, which is nil
// in the revision `request-ids`. It takes the stream's flags, and looks at no field of c later,
// so that c may change.
//
// The error is that of Head.Reset. Then no flags are taken.
//
// Yielded frames have Length set. Their payloads share one buffer: each is valid until the next
// step. An error that is yielded comes from Data, and is the last step: the request cannot be
// completed, and a peer that has got frames of it waits for more. Iterating again yields the same
// frames, but for data that has been read already.
func (c *Command) Frames(requestID uint16, out *stream.Outgoing) (iter.Seq2[framing.Frame, error], error) {
	w := commandWriter{name: c.Name, data: c.Data}
	if err := w.head.Reset(c, requestID, out.ID()); err != nil {
		return nil, err
	}
	w.flags = streamFlags(out.Next())
	return func(yield func(framing.Frame, error) bool) {
		w := w // every iteration starts at the beginning, with a buffer of its own
		w.yield = yield
		_ = w.writeHead() && w.writeData()
	}, nil
}

// commandWriter yields the frames of one command. Its write methods report whether to go on.
type commandWriter struct {
	head  Head
	name  string
	data  io.Reader
	flags streamFlags
	begun bool
	yield func(framing.Frame, error) bool
}

func (w *commandWriter) writeHead() bool {
	var f framing.Frame
	for w.head.Next(&f) {
		if !w.write(&f, w.data == nil && !w.head.More()) {
			return false
		}
	}
	return true
}

// writeData writes the data, cut at the maximum. Only a frame that is not full ends the data, so
// an exact multiple ends with an empty frame.
func (w *commandWriter) writeData() bool {
	if w.data == nil {
		return true
	}
	f := framing.Frame{Header: w.head.header}
	f.Type, f.Flags = framing.TypeCommandData, framing.Flags(framing.CommandDataContinuation)
	buf := make([]byte, w.head.max)
	for {
		n, err := ReadFull(w.data, buf)
		if err != nil && err != io.EOF {
			w.yield(framing.Frame{}, fmt.Errorf("reading data of command %.64q: %w", w.name, err))
			return false
		}
		if err == io.EOF {
			f.Flags = framing.Flags(framing.CommandDataEOS)
		}
		f.Payload = buf[:n:n]
		f.Length = uint32(n)
		if !w.write(&f, err == io.EOF) || err == io.EOF {
			return err == io.EOF
		}
	}
}

// write yields a frame. last is set on the last frame of the command.
func (w *commandWriter) write(f *framing.Frame, last bool) bool {
	f.StreamFlags = w.flags.of(!w.begun, last)
	w.begun = true
	return w.yield(*f, nil)
}
