package findings

import (
	"strings"
	"unicode/utf8"
)

// place is where a finding or note stands. Columns count octets from 1, as in text.
type place struct {
	line, column int
	endColumn    int    // one beyond what is meant; 0 when that is not clear
	source       string // the line, as valid UTF-8
	raw          string // the line as it is in the file
}

// resolve returns what there is at a place.
func resolve(where Place) place {
	p := where.Pos
	at := place{line: p.Line, column: p.Column}
	lines := strings.Split(string(where.File.Source), "\n")
	if p.Line < 1 || p.Line > len(lines) {
		return at
	}
	at.raw = strings.TrimSuffix(lines[p.Line-1], "\r")
	at.source = strings.ToValidUTF8(at.raw, string(utf8.RuneError))
	if n := extent(at.raw[min(max(p.Column-1, 0), len(at.raw)):]); n > 0 {
		at.endColumn = p.Column + n
	}
	return at
}

// extent returns the length of the string, name or number that text begins with, or 0 when it
// begins with something else.
func extent(text string) int {
	if text == "" {
		return 0
	}
	if quote := text[0]; quote == '"' || quote == '\'' {
		for i := 1; i < len(text); i++ {
			switch {
			case text[i] == '\\' && quote == '"':
				i++
			case text[i] == quote:
				return i + 1
			}
		}
		return 0
	}
	n := strings.IndexFunc(text, func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.ContainsRune("-_!:", c))
	})
	if n < 0 {
		return len(text)
	}
	return n
}

// characters turns a column that counts octets into one that counts characters.
func (p place) characters(column int) int {
	return utf8.RuneCountInString(p.raw[:min(max(column-1, 0), len(p.raw))]) + 1
}
