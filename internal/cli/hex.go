package cli

import (
	"encoding/hex"
	"fmt"
	"io"

	"github.com/hgwire/hgwire/internal/replay"
)

// appendSpacedHex appends octets as lower-case digits with spaces between.
func appendSpacedHex(dst, octets []byte) []byte {
	for i := range octets {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = hex.AppendEncode(dst, octets[i:i+1])
	}
	return dst
}

// hexReader reads the octets that hexadecimal digits stand for.
type hexReader struct {
	source  io.Reader
	digits  replay.Hex
	text    [16 << 10]byte
	octets  []byte // decoded and not yet read
	storage []byte
	err     error // once octets is empty
	next    place // of the next character
	digit   place // of the last digit
}

// place is a place in a text, from 1; columns count octets.
type place struct{ line, column int }

func newHexReader(source io.Reader) *hexReader {
	return &hexReader{source: source, next: place{1, 1}}
}

// Read implements io.Reader. The octets before a wrong character are delivered before its error.
func (r *hexReader) Read(b []byte) (int, error) {
	for len(r.octets) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		n, err := r.source.Read(r.text[:])
		good := 0
		r.storage, good = r.digits.Append(r.storage[:0], r.text[:n])
		r.octets = r.storage
		r.advance(r.text[:good])
		switch {
		case good < n:
			r.err = &hexError{r.next, fmt.Sprintf("%q is not a hexadecimal digit", r.text[good])}
		case err == io.EOF && r.digits.Half():
			r.err = &hexError{r.digit, "the last octet has one hexadecimal digit only"}
		default:
			r.err = err
		}
	}
	n := copy(b, r.octets)
	r.octets = r.octets[n:]
	return n, nil
}

func (r *hexReader) advance(text []byte) {
	for _, c := range text {
		if c > ' ' {
			r.digit = r.next
		}
		r.next.column++
		if c == '\n' {
			r.next = place{r.next.line + 1, 1}
		}
	}
}

// hexError says where a text is not hexadecimal.
type hexError struct {
	place
	reason string
}

func (e *hexError) Error() string { return fmt.Sprintf("%d:%d: %s", e.line, e.column, e.reason) }
