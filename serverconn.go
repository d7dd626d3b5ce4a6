package hgwire

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/reactor"
	"github.com/hgwire/hgwire/stream"
)

// serverConn is the server's end of a connection.
type serverConn struct {
	conn
	server   *Server
	handler  Handler
	ctx      context.Context // of the handlers
	cancel   context.CancelCauseFunc
	handlers sync.WaitGroup

	// Guarded by the lock of the connection.
	reactor  *reactor.Server
	running  int // handlers
	held     int // octets of responses whose requests are not complete
	queue    []*exchange
	ready    []*exchange          // to be started once the lock is given up
	partial  map[uint16]*exchange // those whose data is still arriving
	names    map[string]string    // of commands
	draining bool                 // new requests fail

	encoded chan uint8 // IDs of streams for what comes encoded already
}

// refusals is the stream on which a server says that it refuses to go on.
const refusals = 254

// lingerTime is how long a connection that has been refused stays open for the client to read why.
const lingerTime = time.Second

// serve serves the connection until it has ended and all handlers have returned.
func (c *serverConn) serve() error {
	go c.write()
	err := c.read()
	switch {
	case err == nil:
		err = c.finish()
	case c.refused():
		c.linger()
	}
	c.end(errOr(err, io.EOF))
	c.handlers.Wait()
	c.reactor.Close()
	c.closeSenders()
	return c.outcome(err)
}

// outcome logs how the connection has ended, and returns it as ServeConn does.
func (c *serverConn) outcome(err error) error {
	if c.server.closing() {
		err = ErrServerClosed
	} else if cause := c.cause(err); cause != io.EOF {
		err = cause
	}
	c.observe(&Event{Kind: ConnClosed, Duration: time.Since(c.watch.start), Received: c.received.Load(), Sent: c.sent.Load(), Err: err})
	if err != nil && err != ErrServerClosed {
		c.cfg.Logger.Warn("hgwire: connection ended", "conn", c.number, "role", c.role.String(), "err", err)
	}
	return err
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// finish is for the end of input: requests that it has cut short are refused, all others are
// answered.
func (c *serverConn) finish() error {
	c.mu.Lock()
	_, incomplete, _ := c.reactor.EndInput(refusals) // the stream is ours
	for _, id := range incomplete {
		if x := c.partial[id]; x != nil {
			delete(c.partial, id)
			x.spool.put(nil, io.ErrUnexpectedEOF, 0)
		}
	}
	c.out.held = false
	c.kick()
	c.startReady()
	c.mu.Unlock()
	c.handlers.Wait()
	c.mu.Lock()
	for f := range c.reactor.Frames() { // last, since a client takes none after them
		c.append(&f)
	}
	c.reactor.Sent()
	c.finishOutput()
	c.mu.Unlock()
	<-c.out.done
	return nil
}

// fail says to the client why the server refuses to go on.
func (c *serverConn) fail(err error) {
	perr, ok := errors.AsType[*framing.ProtocolError](err)
	if !ok {
		c.end(err)
		return
	}
	c.mu.Lock()
	first := c.refusal == nil && c.err == nil
	if first {
		c.refusal = err
		c.refuse(perr)
		c.out.dismiss()
	}
	c.mu.Unlock()
	if first {
		c.cancel(err)
		go c.leave(err)
	}
}

// refuse puts the last frame into the outbox.
func (c *serverConn) refuse(err *framing.ProtocolError) {
	var f framing.Frame
	f.RequestID = err.Header.RequestID
	f.Type, f.Flags = framing.TypeErrorResponse, framing.Flags(framing.ErrorResponseProtocol)
	f.Payload = []byte(err.Text)
	if c.cfg.Revision >= framing.RevisionStreams {
		f.StreamID, f.StreamFlags = refusals, framing.FlagStreamBegin|framing.FlagStreamEnd
	}
	c.append(&f)
	c.finishOutput()
}

// leave ends the connection once the client has had the time to read what was sent last.
func (c *serverConn) leave(err error) {
	<-c.out.done
	if _, ok := c.transport.(interface{ CloseWrite() error }); ok {
		c.closeWrite()
		select {
		case <-c.dead:
			return
		case <-time.After(lingerTime):
		}
	}
	c.end(err)
}

func (c *serverConn) refused() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refusal != nil
}

// linger drops what still arrives: closing a connection with octets that have not been read would
// take back those that have been sent.
func (c *serverConn) linger() {
	var drop [4 << 10]byte
	for {
		if _, err := c.transport.Read(drop[:]); err != nil {
			return
		}
	}
}

func (c *serverConn) receive(f *framing.Frame) delivery { return c.act(c.reactor.Receive(f), f) }

