package hgwire

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/message"
	"github.com/hgwire/hgwire/payload"
)

// exchange is a request at a server, with its answer. It is the handler's ResponseWriter.
type exchange struct {
	conn    *serverConn
	worker  worker // that is to run it; nil for a new one
	sender  *sender
	request Request
	started time.Time
	spool   *spool // of the data; nil when there is none
	data    *dataReader

	// The answer; the handler's.
	body    []byte // written, not yet in a frame
	small   [112]byte
	written int64 // octets in frames
	ended   bool  // nothing more can be written
	failed  bool
	failure string
	err     error // of what was sent

	// Guarded by the lock of the connection.
	complete bool          // the request has been received in full
	refused  bool          // the server is shutting down
	held     []byte        // frames of the answer that wait until then
	released chan struct{} // closed when they have been sent; nil when there were none
}

// run runs the handler.
func (x *exchange) run() {
	c := x.conn
	if c.observed() {
		x.started = time.Now()
		c.observe(&Event{Kind: RequestStarted, Request: x.request.ID, Command: x.request.Command})
	}
	if x.refused {
		x.Fail("server is shutting down")
	} else {
		x.handle()
	}
}

// conclude sends the end of the answer.
func (x *exchange) conclude() {
	c := x.conn
	if x.data != nil {
		x.data.close()
	}
	x.finish()
	if c.observed() {
		e := Event{Kind: RequestEnded, Request: x.request.ID, Command: x.request.Command, Duration: time.Since(x.started), Sent: x.written, Err: x.err}
		if x.data != nil {
			e.Received = x.data.octets
		}
		if e.Err == nil && x.failed {
			e.Err = &CommandError{e.Request, x.sender.out.ID(), e.Command, x.failure}
		}
		c.observe(&e)
	}
}

// finish sends the last frame of the answer. The request ends with it, and its memory is the
// reactor's again.
func (x *exchange) finish() {
	x.ended = true
	if !x.failed {
		x.frame(framing.TypeBytesResponse, framing.Flags(framing.BytesResponseEOS), x.body, nil)
	}
	if x.failed { // perhaps by this very frame
		x.frame(framing.TypeErrorResponse, framing.Flags(framing.ErrorResponseApplication), []byte(x.failure), nil)
	}
}

