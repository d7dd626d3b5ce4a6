package schema

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
)

// trees returns the sources to test positions with.
func trees(t *testing.T) map[string][]byte {
	flagship, err := os.ReadFile("../../schema.toml")
	if err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile("testdata/forms.toml")
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"flagship":      flagship,
		"forms":         other,
		"forms in CRLF": []byte(strings.ReplaceAll(string(other), "\n", "\r\n")),
	}
}

func mustParse(t *testing.T, src []byte) *tree {
	t.Helper()
	found := &Diagnostics{Path: "test.toml", Source: src}
	tree, ok := parseTree(newSource(src), found)
	if !ok || len(found.List) > 0 {
		t.Fatalf("parseTree finds\n%s", found)
	}
	return tree
}

// TestTreeValues checks that a tree has the values that the decoder reads.
func TestTreeValues(t *testing.T) {
	for name, src := range trees(t) {
		t.Run(name, func(t *testing.T) {
			var want map[string]any
			if err := toml.Unmarshal(src, &want); err != nil {
				t.Fatal(err)
			}
			got := plain(t, mustParse(t, src).root)
			if diff := cmp.Diff(got, any(want)); diff != "" {
				t.Errorf("tree (-got +want):\n%s", diff)
			}
		})
	}
}

// plain returns the value of a node as the decoder would.
func plain(t *testing.T, n *node) any {
	switch n.kind {
	case kindTable:
		m := make(map[string]any)
		for _, e := range n.entries {
			m[e.name] = plain(t, e)
		}
		return m
	case kindBlocks:
		var list []map[string]any
		for _, i := range n.items {
			list = append(list, plain(t, i).(map[string]any))
		}
		return list
	case kindList:
		list := []any{}
		for _, i := range n.items {
			list = append(list, plain(t, i))
		}
		return list
	case kindString:
		return n.text
	default:
		return literal(t, n.text)
	}
}

// literal returns the value of a TOML literal.
func literal(t *testing.T, text string) any {
	var doc struct{ X any }
	if _, err := toml.Decode("x = "+text, &doc); err != nil {
		t.Errorf("%q is not a TOML value: %s", text, err)
	}
	return doc.X
}

// TestTreePositions checks, for every node, that what stands at its position is its literal, its
// braces or its header, and that what stands at the position of its key is that key.
func TestTreePositions(t *testing.T) {
	for name, src := range trees(t) {
		t.Run(name, func(t *testing.T) {
			tree := mustParse(t, src)
			nodes := 0
			var check func(n *node)
			check = func(n *node) {
				nodes++
				checkValue(t, tree, n)
				checkKey(t, tree, n)
				for _, c := range append(n.entries, n.items...) {
					check(c)
				}
			}
			for _, e := range tree.root.entries {
				check(e)
			}
			if nodes < 50 {
				t.Errorf("only %d nodes", nodes)
			}
		})
	}
}

func checkValue(t *testing.T, tree *tree, n *node) {
	p := tree.pos(n.off)
	text := at(tree, p)[:n.end-n.off]
	var want, got any
	switch {
	case n.origin == fromDotted:
		return // has no text of its own
	case n.origin != fromValue:
		want, got = true, strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") && !strings.Contains(text, "\n")
	case n.kind == kindString:
		want, got = n.text, literal(t, text)
	case n.kind == kindTable:
		want, got = "{}", text[:1]+text[len(text)-1:]
	case n.kind == kindList:
		want, got = "[]", text[:1]+text[len(text)-1:]
	default:
		want, got = n.text, text
	}
	if got != want {
		t.Errorf("%d:%d: at the value of %q stands %.40q", p.Line, p.Column, n.name, text)
	}
}

func checkKey(t *testing.T, tree *tree, n *node) {
	if n.name == "" {
		return // an item
	}
	p := tree.pos(n.keyOff)
	text := at(tree, p)
	got := text[:min(len(n.name), len(text))]
	switch text[0] {
	case '"':
		quoted, _ := strconv.QuotedPrefix(text)
		got, _ = strconv.Unquote(quoted)
	case '\'':
		got, _, _ = strings.Cut(text[1:], "'")
	}
	if got != n.name {
		t.Errorf("%d:%d: at the key %q stands %.40q", p.Line, p.Column, n.name, text)
	}
}

// at returns the text from a position on, found by counting lines and octets.
func at(tree *tree, p Pos) string {
	lines := strings.SplitAfter(string(tree.text), "\n")
	return strings.Join(lines[p.Line-1:], "")[p.Column-1:]
}
