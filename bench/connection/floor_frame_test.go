package connection

import (
	"encoding/binary"
	"errors"
	"io"
	"runtime"
	"sync"
)

// The floor's frames: the payload's length and an id, 4 octets each, little-endian; then the payload.
const (
	floorHeaderSize = 8
	floorMaxPayload = 48 << 10
)

var errFloorSize = errors.New("frame too large")

func appendFloorFrame(dst []byte, id uint32, payload []byte) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, uint64(len(payload))|uint64(id)<<32)
	return append(dst, payload...)
}

// A floorReader reads as much at once as there is.
type floorReader struct {
	r          io.Reader
	buf        []byte
	start, end int // of what is read and not yet returned
}

func newFloorReader(r io.Reader) *floorReader {
	return &floorReader{r: r, buf: make([]byte, 64<<10)}
}

// next returns a frame, whose payload is good until the next call. Between frames the error is io.EOF.
func (r *floorReader) next() (id uint32, payload []byte, err error) {
	need := floorHeaderSize
	for {
		if have := r.buf[r.start:r.end]; len(have) >= need {
			v := binary.LittleEndian.Uint64(have)
			n := int(uint32(v))
			if n > floorMaxPayload {
				return 0, nil, errFloorSize
			}
			if need = floorHeaderSize + n; len(have) >= need {
				r.start += need
				return uint32(v >> 32), have[floorHeaderSize:need:need], nil
			}
		}
		if err := r.fill(need); err != nil {
			return 0, nil, err
		}
	}
}

// buffered tells whether next returns without a read.
func (r *floorReader) buffered() bool {
	have := r.buf[r.start:r.end]
	return len(have) >= floorHeaderSize && len(have)-floorHeaderSize >= int(binary.LittleEndian.Uint32(have))
}

// fill reads once, with room for need octets.
func (r *floorReader) fill(need int) error {
	switch {
	case r.start == r.end:
		r.start, r.end = 0, 0
	case r.start+need > len(r.buf):
		r.end = copy(r.buf, r.buf[r.start:r.end])
		r.start = 0
	}
	n, err := r.r.Read(r.buf[r.end:])
	r.end += n
	switch {
	case n > 0:
		return nil
	case err == io.EOF && r.start < r.end:
		return io.ErrUnexpectedEOF
	}
	return err
}

// A floorWriter writes frames for many goroutines. Whoever finds nobody writing writes, and does so
// until nothing is left; the others only append to what is to be written next. Before each write it
// lets those that are ready to run add their frames: that makes a busy connection more than twice as fast,
// and does not slow an idle one. A goroutine of its own for writing is no faster.
type floorWriter struct {
	w io.Writer

	mu         sync.Mutex
	out, spare []byte
	writing    bool
	err        error // sticky
}

// frame sends a frame or leaves it to the goroutine that writes.
func (w *floorWriter) frame(id uint32, payload []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return w.err
	}
	w.out = appendFloorFrame(w.out, id, payload)
	if w.writing {
		return nil
	}
	w.writing = true
	for len(w.out) > 0 && w.err == nil {
		w.mu.Unlock()
		runtime.Gosched()
		w.mu.Lock()
		out := w.out
		w.out = w.spare[:0]
		w.mu.Unlock()
		_, err := w.w.Write(out)
		w.mu.Lock()
		w.spare = out
		if w.err == nil {
			w.err = err
		}
	}
	w.writing = false
	return w.err
}

// fail makes every later frame fail.
func (w *floorWriter) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
}
