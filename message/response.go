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
	header framing.Header // of each frame, but for what a Cursor sets
	flags  streamFlags
	data   []byte
	max    int
}

// Bytes returns data as the response to a request, on the given stream, which is nil in the
// revision `request-ids`. It takes the stream's flags. Frames alias data, which must not change
// until they have been sent.
func Bytes(requestID uint16, out *stream.Outgoing, data []byte) Response {
	return newResponse(requestID, out, framing.TypeBytesResponse, 0, data)
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
	return newResponse(requestID, out, framing.TypeTextOutput, 0, data), nil
}

func newError(requestID uint16, out *stream.Outgoing, kind framing.ErrorResponseFlags, text string) (Response, error) {
	if len(text) > framing.DefaultMaxSend {
		h := framing.Header{RequestID: requestID, StreamID: out.ID(), Type: framing.TypeErrorResponse, Flags: framing.Flags(kind)}
		return Response{}, framing.NewUsageError(framing.ErrMessageTooLarge, &h)
	}
	return newResponse(requestID, out, framing.TypeErrorResponse, framing.Flags(kind), []byte(text)), nil
}

func newResponse(requestID uint16, out *stream.Outgoing, t framing.FrameType, flags framing.Flags, data []byte) Response {
	return Response{
		header: framing.Header{RequestID: requestID, StreamID: out.ID(), Type: t, Flags: flags},
		flags:  streamFlags(out.Next()),
		data:   data,
		max:    framing.DefaultMaxSend,
	}
}

// RequestID returns the request that the message belongs to.
func (r Response) RequestID() uint16 { return r.header.RequestID }

// Cut returns r with its bytes response cut at max octets of payload, or at framing.DefaultMaxSend
// when max is 0. Errors and text output stay in one frame.
func (r Response) Cut(max int) Response {
	r.max = maxSend(max)
	return r
}

// Frames yields the frames of r, each with Length set. Payloads alias what r was made of.
func (r Response) Frames() iter.Seq[framing.Frame] {
	return func(yield func(framing.Frame) bool) {
		var f framing.Frame
		for c := r.Cursor(); c.Next(&f) && yield(f); {
		}
	}
}

// AppendTo appends the octets of all frames. It allocates nothing when dst has room for them. The
// error is a *framing.FieldError, and dst is returned as it was.
func (r Response) AppendTo(dst []byte, rev framing.Revision) ([]byte, error) {
	whole := dst
	var f framing.Frame
	for at := r.start(); at != ended; {
		at = r.frame(at, &f)
		var err error
		if whole, err = rev.AppendFrame(whole, &f); err != nil {
			return dst, err
		}
	}
	return whole, nil
}

// Cursor returns a cursor before the first frame of r.
func (r Response) Cursor() Cursor { return Cursor{response: r, at: r.start()} }

// Cursor walks the frames of a Response, for those who send them one by one.
type Cursor struct {
	response Response
	at       int
}

// Next stores the next frame in f and reports whether there was one. The frame's payload aliases
// what the response was made of.
func (c *Cursor) Next(f *framing.Frame) bool {
	if c.at == ended {
		return false
	}
	c.at = c.response.frame(c.at, f)
	return true
}

// More reports whether Next has another frame.
func (c *Cursor) More() bool { return c.at != ended }

// ended is the place after the last frame.
const ended = -1

// start returns the place of the first frame in the data.
func (r *Response) start() int {
	if r.header.Type == 0 {
		return ended
	}
	return 0
}

// frame stores in f the frame that begins at a place in the data, and returns the place of the
// next one.
func (r *Response) frame(at int, f *framing.Frame) (next int) {
	end, next := len(r.data), ended
	f.Header = r.header
	if r.header.Type == framing.TypeBytesResponse {
		f.Flags = framing.Flags(framing.BytesResponseEOS)
		if end-at > r.max {
			end, next = at+r.max, at+r.max
			f.Flags = framing.Flags(framing.BytesResponseContinuation)
		}
	}
	f.Length = uint32(end - at)
	f.StreamFlags = r.flags.of(at == 0, next == ended)
	f.Payload = r.data[at:end:end]
	return next
}
