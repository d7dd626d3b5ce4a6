package hgwire

import (
	"container/list"
	"context"
	"io"
	"runtime"

	"github.com/hgwire/hgwire/generated/framing"
)

// highWater is what the outbox holds before senders have to wait, for each stream that encodes one
// frame more. On common systems writes of 64 KiB and more are slower than smaller ones, so those are
// cut below that.
const (
	highWater = 48 << 10
	maxWrite  = 56 << 10
)

// outbox gathers frames until the connection's writer takes all of them in one write. The lock of
// the connection guards it.
type outbox struct {
	buf      []byte
	spare    []byte
	limit    int           // octets at which senders have to wait
	reserved int           // octets that senders will add, who have not encoded them yet
	waiting  list.List     // of senders, as *waiter, in the order in which they came
	idle     bool          // the writer waits for wake
	held     bool          // nothing is to be written yet
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

// append adds a frame, whose header the machines have seen.
func (c *conn) append(f *framing.Frame) {
	if c.cfg.Trace != nil {
		f.Length = uint32(len(f.Payload))
		c.cfg.Trace(Sent, f)
	}
	// IDs, types and flags fit their fields, there is a stream only where the revision has streams, and
	// no frame is cut above what the length can say: so there is no error.
	c.out.buf, _ = c.cfg.Revision.AppendFrame(c.out.buf, f)
	c.kick()
}

// kick wakes the writer if it waits and has something to do.
func (c *conn) kick() {
	if c.out.idle && (!c.out.held || c.err != nil) {
		c.out.idle = false
		c.out.wake <- struct{}{}
	}
}

// finishOutput says that nothing will be added any more. The writer ends when all is written.
func (c *conn) finishOutput() {
	c.out.closing, c.out.held = true, false
	c.kick()
}

// write is the goroutine that writes what the outbox holds, until the output is finished or fails.
func (c *conn) write() {
	defer close(c.out.done)
	for {
		buf := c.takeOutput()
		if buf == nil {
			return
		}
		for rest := buf; len(rest) > 0; {
			n, err := c.writeSome(rest[:min(len(rest), maxWrite)])
			if err != nil {
				c.end(&TransportError{"write", err})
				return
			}
			rest = rest[n:]
		}
		if cap(buf) <= 2*c.out.limit {
			c.out.spare = buf[:0] // the writer's alone
		}
	}
}

// writeSome writes all of b to the transport.
func (c *conn) writeSome(b []byte) (int, error) {
	c.watch.writing(true)
	n, err := c.transport.Write(b)
	c.watch.writing(false)
	c.sent.Add(int64(n))
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	return n, err
}

// takeOutput waits for output and takes it. It returns nil when there will be none.
func (c *conn) takeOutput() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.out.buf) == 0 || c.out.held {
		if c.err != nil || c.out.closing && !c.out.held {
			return nil
		}
		c.out.idle = true
		c.mu.Unlock()
		<-c.out.wake
		// Whoever is about to send something runs first, so that one write takes it along.
		runtime.Gosched()
		c.mu.Lock()
	}
	buf := c.out.buf
	c.out.buf, c.out.spare = c.out.spare, nil
	c.out.release()
	return buf
}
