package support

import "io"

const (
	minReadBuffer = 4 << 10  // what a reader starts with
	maxReadAhead  = 64 << 10 // the buffer grows beyond only for a single frame
	largeFrame    = 8 << 10  // from here on, reading ahead would cost more copying than it saves
	maxEmptyReads = 100
)

// Reader takes frames from a stream of octets, through a buffer of its own.
//
// The buffer grows as octets arrive, never because a header announces them, and keeps the size of
// the largest frame so far. A Reader may take octets beyond the last frame that it returned. It is
// not safe for concurrent use.
type Reader struct {
	// MaxPayload is the most payload octets that a frame may have. One that is not positive stands for
	// the default.
	MaxPayload int

	src        io.Reader
	rev        Revision
	buf        []byte
	start, end int   // buf[start:end] has arrived and has not been returned
	offset     int64 // where in the stream buf[start] stands
	filled     bool  // the last read filled the buffer: there is more to be had at once
	err        error // what ended the stream, to be reported after the whole frames in the buffer
}

// NewReader returns a Reader for the frames of a revision.
func NewReader(r io.Reader, rev Revision) *Reader {
	return &Reader{src: r, rev: rev}
}

// Offset returns the octets of the frames returned so far: where the next one begins.
func (r *Reader) Offset() int64 { return r.offset }

// Next reads a frame into f, whose payload is valid until the next call.
//
// The error is io.EOF when the stream ends between frames, a *ShortError when it ends inside one,
// the *ProtocolError of DecodeFrame for a header, such as one that announces more than MaxPayload
// octets, before any is read or room is made for them, or that of the underlying reader. Every
// error is final, and leaves f undefined.
func (r *Reader) Next(f *Frame) error {
	n, err := r.rev.DecodeFrame(f, r.buf[r.start:r.end], r.MaxPayload)
	if err != nil {
		if n, err = r.wait(f, err); err != nil {
			return err
		}
	}
	r.start += n
	r.offset += int64(n)
	return nil
}

// Poll is Next for what has arrived already: it reports whether there was a whole frame, and never
// reads. Where it reports none, Next says what is wrong or waits for more. Payloads of earlier frames
// stay valid until Next or Swap is called.
func (r *Reader) Poll(f *Frame) bool {
	n, err := r.rev.DecodeFrame(f, r.buf[r.start:r.end], r.MaxPayload)
	if err != nil {
		return false
	}
	r.start += n
	r.offset += int64(n)
	return true
}

// Buffered returns the octets that have arrived beyond the last frame. When Next waits for the
// underlying reader, they are the beginning of a frame that is still to come in full.
func (r *Reader) Buffered() int { return r.end - r.start }

// Swap hands the memory in which the payload of the last frame stands over to the caller, and goes
// on in buf, all of which is the Reader's from then on. So a large payload can be kept without
// copying it. What has arrived beyond that frame moves to buf: when it has no room for that, Swap
// returns nil, and nothing has changed.
func (r *Reader) Swap(buf []byte) []byte {
	if r.Buffered() > len(buf) {
		return nil
	}
	old := r.buf
	r.end = copy(buf, old[r.start:r.end])
	r.start, r.buf = 0, buf
	return old
}

// wait reads until there is a whole frame or an error other than ErrShort.
func (r *Reader) wait(f *Frame, err error) (n int, _ error) {
	for err == ErrShort && r.err == nil {
		r.fill(r.need(f))
		n, err = r.rev.DecodeFrame(f, r.buf[r.start:r.end], r.MaxPayload)
	}
	if err == nil {
		return n, nil
	}
	if err == ErrShort {
		err = r.err
		if have := r.end - r.start; have > 0 && (err == io.EOF || err == io.ErrUnexpectedEOF) {
			err = &ShortError{Offset: r.offset, Have: have, Need: r.need(f)}
		}
	}
	r.start, r.end, r.err = 0, 0, err
	return 0, err
}

// need returns the octets of the header, or those of the whole frame once the header is there.
func (r *Reader) need(f *Frame) int {
	size := r.rev.HeaderSize()
	if r.end-r.start < size {
		return size
	}
	return size + int(f.Length)
}

// fill reads once, for a frame of which need octets are known to be missing some. A large frame is
// read up to its end and the header of the next, so that its successor's payload, too, is read
// right where it stays.
func (r *Reader) fill(need int) {
	most := need + maxHeaderSize
	if r.start > 0 {
		r.end = copy(r.buf, r.buf[r.start:r.end])
		r.start = 0
	}
	if r.end == len(r.buf) || r.filled && len(r.buf) < maxReadAhead {
		size := max(2*len(r.buf), minReadBuffer)
		r.buf = append(make([]byte, 0, min(size, max(most, maxReadAhead))), r.buf[:r.end]...)
		r.buf = r.buf[:cap(r.buf)]
	}
	room := r.buf[r.end:]
	if need >= largeFrame && most < len(r.buf) {
		room = r.buf[r.end:most]
	}
	for range maxEmptyReads {
		n, err := r.src.Read(room)
		r.end += n
		if n > 0 || err != nil {
			r.err = err
			r.filled = r.end == len(r.buf)
			return
		}
	}
	r.err = io.ErrNoProgress
}
