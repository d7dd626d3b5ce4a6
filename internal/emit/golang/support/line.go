package support

import (
	"fmt"
	"strings"
)

// lineScanner takes the human-readable form of a frame apart. Words stand between single spaces;
// what follows the last word's space is the payload. After a mistake it yields zeros and keeps
// the error.
type lineScanner struct {
	rest  string
	ended bool // the line ended with the last word
	err   error
}

// word returns the next word, which is the text of a field.
func (s *lineScanner) word(field string) string {
	if s.err != nil {
		return ""
	}
	var word string
	if !s.ended {
		var more bool
		word, s.rest, more = strings.Cut(s.rest, " ")
		s.ended = !more
	}
	if word == "" {
		s.err = &TextError{field, word, "missing"}
	}
	return word
}

// number returns the value of a field of so many bits.
func (s *lineScanner) number(field string, bits int) (v uint64) {
	if word := s.word(field); s.err == nil {
		v, s.err = parseNumber(field, word, bits)
	}
	return v
}

// flags returns the value of a field of flags.
func (s *lineScanner) flags(field string, names []flagName, bits int) (v uint64) {
	if word := s.word(field); s.err == nil {
		v, s.err = parseFlags(field, names, bits, word)
	}
	return v
}

// payload returns what the rest of the line stands for. It may be empty, but the space before it is
// required. Its length must fit in the field of that name, which has so many bits.
func (s *lineScanner) payload(length string, bits int) (b []byte) {
	if s.err == nil && s.ended {
		s.err = &TextError{"payload", "", "missing: a space goes before it, even when it is empty"}
	}
	if s.err == nil {
		b, s.err = AppendUnescaped(nil, s.rest)
	}
	if uint64(len(b))>>bits != 0 {
		s.err = &TextError{length, decimal(uint64(len(b))), fmt.Sprintf("the payload's length does not fit in %d bits", bits)}
	}
	return b
}

// finish returns the first mistake.
func (s *lineScanner) finish() error { return s.err }
