package compat

import (
	"slices"

	"github.com/hgwire/hgwire/internal/schema"
)

// couple is an item of the old schema with the one it has become.
type couple[T any] struct{ old, new T }

// pairing says which items of the two schemas are the same thing. What has another name is the
// same when nothing else about it is different.
type pairing struct {
	revisions []couple[*schema.Revision]
	fields    map[*schema.Field]*schema.Field // new by old
	frameOf   map[*schema.Frame]*schema.Frame // new by old
	frameWas  map[*schema.Frame]*schema.Frame // old by new
	errorOf   map[string]string               // new name by old name
	renames   renames                         // new name by old name, for what has another one
}

// renames has the new names of what has another one.
type renames map[string]string

func (r renames) note(old, new string) {
	if old != new {
		r[old] = new
	}
}

func (c *comparer) pair() {
	c.renames = make(renames)
	c.revisions = match(c.old.Revisions, c.new.Revisions,
		func(a, b *schema.Revision) bool { return a.ID == b.ID },
		func(a, b *schema.Revision) bool { return a.MediaType == b.MediaType && a.API == b.API })

	c.fields = make(map[*schema.Field]*schema.Field)
	for _, p := range match(c.old.Header.Fields, c.new.Header.Fields,
		func(a, b *schema.Field) bool { return a.Name == b.Name },
		func(a, b *schema.Field) bool { return a.Kind == b.Kind && a.Bits == b.Bits && a.Doc == b.Doc }) {
		c.fields[p.old] = p.new
		c.renames.note(p.old.Name, p.new.Name)
	}

	c.frameOf, c.frameWas = make(map[*schema.Frame]*schema.Frame), make(map[*schema.Frame]*schema.Frame)
	for _, p := range match(c.old.Frames, c.new.Frames,
		func(a, b *schema.Frame) bool { return a.Name == b.Name },
		renamedFrame) {
		c.frameOf[p.old], c.frameWas[p.new] = p.new, p.old
		c.renames.note(p.old.Name, p.new.Name)
	}

	c.errorOf = make(map[string]string)
	for _, p := range match(c.old.Errors, c.new.Errors,
		func(a, b *schema.Error) bool { return a.Name == b.Name },
		func(a, b *schema.Error) bool { return a.Text == b.Text && a.Fault == b.Fault }) {
		c.errorOf[p.old.Name] = p.new.Name
		c.renames.note(p.old.Name, p.new.Name)
	}
}

// renamedFrame reports whether one frame type is the other under a new name: the same id, senders,
// payload and flags.
func renamedFrame(a, b *schema.Frame) bool {
	return a.ID == b.ID && slices.Equal(a.From, b.From) && sameLayout(a.Payload, b.Payload) &&
		slices.EqualFunc(a.Flags, b.Flags, func(x, y *schema.Flag) bool { return x.Name == y.Name && x.Bit == y.Bit })
}

// match pairs the items that are the same, and then of those that are left over the ones that
// look alike, in the order of the old ones.
func match[T any](old, new []T, same, alike func(a, b T) bool) []couple[T] {
	partner := make([]int, len(old))
	taken := make([]bool, len(new))
	for i, a := range old {
		partner[i] = slices.IndexFunc(new, func(b T) bool { return same(a, b) })
		if partner[i] >= 0 {
			taken[partner[i]] = true
		}
	}
	var pairs []couple[T]
	for i, a := range old {
		for j := 0; j < len(new) && partner[i] < 0; j++ {
			if !taken[j] && alike(a, new[j]) {
				partner[i], taken[j] = j, true
			}
		}
		if partner[i] >= 0 {
			pairs = append(pairs, couple[T]{a, new[partner[i]]})
		}
	}
	return pairs
}

// newRevision returns what a revision of the old schema has become, or nil.
func (p *pairing) newRevision(old *schema.Revision) *schema.Revision {
	for _, r := range p.revisions {
		if r.old == old {
			return r.new
		}
	}
	return nil
}

// revisionLines compares what the two schemas say of whole revisions.
func (c *comparer) revisionLines() {
	for _, r := range c.old.Revisions {
		if c.newRevision(r) == nil {
			c.add(RevisionGone, c.old.at(r.At("id")), "revision %s is gone", r.ID).
				note("who: every old peer that speaks it, in either direction: no new peer does")
		}
	}
	for _, r := range c.revisions {
		for _, what := range []struct{ key, name, old, new string }{
			{"media-type", "media type", r.old.MediaType, r.new.MediaType},
			{"api", "API name", r.old.API, r.new.API},
		} {
			if what.old != what.new {
				c.add(NegotiationMoved, c.new.at(r.new.At(what.key)), "the %s of revision %s is %q, and was %q", what.name, r.new.ID, what.new, what.old).
					noteAt(c.old.at(r.old.At(what.key)), "in the old schema").
					note("who: old and new peers, in either direction: neither knows the other's name for what both speak")
			}
		}
	}
	was, is := c.old.Revisions[len(c.old.Revisions)-1], c.new.Revisions[len(c.new.Revisions)-1]
	if c.newRevision(was) != is {
		c.add(LatestChanged, c.new.at(is.At("id")), "the latest revision is %s, and was %s", is.ID, was.ID).
			noteAt(c.old.at(was.At("id")), "in the old schema").
			note("who: Go code that takes LatestRevision without naming one")
	}
}
