package schema

import (
	"bytes"
	"slices"
)

// source is the text of a file with its lines, to turn offsets into positions.
type source struct {
	text  []byte
	lines []int // offset of the first octet of each line
}

func newSource(text []byte) *source {
	s := &source{text: text, lines: []int{0}}
	for i, c := range text {
		if c == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// pos returns the position of an offset; one beyond the text is that of its end.
func (s *source) pos(off int) Pos {
	off = min(max(off, 0), len(s.text))
	line, found := slices.BinarySearch(s.lines, off)
	if !found {
		line--
	}
	return Pos{Line: line + 1, Column: off - s.lines[line] + 1}
}

// offset is the inverse of pos.
func (s *source) offset(p Pos) int { return s.lines[p.Line-1] + p.Column - 1 }

// inside returns the position of the octet at off of a string whose literal stands at p: exact
// when the literal is the string between quotes, and p otherwise.
func (s *source) inside(p Pos, value string, off int) Pos {
	if p.Line == 0 {
		return p
	}
	literal := s.text[s.offset(p):]
	if len(literal) == 0 || !bytes.HasPrefix(literal[1:], []byte(value)) || bytes.HasPrefix(literal, []byte(`""`)) || bytes.HasPrefix(literal, []byte(`''`)) {
		return p
	}
	return Pos{Line: p.Line, Column: p.Column + 1 + off}
}

// skip returns the first offset from off whose octet is not in set.
func (s *source) skip(off int, set string) int {
	for off < len(s.text) && bytes.IndexByte([]byte(set), s.text[off]) >= 0 {
		off++
	}
	return off
}

// skipTrivia returns the first offset from off that is neither space, newline nor comment.
func (s *source) skipTrivia(off int) int {
	for {
		off = s.skip(off, " \t\r\n")
		if off >= len(s.text) || s.text[off] != '#' {
			return off
		}
		end := bytes.IndexByte(s.text[off:], '\n')
		if end < 0 {
			return len(s.text)
		}
		off += end
	}
}
