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
	ready    []*exchange // to be started once the lock is given up; of who receives

	// Guarded by the lock of the connection.
	reactor  *reactor.Server
	running  int      // handlers
	late     int      // what else goes out: answers of which frames were held, and the refusals of finish
	resting  []worker // those that run nothing
	held     int      // octets of responses that were held and have not gone out
	queue    []*exchange
	fresh    []exchange
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
	c.dismiss(0)
	c.closeSenders()
	return c.outcome(err)
}

// outcome tells how the connection has ended, and returns it as ServeConn does.
func (c *serverConn) outcome(err error) error {
	if c.server.closing() {
		err = ErrServerClosed
	} else if cause := c.cause(err); cause != io.EOF {
		err = cause
	}
	c.closed(err)
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
	c.late++                                         // nobody else ends the output
	_, incomplete, _ := c.reactor.EndInput(refusals) // the stream is ours
	for _, id := range incomplete {
		if x := c.partial[id]; x != nil {
			delete(c.partial, id)
			x.spool.put(nil, io.ErrUnexpectedEOF, 0)
		}
	}
	c.out.held = false
	c.kick()
	c.mu.Unlock()
	c.handlers.Wait()
	c.mu.Lock()
	for f := range c.reactor.Frames() { // last, since a client takes none after them
		c.append(&f, nil)
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
		if !c.refused() { // otherwise it ends by itself
			c.end(err)
		}
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped() == nil {
		c.refuse(perr)
		c.leave(err)
		c.cancel(err)
	}
}

// refuse puts the last frame into the outbox.
func (c *serverConn) refuse(err *framing.ProtocolError) {
	var f framing.Frame
	f.RequestID = err.Header.RequestID
	f.Type, f.Flags = framing.TypeErrorResponse, framing.Flags(framing.ErrorResponseProtocol)
	f.Payload = []byte(err.Text[:min(len(err.Text), c.maxText())])
	if c.cfg.Revision >= framing.RevisionStreams {
		f.StreamID, f.StreamFlags = refusals, framing.FlagStreamBegin|framing.FlagStreamEnd
	}
	c.append(&f, nil)
}

// leave ends the connection once the outbox has been written and the client has had the time to read
// it. Nothing is received or sent any more. The lock is held.
func (c *serverConn) leave(err error) {
	c.refusal = err
	c.out.dismiss()
	c.finishOutput()
	go func() {
		<-c.out.done
		if _, ok := c.transport.(interface{ CloseWrite() error }); ok {
			c.closeWrite()
			select {
			case <-c.dead:
			case <-time.After(lingerTime):
			}
		}
		c.end(err)
	}()
}

func (c *serverConn) refused() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refusal != nil
}

// linger drops what still arrives until the connection or its input ends: closing a socket with octets
// that have not been read could take back those that have been sent. It returns when all is sent, or
// nothing can be any more.
func (c *serverConn) linger() {
	var drop [4 << 10]byte
	for {
		if _, err := c.transport.Read(drop[:]); err != nil {
			<-c.out.done
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
		if frames := x.held; frames != nil {
			x.held, x.released = nil, make(chan struct{})
			c.late++
			c.handlers.Go(func() {
				x.release(frames)
				c.mu.Lock()
				defer c.mu.Unlock()
				c.late--
				c.drained()
			})
		}
		return delivery{to: x.spool, octets: true, end: io.EOF, request: f.RequestID}
	}
	return delivery{}
}

// slab is how many exchanges are allocated at once, which is cheaper than one by one. None is used
// twice: a handler may hold on to what it was given.
const slab = 8

// open returns the exchange for a request.
func (c *serverConn) open(r *reactor.Request) *exchange {
	if len(c.fresh) == 0 {
		c.fresh = make([]exchange, slab)
	}
	x := &c.fresh[0]
	c.fresh = c.fresh[1:]
	x.conn, x.sender = c, c.senderOf(r.ID)
	x.request.ID, x.request.Command, x.request.request = r.ID, c.name(r.Command), r
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
	if n := len(c.resting); n > 0 {
		x.worker = c.resting[n-1]
		c.resting = c.resting[:n-1]
	}
	c.ready = append(c.ready, x)
}

// startReady starts what start has found ready, once a batch of frames has been taken.
func (c *serverConn) startReady() {
	for i, x := range c.ready {
		c.handlers.Add(1)
		if x.worker != nil {
			x.worker <- x
		} else {
			go c.work(x)
		}
		c.ready[i] = nil
	}
	c.ready = c.ready[:0]
}

// worker is how a goroutine that runs exchanges is given the next one. It has capacity 1. A goroutine that
// is used again has its stack, which a handler would have to grow, and need not be made.
type worker chan *exchange

// maxResting is how many workers a connection keeps on which nothing runs.
const maxResting = 4

// work runs an exchange, then those that wait, then those that it is given.
func (c *serverConn) work(x *exchange) {
	w := make(worker, 1)
	defer func() {
		if x == nil {
			return
		}
		// The handler has called runtime.Goexit, as tests do.
		x.conclude()
		c.active.Add(-1)
		if x = c.next(nil); x != nil {
			go c.work(x)
		} else {
			c.handlers.Done()
		}
	}()
	for x != nil {
		x.run()
		x.conclude()
		c.active.Add(-1)
		if x = c.next(w); x == nil {
			c.handlers.Done()
			x = <-w
		}
	}
}

// next returns an exchange that has waited, or nil: then the worker rests, if there is one.
func (c *serverConn) next(w worker) *exchange {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) > 0 && c.err == nil {
		x := c.queue[0]
		c.queue[0] = nil
		c.queue = c.queue[1:]
		return x
	}
	c.running--
	if w != nil {
		c.resting = append(c.resting, w)
	}
	c.drained()
	return nil
}

// rest is called when nothing more has arrived. It sends workers away when nothing runs.
func (c *serverConn) rest() {
	if c.active.Load() == 0 {
		c.dismiss(maxResting)
	}
}

// dismiss sends workers away until n are left.
func (c *serverConn) dismiss(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.resting) > n {
		last := len(c.resting) - 1
		close(c.resting[last])
		c.resting[last] = nil
		c.resting = c.resting[:last]
	}
}

// drain has the connection end once nothing runs any more. New requests fail.
func (c *serverConn) drain() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.draining = true
	c.drained()
}

// drained ends the connection if it is draining and nothing is left to be done. Answers that wait for the
// end of input wait for it all the same.
func (c *serverConn) drained() {
	busy := c.running > 0 || c.late > 0 || len(c.partial) > 0 || c.reactor.State() == framing.ServerConnectionCommandReceiving
	waits := c.out.held && len(c.out.buf) > 0
	if c.draining && !busy && !waits && c.stopped() == nil {
		c.leave(ErrServerClosed)
	}
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
}
