package compat

import (
	"slices"
	"strings"

	"github.com/hgwire/hgwire/internal/schema"
)

// texts compares what is left: prose, labels, order, worked examples, and whatever else is not
// written alike without having been reported. So no difference goes unsaid.
func (c *comparer) texts() {
	old, new := entries(c.old.Schema), entries(c.new.Schema)
	was := make(map[string]*entry)
	for _, e := range old {
		was[e.id()] = e
	}
	oldNames, newNames := names(old), names(new)
	is := make(map[string]bool)
	for _, e := range new {
		is[e.id()] = true
		if o := was[e.id()]; o != nil {
			c.facts(o, e)
		} else if of, ok := e.owner(); ok && !oldNames[of] {
			continue // said of the whole
		} else if e.rule != "" || !c.covered(c.new.at(e.pos)) {
			c.add(e.ruleOr(Rewritten), c.new.at(e.pos), "%s is new", e.name)
		}
	}
	for _, e := range old {
		if of, ok := e.owner(); ok && !newNames[of] {
			continue
		}
		if !is[e.id()] && (e.rule != "" || !c.covered(c.old.at(e.pos))) {
			c.add(e.ruleOr(Rewritten), c.old.at(e.pos), "%s is gone", e.name)
		}
	}
	c.order(old, new, was, is)
}

// sameEntries reports whether two schemas say the same in the same order.
func sameEntries(old, new []*entry) bool {
	return slices.EqualFunc(old, new, func(a, b *entry) bool {
		return a.id() == b.id() && slices.EqualFunc(a.facts, b.facts, func(x, y fact) bool { return x.key == y.key && x.value == y.value })
	})
}

// facts compares two items key by key.
func (c *comparer) facts(old, new *entry) {
	values := make(map[string]fact)
	for _, f := range old.facts {
		values[f.key] = f
	}
	for _, f := range new.facts {
		o, ok := values[f.key]
		if !ok || o.value == f.value || f.rule == "" && c.renamed(o.value) == f.value {
			continue
		}
		at, before := c.new.at(f.pos), c.old.at(o.pos)
		switch {
		case f.rule == DocChanged:
			c.add(DocChanged, at, "the prose of %s is another", new.name).noteAt(before, "in the old schema")
		case f.rule != "":
			c.add(f.rule, at, "%s of %s is %q, and was %q", f.key, new.name, f.value, o.value).noteAt(before, "in the old schema")
		case !c.covered(at) && !c.covered(before):
			c.add(Rewritten, at, "%s of %s is %q, and was %q", f.key, new.name, f.value, o.value).
				noteAt(before, "in the old schema").
				note("no octets, results or Go names follow from it alone")
		}
	}
}

// renamed returns a value of the old schema with the new names of what was renamed.
func (c *comparer) renamed(value string) string {
	words := strings.Fields(value)
	for i, w := range words {
		plain := strings.TrimPrefix(w, "!")
		if is, ok := c.renames[plain]; ok {
			words[i] = strings.TrimSuffix(w, plain) + is
		}
	}
	return strings.Join(words, " ")
}

// covered reports whether a severer finding speaks of the line.
func (c *comparer) covered(at Place) bool {
	same := func(p Place) bool { return p.Side == at.Side && p.Pos.Line == at.Pos.Line }
	return slices.ContainsFunc(c.found, func(f *Finding) bool {
		return (f.Level < Text || f.Rule == NameAdded) &&
			(same(f.Place) || slices.ContainsFunc(f.Notes, func(n Note) bool { return same(n.Place) }))
	})
}

// order compares the order of the items that are in both schemas, list by list.
func (c *comparer) order(old, new []*entry, was map[string]*entry, is map[string]bool) {
	before := make(map[string][]*entry)
	for _, e := range old {
		if is[e.id()] {
			before[e.list] = append(before[e.list], e)
		}
	}
	next := make(map[string]int)
	for _, e := range new {
		if was[e.id()] == nil {
			continue
		}
		i := next[e.list]
		next[e.list]++
		if i < 0 || i >= len(before[e.list]) {
			continue
		}
		if o := before[e.list][i]; o.id() != e.id() {
			c.add(OrderChanged, c.new.at(e.pos), "%s stands in another place among the %s", e.name, e.list).
				noteAt(c.old.at(was[e.id()].pos), "in the old schema").
				note("the documents and the constants of Go follow the order")
			next[e.list] = -1 << 30 // once for a list
		}
	}
}

// entry is an item of a schema as a list of facts.
type entry struct {
	list  string // what it is one of
	key   string // names it in the list
	name  string // for messages
	pos   schema.Pos
	rule  string // when it comes or goes; "" when other findings tell that
	facts []fact
}

// owner returns the name of the item that e is a part of.
func (e *entry) owner() (string, bool) {
	_, of, ok := strings.Cut(e.list, " of ")
	return of, ok
}

func names(list []*entry) map[string]bool {
	set := make(map[string]bool)
	for _, e := range list {
		set[e.name] = true
	}
	return set
}

func (e *entry) id() string { return e.list + "\x00" + e.key }

func (e *entry) ruleOr(rule string) string {
	if e.rule != "" {
		return e.rule
	}
	return rule
}

// fact is a key of an item with its value, rendered so that equal values have equal texts.
type fact struct {
	key, value string
	pos        schema.Pos
	rule       string // when the value is another; "" when other findings tell that, or nothing does
}
