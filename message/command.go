package message

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
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
// The error is a *framing.UsageError: ErrCommandTooLarge when the name does not fit in one frame,
// ErrArgumentNotASCII, or ErrArgumentTooLarge. Then no flags are taken.
//
// Yielded frames have Length set. Their payloads share one buffer: each is valid until the next
// step. An error that is yielded comes from Data, and is the last step: the request cannot be
// completed, and a peer that has got frames of it waits for more. Iterating again yields the same
// frames, but for data that has been read already.
func (c *Command) Frames(requestID uint16, out *stream.Outgoing) (iter.Seq2[framing.Frame, error], error) {
	w := commandWriter{
		header: framing.Header{RequestID: requestID, StreamID: out.ID()},
		name:   c.Name,
		args:   sorted(c.Args),
		data:   c.Data,
		max:    orDefault(c.MaxSend),
	}
	if err := w.check(); err != nil {
		return nil, err
	}
	w.flags = streamFlags(out.Next())
	return func(yield func(framing.Frame, error) bool) {
		w := w // every iteration starts at the beginning, with a buffer of its own
		w.yield = yield
		_ = w.writeName() && w.writeArguments() && w.writeData()
	}, nil
}

type argument struct{ name, value string }

// sorted returns the arguments by the octets of their names, the order in which senders emit them.
func sorted(args map[string]string) []argument {
	list := make([]argument, 0, len(args))
	for name, value := range args {
		list = append(list, argument{name, value})
	}
	slices.SortFunc(list, func(a, b argument) int { return strings.Compare(a.name, b.name) })
	return list
}

// commandWriter yields the frames of one command. Its write methods report whether to go on.
type commandWriter struct {
	header framing.Header // request and stream
	name   string
	args   []argument
	data   io.Reader
	max    int
	flags  streamFlags
	begun  bool
	buf    []byte
	yield  func(framing.Frame, error) bool
}

// check says what keeps the command from being sent.
func (w *commandWriter) check() error {
	if len(w.name) > w.max {
		h := w.header
		h.Type = framing.TypeCommandName
		return framing.NewCommandTooLarge(&h, len(w.name))
	}
	for _, a := range w.args {
		if err := payload.CheckArgument(a.name, len(a.value), w.max); err != nil {
			err.Header.RequestID = w.header.RequestID
			err.Header.StreamID = w.header.StreamID
			return err
		}
	}
	return nil
}

func (w *commandWriter) writeName() bool {
	var flags framing.CommandNameFlags
	if len(w.args) > 0 {
		flags |= framing.CommandNameHaveArgs
	}
	if w.data != nil {
		flags |= framing.CommandNameHaveData
	}
	if flags == 0 {
		flags = framing.CommandNameEOS
	}
	w.buf = append(w.buf[:0], w.name...)
	return w.write(framing.TypeCommandName, framing.Flags(flags), flags == framing.CommandNameEOS)
}

func (w *commandWriter) writeArguments() bool {
	for i, a := range w.args {
		if !w.writeArgument(a, i == len(w.args)-1) {
			return false
		}
	}
	return true
}

// writeArgument writes an argument in as few frames as hold it, and in the last of them at least
// one octet of a value that takes several.
func (w *commandWriter) writeArgument(a argument, last bool) bool {
	w.buf, _ = payload.AppendArgument(w.buf[:0], a.name, nil, len(a.value)) // check has seen to the error
	rest := a.value
	for len(w.buf)+len(rest) > w.max {
		n := w.max - len(w.buf)
		w.buf = append(w.buf, rest[:n]...)
		if !w.write(framing.TypeCommandArgument, framing.Flags(framing.CommandArgumentContinuation), false) {
			return false
		}
		rest, w.buf = rest[n:], w.buf[:0]
	}
	w.buf = append(w.buf, rest...)
	var flags framing.CommandArgumentFlags
	if last {
		flags = framing.CommandArgumentEOA
	}
	return w.write(framing.TypeCommandArgument, framing.Flags(flags), last && w.data == nil)
}

// writeData writes the data, cut at the maximum. Only a frame that is not full ends the data, so
// an exact multiple ends with an empty frame.
func (w *commandWriter) writeData() bool {
	if w.data == nil {
		return true
	}
	w.buf = slices.Grow(w.buf[:0], w.max)
	for {
		n, err := readFull(w.data, w.buf[:w.max])
		if err != nil && err != io.EOF {
			return w.fail(fmt.Errorf("reading data of command %.64q: %w", w.name, err))
		}
		w.buf = w.buf[:n]
		if err == io.EOF {
			return w.write(framing.TypeCommandData, framing.Flags(framing.CommandDataEOS), true)
		}
		if !w.write(framing.TypeCommandData, framing.Flags(framing.CommandDataContinuation), false) {
			return false
		}
	}
}

// write yields a frame with what is in the buffer. last is set on the last frame of the command.
func (w *commandWriter) write(t framing.FrameType, flags framing.Flags, last bool) bool {
	f := framing.Frame{Header: w.header, Payload: w.buf[:len(w.buf):len(w.buf)]}
	f.Length = uint32(len(w.buf))
	f.StreamFlags = w.flags.of(!w.begun, last)
	f.Type = t
	f.Flags = flags
	w.begun = true
	return w.yield(f, nil)
}

func (w *commandWriter) fail(err error) bool {
	w.yield(framing.Frame{}, err)
	return false
}
