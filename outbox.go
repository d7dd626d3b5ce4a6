package hgwire

import (
	"container/list"
	"context"
	"io"
	"net"
	"runtime"
	"slices"

	"github.com/hgwire/hgwire/generated/framing"
)

// highWater is what the outbox holds before senders have to wait, for each stream that encodes one
// frame more. On common systems writes of 64 KiB and more are slower than smaller ones, so those are
// cut below that.
const (
	highWater  = 48 << 10
	maxWrite   = 56 << 10
	directSize = 8 << 10 // octets from here on are not copied into the outbox when nobody is writing
)

// outbox gathers frames until the connection's writer takes all of them in one write. The lock of
// the connection guards it.
type outbox struct {
	buf      []byte
	spare    []byte
	limit    int           // octets at which senders have to wait
	reserved int           // octets that senders will add, who have not encoded them yet
	waiting  list.List     // of senders, as *waiter, in the order in which they came
	idle     bool          // nobody is writing, and the writer waits for wake
	held     bool          // nothing is to be written yet
	vector   net.Buffers   // of who writes directly
	rest     net.Buffers   // of vector, as WriteTo consumes it
	closing  bool          // nothing will be added; the writer ends when all is written
	wake     chan struct{} // capacity 1
	done     chan struct{} // closed when the writer has ended
}

// hasRoom reports whether n octets may be added. When nothing is there, any number may.
func (o *outbox) hasRoom(n int) bool {
	used := len(o.buf) + o.reserved
	return used == 0 || used+n <= o.limit
}

// waiter is a sender that waits for room. Nobody goes before it, and it is woken when there is room for
// it, which is kept for it: however many wait, only those are woken that can go on.
type waiter struct {
	octets int
	room   bool          // there is, and it counts as reserved
	woken  chan struct{} // closed when there is, or when nothing can be sent any more
}

