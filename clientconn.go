package hgwire

import (
	"bytes"
	"context"
	"io"
	"slices"
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
	text func(*Call, []payload.Atom)

	// Guarded by the lock of the connection.
	reactor *reactor.Client
	calls   [128]*[256]*Call // by request ID, in pages
	places  int              // for further requests in flight
	waiting []chan struct{}  // for a place; closed when it is there
	broken  int              // calls of which the rest will never be sent
	unsent  int              // calls that are being sent
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
	c.closeSenders()
	c.closed(c.cause(err))
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
	head := heads.Get().(*message.Head)
	defer heads.Put(head)
	cmd.MaxSend = c.senders[0].max // they are all alike
	if err := head.Reset(cmd, 0, 0); err != nil {
		closeData(cmd.Data)
		return nil, err
	}
	call := &Call{conn: c, ctx: ctx, command: cmd.Name, data: cmd.Data}
	if c.observed() {
		call.started = time.Now()
	}
	call.spool.open(&c.readables)
	if err := c.issue(call, head); err != nil {
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

// issue gives a call its request ID and sends all but its data.
func (c *clientConn) issue(call *Call, head *message.Head) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.acquire(call.ctx)
	if err == nil {
		err = c.open(call)
	}
	if err != nil {
		return &CallError{Command: call.command, Err: err}
	}
	head.Bind(call.id, call.sender.out.ID())
	return c.sendHead(call, head)
}

// acquire waits for a place among the requests in flight, first come, first served. The lock is held,
// and given up meanwhile.
func (c *clientConn) acquire(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := c.takesNone(); err != nil {
		return err
	}
	if c.places > 0 {
		c.places--
		return nil
	}
	turn := make(chan struct{})
	c.waiting = append(c.waiting, turn)
	c.mu.Unlock()
	var err error
	select {
	case <-turn:
	case <-ctx.Done():
		err = context.Cause(ctx)
	case <-c.dead:
	}
	c.mu.Lock()
	if err == nil {
		if err = c.takesNone(); err != nil {
			c.giveUp()
		}
		return err
	}
	if i := slices.Index(c.waiting, turn); i >= 0 {
		c.waiting = slices.Delete(c.waiting, i, i+1)
	} else {
		c.giveUp() // the place that has just been given to us
	}
	return err
}

// takesNone returns why there can be no further call, or nil. Who has called CloseWrite is told so,
// whether the connection has ended since or not. The lock is held.
func (c *clientConn) takesNone() error {
	if c.last {
		return ErrClosed
	}
	return c.stopped()
}

// giveUp gives a place up, to who has waited longest. The lock is held.
func (c *clientConn) giveUp() {
	if len(c.waiting) == 0 {
		c.places++
		return
	}
	close(c.waiting[0])
	c.waiting[0] = nil
	c.waiting = c.waiting[1:]
}

// open gives a call, which has a place, its request ID. The lock is held.
func (c *clientConn) open(call *Call) error {
	id, err := c.reactor.Open()
	if err != nil {
		c.giveUp()
		return err
	}
	call.id, call.sender = id, c.senderOf(id)
	page := &c.calls[id>>9]
	if *page == nil {
		*page = new([256]*Call)
	}
	(*page)[id>>1&0xff] = call
	c.active.Add(1)
	call.sending = true
	c.unsent++
	return nil
}

// find returns the call of a request, or nil when it is not in flight.
func (c *clientConn) find(id uint16) *Call {
	if page := c.calls[id>>9]; page != nil && id&1 != 0 {
		return page[id>>1&0xff]
	}
	return nil
}

// forget ends a request: its ID may be used again.
func (c *clientConn) forget(call *Call) {
	c.calls[call.id>>9][call.id>>1&0xff] = nil
	c.active.Add(-1)
	c.giveUp()
}

// sendHead sends name and arguments. The lock is held, and given up while there is no room. When the
// context is done before the first frame has been sent, the request has never been.
func (c *clientConn) sendHead(call *Call, head *message.Head) error {
	var f framing.Frame
	for first := true; head.Next(&f); first = false {
		var err error
		if call.sender.encodes {
			c.mu.Unlock()
			err = c.send(call.ctx, call.sender, &f, false)
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
			c.sendingEnds(call, first)
			return failed
		}
	}
	c.push(c.nobodyWaits())
	if call.data == nil {
		c.sendingEnds(call, true)
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

// nobodyWaits reports whether writing what the outbox holds does not block: the only request in flight
// is in there, so the peer has taken all that came before, and a socket takes so little by itself.
func (c *clientConn) nobodyWaits() bool {
	return c.vectored && c.reactor.InFlight() == 1 && len(c.out.buf) <= 2<<10
}

// failure returns the error for a call. The lock is held.
func (c *clientConn) failure(call *Call, err error) *CallError {
	state := c.reactor.RequestState(call.id)
	if refused, ok := err.(*RefusedError); ok && refused.Request == call.id {
		state = refused.State // the reactor has ended the request since
	}
	return &CallError{Request: call.id, Stream: call.sender.out.ID(), Command: call.command, State: state, Err: err}
}

// sendData sends the data of a call: in the goroutine of the caller when reading it does not block.
func (c *clientConn) sendData(call *Call, data io.Reader) {
	switch data.(type) {
	case *bytes.Reader, *bytes.Buffer, *strings.Reader:
		c.copyData(call, data, false)
	default:
		go c.copyData(call, data, true)
	}
}

// copyData sends data to its end. When that does not come, the request is never complete.
func (c *clientConn) copyData(call *Call, data io.Reader, mayWait bool) {
	err := c.sendDataFrames(call, data, mayWait)
	call.closeData()
	if err != nil {
		call.fail(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sendingEnds(call, err == nil)
}

func (c *clientConn) sendDataFrames(call *Call, data io.Reader, mayWait bool) error {
	k := newChunk(call.sender.max)
	defer k.free()
	for {
		n, err := message.ReadFull(data, k.memory[:call.sender.max])
		if err == io.EOF || err == nil {
			err = call.stopped(err)
		}
		if err != nil && err != io.EOF {
			return err
		}
		var f framing.Frame
		f.RequestID, f.Type, f.Payload = call.id, framing.TypeCommandData, k.memory[:n]
		f.Flags = framing.Flags(framing.CommandDataContinuation)
		if err == io.EOF {
			f.Flags = framing.Flags(framing.CommandDataEOS)
		}
		call.octets.Add(int64(n))
		if err := c.send(call.ctx, call.sender, &f, mayWait); err != nil {
			return err
		}
		if err == io.EOF {
			return nil
		}
	}
}

// closeData closes the data of a call where it can be closed.
func closeData(data io.Reader) {
	if closer, ok := data.(io.Closer); ok {
		closer.Close()
	}
}

// sendingEnds says that a call has been sent in full, or not at all, or that the rest of it never will
// be. The lock is held.
func (c *clientConn) sendingEnds(call *Call, whole bool) {
	if call.sending {
		call.sending = false
		c.unsent--
	}
	switch {
	case !whole && !call.broken:
		call.broken = true
		if c.broken++; c.broken == min(c.cfg.Limits.InFlightRequests, allRequests) {
			go c.end(ErrIncompleteCalls)
		}
	case whole && call.broken: // the last frame was on its way when the call was given up
		call.broken = false
		c.broken--
	}
	if c.last && c.unsent == 0 {
		c.finishOutput()
	}
}

// giveUpSending is for a call that nobody waits for any more, of which data may still be read: that may
// take for ever.
func (c *clientConn) giveUpSending(call *Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !call.sending || c.find(call.id) != call {
		return
	}
	switch c.reactor.RequestState(call.id) {
	case framing.ClientRequestWaiting, framing.ClientRequestResponding: // all has been sent
	default:
		c.sendingEnds(call, false)
	}
}

// closeOutput ends what is sent. Calls that wait for a place learn that they will not get one.
func (c *clientConn) closeOutput() error {
	c.mu.Lock()
	again := c.last
	c.last = true
	for len(c.waiting) > 0 {
		c.giveUp()
	}
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
func (c *clientConn) rest()       {}

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
		if call := c.find(f.RequestID); call != nil && call.broken && c.last {
			c.forget(call) // the server has told us that its input ended before the request did
			break
		}
		d.err = &RefusedError{f.RequestID, f.StreamID, res.From, string(f.Payload)}
	case reactor.Error:
		d.err = res.Err
	}
	return d
}

// ended fails all calls in flight.
func (c *clientConn) ended(err error) {
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
