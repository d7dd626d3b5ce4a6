package hgwire

import (
	"context"
	"io"
	"math"
	"sync"
	"time"
)

// spool holds what has arrived for one request and has not been read. The connection puts in, one
// reader takes out.
type spool struct {
	mu          sync.Mutex
	first, last *chunk
	size        int           // of the chunks
	err         error         // what follows the chunks; io.EOF for the end
	gone        bool          // nobody will read any more
	awaited     bool          // the reader has found nothing, and waits
	spare       *chunk        // large, and just read: warm memory for what comes next
	readable    chan struct{} // capacity 1; holds a token when there may be something to take
	space       chan struct{} // of the connection while it waits; closed when there may be room
	readables   *sync.Pool    // where readable goes back to
}

// open prepares s for use, with a channel that another spool of its connection may have used.
func (s *spool) open(readables *sync.Pool) {
	s.readables = readables
	s.readable, _ = readables.Get().(chan struct{})
	if s.readable == nil {
		s.readable = make(chan struct{}, 1)
	}
}

// close is for the reader to say that it will read no more. It frees what s holds. A reader that waits all
// the same, in another goroutine, gets the error, as one that comes later does.
func (s *spool) close(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone {
		return
	}
	s.gone, s.err = true, err
	s.empty()
	if s.spare != nil {
		s.spare.free()
		s.spare = nil
	}
	if s.awaited {
		close(s.readable)
		return
	}
	select {
	case <-s.readable:
	default:
	}
	s.readables.Put(s.readable) // nobody signals any more
}

// put adds a chunk, which is s's from then on. Unless end is nil, it is what follows the chunk:
// io.EOF, or an error. It reports false, and has taken nothing, when there is no room: s holds
// something, and would hold more than limit octets. The chunk may be nil.
func (s *spool) put(c *chunk, end error, limit int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone || s.err != nil {
		if c != nil {
			c.free()
		}
		return true
	}
	if c != nil {
		if !s.hasRoom(c.size, limit) {
			return false
		}
		s.add(c)
	}
	s.err = end
	s.signal()
	return true
}

// putCopy is put for a copy of octets, of which there are few. Those that come faster than they are
// read share chunks.
func (s *spool) putCopy(octets []byte, end error, limit int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch last := s.last; {
	case s.gone || s.err != nil:
		return true
	case !s.hasRoom(len(octets), limit):
		return false
	case last != nil && last.append(octets):
		s.size += len(octets)
	case last != nil && last.text == nil && len(octets) < gathered/2:
		c := newChunk(gathered)
		c.hold(c.memory[:copy(c.memory, octets)])
		s.add(c)
	default:
		s.add(copyChunk(octets))
	}
	s.err = end
	s.signal()
	return true
}

// gathered is the memory of chunks that are made for octets of several frames.
const gathered = 4 << 10

func (s *spool) hasRoom(n, limit int) bool { return s.size == 0 || n <= limit-s.size }

// add adds a chunk, whose octets go into the memory of the one before where there is room, and
// otherwise into less if they leave most of theirs unused: a spool counts octets. The caller holds the
// lock.
func (s *spool) add(c *chunk) {
	s.size += c.size
	switch {
	case s.last == nil:
		s.first = c
	case c.text == nil && s.last.append(c.octets):
		c.free()
		return
	default:
		c = c.fit()
		s.last.next = c
	}
	s.last = c
}

// reuse returns a chunk with the memory of a read buffer.
func (s *spool) reuse() *chunk {
	s.mu.Lock()
	c := s.spare
	s.spare = nil
	s.mu.Unlock()
	if c == nil {
		c = newChunk(readBuffer)
	}
	return c
}

// fail ends s with an error that also takes the place of what has arrived and has not been taken.
// It does nothing when the end had come.
func (s *spool) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone || s.err != nil {
		return
	}
	s.empty()
	s.err = err
	s.signal()
}

// empty frees all chunks. The caller holds the lock.
func (s *spool) empty() {
	for c := s.first; c != nil; {
		next := c.next
		c.free()
		c = next
	}
	s.first, s.last, s.size = nil, nil, 0
	s.makeRoom()
}

// signal wakes the reader. The caller holds the lock, and s is not closed.
func (s *spool) signal() {
	select {
	case s.readable <- struct{}{}:
	default:
	}
}

