package hgwire_test

import (
	"io"
	"sync"
)

// pipe returns the two ends of a connection in memory. Each direction holds up to size octets, and
// can be closed on its own. It may be used in a synctest bubble.
func pipe(size int) (a, b *pipeEnd) {
	one, other := newHalfPipe(size), newHalfPipe(size)
	return &pipeEnd{in: one, out: other}, &pipeEnd{in: other, out: one}
}

type pipeEnd struct{ in, out *halfPipe }

func (p *pipeEnd) Read(b []byte) (int, error)  { return p.in.read(b) }
func (p *pipeEnd) Write(b []byte) (int, error) { return p.out.write(b) }

// CloseWrite ends what the other side reads.
func (p *pipeEnd) CloseWrite() error {
	p.out.end(io.EOF, false)
	return nil
}

// Close ends both directions: the other side reads what has been written, then io.EOF.
func (p *pipeEnd) Close() error {
	p.out.end(io.EOF, false)
	p.in.end(io.ErrClosedPipe, true)
	return nil
}

// Sever ends both directions at once, as a network that fails does.
func (p *pipeEnd) Sever(err error) {
	p.out.end(err, true)
	p.in.end(err, true)
}

// halfPipe is one direction.
type halfPipe struct {
	mu      sync.Mutex
	changed sync.Cond
	octets  []byte
	size    int
	err     error // what follows the octets
}

func newHalfPipe(size int) *halfPipe {
	h := &halfPipe{size: size}
	h.changed.L = &h.mu
	return h
}

func (h *halfPipe) read(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(h.octets) == 0 {
		if h.err != nil {
			return 0, h.err
		}
		h.changed.Wait()
	}
	n := copy(b, h.octets)
	h.octets = h.octets[:copy(h.octets, h.octets[n:])]
	h.changed.Broadcast()
	return n, nil
}

func (h *halfPipe) write(b []byte) (n int, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(b) > 0 {
		if h.err != nil {
			return n, io.ErrClosedPipe
		}
		room := min(len(b), h.size-len(h.octets))
		if room == 0 {
			h.changed.Wait()
			continue
		}
		h.octets = append(h.octets, b[:room]...)
		b, n = b[room:], n+room
		h.changed.Broadcast()
	}
	return n, nil
}

// end ends the direction, and drops what has not been read.
func (h *halfPipe) end(err error, drop bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.err == nil || drop {
		h.err = err
	}
	if drop {
		h.octets = nil
	}
	h.changed.Broadcast()
}