func (c *serverConn) receiveDecoded(f *framing.Frame, consumed bool, err *framing.ProtocolError) delivery {
	return c.act(c.reactor.ReceiveDecoded(f, consumed, err), f)
}

func (c *serverConn) streams() *stream.Incoming { return c.reactor.Streams() }

// sending takes note of a frame about to be sent. With the first one of an answer, the answer begins.
func (c *serverConn) sending(h *framing.Header) error {
	if h.Type != framing.TypeTextOutput && c.reactor.RequestState(h.RequestID) == framing.ServerRequestActive {
		if err := c.reactor.Begin(h.RequestID); err != nil {
			return err
		}
	}
	return c.reactor.Sending(h)
}

// act acts on what a frame has come to.
func (c *serverConn) act(res reactor.Result, f *framing.Frame) delivery {
	switch res.Action {
	case reactor.Error:
		return delivery{err: res.Err}
	case reactor.OpenCommand:
		x := c.open(res.Request)
		x.spool = new(spool)
		x.spool.open(&c.readables)
		x.data = &dataReader{reader: reader{spool: x.spool, limit: c.cfg.SpoolOctets}, ctx: c.ctx}
		x.request.Data = x.data
		if c.partial == nil {
			c.partial = make(map[uint16]*exchange)
		}
		c.partial[f.RequestID] = x
		c.start(x)
	case reactor.TakeData:
		return delivery{to: c.partial[f.RequestID].spool, octets: true, request: f.RequestID}
	case reactor.RunCommand:
		x := c.partial[f.RequestID]
		if x == nil {
			x = c.open(res.Request)
			x.complete = true
			c.start(x)
			break
		}
		delete(c.partial, f.RequestID)
		x.complete = true
		if x.returned {
			frames := x.takeHeld()
			c.active.Add(1)
			c.running++ // even if no other handler may run
			c.handlers.Go(func() {
				x.release(frames)
				for x := c.next(); x != nil; x = c.next() {
					x.run()
				}
			})
		}
		return delivery{to: x.spool, octets: true, end: io.EOF, request: f.RequestID}
	}
	return delivery{}
}

// open returns the exchange for a request.
func (c *serverConn) open(r *reactor.Request) *exchange {
	x := &exchange{conn: c, sender: c.senderOf(r.ID)}
	x.request = Request{ID: r.ID, Command: c.name(r.Command), request: r}
	return x
}

// maxNames is how many names of commands a connection keeps, so that they need not be allocated for
// each request.
const maxNames = 64

func (c *serverConn) name(octets []byte) string {
	if name, ok := c.names[string(octets)]; ok {
		return name
	}
	name := string(octets)
	if len(c.names) < maxNames && len(name) <= maxNames {
		if c.names == nil {
			c.names = make(map[string]string)
		}
		c.names[name] = name
	}
	return name
}

// start has an exchange run, now or when another one has ended.
func (c *serverConn) start(x *exchange) {
	x.refused = c.draining
	c.active.Add(1)
	if c.running >= c.server.maxHandlers() {
		c.queue = append(c.queue, x)
		return
	}
	c.running++
	c.ready = append(c.ready, x)
}

// startReady starts what start has found ready, once a batch of frames has been taken.
func (c *serverConn) startReady() {
	for i, x := range c.ready {
		c.handlers.Add(1)
		go c.run(x)
		c.ready[i] = nil
	}
	c.ready = c.ready[:0]
}

// run runs an exchange, and then those that wait.
func (c *serverConn) run(x *exchange) {
	defer c.handlers.Done()
	for x != nil {
		x.run()
		x = c.next()
	}
}

// next returns an exchange that has waited, or nil.
func (c *serverConn) next() *exchange {
	c.active.Add(-1)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) > 0 && c.err == nil && c.running <= c.server.maxHandlers() {
		x := c.queue[0]
		c.queue[0] = nil
		c.queue = c.queue[1:]
		return x
	}
	c.running--
	c.drained()
	return nil
}

// drain has the connection end once nothing runs any more. New requests fail.
func (c *serverConn) drain() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.draining = true
	c.drained()
}

// drained ends the connection if it is draining and nothing is left to be done.
func (c *serverConn) drained() {
	if !c.draining || c.running > 0 || len(c.partial) > 0 || c.reactor.State() == framing.ServerConnectionCommandReceiving || c.refusal != nil || c.out.closing {
		return
	}
	c.finishOutput()
	go c.leave(ErrServerClosed)
}

// ended has what is running stop.
func (c *serverConn) ended(err error) {
	c.cancel(err)
	for id, x := range c.partial {
		delete(c.partial, id)
		x.spool.fail(err)
	}
	c.active.Add(-int64(len(c.queue)))
	c.queue = nil
	c.out.dismiss()
}
