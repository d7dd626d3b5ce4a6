package hgwire

import (
	"context"
	"io"
	"iter"

	"github.com/hgwire/hgwire/payload"
	"github.com/hgwire/hgwire/reactor"
)

// Handler runs commands.
type Handler interface {
	// ServeCommand answers a request by writing to w. The response ends when it returns; one that has
	// written nothing gives an empty response. It runs in a goroutine of its own, beside those of other
	// requests. It must use neither w nor r after it has returned.
	//
	// The context is the connection's: it is done when the connection has ended, and then nothing can
	// be written any more. A client that has ended its input may still read, so that does not end the
	// connection; nor can the protocol tell a server that a client has lost interest. A handler that
	// waits for something else than its data should write from time to time, or wait for a limited time.
	//
	// When ServeCommand panics, the request fails with the text "internal error", and the panic is
	// logged.
	ServeCommand(ctx context.Context, w ResponseWriter, r *Request)
}

// HandlerFunc is a function as a Handler.
type HandlerFunc func(ctx context.Context, w ResponseWriter, r *Request)

// ServeCommand calls f.
func (f HandlerFunc) ServeCommand(ctx context.Context, w ResponseWriter, r *Request) { f(ctx, w, r) }

// Commands is a Handler that chooses another one by the name of the command. Requests for other
// commands fail.
type Commands map[string]Handler

// ServeCommand runs the command's handler.
func (c Commands) ServeCommand(ctx context.Context, w ResponseWriter, r *Request) {
	h, ok := c[r.Command]
	if !ok {
		w.Fail("unknown wire protocol command: " + r.Command)
		return
	}
	h.ServeCommand(ctx, w, r)
}

// ResponseWriter takes the answer to a request. Its methods must not be called by several goroutines
// at once, nor after ServeCommand has returned. Their errors say why nothing can be sent any more; a
// handler that gets one may as well return.
//
// A server sends nothing of an answer before it has received the whole request. What a handler writes
// earlier is held in memory until then, up to Limits.DataOctets with the headers of its frames, and up to
// Limits.BufferedOctets for all requests of a connection. After that writing fails with ErrEarlyResponse,
// and the request with an application error.
type ResponseWriter interface {
	// Write appends p to the response. Octets are gathered until a frame is full: Flush sends what
	// there is. While the client does not read, Write waits.
	Write(p []byte) (int, error)

	// Flush sends what has been written so far, so that the client has it while the command goes on.
	Flush() error

	// WriteText sends text for people, in a frame of its own, after what has been written so far. In
	// the revision request-ids, which has no text output, it is dropped.
	WriteText(atoms ...payload.Atom) error

	// WriteEncoded appends octets to the response that have passed through a content encoding already,
	// such as a cache keeps them, and sends them as they are, on a stream of their own. They must be
	// the whole output of an encoder of the named profile, with its default settings, and what they
	// decode to is what the client reads. A client ends the connection when a frame decodes to more than
	// its limit DecodedOctets: with defaults, when 32 KiB of them or less decode to more than 4 MiB. In the
	// revision request-ids it fails.
	WriteEncoded(profile string, octets io.Reader) error

	// Fail ends the request with an application error: a text for people, which is cut where it does
	// not fit in a frame. What has been written before stays valid, what is written after fails with
	// ErrAnswered.
	Fail(text string) error
}

// Request is a command that a client asks to run. It is valid until ServeCommand returns.
type Request struct {
	ID      uint16
	Command string

	// Data is what follows the arguments, read as it arrives; nil when the request announced none. It
	// ends with io.EOF; io.ErrUnexpectedEOF says that the client went away before, ErrSpoolFull that
	// it was read too slowly. Data that is not read is dropped.
	Data io.Reader

	request *reactor.Request
}

// Arg returns the value of an argument, and whether the request has it.
func (r *Request) Arg(name string) (string, bool) {
	value, ok := r.request.Arg(name)
	return string(value), ok
}

// ArgOctets is Arg without a copy: the value is the connection's, must not be changed, and is valid until
// ServeCommand returns.
func (r *Request) ArgOctets(name string) ([]byte, bool) { return r.request.Arg(name) }

// Args yields names and values of all arguments, sorted by the octets of the names.
func (r *Request) Args() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for name, value := range r.request.Args() {
			if !yield(string(name), string(value)) {
				return
			}
		}
	}
}

// NumArgs returns the number of arguments.
func (r *Request) NumArgs() int { return r.request.NumArgs() }
