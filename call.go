package hgwire

import (
	"bytes"
	"context"
	"io"
	"sync/atomic"
	"time"
)

// Call is a command on its way to its response.
type Call struct {
	conn     *clientConn
	ctx      context.Context
	command  string
	id       uint16
	sender   *sender
	data     io.Reader
	started  time.Time    // zero when nobody observes
	octets   atomic.Int64 // of data
	given    atomic.Bool  // up: no more data is to be sent
	closed   atomic.Bool  // the data is
	spool    spool
	response Response

	// Guarded by the lock of the connection.
	sending bool // the request is not sent in full
	broken  bool // the rest of it will never be sent
}

// Request returns the ID of the request, for messages to people: it is used again after the call.
func (c *Call) Request() uint16 { return c.id }

// Command returns the name of the command.
func (c *Call) Command() string { return c.command }

// Response waits for the first part of the response; see Client.Call. It is called once.
func (c *Call) Response() (*Response, error) {
	r := &c.response
	r.call = c
	r.reader = reader{spool: &c.spool, limit: c.conn.cfg.SpoolOctets}
	if _, err := r.fill(c.ctx, r.show); err != nil && err != io.EOF {
		return nil, r.finish(err)
	}
	return r, nil
}

// Cancel drops the response, whatever has come of it: it is for calls of which Response is not
// called.
func (c *Call) Cancel() {
	c.response.call = c
	c.response.reader = reader{spool: &c.spool}
	c.response.Close()
}

// fail ends the call before its response has come. The error is not yet one of the call, whatever it
// is.
func (c *Call) fail(err error) { c.spool.fail(c.conn.explain(c, cancelled{err})) }

// stopped returns why no more data is to be sent, or err.
func (c *Call) stopped(err error) error {
	if c.given.Load() {
		return ErrClosed
	}
	if c.ctx.Err() != nil {
		return context.Cause(c.ctx)
	}
	return err
}

// abandon stops the sending of data that is still going on.
func (c *Call) abandon() {
	c.given.Store(true)
	if c.data != nil && !c.closed.Load() {
		c.conn.giveUpSending(c)
	}
	c.closeData()
}

// closeData closes the data, once.
func (c *Call) closeData() {
	if c.data != nil && !c.closed.Swap(true) {
		closeData(c.data)
	}
}

// Response is the answer to a command, read as it arrives. It must be read to its end, or closed. Its
// methods must not be called by several goroutines at once.
type Response struct {
	reader
	call   *Call
	err    error // the first that Read returned
	octets int64
}

// Read reads the next part of the response. It returns io.EOF at the end, a *CommandError when the
// command has failed after all, and a *CallError when the rest will never come.
func (r *Response) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.read(r.call.ctx, p, r.show)
	r.octets += int64(n)
	if err != nil {
		return n, r.finish(err)
	}
	return n, nil
}

// WriteTo hands what is left of the response on to w, without copying it.
func (r *Response) WriteTo(w io.Writer) (int64, error) {
	if r.err != nil {
		return 0, noEOF(r.err)
	}
	n, readErr, err := r.writeTo(r.call.ctx, w, r.show)
	r.octets += n
	if readErr != nil {
		err = noEOF(r.finish(readErr))
	}
	return n, err
}

// Bytes reads what is left of the response.
func (r *Response) Bytes() ([]byte, error) {
	var b bytes.Buffer
	_, err := r.WriteTo(&b)
	return b.Bytes(), err
}

// Close drops what is left of the response. The connection stays usable.
func (r *Response) Close() error {
	r.end(ErrClosed)
	return nil
}

// show hands text to whoever wants it.
func (r *Response) show(k *chunk) { r.call.conn.text(r.call, k.text) }

// finish ends reading with an error, which it returns as the caller gets it.
func (r *Response) finish(err error) error {
	r.end(r.call.conn.explain(r.call, err))
	return r.err
}

// end ends reading, once: who was shown text, or handed octets, may have done so already.
func (r *Response) end(err error) {
	if r.err != nil {
		return
	}
	c := r.call
	r.err = err
	c.spool.close(err)
	r.free()
	c.abandon()
	if c.conn.observed() {
		c.conn.observe(&Event{Kind: RequestEnded, Request: c.id, Command: c.command, Duration: time.Since(c.started), Received: r.octets, Sent: c.octets.Load(), Err: noEOF(err)})
	}
}

func noEOF(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}
