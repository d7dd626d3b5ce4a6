package message

import (
	"errors"
	"iter"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
	"github.com/hgwire/hgwire/stream"
)

// Response is a message of a server: a response, an error, or text output. It is a value without
// hidden state; the zero Response has no frames.
type Response struct {
	whole framing.Frame // the message as if it were one frame
	max   int           // payload octets at which it is cut; only bytes responses are
	coded *coded        // what a stream's content encoding makes of it; nil on a stream without one
}

// Bytes returns data as the response to a request, on the given stream, which is nil in the
// revision `request-ids`. It takes the stream's flags. Frames hold at most maxSend octets of
// payload, or framing.DefaultMaxSend when maxSend is 0. They alias data, which must not change until
// they have been sent.
//
// On a stream with a content encoding the data is encoded at once, so that it may change. Should
// that fail, it goes as it is. Such a stream is begun by its settings frame, which then is the first
// of the message; so it is with all messages.
func Bytes(requestID uint16, out *stream.Outgoing, data []byte, maxSend int) Response {
	var r Response
	r.SetBytes(requestID, out, data, maxSend)
	return r
}

// SetBytes makes r what Bytes returns. It is the form for hot paths: a Response is large for a
// value to return.
func (r *Response) SetBytes(requestID uint16, out *stream.Outgoing, data []byte, maxSend int) {
	r.max = orDefault(maxSend)
	r.set(requestID, out, framing.TypeBytesResponse, framing.Flags(framing.BytesResponseEOS), data)
}

// ApplicationError returns the message that a command has failed, with a text for people. The
// error is a *framing.UsageError with the code ErrMessageTooLarge when the text does not fit in
// one frame of framing.DefaultMaxSend octets; then no stream flags are taken.
func ApplicationError(requestID uint16, out *stream.Outgoing, text string) (Response, error) {
	return newError(requestID, out, framing.ErrorResponseApplication, text)
}

// ProtocolError returns the message that the connection has failed, after which it is closed. It
// is otherwise like ApplicationError.
func ProtocolError(requestID uint16, out *stream.Outgoing, text string) (Response, error) {
	return newError(requestID, out, framing.ErrorResponseProtocol, text)
}

// TextOutput returns text for people that goes with a request, in the revision `streams`. The
// errors are those of payload.AppendText; then no stream flags are taken.
func TextOutput(requestID uint16, out *stream.Outgoing, atoms []payload.Atom) (Response, error) {
	data, err := payload.AppendText(nil, atoms)
	if usage, ok := errors.AsType[*framing.UsageError](err); ok {
		usage.Header.RequestID = requestID
		usage.Header.StreamID = out.ID()
	}
	if err != nil {
		return Response{}, err
	}
	r := Response{max: len(data)}
	r.set(requestID, out, framing.TypeTextOutput, 0, data)
	return r, nil
}

func newError(requestID uint16, out *stream.Outgoing, kind framing.ErrorResponseFlags, text string) (Response, error) {
	if len(text) > framing.DefaultMaxSend {
		h := framing.Header{RequestID: requestID, StreamID: out.ID(), Type: framing.TypeErrorResponse, Flags: framing.Flags(kind)}
		return Response{}, framing.NewUsageError(framing.ErrMessageTooLarge, &h)
	}
	r := Response{max: len(text)}
	r.set(requestID, out, framing.TypeErrorResponse, framing.Flags(kind), []byte(text))
	return r, nil
}

// set makes r a message, which is cut at r.max.
func (r *Response) set(requestID uint16, out *stream.Outgoing, t framing.FrameType, flags framing.Flags, data []byte) {
	r.coded = nil
	if out.Encoding() != nil {
		r.coded = newCoded(requestID, out, t, data, r.max)
	}
	h := &r.whole.Header
	h.Length = uint32(len(data))
	h.RequestID, h.StreamID, h.StreamFlags = requestID, out.ID(), out.Next()
	h.Type, h.Flags = t, flags
	r.whole.Payload = data
}

// RequestID returns the request that the message belongs to.
func (r *Response) RequestID() uint16 { return r.whole.RequestID }

// Header returns the header of r as if it were one frame: its flags are those of the last frame, its
// stream flags those of all frames. The zero Response has the zero Header.
func (r *Response) Header() framing.Header { return r.whole.Header }

// Settings returns the header of the settings frame that goes before all other frames of r, and
// whether there is one.
func (r *Response) Settings() (framing.Header, bool) {
	if r.coded == nil || r.coded.settings == nil {
		return framing.Header{}, false
	}
	var f framing.Frame
	settings(&f, &r.whole.Header, r.coded.settings)
	return f.Header, true
}

// Frames yields the frames of r, each with Length set. Payloads alias what r was made of, or what it
// was encoded to.
func (r *Response) Frames() iter.Seq[framing.Frame] {
	return func(yield func(framing.Frame) bool) {
		var f framing.Frame
		for c := r.Cursor(); c.Next(&f) && yield(f); {
		}
	}
}

// AppendTo appends the octets of all frames. It allocates nothing when dst has room for them. The
// error is a *framing.FieldError, and dst is returned as it was.
func (r *Response) AppendTo(dst []byte, rev framing.Revision) ([]byte, error) {
	if len(r.whole.Payload) <= r.max && r.whole.Type != 0 && r.coded == nil {
		return rev.AppendFrame(dst, &r.whole)
	}
	whole := dst
	var f framing.Frame
	for c := r.Cursor(); c.Next(&f); {
		var err error
		if whole, err = rev.AppendFrame(whole, &f); err != nil {
			return dst, err
		}
	}
	return whole, nil
}

// Cursor returns a cursor before the first frame of r, which must not change while it is in
// use.
func (r *Response) Cursor() Cursor { return Cursor{response: r, more: r.whole.Type != 0} }

// Cursor walks the frames of a Response, for those who send them one by one.
type Cursor struct {
	response *Response
	at       int // in the payload
	steps    int // taken
	more     bool
}

// Next stores the next frame in f and reports whether there was one. The frame's payload aliases
// what the response was made of, or what it was encoded to.
func (c *Cursor) Next(f *framing.Frame) bool {
	if !c.more {
		return false
	}
	if k := c.response.coded; k != nil && c.coded(f, k) {
		return true
	}
	whole, end := &c.response.whole, len(c.response.whole.Payload)
	f.Header = whole.Header
	if c.more = end-c.at > c.response.max; c.more {
		end = c.at + c.response.max
		f.Flags = framing.Flags(framing.BytesResponseContinuation)
	}
	f.Length = uint32(end - c.at)
	f.StreamFlags = streamFlags(whole.StreamFlags).of(c.at == 0, !c.more)
	f.Payload = whole.Payload[c.at:end:end]
	c.at = end
	return true
}

// More reports whether Next has another frame.
func (c *Cursor) More() bool { return c.more }
