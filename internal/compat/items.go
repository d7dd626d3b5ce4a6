package compat

import (
	"strings"

	"github.com/hgwire/hgwire/internal/schema"
)

// item is what a Go name comes from.
type item struct {
	what  string
	pos   schema.Pos
	owner string // the Go name of what it is a part of, or ""
}

// items has the items of a schema by the Go names they make.
type items struct {
	exact    map[string]item
	prefixes []prefixItem
	whole    item
}

type prefixItem struct {
	prefix string
	item   item
}

// of returns the item that a Go name comes from: the schema as a whole when no item is named in it.
func (l *items) of(name string) item {
	if it, ok := l.exact[name]; ok {
		return it
	}
	owner, _, _ := strings.Cut(name, ".")
	if it, ok := l.exact[owner]; ok {
		return it
	}
	best := prefixItem{item: l.whole}
	for _, p := range l.prefixes {
		if strings.HasPrefix(name, p.prefix) && len(p.prefix) > len(best.prefix) {
			best = p
		}
	}
	return best.item
}

// within returns the item that a Go name comes from, or the one that it is a part of when the
// change is of the whole.
func (l *items) within(name string, changed func(name string) bool) item {
	it := l.of(name)
	if it.owner != "" && changed(it.owner) {
		return l.of(it.owner)
	}
	return it
}

// itemsByName returns the items of a schema by the Go names of package golang.
func itemsByName(s *schema.Schema) *items {
	l := &items{exact: make(map[string]item), whole: item{what: "the protocol", pos: s.Protocol.Pos}}
	name := func(kebab string) string { return schema.GoName(kebab, s.Protocol.Initialisms) }
	add := func(it item, names ...string) {
		for _, n := range names {
			l.exact[n] = it
		}
	}
	for i, r := range s.Protocol.Roles {
		add(item{what: "role " + r, pos: s.Protocol.Element("roles", i)}, "Role"+name(r))
	}
	for _, r := range s.Revisions {
		add(item{what: "revision " + r.ID, pos: r.Pos}, "Revision"+name(r.ID))
	}
	for _, f := range s.Header.Fields {
		add(item{what: "header field " + f.Name, pos: f.Pos}, "Header."+name(f.Name), "Role.Owns"+name(f.Name))
	}
	flags := func(what, typ, prefix string, set *schema.FlagSet) {
		add(item{what: what, pos: set.Pos}, typ, "Parse"+typ)
		for _, f := range set.Flags {
			add(item{what + ", flag " + f.Name, f.Pos, typ}, prefix+name(f.Name))
		}
	}
	for _, set := range s.FlagSets {
		flags("flagset "+set.Name, name(set.Name), "Flag", set)
	}
	for _, f := range s.Frames {
		flags("frame "+f.Name, name(f.Name)+"Flags", name(f.Name), &f.FlagSet)
		add(item{what: "frame " + f.Name, pos: f.Pos}, "Type"+name(f.Name))
	}
	for _, v := range s.Limits {
		add(item{what: "limit " + v.Name, pos: v.Pos}, "Default"+name(v.Name), "Limits."+name(v.Name))
	}
	for _, e := range s.Errors {
		add(item{what: "error " + e.Name, pos: e.Pos}, "Err"+name(e.Name), "New"+name(e.Name))
	}
	for _, m := range s.Machines {
		l.machine(m, name)
	}
	return l
}

func (l *items) machine(m *schema.Machine, name func(string) string) {
	what, owner := "machine "+m.Name, name(m.Name)+"State"
	for _, prefix := range []string{"", "Dispatch", "Send", "Initial", "Call"} {
		l.prefixes = append(l.prefixes, prefixItem{prefix + name(m.Name), item{what: what, pos: m.Pos}})
	}
	for _, s := range m.States {
		l.exact[name(m.Name)+name(s.Name)] = item{what + ", state " + s.Name, s.Pos, owner}
	}
	for _, e := range m.Events {
		l.exact[name(m.Name)+"Event"+name(e.Name)] = item{what + ", event " + e.Name, e.Pos, owner}
	}
	for _, a := range m.Actions {
		l.exact[name(m.Name)+"Actions."+name(a.Name)] = item{what + ", action " + a.Name, a.Pos, owner}
	}
	for _, t := range m.Transitions {
		l.exact[name(m.Name)+"Transition"+name(t.ID)] = item{what + ", row " + t.ID, t.Pos, owner}
	}
}
