package support

import "io"

const (
	writeBuffer   = 48 << 10        // writes of 64 KiB and more are slower on common systems
	directPayload = writeBuffer / 2 // from here on, a payload that does not fit is not copied
)

// Writer sends frames to a stream of octets. It gathers small frames in a buffer until it is full
// or Flush is called; a large payload that does not fit goes out straight from the caller's memory.
// It is not safe for concurrent use.
type Writer struct {
	dst io.Writer
	rev Revision
	buf []byte
	err error // of dst; final
}

// NewWriter returns a Writer for the frames of a revision.
func NewWriter(w io.Writer, rev Revision) *Writer {
	return &Writer{dst: w, rev: rev}
}

// WriteFrame writes a frame as AppendFrame encodes it. The payload may be changed as soon as
// WriteFrame returns.
//
// An error of AppendFrame leaves the stream as it was. An error of the underlying writer is final:
// every later call returns it.
func (w *Writer) WriteFrame(f *Frame) error {
	if w.err != nil {
		return w.err
	}
	if len(f.Payload) > writeBuffer-maxHeaderSize-len(w.buf) {
		return w.overflow(f)
	}
	var err error
	w.buf, err = w.rev.AppendFrame(w.buf, f)
	return err
}

// Flush sends what the buffer holds.
func (w *Writer) Flush() error {
	if w.err == nil && len(w.buf) > 0 {
		w.send(w.buf)
		w.buf = w.buf[:0]
	}
	return w.err
}

// overflow writes a frame that does not fit in the buffer's rest.
func (w *Writer) overflow(f *Frame) error {
	direct := len(f.Payload) >= directPayload
	if !direct || len(w.buf) > writeBuffer-maxHeaderSize {
		if err := w.Flush(); err != nil {
			return err
		}
	}
	var err error
	if !direct {
		w.buf, err = w.rev.AppendFrame(w.buf, f)
		return err
	}
	if w.buf, err = w.rev.appendPrefix(w.buf, f); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	w.send(f.Payload)
	return w.err
}

func (w *Writer) send(b []byte) {
	n, err := w.dst.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	w.err = err
}