// awaitRoom gives up the lock until n octets may be added, the connection has ended, or the context
// is done.
func (c *conn) awaitRoom(ctx context.Context, n int) error {
	o := &c.out
	if o.waiting.Len() == 0 && o.hasRoom(n) || c.stopped() != nil {
		return c.stopped()
	}
	c.kick() // what fills it may have been left for later
	w := &waiter{octets: n, woken: make(chan struct{})}
	place := o.waiting.PushBack(w)
	c.mu.Unlock()
	var err error
	select {
	case <-w.woken:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	c.mu.Lock()
	if w.room {
		o.reserved -= n
	} else {
		o.waiting.Remove(place)
	}
	if err != nil {
		o.release() // those that have waited behind
		return err
	}
	return c.stopped()
}

// stopped returns why nothing can be sent any more, or nil.
func (c *conn) stopped() error {
	if c.err != nil {
		return c.err
	}
	return c.refusal
}

// release wakes those for which there is room.
func (o *outbox) release() {
	for e := o.waiting.Front(); e != nil && o.hasRoom(e.Value.(*waiter).octets); e = o.waiting.Front() {
		w := o.waiting.Remove(e).(*waiter)
		w.room = true
		o.reserved += w.octets
		close(w.woken)
	}
}

// dismiss wakes all that wait, since nothing can be sent any more.
func (o *outbox) dismiss() {
	for e := o.waiting.Front(); e != nil; e = o.waiting.Front() {
		close(o.waiting.Remove(e).(*waiter).woken)
	}
}

// append adds a frame, whose header the machines have seen, and whose payload goes on in tail. Whoever
// calls it calls push or kick when it is done.
func (c *conn) append(f *framing.Frame, tail []byte) {
	c.appendHead(f, tail)
	c.out.buf = append(c.out.buf, tail...)
}

// appendHead is append without the tail, which has to follow.
func (c *conn) appendHead(f *framing.Frame, tail []byte) {
	c.traceSent(f, tail)
	// IDs, types and flags fit their fields, there is a stream only where the revision has streams, and
	// no frame is cut above what the length can say: so there is no error.
	f.Length = uint32(len(f.Payload) + len(tail))
	c.out.buf, _ = c.cfg.Revision.AppendHeader(c.out.buf, &f.Header)
	c.out.buf = append(c.out.buf, f.Payload...)
}

func (c *conn) traceSent(f *framing.Frame, tail []byte) {
	if c.cfg.Trace != nil {
		whole := *f
		whole.Payload = slices.Concat(f.Payload, tail)
		whole.Length = uint32(len(whole.Payload))
		c.cfg.Trace(Sent, &whole)
	}
}

// kick wakes the writer if it waits and has something to do.
func (c *conn) kick() {
	o := &c.out
	if o.idle && (c.err != nil || !o.held && (len(o.buf) > 0 || o.closing)) {
		o.idle = false
		o.wake <- struct{}{}
	}
}

// finishOutput says that nothing will be added any more. The writer ends when all is written.
func (c *conn) finishOutput() {
	c.out.closing, c.out.held = true, false
	c.kick()
}

// push has what the outbox holds written. Who may wait for the transport writes it himself, when
// nobody else does: that saves waking the writer. The lock is held, and given up meanwhile.
func (c *conn) push(mayWait bool) {
	if !mayWait || !c.mayWrite() {
		c.kick()
		return
	}
	c.out.idle = false
	c.mu.Unlock()
	runtime.Gosched() // whoever is about to send something goes first, so that one write takes it along
	c.mu.Lock()
	buf := c.out.take()
	c.mu.Unlock()
	c.writeAll(buf)
	c.mu.Lock()
	c.out.giveBack(buf)
	c.kick()
}

// mayWrite reports whether nobody is writing and something may be written.
func (c *conn) mayWrite() bool { return c.out.idle && !c.out.held && c.err == nil }

// pushDirect writes what the outbox holds, and the tail of its last frame straight from where it is.
// The lock is held, and given up meanwhile. There must be mayWrite.
func (c *conn) pushDirect(tail []byte) {
	c.out.idle = false
	buf := c.out.take()
	c.mu.Unlock()
	c.out.vector = append(c.out.vector[:0], buf, tail)
	c.out.rest = c.out.vector
	c.watch.writing()
	n, err := c.out.rest.WriteTo(c.transport)
	c.watch.writing()
	c.sent.Add(n)
	if err != nil {
		c.end(&TransportError{"write", err})
	}
	clear(c.out.vector)
	c.mu.Lock()
	c.out.giveBack(buf)
	c.kick()
}

// take takes what is to be written.
func (o *outbox) take() []byte {
	buf := o.buf
	o.buf, o.spare = o.spare, nil
	o.release()
	return buf
}

// giveBack ends the turn of who has written what take returned.
func (o *outbox) giveBack(buf []byte) {
	if cap(buf) <= 2*o.limit {
		o.spare = buf[:0]
	}
	o.idle = true
}

// write is the goroutine that writes what the outbox holds when nobody else does, until the output
// is finished or fails.
func (c *conn) write() {
	defer close(c.out.done)
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		c.out.idle = true
		c.kick()
		c.mu.Unlock()
		<-c.out.wake
		runtime.Gosched() // as in push
		c.mu.Lock()
		for len(c.out.buf) > 0 && c.err == nil {
			buf := c.out.take()
			c.mu.Unlock()
			c.writeAll(buf)
			c.mu.Lock()
			c.out.giveBack(buf)
			c.out.idle = false
		}
		if c.err != nil || c.out.closing {
			return
		}
	}
}

// writeAll writes to the transport. An error ends the connection.
func (c *conn) writeAll(b []byte) {
	for len(b) > 0 {
		some := b[:min(len(b), maxWrite)]
		c.watch.writing()
		n, err := c.transport.Write(some)
		c.watch.writing()
		c.sent.Add(int64(n))
		if err == nil && n < len(some) {
			err = io.ErrShortWrite
		}
		if err != nil {
			c.end(&TransportError{"write", err})
			return
		}
		b = b[n:]
	}
}
