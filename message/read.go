package message

import "io"

// maxEmptyReads is how often in a row a reader may return nothing at all.
const maxEmptyReads = 100

// ReadFull fills b from r. The error is nil when b is full, io.EOF when r has ended before, and
// otherwise what r returned. Unlike io.ReadFull, it keeps the end of the data apart from an
// io.ErrUnexpectedEOF of the reader, which says that the data is not complete.
func ReadFull(r io.Reader, b []byte) (n int, err error) {
	for empty := 0; n < len(b) && err == nil; {
		var got int
		got, err = r.Read(b[n:])
		n += got
		if got > 0 {
			empty = 0
		} else if empty++; empty == maxEmptyReads && err == nil {
			return n, io.ErrNoProgress
		}
	}
	if n == len(b) && err == io.EOF {
		return n, nil // the next call returns io.EOF again
	}
	return n, err
}
