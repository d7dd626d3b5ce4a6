package golang

import (
	"strings"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/schema"
)

// proseWidth is the width of a comment line without its slashes: with those and the tab of a block
// it stays within 100 columns.
const proseWidth = 93

// wrap breaks prose into lines. Empty lines part paragraphs; other line breaks mean nothing.
func wrap(text string, width int) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		words := strings.Fields(paragraph)
		if len(words) == 0 {
			continue
		}
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		line := words[0]
		for _, w := range words[1:] {
			if utf8.RuneCountInString(line)+1+utf8.RuneCountInString(w) > width {
				lines = append(lines, line)
				line = w
				continue
			}
			line += " " + w
		}
		lines = append(lines, line)
	}
	return lines
}

// comment emits prose as a comment of its own lines.
func comment(g *jen.Group, text string) {
	for _, line := range wrap(text, proseWidth) {
		g.Comment(strings.TrimRight("// "+line, " "))
	}
}

// sentence joins the parts of a doc comment; empty ones vanish.
func sentence(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " ")
}

// raises is the sentence of a doc comment about the errors that something can end in.
func raises(list []*schema.Error) string {
	if len(list) == 0 {
		return ""
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name)
	}
	return "Raises " + enumerate(names) + "."
}

// enumerate joins words as a sentence does: "a", "a and b", "a, b and c".
func enumerate(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
