package schema

import (
	"strings"
	"unicode/utf8"
)

const (
	excerptWidth = 100 // of a line that is cropped, in characters
	excerptLead  = 60  // of them before the caret
	ellipsis     = "..."
)

// Excerpt returns the line of p as messages show it, and below it a caret. It reports false for a
// place outside the source.
func Excerpt(source []byte, p Pos) (line, caret string, ok bool) { return excerpt(source, p) }

// excerpt returns the line of p, cropped when it is long, and below it a caret under the column
// of p. Tabs stand in both lines, so that they align whatever the width of a tab.
func excerpt(source []byte, p Pos) (line, caret string, ok bool) {
	all := strings.Split(string(source), "\n")
	if p.Line < 1 || p.Line > len(all) {
		return "", "", false
	}
	raw := strings.TrimSuffix(all[p.Line-1], "\r")
	text := []rune(strings.Map(printable, raw))
	at := min(utf8.RuneCountInString(raw[:min(max(p.Column-1, 0), len(raw))]), len(text))

	before, after := "", ""
	if len(text) > excerptWidth+2*len(ellipsis) {
		from := min(max(at-excerptLead, 0), len(text)-excerptWidth)
		to := from + excerptWidth
		if from > 0 {
			before = ellipsis
		}
		if to < len(text) {
			after = ellipsis
		}
		text, at = text[from:to], at-from
	}
	blank := func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}
	return before + string(text) + after, strings.Map(blank, before+string(text[:at])) + "^", true
}

// printable replaces what a terminal would obey.
func printable(r rune) rune {
	if r < ' ' && r != '\t' || r == 0x7f {
		return utf8.RuneError
	}
	return r
}
