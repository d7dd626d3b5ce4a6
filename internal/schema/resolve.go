package schema

import (
	"slices"
	"strings"
)

// edition is the version of the schema language that this package reads.
const edition = 1

// maxRevisions is what an octet can number, with zero for none.
const maxRevisions = 255

// resolver makes the model from a document. It first enters all items under their names, then
// follows the references between them.
type resolver struct {
	found  *Diagnostics
	src    *source
	schema *Schema

	roles     *scope[string]
	revisions *scope[*Revision]
	fields    *scope[*Field]
	flagSets  *scope[*FlagSet]
	payloads  *scope[*Payload]
	frames    *scope[*Frame]
	limits    *scope[*Limit]
	errors    *scope[*Error]
	machines  *scope[*Machine]
	rows      map[*Machine]*rowScopes
}

// resolve adds to found what is wrong with the meaning of a document. The schema is of use only
// when nothing was found.
func resolve(doc *document, path string, src *source, found *Diagnostics) *Schema {
	r := &resolver{
		found:     found,
		src:       src,
		schema:    &Schema{Path: path, Source: src.text},
		roles:     newScope[string]("role", NoRole),
		revisions: newScope[*Revision]("revision", NoRevision),
		fields:    newScope[*Field]("header field", NoField),
		flagSets:  newScope[*FlagSet]("flagset", NoFlagSet),
		payloads:  newScope[*Payload]("payload", NoPayload),
		frames:    newScope[*Frame]("frame", NoFrame),
		limits:    newScope[*Limit]("limit", NoLimit),
		errors:    newScope[*Error]("error", NoError),
		machines:  newScope[*Machine]("machine", NoMachine),
		rows:      make(map[*Machine]*rowScopes),
	}
	r.protocol(&doc.Protocol)
	r.defineRevisions(doc.Revisions)
	r.defineHeader(&doc.Header)
	r.defineErrors(doc.Errors)
	r.defineLimits(doc.Limits)
	r.defineFlagSets(doc.FlagSets)
	r.definePayloads(doc.Payloads)
	r.defineFrames(doc.Frames)
	r.defineMachines(doc.Machines)

	r.resolveHeader(doc.Header.Fields)
	r.resolveTexts()
	for i := range doc.Machines {
		r.resolveMachine(&doc.Machines[i], r.schema.Machines[i])
	}
	r.resolveLimits(doc.Limits)
	r.vectors(doc.Vectors)

	r.checkIDs(doc)
	r.checkBits()
	r.checkLengths()
	r.checkRevisions()
	r.checkGoNames()
	return r.schema
}

func (r *resolver) protocol(raw *protocolTable) {
	before := len(r.found.List)
	for i, name := range raw.Roles {
		r.roles.define(r.found, raw.Element("roles", i), name, name)
	}
	blank := func(name string) bool { return strings.TrimSpace(name) == "" }
	r.roles.holed = !has(raw.Node, "roles") || raw.holed("roles") || slices.ContainsFunc(raw.Roles, blank) || len(r.found.List) > before
	initialisms := newScope[string]("initialism", "")
	for i, word := range raw.Initialisms {
		initialisms.define(r.found, raw.Element("initialisms", i), word, word)
	}
	r.schema.Protocol = Protocol{
		Node:        raw.Node,
		Name:        raw.Name,
		Title:       raw.Title,
		Roles:       raw.Roles,
		Initialisms: raw.Initialisms,
		Doc:         raw.Doc,
	}
	switch {
	case !has(raw.Node, "name") || raw.Name == "":
	case !isKebab(raw.Name) || slices.Contains([]byte(raw.Name), '-'):
		r.found.Add(raw.At("name"), BadName, "%q is not the name of a Go package: one word of lower-case letters and digits", raw.Name)
	case !IsPackageName(raw.Name):
		r.found.Add(raw.At("name"), NotGo, "%q cannot be the name of a Go package that others import", raw.Name)
	}
}

func (r *resolver) defineRevisions(raws []revisionBlock) {
	for i := range raws {
		raw := &raws[i]
		rev := &Revision{
			Node:      raw.Node,
			Index:     i,
			ID:        raw.ID,
			MediaType: raw.MediaType,
			API:       raw.API,
			Source:    raw.Source,
			Doc:       raw.Doc,
		}
		if i == maxRevisions {
			r.found.Add(raw.Pos, ManyRevisions, "the schema has more than %d revisions", maxRevisions)
		}
		r.revisions.define(r.found, raw.At("id"), raw.ID, rev)
		r.schema.Revisions = append(r.schema.Revisions, rev)
	}
}

// has reports whether the item has the key.
func has(n Node, key string) bool {
	_, ok := n.Keys[key]
	return ok
}

// needs reports that a key is missing that items of this sort have.
func (r *resolver) needs(n Node, key, sort string) {
	if !has(n, key) {
		r.found.Add(n.Pos, MissingKey, "%s has no %s", sort, key)
	}
}

// refuses reports keys that mean nothing in items of this sort.
func (r *resolver) refuses(n Node, sort string, keys ...string) {
	for _, k := range keys {
		if has(n, k) {
			r.found.Add(n.At(k), KeyConflict, "%s has no use for %s", sort, k)
		}
	}
}

// lookUp returns the item that the value of a key names. Without the key there is none.
func lookUp[T any](r *resolver, s *scope[T], n Node, key, name string) (item T, ok bool) {
	if !has(n, key) {
		return item, false
	}
	return s.find(r.found, n.At(key), name)
}

// lookUpAll returns the items that the elements of a list name.
func lookUpAll[T any](r *resolver, s *scope[T], n Node, key string, list []string) []T {
	var items []T
	for i, name := range list {
		if slices.Contains(list[:i], name) {
			r.found.Add(n.Element(key, i), NameTwice, "%q is listed twice", name).
				Note(n.Element(key, slices.Index(list, name)), "first listed here")
		} else if item, ok := s.find(r.found, n.Element(key, i), name); ok {
			items = append(items, item)
		}
	}
	return items
}

// since returns the revision that the key `since` of an item names, or nil.
func (r *resolver) since(n Node, id string) *Revision {
	rev, _ := lookUp(r, r.revisions, n, "since", id)
	return rev
}
