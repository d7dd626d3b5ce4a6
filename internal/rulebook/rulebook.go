// Package rulebook has all the rules about schemas, in families, each with its explanation and
// example. The packages that check them know their identifiers; this one explains them.
package rulebook

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hgwire/hgwire/internal/example"
	"github.com/hgwire/hgwire/internal/product"
	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// Family is rules about one subject.
type Family struct {
	Title string
	Rules []Rule
}

// Rule is a rule with what there is to say about it.
type Rule struct {
	ID      string
	Doc     string // in one line
	Family  string // the title
	Example *example.Example
	Edits   []txtar.File // of a rule about changes: what the old and the new schema have of their own
}

// prefixes are the families in order, and the prefixes of the rules in each.
var prefixes = []struct{ title, ids string }{
	{"syntax and naming", "SYN NAM REF SET"},
	{"layout", "LAY"},
	{"flags", "FLG"},
	{"frames", "FRM"},
	{"machines", "MAC"},
	{"product of the roles", "PRD"},
	{"errors and documentation", "ERR DOC"},
	{"vectors", "VEC"},
	{"changes", "CMP"},
}

// Families returns the families that have rules.
func Families() []Family {
	var list []Family
	for _, p := range prefixes {
		f := Family{Title: p.title}
		for _, prefix := range strings.Fields(p.ids) {
			for _, r := range book() {
				if strings.HasPrefix(r.ID, prefix) {
					f.Rules = append(f.Rules, r)
				}
			}
		}
		if len(f.Rules) > 0 {
			list = append(list, f)
		}
	}
	return list
}

// Find returns the rule of an identifier, in lower or upper case. The error suggests another one.
func Find(id string) (Rule, error) {
	var ids []string
	for _, r := range book() {
		if strings.EqualFold(r.ID, id) {
			return r, nil
		}
		ids = append(ids, r.ID)
	}
	hint := schema.Suggest(strings.ToUpper(id), ids)
	if hint == "" {
		hint = "; gen explain lists them all"
	}
	return Rule{}, fmt.Errorf("there is no rule %q%s", id, hint)
}

// book returns all rules in the order of their identifiers.
var book = sync.OnceValue(func() []Rule {
	rules := slices.Concat(
		entries(schema.Rules(), schema.Examples()),
		entries(verify.Rules(), verify.Examples()),
		entries(product.Rules(), product.Examples()),
	)
	rules = append(rules, changes()...)
	slices.SortFunc(rules, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	return rules
})

func entries(rules []schema.Rule, archives fs.FS) []Rule {
	var list []Rule
	for _, r := range rules {
		list = append(list, Rule{ID: r.ID, Doc: r.Doc, Family: family(r.ID), Example: read(archives, r.ID+".txtar")})
	}
	return list
}

// family returns the title of a rule's family.
func family(id string) string {
	for _, p := range prefixes {
		if slices.Contains(strings.Fields(p.ids), strings.TrimRight(id, "0123456789")) {
			return p.title
		}
	}
	return ""
}

// read returns an archive that is part of the program. The tests prove that every rule has one.
func read(archives fs.FS, name string) *example.Example {
	archive, err := fs.ReadFile(archives, name)
	if err != nil {
		return &example.Example{}
	}
	e, err := example.Parse(archive)
	if err != nil {
		return &example.Example{}
	}
	return e
}
