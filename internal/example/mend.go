package example

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// Mended returns the schema after its mend: a diff without line numbers. An empty line parts the
// hunks. Each has lines that go, with a minus before them, lines that come, with a plus, and
// perhaps lines that stay, with a space; those that go and stay are found once in the schema.
func (e *Example) Mended() ([]byte, error) {
	if len(e.Mend) == 0 {
		return nil, errors.New("there is no mend")
	}
	text := append([]byte("\n"), e.Schema...)
	for hunk := range bytes.SplitSeq(bytes.TrimSuffix(e.Mend, []byte("\n")), []byte("\n\n")) {
		before, after := []byte("\n"), []byte("\n")
		for line := range bytes.SplitSeq(hunk, []byte("\n")) {
			kind, line := line[:min(1, len(line))], append(line[min(1, len(line)):len(line):len(line)], '\n')
			switch string(kind) {
			case " ":
				before, after = append(before, line...), append(after, line...)
			case "-":
				before = append(before, line...)
			case "+":
				after = append(after, line...)
			default:
				return nil, fmt.Errorf("a line of the mend begins with %q, not with a minus, a plus or a space", kind)
			}
		}
		if n := count(text, before); n != 1 || len(before) == 1 {
			return nil, fmt.Errorf("the schema has these lines %d times, want once:\n%s", n, before)
		}
		text = bytes.Replace(text, before, after, 1)
	}
	return text[1:], nil
}

// count counts where lines, which begin and end with the end of a line, stand in a text that begins
// with one.
func count(text, lines []byte) int {
	n := 0
	for i := range text {
		if bytes.HasPrefix(text[i:], lines) {
			n++
		}
	}
	return n
}

// mend returns the mend that turns a schema into another one, with as few lines that stay as tell
// the place.
func mend(schema, mended []byte) []byte {
	if bytes.Equal(schema, mended) {
		return nil
	}
	text := append([]byte("\n"), schema...)
	_, hunks, _ := strings.Cut(string(diff.Diff("", schema, "", mended)), "@@\n")
	var list []string
	for hunk := range strings.SplitSeq(hunks, "@@\n") {
		lines := strings.SplitAfter(hunk, "\n")
		lines = slices.DeleteFunc(lines, func(l string) bool { return l == "" || strings.HasPrefix(l, "@@") })
		for {
			n := len(lines)
			if fewer := lines[1:]; lines[0][0] == ' ' && once(text, fewer) {
				lines = fewer
			}
			if last := len(lines) - 1; lines[last][0] == ' ' && once(text, lines[:last]) {
				lines = lines[:last]
			}
			if len(lines) == n {
				break
			}
		}
		list = append(list, strings.Join(lines, ""))
	}
	return []byte(strings.Join(list, "\n"))
}

// once reports whether the lines of a hunk that go and stay are found once.
func once(text []byte, hunk []string) bool {
	before := "\n"
	for _, l := range hunk {
		if l[0] != '+' {
			before += l[1:]
		}
	}
	return before != "\n" && count(text, []byte(before)) == 1
}
