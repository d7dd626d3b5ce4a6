package schema

import (
	"errors"
	"regexp"

	"github.com/pelletier/go-toml/v2/unstable"
)

// nodeKind is the kind of a TOML value.
type nodeKind uint8

const (
	kindString nodeKind = iota
	kindInteger
	kindFloat
	kindBoolean
	kindTime
	kindList
	kindTable
	kindBlocks // an array of tables, written as [[blocks]]
)

// String returns the kind with its article.
func (k nodeKind) String() string {
	return [...]string{"a string", "an integer", "a float", "a boolean", "a date or time", "a list", "a table", "[[blocks]]"}[k]
}

// node is a value of the file and where it stands. Offsets count octets from 0.
type node struct {
	kind     nodeKind
	off, end int    // the value; of a table with a header, the header
	text     string // the value of a string, the literal of another scalar

	name    string // the key that leads here, inside a table
	keyOff  int    // where that key stands
	exprOff int    // where the dotted key begins that this key is the last part of, or an item of a list

	items   []*node // of a list or of blocks
	entries []*node // of a table, in the order of the file

	origin origin
	inline bool // the value stands inside a list or an inline table
	holed  bool // a list that items were dropped from
}

// origin is how a node came to be, which decides what may be added to it.
type origin uint8

const (
	fromValue  origin = iota // written out: nothing can be added
	fromHeader               // a table with a [header] of its own
	fromDotted               // a table that dotted keys imply
	fromParent               // a table that the header of a table inside it implies
)

// entry returns the value under a key of the table, or nil.
func (n *node) entry(name string) *node {
	for _, e := range n.entries {
		if e.name == name {
			return e
		}
	}
	return nil
}

// tree is a parsed file: the source of the positions of all findings. It knows TOML, but nothing
// of the schema language.
type tree struct {
	*source
	root    *node
	dropped []*node // what is defined a second time, which the tree lacks

	found   *Diagnostics
	parser  unstable.Parser
	base    int   // offset of what the parser reads
	current *node // the table that key/value lines go to
}

// parseTree parses a file. Syntax errors and keys that are defined twice are added to found. It
// reports false when there are syntax errors, and the tree is of no use.
func parseTree(src *source, found *Diagnostics) (*tree, bool) {
	t := &tree{source: src, found: found, root: &node{kind: kindTable}}
	ok := true
	for more := true; more; {
		t.current = t.root
		t.parser.Reset(src.text[t.base:])
		for t.parser.NextExpression() {
			if ok {
				t.expression(t.parser.Expression())
			}
		}
		if more = t.parser.Error() != nil; more {
			ok = false
			t.base, more = t.recover(t.parser.Error())
		}
	}
	return t, ok
}

// headerLine is a line from which parsing goes on after a syntax error.
var headerLine = regexp.MustCompile(`(?m)^\[{1,2}[A-Za-z][A-Za-z0-9_.-]*\]{1,2}[ \t\r]*(#.*)?$`)

// recover reports a syntax error and returns the offset of the next header.
func (t *tree) recover(err error) (next int, ok bool) {
	off := len(t.text)
	if e, ok := errors.AsType[*unstable.ParserError](err); ok {
		off = t.base + int(t.parser.Range(e.Highlight).Offset)
	}
	t.found.Add(t.pos(off), SyntaxError, "%s", err)
	at := headerLine.FindIndex(t.text[off:])
	if at == nil || off+at[0] <= t.base {
		return 0, false
	}
	return off + at[0], true
}

func (t *tree) expression(e *unstable.Node) {
	switch e.Kind {
	case unstable.KeyValue:
		t.keyValue(t.current, e, false)
	case unstable.Table, unstable.ArrayTable:
		t.header(e)
	}
}

// key is one part of a dotted key.
type key struct {
	name     string
	off, end int
}

func (t *tree) keys(it unstable.Iterator) []key {
	var keys []key
	for it.Next() {
		n := it.Node()
		off := t.base + int(n.Raw.Offset)
		keys = append(keys, key{string(n.Data), off, off + int(n.Raw.Length)})
	}
	return keys
}

// header opens the table of a [header] or the next block of a [[header]].
func (t *tree) header(e *unstable.Node) {
	keys := t.keys(e.Key())
	last := keys[len(keys)-1]
	n := &node{kind: kindTable, name: last.name, keyOff: last.off, origin: fromHeader}
	n.off = t.bracket(keys[0].off)
	n.end = t.skip(last.end, " \t") + 1
	block := e.Kind == unstable.ArrayTable
	if block {
		n.off--
		n.end++
	}
	t.current = n
	table := t.root
	for _, k := range keys[:len(keys)-1] {
		next := table.entry(k.name)
		switch {
		case next == nil:
			next = &node{kind: kindTable, name: k.name, keyOff: k.off, off: n.off, end: n.end, origin: fromParent}
			table.entries = append(table.entries, next)
		case next.kind == kindBlocks:
			next = next.items[len(next.items)-1]
		case next.origin == fromValue:
			t.twice(n, k, next)
			return
		}
		table = next
	}
	old := table.entry(last.name)
	switch {
	case old == nil && block:
		table.entries = append(table.entries, &node{kind: kindBlocks, name: last.name, keyOff: last.off, off: n.off, end: n.end, origin: fromHeader, items: []*node{n}})
	case old == nil:
		table.entries = append(table.entries, n)
	case old.kind == kindBlocks && block:
		old.items = append(old.items, n)
	case old.origin == fromParent && !block:
		n.entries = old.entries
		*old = *n
		t.current = old
	default:
		t.twice(n, last, old)
	}
}

// bracket returns the offset of the bracket before off.
func (t *tree) bracket(off int) int {
	for off--; t.text[off] != '['; {
		off--
	}
	return off
}

// keyValue adds the value of a `key = value` to the table and returns where the value ends.
func (t *tree) keyValue(table *node, e *unstable.Node, inline bool) (end int) {
	keys := t.keys(e.Key())
	last := keys[len(keys)-1]
	off := t.skip(t.skip(last.end, " \t")+1, " \t")
	n := t.value(e.Value(), off, inline)
	n.name, n.keyOff, n.exprOff = last.name, last.off, keys[0].off
	for _, k := range keys[:len(keys)-1] {
		next := table.entry(k.name)
		switch {
		case next == nil:
			next = &node{kind: kindTable, name: k.name, keyOff: k.off, exprOff: keys[0].off, off: k.off, end: n.end, origin: fromDotted}
			table.entries = append(table.entries, next)
		case next.origin != fromDotted:
			t.twice(n, k, next)
			return n.end
		}
		table = next
	}
	if old := table.entry(last.name); old != nil {
		t.twice(n, last, old)
		return n.end
	}
	table.entries = append(table.entries, n)
	return n.end
}

// twice reports that n defines again what old has defined.
func (t *tree) twice(n *node, k key, old *node) {
	t.dropped = append(t.dropped, n)
	t.found.Add(t.pos(k.off), KeyTwice, "key %q is defined twice", k.name).
		Note(t.pos(old.keyOff), "first defined here")
}
