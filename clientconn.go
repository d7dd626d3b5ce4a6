package hgwire

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/message"
	"github.com/hgwire/hgwire/payload"
	"github.com/hgwire/hgwire/reactor"
	"github.com/hgwire/hgwire/stream"
)

// clientConn is the client's end of a connection.
type clientConn struct {
	conn
	text  func(*Call, []payload.Atom)
	slots chan struct{} // holds a token for each request in flight

	// Guarded by the lock of the connection.
	reactor *reactor.Client
	calls   [128]*[256]*Call // by request ID, in pages
	unsent  int              // calls of which there is more to be sent
	last    bool             // there will be no more
}

// run receives until the connection has ended.
func (c *clientConn) run() {
	err := c.read()
	if err == nil {
		err = c.inputEnded()
	}
	c.end(err)
	<-c.out.done
	c.reactor.Close()
	c.closeSenders()
	cause := c.cause(err)
	c.observe(&Event{Kind: ConnClosed, Duration: time.Since(c.watch.start), Received: c.received.Load(), Sent: c.sent.Load(), Err: cause})
	if cause != ErrClosed && !errors.Is(cause, io.EOF) {
		c.cfg.Logger.Warn("hgwire: connection ended", "conn", c.number, "role", c.role.String(), "err", cause)
	}
}

// inputEnded returns the error for a server that has closed the connection between frames.
func (c *clientConn) inputEnded() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reactor.InFlight() > 0 {
		return &TransportError{"read", io.ErrUnexpectedEOF}
	}
	return &TransportError{"read", io.EOF}
}

// heads keeps cursors over commands for reuse.
var heads = sync.Pool{New: func() any { return new(message.Head) }}

// start begins a call.
func (c *clientConn) start(ctx context.Context, cmd *message.Command) (*Call, error) {
	if err := c.acquire(ctx); err != nil {
		closeData(cmd.Data)
		return nil, &CallError{Command: cmd.Name, Err: err}
	}
	call := &Call{conn: c, ctx: ctx, command: cmd.Name, data: cmd.Data}
	if c.observed() {
		call.started = time.Now()
	}
	call.spool.open(&c.readables)
	head := heads.Get().(*message.Head)
	defer heads.Put(head)
	c.mu.Lock()
	err := c.open(call, cmd, head)
	if err == nil {
		err = c.sendHead(call, head)
	}
	c.mu.Unlock()
	if err != nil {
		closeData(cmd.Data)
		return nil, err
	}
	if c.observed() {
		c.observe(&Event{Kind: RequestStarted, Request: call.id, Command: call.command})
	}
	if cmd.Data != nil {
		c.sendData(call, cmd.Data)
	}
	return call, nil
}

// acquire waits for a place among the requests in flight.
func (c *clientConn) acquire(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	select {
	case c.slots <- struct{}{}:
		return nil
	default:
	}
	select {
	case c.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-c.dead:
		return c.cause(nil)
	}
}

// open gives a call its request ID. The lock is held.
func (c *clientConn) open(call *Call, cmd *message.Command, head *message.Head) error {
	err := c.stopped()
	if err == nil && c.last {
		err = ErrClosed
	}
	var id uint16
	if err == nil {
		id, err = c.reactor.Open()
	}
	if err != nil {
		<-c.slots
		return &CallError{Command: call.command, Err: err}
	}
	sender := c.senderOf(id)
	command := *cmd
	command.MaxSend = sender.max
	if err := head.Reset(&command, id, sender.out.ID()); err != nil {
		c.reactor.Release(id)
		<-c.slots
		return err
	}
	call.id, call.sender = id, sender
	page := &c.calls[id>>9]
	if *page == nil {
		*page = new([256]*Call)
	}
	(*page)[id>>1&0xff] = call
	c.active.Add(1)
	c.unsent++
	return nil
}

// find returns the call of a request in flight.
func (c *clientConn) find(id uint16) *Call { return c.calls[id>>9][id>>1&0xff] }

// forget ends a request: its ID may be used again.
func (c *clientConn) forget(call *Call) {
	c.calls[call.id>>9][call.id>>1&0xff] = nil
	c.active.Add(-1)
	<-c.slots
}

// sendHead sends name and arguments. The lock is held, and given up while there is no room. When the
// context is done before the first frame has been sent, the request has never been.
func (c *clientConn) sendHead(call *Call, head *message.Head) error {
	var f framing.Frame
	for first := true; head.Next(&f); first = false {
		var err error
		if call.sender.encodes {
			c.mu.Unlock()
			err = c.send(call.ctx, call.sender, &f)
			c.mu.Lock()
		} else if err = c.awaitRoom(call.ctx, headroom+len(f.Payload)); err == nil {
			err = c.queue(call.sender, &f)
		}
		if err != nil {
			failed := c.failure(call, err)
			if first && c.reactor.Release(call.id) == nil {
				failed.Request = 0
				c.forget(call)
			}
			c.sentAll()
			return failed
		}
	}
	if call.data == nil {
		c.sentAll()
	}
	return nil
}

