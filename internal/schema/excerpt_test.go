package schema

import (
	"strings"
	"testing"
)

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("0123456789", 25)
	for _, test := range []struct {
		what, source string
		pos          Pos
		line, caret  string
	}{
		{"first octet", "abc", Pos{1, 1}, "abc", "^"},
		{"end of the line", "abc", Pos{1, 4}, "abc", "   ^"},
		{"second line", "abc\ndef\n", Pos{2, 2}, "def", " ^"},
		{"carriage return", "abc\r\ndef\r\n", Pos{2, 4}, "def", "   ^"},
		{"tabs", "\ta\tb", Pos{1, 4}, "\ta\tb", "\t \t^"},
		{"multi-octet characters", "é€x", Pos{1, 6}, "é€x", "  ^"},
		{"inside a character", "é€x", Pos{1, 2}, "é€x", " ^"},
		{"not UTF-8", "\xff\xfex", Pos{1, 3}, "\ufffd\ufffdx", "  ^"},
		{"what a terminal obeys", "\x1b[31mx", Pos{1, 6}, "\ufffd[31mx", "     ^"},
		{"almost too long", long[:106], Pos{1, 106}, long[:106], strings.Repeat(" ", 105) + "^"},
		{"long, at its start", long, Pos{1, 3}, long[:100] + "...", "  ^"},
		{"long, in the middle", long, Pos{1, 101}, "..." + long[40:140] + "...", strings.Repeat(" ", 63) + "^"},
		{"long, at its end", long, Pos{1, 251}, "..." + long[150:], strings.Repeat(" ", 103) + "^"},
		{"long, with tabs and others", "\té" + long, Pos{1, 104}, "..." + long[40:140] + "...", strings.Repeat(" ", 63) + "^"},
		{"beyond the line", "abc", Pos{1, 99}, "abc", "   ^"},
	} {
		line, caret, ok := excerpt([]byte(test.source), test.pos)
		if line != test.line || caret != test.caret || !ok {
			t.Errorf("%s: got\n%s\n%s %v\nwant\n%s\n%s", test.what, line, caret, ok, test.line, test.caret)
		}
	}
	for _, p := range []Pos{{}, {0, 1}, {3, 1}} {
		if _, _, ok := excerpt([]byte("abc\n"), p); ok {
			t.Errorf("there is an excerpt at %v", p)
		}
	}
}
