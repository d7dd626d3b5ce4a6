package replay

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// MaxLine is the longest line that Lines accepts. It holds the human-readable form of any frame,
// with every octet of the largest payload escaped.
const MaxLine = 4<<24 + 4096

// Lines reads the meaningful lines of a text: not the blank ones, and not those whose first
// character other than space and tab is `#`.
type Lines struct {
	r      *bufio.Reader
	long   []byte // a line that exceeds the reader's buffer
	max    int
	number int
}

// NewLines returns a Lines that reads from r.
func NewLines(r io.Reader) *Lines {
	return &Lines{r: bufio.NewReaderSize(r, 64<<10), max: MaxLine}
}

// Number returns the number of the last line read, from 1.
func (l *Lines) Number() int { return l.number }

// Next returns the next meaningful line without its newline and the carriage return before it.
// The line is valid until the next call. At the end of input the error is io.EOF.
func (l *Lines) Next() ([]byte, error) {
	for {
		line, err := l.read()
		if err != nil {
			return nil, err
		}
		if lead := bytes.TrimLeft(line, " \t"); len(lead) > 0 && lead[0] != '#' {
			return line, nil
		}
	}
}

func (l *Lines) read() ([]byte, error) {
	l.number++
	line, err := l.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		l.long = l.long[:0]
		for errors.Is(err, bufio.ErrBufferFull) {
			if len(l.long)+len(line) > l.max {
				return nil, &LineError{l.number, fmt.Errorf("line is longer than %d octets", l.max)}
			}
			l.long = append(l.long, line...)
			line, err = l.r.ReadSlice('\n')
		}
		l.long = append(l.long, line...)
		line = l.long
	}
	switch {
	case err == nil:
		return bytes.TrimSuffix(line[:len(line)-1], []byte("\r")), nil
	case errors.Is(err, io.EOF) && len(line) > 0:
		return line, nil
	default:
		return nil, err
	}
}

// LineError says which line of a text is wrong, and why.
type LineError struct {
	Line int // from 1
	Err  error
}

// Error returns the place and the reason.
func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns the reason.
func (e *LineError) Unwrap() error { return e.Err }
