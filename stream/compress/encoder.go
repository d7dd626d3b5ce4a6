package compress

import (
	"fmt"
	"io"
	"sync"

	"github.com/hgwire/hgwire/stream"
)

// writer is what the encoders of both formats have in common.
type writer interface {
	io.Writer
	Flush() error
	Reset(io.Writer)
}

// encoder is a stream.Encoder made of a writer.
type encoder struct {
	w    writer
	out  sink
	pool *sync.Pool // where it goes when it is closed
	max  func(limit int) int
	bad  bool // it is not to be used again
}

// sink appends what is written to a slice.
type sink struct{ octets []byte }

func (s *sink) Write(b []byte) (int, error) {
	s.octets = append(s.octets, b...)
	return len(b), nil
}

// newEncoder takes an encoder from the pool, or makes one.
func newEncoder(pool *sync.Pool, max func(int) int, make func(io.Writer) (writer, error)) (stream.Encoder, error) {
	if e, ok := pool.Get().(*encoder); ok {
		e.w.Reset(&e.out)
		return e, nil
	}
	e := &encoder{pool: pool, max: max}
	w, err := make(&e.out)
	if err != nil {
		return nil, err
	}
	e.w = w
	return e, nil
}

func (e *encoder) Encode(dst, payload []byte) (encoded []byte, err error) {
	e.out.octets = dst
	defer func() {
		e.out.octets = nil
		if v := recover(); v != nil {
			encoded, err = dst, fmt.Errorf("encoder panicked: %v", v)
		}
		e.bad = e.bad || err != nil
	}()
	if _, err := e.w.Write(payload); err != nil {
		return dst, err
	}
	if err := e.w.Flush(); err != nil {
		return dst, err
	}
	return e.out.octets, nil
}

func (e *encoder) MaxPayload(limit int) int { return e.max(limit) }

func (e *encoder) Close() {
	if !e.bad {
		e.pool.Put(e)
	}
}
