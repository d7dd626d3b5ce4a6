package language

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/product"
	"github.com/hgwire/hgwire/internal/schema"
)

const committed = "../../../LANGUAGE.md"

func document(t *testing.T) []byte {
	t.Helper()
	content, err := Document(schema.Language())
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestCommitted(t *testing.T) {
	have, err := os.ReadFile(committed)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, document(t)) {
		t.Error("LANGUAGE.md is stale: run go generate")
	}
}

// TestEveryKey finds each key of each table in the table's section, with its words and its example.
func TestEveryKey(t *testing.T) {
	sections := make(map[string]string)
	for _, s := range strings.Split(string(document(t)), "\n## ")[1:] {
		name, body, _ := strings.Cut(s, "\n")
		if sections[name] != "" {
			t.Errorf("two sections are called %s", name)
		}
		sections[name] = body
	}
	seen := make(map[*schema.Table]bool)
	var walk func(table *schema.Table)
	walk = func(table *schema.Table) {
		if seen[table] {
			return
		}
		seen[table] = true
		if !strings.Contains(sections[table.Name], table.Doc) {
			t.Errorf("section %s does not say %q", table.Name, table.Doc)
		}
		for _, k := range table.Keys {
			_, row, ok := strings.Cut(sections[table.Name], "\n| `"+k.Name+"` |")
			row, _, _ = strings.Cut(row, "\n")
			if !ok {
				t.Errorf("section %s lacks the key %s", table.Name, k.Name)
			}
			if got := strings.Count(row, " |"); got != 5 {
				t.Errorf("the row of %s in %s has %d more cells, want 5", k.Name, table.Name, got)
			}
			parts := []string{k.Doc, k.Example, k.Form}
			for _, w := range k.Words {
				parts = append(parts, "`"+w.Name+"`: "+w.Doc)
			}
			for _, part := range parts {
				if !strings.Contains(row, part) {
					t.Errorf("the row of %s in %s does not say %q", k.Name, table.Name, part)
				}
			}
			if k.Table != nil {
				walk(k.Table)
			}
		}
	}
	walk(schema.Language())
	if got, want := len(sections), len(seen)+1; got != want {
		t.Errorf("the page has %d sections, want one for each table and one for strings: %d", got, want)
	}
}

// TestCells renders what the language at hand need not have.
func TestCells(t *testing.T) {
	table := &schema.Table{Name: "root", Doc: "Doc.", One: []string{"a", "b"}, Keys: []schema.Key{
		{Name: "a", Doc: "A | a.", Type: schema.IntegerValue, Min: -1 << 63, Max: 9, List: true, Need: true, Refuses: []string{"b"}},
		{Name: "b", Doc: "B.", Type: schema.IntegerValue, Min: -1 << 63, Max: 1<<63 - 1, Wants: []string{"c", "d"}},
		{Name: "c", Doc: "C.", Type: schema.StringValue, Form: "form", Pattern: "a|b", Notation: "N."},
	}}
	page, err := Document(table)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\nThe whole file. Doc.\nExactly one of the keys `a`, `b` is present.\n",
		"\n| `a` | list of integer, at most 9 | yes |  | A \\| a. Not together with `b`. |  |\n",
		"\n| `b` | integer |  |  | B. Needs `c`, `d` beside it. |  |\n",
		"\n| `c` | [form](#strings) |  |  | C. |  |\n",
		"\n| form | N. | `a\\|b` |\n",
	} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
}

// TestCaps holds the introduction to the caps that other packages have.
func TestCaps(t *testing.T) {
	if got := 1 << 20; got != dispatch.MaxCells || !strings.Contains(introduction, "2^20 cells") {
		t.Errorf("the introduction says 2^20 cells, dispatch %d", dispatch.MaxCells)
	}
	n := product.DefaultStates
	if want := fmt.Sprintf("%d,%03d states", n/1000, n%1000); !strings.Contains(introduction, want) {
		t.Errorf("the introduction does not say %q", want)
	}
}