// makeRoom wakes the connection. The caller holds the lock.
func (s *spool) makeRoom() {
	if s.space != nil {
		close(s.space)
		s.space = nil
	}
}

// putWait is put that waits for room: until the time has passed, and then s fails with ErrSpoolFull,
// until s has ended otherwise, or until the connection is dead: then the chunk is put all the same, since it
// had arrived. It returns how long that took.
func (s *spool) putWait(c *chunk, end error, limit int, wait time.Duration, dead <-chan struct{}) time.Duration {
	start := time.Now()
	if wait > 0 {
		timer := time.AfterFunc(wait, func() { s.fail(ErrSpoolFull) })
		defer timer.Stop()
	}
	for !s.put(c, end, limit) {
		if wait < 0 {
			s.fail(ErrSpoolFull)
			continue
		}
		s.mu.Lock()
		var room chan struct{}
		if s.size > 0 { // otherwise something has changed since
			room = make(chan struct{})
			s.space = room
		}
		s.mu.Unlock()
		if room == nil {
			continue
		}
		select {
		case <-room:
		case <-dead:
			limit = math.MaxInt
		}
	}
	return time.Since(start)
}

// poll returns the first chunk, which is the caller's from then on, or the error that follows the
// last one, or neither when there is nothing yet. It takes back the chunk before, unless that is nil.
// After close it returns the error that close was given.
func (s *spool) poll(limit int, before *chunk) (*chunk, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if before != nil {
		if s.spare == nil && len(before.memory) == readBuffer {
			before.reset()
			s.spare = before
		} else {
			before.free()
		}
	}
	c := s.first
	s.awaited = c == nil && s.err == nil
	if c == nil {
		return nil, s.err
	}
	if s.first = c.next; s.first == nil {
		s.last = nil
	}
	c.next = nil
	s.size -= c.size
	if s.size <= limit/2 {
		s.makeRoom()
	}
	return c, nil
}

// cancelled is the cause for which a context is done. It may be any error, also one of another call.
type cancelled struct{ cause error }

func (c cancelled) Error() string { return c.cause.Error() }

// next waits until poll has something, or the context is done, and then the error is cancelled.
func (s *spool) next(ctx context.Context, limit int, before *chunk) (*chunk, error) {
	for {
		if c, err := s.poll(limit, before); c != nil || err != nil {
			return c, err
		}
		before = nil
		select {
		case <-s.readable:
		case <-ctx.Done():
			return nil, cancelled{context.Cause(ctx)}
		}
	}
}

// reader reads the octets of a spool.
type reader struct {
	spool *spool
	limit int
	now   *chunk // being read
}

// fill sees to it that there are octets to be read, and returns them; or an error. Text goes to
// show.
func (r *reader) fill(ctx context.Context, show func(*chunk)) ([]byte, error) {
	for {
		if r.now != nil && len(r.now.octets) > 0 {
			return r.now.octets, nil
		}
		before := r.now
		r.now = nil
		if ctx.Err() != nil {
			return nil, cancelled{context.Cause(ctx)}
		}
		c, err := r.spool.next(ctx, r.limit, before)
		if err != nil {
			return nil, err
		}
		r.now = c
		if c.text != nil {
			show(c) // may read on, or end reading
		}
	}
}

// read is io.Reader.Read.
func (r *reader) read(ctx context.Context, p []byte, show func(*chunk)) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	octets, err := r.fill(ctx, show)
	if err != nil {
		return 0, err
	}
	n := copy(p, octets)
	r.now.octets = octets[n:]
	return n, nil
}

// writeTo hands what there is on to w until either fails. readErr is io.EOF at the end.
func (r *reader) writeTo(ctx context.Context, w io.Writer, show func(*chunk)) (n int64, readErr, err error) {
	for {
		octets, readErr := r.fill(ctx, show)
		if readErr != nil {
			return n, readErr, nil
		}
		written, err := w.Write(octets)
		n += int64(written)
		if r.now != nil { // otherwise w has ended reading
			r.now.octets = octets[written:]
		}
		if err == nil && written < len(octets) {
			err = io.ErrShortWrite
		}
		if err != nil {
			return n, nil, err
		}
	}
}

func (r *reader) free() {
	if r.now != nil {
		r.now.free()
		r.now = nil
	}
}
