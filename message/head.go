package message

import (
	"slices"
	"strings"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
)

// Head walks the frames of a command that come before its data: those of its name and of its
// arguments. It is for those who send frames one by one; a Head that is used again allocates
// nothing. The zero Head has no frames.
type Head struct {
	header  framing.Header // request and stream
	name    string
	args    []argument // sorted by the octets of their names
	at      int        // the argument at hand
	hasData bool
	begun   bool   // the name has been walked
	rest    string // of the value at hand
	within  bool   // an argument is open, with that rest
	max     int
	buf     []byte
}

type argument struct{ name, value string }

// Reset puts h before the first frame of c as a request with the given IDs, which Bind can change. It
// looks at no field of c later, and reads no data.
//
// The error is a *framing.UsageError: ErrCommandTooLarge when the name does not fit in one frame,
// ErrArgumentNotASCII, or ErrArgumentTooLarge. Then h has no frames.
func (h *Head) Reset(c *Command, requestID uint16, streamID uint8) error {
	*h = Head{
		header:  framing.Header{RequestID: requestID, StreamID: streamID},
		name:    c.Name,
		args:    h.args[:0],
		hasData: c.Data != nil,
		max:     orDefault(c.MaxSend),
		buf:     h.buf,
	}
	for name, value := range c.Args {
		h.args = append(h.args, argument{name, value})
	}
	slices.SortFunc(h.args, func(a, b argument) int { return strings.Compare(a.name, b.name) })
	if err := h.check(); err != nil {
		*h = Head{args: h.args[:0], buf: h.buf}
		return err
	}
	return nil
}

// Bind gives the frames that are still to come the IDs of a request and a stream.
func (h *Head) Bind(requestID uint16, streamID uint8) {
	h.header.RequestID, h.header.StreamID = requestID, streamID
}

// check says what keeps the command from being sent.
func (h *Head) check() error {
	if len(h.name) > h.max {
		header := h.header
		header.Type = framing.TypeCommandName
		return framing.NewCommandTooLarge(&header, len(h.name))
	}
	for _, a := range h.args {
		if err := payload.CheckArgument(a.name, len(a.value), h.max); err != nil {
			err.Header.RequestID = h.header.RequestID
			err.Header.StreamID = h.header.StreamID
			return err
		}
	}
	return nil
}

// More reports whether Next has another frame.
func (h *Head) More() bool { return h.max > 0 && (!h.begun || h.at < len(h.args)) }

// Next stores the next frame in f and reports whether there was one. Its stream flags are for the
// caller to add. The payload is valid until the next call.
func (h *Head) Next(f *framing.Frame) bool {
	if !h.More() {
		return false
	}
	f.Header = h.header
	if !h.begun {
		h.begun = true
		h.nextName(f)
	} else {
		h.nextArgument(f)
	}
	f.Payload = h.buf[:len(h.buf):len(h.buf)]
	f.Length = uint32(len(h.buf))
	return true
}

func (h *Head) nextName(f *framing.Frame) {
	var flags framing.CommandNameFlags
	if len(h.args) > 0 {
		flags |= framing.CommandNameHaveArgs
	}
	if h.hasData {
		flags |= framing.CommandNameHaveData
	}
	if flags == 0 {
		flags = framing.CommandNameEOS
	}
	h.buf = append(h.buf[:0], h.name...)
	f.Type, f.Flags = framing.TypeCommandName, framing.Flags(flags)
}

// nextArgument fills frames, so that an argument takes as few as hold it, and the last of several
// has at least one octet of the value.
func (h *Head) nextArgument(f *framing.Frame) {
	h.buf = h.buf[:0]
	if !h.within {
		a := h.args[h.at]
		h.within, h.rest = true, a.value
		h.buf, _ = payload.AppendArgument(h.buf, a.name, nil, len(a.value)) // check has seen to the error
	}
	n := min(h.max-len(h.buf), len(h.rest))
	h.buf = append(h.buf, h.rest[:n]...)
	h.rest = h.rest[n:]
	var flags framing.CommandArgumentFlags
	if h.rest != "" {
		flags = framing.CommandArgumentContinuation
	} else {
		h.within = false
		if h.at++; h.at == len(h.args) {
			flags = framing.CommandArgumentEOA
		}
	}
	f.Type, f.Flags = framing.TypeCommandArgument, framing.Flags(flags)
}
