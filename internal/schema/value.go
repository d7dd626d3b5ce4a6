package schema

import (
	"bytes"

	"github.com/pelletier/go-toml/v2/unstable"
)

// value makes the node of the value at off. The parser has no positions for lists and no ends of
// containers, so they are found on the way.
func (t *tree) value(e *unstable.Node, off int, inline bool) *node {
	n := &node{off: off, exprOff: off, inline: inline}
	switch e.Kind {
	case unstable.Array:
		n.kind = kindList
		t.list(n, e)
		return n
	case unstable.InlineTable:
		n.kind = kindTable
		t.inlineTable(n, e)
		return n
	case unstable.String:
		n.kind = kindString
	case unstable.Integer:
		n.kind = kindInteger
	case unstable.Float:
		n.kind = kindFloat
	case unstable.Bool:
		n.kind = kindBoolean
	default:
		n.kind = kindTime
	}
	n.text = string(e.Data)
	n.end = off + int(e.Raw.Length)
	t.checkEscapes(off, n.end)
	return n
}

func (t *tree) list(n *node, e *unstable.Node) {
	n.end = t.skipSeparator(n.off + 1)
	for it := e.Children(); it.Next(); {
		item := t.value(it.Node(), n.end, true)
		n.items = append(n.items, item)
		n.end = t.skipSeparator(item.end)
	}
	n.end++
}

func (t *tree) inlineTable(n *node, e *unstable.Node) {
	last := n.off + 1
	newer := false
	for it := e.Children(); it.Next(); {
		next := t.skipSeparator(last)
		newer = newer || bytes.IndexByte(t.text[last:next], '\n') >= 0
		last = t.keyValue(n, it.Node(), true)
	}
	n.end = t.skipSeparator(last) + 1
	if newer || bytes.ContainsAny(t.text[last:n.end], ",\n") {
		t.found.Add(t.pos(n.off), NewerTOML, "an inline table stands on one line and has no comma at its end")
	}
}

// skipSeparator returns the offset of the next value or closing bracket of a container.
func (t *tree) skipSeparator(off int) int {
	off = t.skipTrivia(off)
	if t.text[off] == ',' {
		off = t.skipTrivia(off + 1)
	}
	return off
}

// checkEscapes looks for escapes that TOML 1.0 lacks in the literal of a string.
func (t *tree) checkEscapes(off, end int) {
	if t.text[off] != '"' {
		return
	}
	for i := off; i < end; i++ {
		if t.text[i] != '\\' {
			continue
		}
		i++
		if c := t.text[i]; c == 'e' || c == 'x' {
			t.found.Add(t.pos(i-1), NewerTOML, `escape \%c in a string; write \u00XX`, c)
		}
	}
}