// explain returns an error as callers get it: one that does not say yet which call it is about is
// wrapped.
func (c *clientConn) explain(call *Call, err error) error {
	switch e := err.(type) {
	case *CommandError, *CallError:
		return err
	case cancelled:
		err = e.cause
	default:
		if err == io.EOF {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failure(call, err)
}

// failure returns the error for a call. The lock is held.
func (c *clientConn) failure(call *Call, err error) *CallError {
	return &CallError{Request: call.id, Stream: call.sender.out.ID(), Command: call.command, State: c.reactor.RequestState(call.id), Err: err}
}

// sendData sends the data of a call: in the goroutine of the caller when reading it does not block.
func (c *clientConn) sendData(call *Call, data io.Reader) {
	switch data.(type) {
	case *bytes.Reader, *bytes.Buffer, *strings.Reader:
		c.copyData(call, data)
	default:
		go c.copyData(call, data)
	}
}

// copyData sends data to its end. When that does not come, the request is never complete.
func (c *clientConn) copyData(call *Call, data io.Reader) {
	defer func() {
		call.closeData()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.sentAll()
	}()
	k := newChunk(call.sender.max)
	defer k.free()
	for {
		n, err := message.ReadFull(data, k.memory[:call.sender.max])
		if err == io.EOF || err == nil {
			err = call.stopped(err)
		}
		if err != nil && err != io.EOF {
			call.fail(err)
			return
		}
		var f framing.Frame
		f.RequestID, f.Type, f.Payload = call.id, framing.TypeCommandData, k.memory[:n]
		f.Flags = framing.Flags(framing.CommandDataContinuation)
		if err == io.EOF {
			f.Flags = framing.Flags(framing.CommandDataEOS)
		}
		call.octets.Add(int64(n))
		if err := c.send(call.ctx, call.sender, &f); err != nil {
			call.fail(err)
			return
		}
		if err == io.EOF {
			return
		}
	}
}

// closeData closes the data of a call where it can be closed.
func closeData(data io.Reader) {
	if closer, ok := data.(io.Closer); ok {
		closer.Close()
	}
}

// sentAll says that nothing more of a call will be sent. The lock is held.
func (c *clientConn) sentAll() {
	c.unsent--
	if c.last && c.unsent == 0 {
		c.finishOutput()
	}
}

// closeOutput ends what is sent.
func (c *clientConn) closeOutput() error {
	c.mu.Lock()
	again := c.last
	c.last = true
	if c.unsent == 0 {
		c.finishOutput()
	}
	c.mu.Unlock()
	<-c.out.done
	if err := c.cause(nil); err != nil || again {
		return err
	}
	return c.closeWrite()
}

func (c *clientConn) receive(f *framing.Frame) delivery { return c.act(c.reactor.Receive(f), f) }

func (c *clientConn) receiveDecoded(f *framing.Frame, consumed bool, err *framing.ProtocolError) delivery {
	return c.act(c.reactor.ReceiveDecoded(f, consumed, err), f)
}

func (c *clientConn) streams() *stream.Incoming { return c.reactor.Streams() }

func (c *clientConn) sending(h *framing.Header) error { return c.reactor.Sending(h) }

func (c *clientConn) startReady() {}

// fail ends the connection. A client cannot tell its server why.
func (c *clientConn) fail(err error) { c.end(err) }

// act acts on what a frame has come to.
func (c *clientConn) act(res reactor.ClientResult, f *framing.Frame) delivery {
	d := delivery{octets: true, request: f.RequestID}
	switch res.Action {
	case reactor.ResponsePart:
		d.to = &c.find(f.RequestID).spool
	case reactor.ResponseEnd:
		call := c.find(f.RequestID)
		c.forget(call)
		d.to, d.end = &call.spool, io.EOF
	case reactor.CommandFailed:
		call := c.find(f.RequestID)
		c.forget(call)
		d.octets = false
		d.to, d.end = &call.spool, &CommandError{f.RequestID, f.StreamID, call.command, string(f.Payload)}
	case reactor.TextOutput:
		d.octets = false
		if c.text != nil {
			d.to, d.text = &c.find(f.RequestID).spool, c.reactor.Text()
		}
	case reactor.Refused:
		d.err = &RefusedError{f.RequestID, f.StreamID, string(f.Payload)}
	case reactor.Error:
		d.err = res.Err
	}
	return d
}

// ended fails all calls in flight.
func (c *clientConn) ended(err error) {
	c.out.dismiss()
	for _, page := range c.calls {
		if page == nil {
			continue
		}
		for _, call := range page {
			if call != nil {
				call.spool.fail(c.failure(call, err))
			}
		}
	}
}
