package schema

import (
	"fmt"
	"slices"
	"strings"
)

func (r *resolver) definePayloads(raws []payloadBlock) {
	for i := range raws {
		raw := &raws[i]
		p := &Payload{
			Node:   raw.Node,
			Name:   raw.Name,
			Since:  r.since(raw.Node, raw.Since),
			Doc:    raw.Doc,
			Repeat: raw.Repeat,
			Raises: lookUpAll(r, r.errors, raw.Node, "raises", raw.Raises),
		}
		parts := newScope[*PayloadField]("earlier payload field", NoPart)
		for i := range raw.Fields {
			f := r.payloadField(parts, &raw.Fields[i], raw.Fields[i:])
			if f.Size == "rest" && (i < len(raw.Fields)-1 || p.Repeat) {
				r.found.Add(f.At("size"), RestNotLast, "only the last field of a payload, and of one that does not repeat, takes the rest")
			}
			p.Fields = append(p.Fields, f)
		}
		r.payloads.define(r.found, raw.At("name"), raw.Name, p)
		r.schema.Payloads = append(r.schema.Payloads, p)
	}
}

// payloadField makes a field. parts has the fields before it, and gets this one; rest has this one
// and those after it.
func (r *resolver) payloadField(parts *scope[*PayloadField], raw *payloadFieldRow, rest []payloadFieldRow) *PayloadField {
	f := &PayloadField{
		Node:  raw.Node,
		Name:  raw.Name,
		Type:  raw.Type,
		Size:  raw.Size,
		Count: raw.Count,
		Doc:   raw.Doc,
	}
	sort := "a field of the type " + raw.Type
	switch {
	case raw.Type == "":
	case f.isNumber():
		r.refuses(raw.Node, sort, "size")
	default:
		r.needs(raw.Node, "size", sort)
	}
	if raw.Size != "rest" {
		r.part(parts, rest, raw.Node, "size", raw.Size)
	}
	r.part(parts, rest, raw.Node, "count", raw.Count)
	r.lists(parts, f)
	parts.define(r.found, raw.At("name"), raw.Name, f)
	return f
}

// part checks that the value of a key names a number earlier in the payload.
func (r *resolver) part(parts *scope[*PayloadField], rest []payloadFieldRow, n Node, key, name string) {
	late := slices.IndexFunc(rest, func(f payloadFieldRow) bool { return f.Name == name })
	if _, early := parts.items[name]; late >= 0 && !early && has(n, key) && strings.TrimSpace(name) != "" {
		r.found.Add(n.At(key), NoPart, "payload field %q does not come earlier", name).Note(rest[late].At("name"), "defined here")
		return
	}
	if f, ok := lookUp(r, parts, n, key, name); ok && f.Type != "" && !f.isNumber() {
		r.found.Add(n.At(key), WrongKind, "field %q is not a number", name).Note(f.Pos, "defined here")
	}
}

// lists checks that a field uses the numbers of a list one for each of its own, and a list for no count.
func (r *resolver) lists(parts *scope[*PayloadField], f *PayloadField) {
	count, counted := parts.items[f.Count]
	if counted && count.Count != "" {
		r.found.Add(f.At("count"), ListSizes, "%q is a list, which is no count", f.Count).
			Note(count.At("count"), "the count of the list")
	}
	sizes, sized := parts.items[f.Size]
	if !sized || sizes.Count == "" || sizes.Count == f.Count || f.Count != "" && !counted {
		return
	}
	has := "no count"
	if counted {
		has = fmt.Sprintf("the count %q", f.Count)
	}
	r.found.Add(f.At("size"), ListSizes, "%q is a list of as many sizes as %q tells, and field %q has %s", f.Size, sizes.Count, f.Name, has).
		Note(sizes.At("count"), "the count of the sizes")
}

func (f *PayloadField) isNumber() bool { return strings.HasPrefix(f.Type, "u") && f.Type != "utf-8" }