// handle runs the handler, which may panic.
func (x *exchange) handle() {
	c := x.conn
	returned := false
	defer func() {
		if returned {
			return
		}
		if p := recover(); p != nil { // otherwise runtime.Goexit was called
			c.cfg.Logger.Error("hgwire: handler panicked", "conn", c.number, "request", x.request.ID, "command", x.request.Command,
				"panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
		x.Fail("internal error")
	}()
	c.handler.ServeCommand(c.ctx, x, &x.request)
	returned = true
}

// Write appends to the response. A frame goes out when it is full and there is more, so that the last
// one of a response is never empty. In a response that has more frames than one anyway, a large piece
// goes out at once, but for an octet: so it need be neither copied nor kept waiting.
func (x *exchange) Write(p []byte) (int, error) {
	if x.ended {
		return 0, ErrAnswered
	}
	if x.body == nil {
		x.body = x.small[:0]
	}
	size, max := len(p), x.sender.max
	for len(x.body)+len(p) > max {
		n := max - len(x.body)
		if err := x.part(p[:n]); err != nil {
			return size - len(p), err
		}
		p = p[n:]
	}
	if n := len(p) - 1; x.written > 0 && n >= directSize && !x.sender.encodes {
		if err := x.part(p[:n]); err != nil {
			return size - len(p), err
		}
		p = p[n:]
	}
	x.body = append(x.body, p...)
	return size, x.err
}

// ReadFrom appends what r holds to the response, without a buffer in between.
func (x *exchange) ReadFrom(r io.Reader) (int64, error) {
	if x.ended {
		return 0, ErrAnswered
	}
	max := x.sender.max
	if cap(x.body) < max {
		x.body = append(make([]byte, 0, max), x.body...)
	}
	var total int64
	for {
		n, err := message.ReadFull(r, x.body[len(x.body):max])
		x.body = x.body[:len(x.body)+n]
		total += int64(n)
		if err == io.EOF {
			return total, x.err
		}
		if err != nil {
			return total, err
		}
		// The frame is full. Whether it is the last is known when there is another octet, or none.
		var next [1]byte
		n, err = message.ReadFull(r, next[:])
		if err == io.EOF {
			return total, x.err
		}
		if err != nil {
			return total, err
		}
		if err := x.part(nil); err != nil {
			return total, err
		}
		x.body = append(x.body, next[:n]...)
		total += int64(n)
	}
}

// part sends what is gathered, and tail after it, as a part of the response that is not the last.
func (x *exchange) part(tail []byte) error {
	if x.spool != nil || x.sender.encodes { // it is needed in one piece
		x.body, tail = append(x.body, tail...), nil
	}
	err := x.frame(framing.TypeBytesResponse, framing.Flags(framing.BytesResponseContinuation), x.body, tail)
	x.body = x.body[:0]
	return err
}

// Flush sends what has been written.
func (x *exchange) Flush() error {
	if x.ended {
		return ErrAnswered
	}
	if len(x.body) == 0 {
		return x.err
	}
	return x.part(nil)
}

// WriteText sends text for people.
func (x *exchange) WriteText(atoms ...payload.Atom) error {
	if x.ended {
		return ErrAnswered
	}
	if x.conn.cfg.Revision < framing.RevisionStreams {
		return x.err
	}
	octets, err := payload.AppendText(nil, atoms)
	if err != nil {
		return err
	}
	if len(octets) > x.conn.maxText() {
		return framing.NewUsageError(framing.ErrMessageTooLarge, &framing.Header{RequestID: x.request.ID, Type: framing.TypeTextOutput})
	}
	if err := x.Flush(); err != nil {
		return err
	}
	return x.frame(framing.TypeTextOutput, 0, octets, nil)
}

// maxText is the most octets of a text that goes in one frame.
func (c *serverConn) maxText() int { return min(c.cfg.MaxSend, framing.DefaultMaxSend) }

// Fail keeps the text: the request ends when the handler has returned, since its arguments are the
// reactor's afterwards.
func (x *exchange) Fail(text string) error {
	if x.ended {
		return ErrAnswered
	}
	err := x.Flush()
	x.fail(text[:min(len(text), x.conn.maxText())])
	return err
}

func (x *exchange) fail(text string) { x.ended, x.failed, x.failure = true, true, text }

// frame sends a frame of the answer, or holds it until the request is complete. Its payload goes on in
// tail.
func (x *exchange) frame(t framing.FrameType, flags framing.Flags, octets, tail []byte) error {
	if x.err != nil {
		return x.err
	}
	x.written += int64(len(octets) + len(tail))
	var f framing.Frame
	f.RequestID, f.Type, f.Flags, f.Payload = x.request.ID, t, flags, octets
	if x.spool != nil {
		held, err := x.hold(&f)
		if err == ErrEarlyResponse {
			return err // the failure can be sent
		}
		if x.err = err; held || err != nil {
			return err
		}
	}
	// Small parts are gathered by the writer while this goroutine goes on.
	last := t == framing.TypeErrorResponse || flags == framing.Flags(framing.BytesResponseEOS)
	mayWait := last || len(octets)+len(tail) >= directSize
	if tail != nil {
		x.err = x.conn.sendPlain(background, x.sender, &f, tail, mayWait)
	} else {
		x.err = x.conn.send(background, x.sender, &f, mayWait)
	}
	return x.err
}

// hold keeps a frame while the request is not complete. Afterwards it waits until what was held has been
// sent.
func (x *exchange) hold(f *framing.Frame) (held bool, err error) {
	c := x.conn
	c.mu.Lock()
	if x.complete {
		c.mu.Unlock()
		x.awaitReleased()
		return false, nil
	}
	defer c.mu.Unlock()
	if err := c.stopped(); err != nil {
		return false, err
	}
	size := c.cfg.Revision.HeaderSize() + len(f.Payload)
	room := min(c.cfg.Limits.DataOctets-len(x.held), c.cfg.Limits.BufferedOctets-c.held)
	if size > room && !x.failed {
		x.fail("response is too large before the request is complete")
		c.held -= len(x.held)
		x.held = nil
		return true, ErrEarlyResponse
	}
	frames, err := c.cfg.Revision.AppendFrame(x.held, f)
	if err != nil {
		return false, err
	}
	x.held = frames
	c.held += size
	return true, nil
}

// release sends frames that were held, and lets the handler go on. They count as held until the last of
// them goes out.
func (x *exchange) release(frames []byte) {
	defer close(x.released)
	c, size := x.conn, len(frames)
	for len(frames) > 0 {
		var f framing.Frame
		n, err := c.cfg.Revision.DecodeFrame(&f, frames, len(frames))
		if n == len(frames) {
			c.mu.Lock()
			c.held -= size
			c.mu.Unlock()
		}
		if err == nil {
			err = c.send(background, x.sender, &f, true)
		}
		if err != nil {
			return // the handler meets it as well
		}
		frames = frames[n:]
	}
}

// awaitReleased waits until what was held has been sent. The request is complete.
func (x *exchange) awaitReleased() {
	if x.released != nil {
		<-x.released
	}
}

// dataReader is the data of a request as its handler reads it.
type dataReader struct {
	reader
	ctx    context.Context
	octets int64
}

func (d *dataReader) Read(p []byte) (int, error) {
	n, err := d.read(d.ctx, p, nil)
	d.octets += int64(n)
	return n, uncancelled(err)
}

// WriteTo hands on what arrives without copying it.
func (d *dataReader) WriteTo(w io.Writer) (int64, error) {
	n, readErr, err := d.writeTo(d.ctx, w, nil)
	d.octets += n
	if readErr != nil {
		err = noEOF(uncancelled(readErr))
	}
	return n, err
}

// uncancelled returns the cause of an error that is one of the context.
func uncancelled(err error) error {
	if c, ok := err.(cancelled); ok {
		return c.cause
	}
	return err
}

func (d *dataReader) close() {
	d.spool.close(ErrAnswered)
	d.free()
}
