package hgwire

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
	"github.com/hgwire/hgwire/stream"
)

// conn is what both ends of a connection have in common: it reads frames, has them decoded, shows
// them to the reactor of the role in the order in which they came, and hands on what comes of them;
// and it writes what senders leave in its outbox.
type conn struct {
	cfg       Config
	role      framing.Role
	number    uint64
	transport io.ReadWriteCloser
	rd        *framing.Reader
	sequence  *sequencer // nil until a stream has settings
	watch     watchdog
	active    atomic.Int64 // requests running
	received  atomic.Int64 // octets
	sent      atomic.Int64
	senders   []*sender
	vectored  bool       // the transport takes several buffers in one write
	batch     []delivery // of who receives
	readables sync.Pool  // channels of spools; a connection's own, since a channel belongs to its synctest bubble

	mu      sync.Mutex // guards what follows, and the reactor
	peer    receiver
	out     outbox
	frame   framing.Frame // that is being sent
	refusal error         // why the connection is about to end, once what is in the outbox has been sent
	err     error         // why the connection has ended
	dead    chan struct{} // closed when it has
}

// receiver is the reactor of a role with what belongs to it. The lock of the connection is held in
// all of its methods but startReady, rest and fail.
type receiver interface {
	// receive takes a frame. Its payload aliases the memory of the reader.
	receive(f *framing.Frame) delivery
	// receiveDecoded takes a frame that has been through its stream, and what that came to.
	receiveDecoded(f *framing.Frame, consumed bool, err *framing.ProtocolError) delivery
	// streams returns the streams on which the peer sends.
	streams() *stream.Incoming
	// startReady starts what frames that were received have asked for. Who receives calls it.
	startReady()
	// rest is called when the transport is about to be read.
	rest()
	// sending takes note of a frame about to be sent.
	sending(h *framing.Header) error
	// ended is told that the connection has ended.
	ended(err error)
	// fail is told that the connection cannot go on. It sees to it that it ends.
	fail(err error)
}

// delivery is what a frame comes to.
type delivery struct {
	to      *spool // nil when there is nothing to hand on
	octets  bool   // the payload goes there, or
	text    []payload.Atom
	end     error  // what follows it
	payload []byte // of the frame
	err     error  // the connection cannot go on
	request uint16
}

var connections atomic.Uint64

// begin sets up a connection. Its reader and its writer are for the role to start.
func (c *conn) begin(role framing.Role, transport io.ReadWriteCloser, cfg Config) {
	c.cfg, c.role, c.transport = cfg, role, transport
	c.number = connections.Add(1)
	c.rd = framing.NewReader(source{c}, cfg.Revision)
	c.rd.MaxPayload = cfg.Limits.FramePayload
	switch transport.(type) {
	case *net.TCPConn, *net.UnixConn:
		c.vectored = true
	}
	c.dead = make(chan struct{})
	c.out.limit = highWater
	if cfg.Encoding != nil {
		c.out.limit += cfg.Streams * (cfg.MaxSend + headroom)
	}
	c.out.wake = make(chan struct{}, 1)
	c.out.done = make(chan struct{})
	c.watch.begin(c)
	c.observe(&Event{Kind: ConnOpened})
}

// source is the transport as the reader sees it.
type source struct{ c *conn }

func (s source) Read(p []byte) (int, error) {
	c := s.c
	c.peer.rest()
	c.watch.reading(c.rd.Buffered() > 0, c.rd.Offset())
	n, err := c.transport.Read(p)
	c.watch.arrived()
	c.received.Add(int64(n))
	return n, err
}

// maxBatch is the most frames that are taken under one lock.
const maxBatch = 32

// read takes frames until input ends, which is nil, or something goes wrong. Nothing is handed on any
// more when it returns.
func (c *conn) read() error {
	var f framing.Frame
	for {
		err := c.rd.Next(&f)
		switch {
		case err == nil && c.sequence == nil:
			err = c.takeBatch(&f)
		case err == nil:
			err = c.sequence.add(&f)
		case err == io.EOF:
			return c.endSequence(nil)
		default:
			err = readError(err)
		}
		if err != nil {
			err = c.endSequence(err)
			c.peer.fail(err)
			return err
		}
	}
}

// endSequence waits until all frames that came have been seen to, and returns the first error.
func (c *conn) endSequence(err error) error {
	if c.sequence != nil {
		if earlier := c.sequence.finish(); earlier != nil {
			return earlier
		}
	}
	return err
}

