package support

import (
	"errors"
	"fmt"
	"io"
)

// ErrShort says that the octets at hand are a good beginning, and that more are needed. It never
// means that they are malformed.
var ErrShort = errors.New("need more octets")

// ShortError reports a stream that ended inside a frame. It unwraps to io.ErrUnexpectedEOF.
type ShortError struct {
	Offset int64 // where in the stream the frame begins
	Have   int   // octets of the frame that came
	Need   int   // octets of its header, or of the whole frame when the header came in full
}

func (e *ShortError) Error() string {
	return fmt.Sprintf("frame at offset %d is cut off: %d of %d octets", e.Offset, e.Have, e.Need)
}

func (e *ShortError) Unwrap() error { return io.ErrUnexpectedEOF }
