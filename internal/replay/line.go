package replay

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// MaxLine is the most octets of a line that Lines accepts, without the line's end. It holds the
// human-readable form of any frame, with every octet of the largest payload escaped.
const MaxLine = 4<<24 + 4096

// Lines reads the meaningful lines of a text: not the blank ones, and not those whose first
// character other than space and tab is `#`. Spaces and tabs before the first field mean nothing.
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

// Next returns the next meaningful line without the spaces and tabs at its start, its newline and
// the carriage return before it. The line is valid until the next call. At the end of input the
// error is io.EOF, and a line of more than MaxLine octets is a *LineError.
func (l *Lines) Next() ([]byte, error) {
	for {
		line, err := l.read()
		if err != nil {
			return nil, err
		}
		if line = bytes.TrimLeft(line, " \t"); len(line) > 0 && line[0] != '#' {
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
			if l.long = append(l.long, line...); len(l.long) > l.max+len("\r") {
				return nil, l.tooLong()
			}
			line, err = l.r.ReadSlice('\n')
		}
		l.long = append(l.long, line...)
		line = l.long
	}
	switch {
	case err == nil:
		line = bytes.TrimSuffix(line[:len(line)-1], []byte("\r"))
	case !errors.Is(err, io.EOF) || len(line) == 0:
		return nil, err
	}
	if len(line) > l.max {
		return nil, l.tooLong()
	}
	return line, nil
}

func (l *Lines) tooLong() error {
	return &LineError{l.number, fmt.Errorf("line is longer than %d octets", l.max)}
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