// readError returns the error for one of the reader: a protocol error as it is, anything else as one
// of the transport.
func readError(err error) error {
	if _, ok := errors.AsType[*framing.ProtocolError](err); ok {
		return err
	}
	return &TransportError{"read", err}
}

// takeBatch takes a frame and those after it that have arrived already. What has come of them is handed
// on without the lock: it wakes others, who want it.
func (c *conn) takeBatch(f *framing.Frame) error {
	err := c.receiveBatch(f)
	c.peer.startReady()
	for i := range c.batch {
		c.handOver(&c.batch[i])
		c.batch[i] = delivery{}
	}
	c.batch = c.batch[:0]
	return err
}

// receiveBatch shows frames to the reactor. What comes of them is in the batch, their payloads in the
// memory of the reader.
func (c *conn) receiveBatch(f *framing.Frame) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.stopped(); err != nil {
		return err
	}
	for n := 1; ; n++ {
		c.traceReceived(f)
		settings := f.Type == framing.TypeStreamSettings
		d := c.peer.receive(f)
		if d.err != nil {
			return d.err
		}
		if d.to != nil {
			d.payload = f.Payload
			c.batch = append(c.batch, d)
		}
		if settings && c.peer.streams() != nil {
			c.sequence = newSequencer(c)
			return nil
		}
		if n == maxBatch || isLarge(len(f.Payload)) || !c.rd.Poll(f) {
			return nil
		}
	}
}

func (c *conn) traceReceived(f *framing.Frame) {
	if c.cfg.Trace != nil {
		c.cfg.Trace(Received, f)
	}
}

// handOver hands on what a frame has come to, whose payload is in the memory of the reader: a large one
// was the last that was read.
func (c *conn) handOver(d *delivery) {
	switch {
	case d.octets && isLarge(len(d.payload)):
		c.hand(d, d.to.reuse().take(c.rd, d.payload))
	case !d.octets || len(d.payload) == 0:
		c.hand(d, nil)
	case !d.to.putCopy(d.payload, d.end, c.cfg.SpoolOctets):
		c.hand(d, copyChunk(d.payload))
	}
}

// hand hands on what a frame has come to; k are its octets. It waits for a slow reader.
func (c *conn) hand(d *delivery, k *chunk) {
	if d.text != nil {
		k = newChunk(0)
		k.text, k.size = d.text, len(d.payload)+textSize(d.text)
	}
	if d.to.put(k, d.end, c.cfg.SpoolOctets) {
		return
	}
	waited := d.to.putWait(k, d.end, c.cfg.SpoolOctets, c.cfg.SpoolWait, c.dead)
	c.observe(&Event{Kind: SpoolStalled, Request: d.request, Duration: waited})
}

// end ends the connection with the first error that it is given.
func (c *conn) end(err error) {
	c.mu.Lock()
	first := c.err == nil
	if first {
		c.err = err
		close(c.dead)
		c.kick()
		c.out.dismiss()
		c.peer.ended(err)
	}
	c.mu.Unlock()
	if first {
		c.watch.stop()
		c.transport.Close() // may take its time
	}
}

// cause returns why the connection has ended, or err while it has not.
func (c *conn) cause(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return c.err
	}
	return err
}

// observe tells the observer. On hot paths its callers see first whether there is one.
func (c *conn) observe(e *Event) {
	if c.cfg.Observer != nil {
		e.Role, e.Conn = c.role, c.number
		c.cfg.Observer.Observe(e)
	}
}

// closed tells that nothing of the connection runs any more, and why it has ended.
func (c *conn) closed(err error) {
	c.observe(&Event{Kind: ConnClosed, Duration: time.Since(c.watch.start), Received: c.received.Load(), Sent: c.sent.Load(), Err: err})
	if err != nil && err != ErrClosed && err != ErrServerClosed && !errors.Is(err, io.EOF) {
		c.cfg.Logger.Warn("hgwire: connection ended", "conn", c.number, "role", c.role.String(), "err", err)
	}
}

// observed reports whether there is an observer.
func (c *conn) observed() bool { return c.cfg.Observer != nil }

// closeWrite says to the peer that nothing more will be sent, where the transport can.
func (c *conn) closeWrite() error {
	if t, ok := c.transport.(interface{ CloseWrite() error }); ok {
		return t.CloseWrite()
	}
	return nil
}

// background is for sends that nobody can cancel.
var background = context.Background()
