package stream

import (
	"errors"
	"fmt"
	"io"
	"iter"
)

// Pulled returns a Decoder made of one that pulls: open returns a reader of what it reads from its
// argument decodes to, such as zlib.NewReader. The decoder runs as a coroutine that rests whenever it
// asks for octets that have not come, wherever frames are cut; so a frame's payload is decoded as far as
// the puller can without the next frame, and no goroutine waits for it. The coroutine starts with the
// first encoded octet.
//
// What the puller returns before io.EOF is its compressed stream; octets after that are an error. A panic
// of the puller is one, too. If its reader is an io.WriterTo, octets are copied once less. If it is an
// io.Closer, it is closed in the end, wherever its decoding has got to.
//
// The puller must use its argument during its own calls only. As with iter.Pull, a goroutine that is
// locked to a thread must neither decode nor close what one that is not locked has begun, nor the other
// way round.
func Pulled(limit int, open func(io.Reader) (io.Reader, error)) Decoder {
	return &pulled{limit: limit, open: open}
}

// ErrTrailingData says that a frame has octets after the end of the compressed stream.
var ErrTrailingData = errors.New("data after the end of the compressed stream")

// pulled is both ends of the coroutine, of which one runs at a time.
type pulled struct {
	open  func(io.Reader) (io.Reader, error)
	limit int
	next  func() (struct{}, bool) // nil until the coroutine starts
	stop  func()

	in    []byte // what is left of the frame
	out   []byte // what it decodes to, after what was there before
	room  int    // octets that the frame may still decode to; less than zero is too many
	ended bool   // the coroutine has ended, with err
	err   error  // nil after the end of the compressed stream
}

// Decode lets the coroutine run until it needs the next frame.
func (p *pulled) Decode(dst, payload []byte) ([]byte, error) {
	if p.err != nil {
		return dst, p.err
	}
	if len(payload) == 0 {
		return dst, nil
	}
	if p.ended {
		return dst, ErrTrailingData
	}
	if p.next == nil {
		p.next, p.stop = iter.Pull(p.run)
	}
	p.in, p.out, p.room = payload, dst, p.limit
	p.next()
	out := p.out
	p.in, p.out = nil, nil
	if p.err != nil {
		return dst, p.err
	}
	return out, nil
}

// Close ends the coroutine.
func (p *pulled) Close() {
	if p.stop != nil {
		p.stop()
	}
	p.ended = true
}

// run is the coroutine.
func (p *pulled) run(yield func(struct{}) bool) {
	defer func() {
		if v := recover(); v != nil {
			p.err = fmt.Errorf("decoder panicked: %v", v)
		}
		p.ended = true
	}()
	p.err = p.pull(&source{p, yield, false})
}

// pull decodes until the end of the compressed stream.
func (p *pulled) pull(src *source) error {
	r, err := p.open(src)
	if c, ok := r.(io.Closer); ok {
		defer c.Close()
	}
	if err != nil {
		return err
	}
	if w, ok := r.(io.WriterTo); ok {
		_, err = w.WriteTo(p)
	} else {
		err = p.copy(r)
	}
	switch {
	case p.room < 0:
		return ErrDecodedTooLarge
	case err == nil && len(p.in) > 0:
		return ErrTrailingData
	}
	return err
}

// Write appends what the puller has decoded.
func (p *pulled) Write(b []byte) (int, error) {
	if p.room -= len(b); p.room < 0 {
		return 0, ErrDecodedTooLarge
	}
	p.out = append(p.out, b...)
	return len(b), nil
}

// pullBuffer is what is read from a puller at a time. It is not read into the frame's memory, which
// belongs to someone else while the puller rests in the middle of a read.
const pullBuffer = 8 << 10

// copy appends what is read from r.
func (p *pulled) copy(r io.Reader) error {
	buf := make([]byte, pullBuffer)
	for empty := 0; empty < 100; empty++ {
		n, err := r.Read(buf)
		if n > 0 {
			empty = 0
		}
		if _, err := p.Write(buf[:n]); err != nil {
			return err
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// source is what the puller reads: the frames' payloads, one after the other.
type source struct {
	p      *pulled
	yield  func(struct{}) bool
	closed bool
}

// more rests until there are octets, unless the decoder is closed.
func (s *source) more() bool {
	for len(s.p.in) == 0 && !s.closed {
		s.closed = !s.yield(struct{}{})
	}
	return !s.closed
}

// Read returns octets of the frame at hand, or rests until there is one.
func (s *source) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	if !s.more() {
		return 0, io.ErrClosedPipe
	}
	n := copy(b, s.p.in)
	s.p.in = s.p.in[n:]
	return n, nil
}

// ReadByte returns one octet likewise, so that pullers need not read ahead.
func (s *source) ReadByte() (byte, error) {
	if !s.more() {
		return 0, io.ErrClosedPipe
	}
	c := s.p.in[0]
	s.p.in = s.p.in[1:]
	return c, nil
}
