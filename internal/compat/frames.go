package compat

import (
	"slices"
	"strings"

	"github.com/hgwire/hgwire/internal/schema"
)

// frames compares the frame types of a revision: ids, senders and flags.
func (c *comparer) frames(r couple[*schema.Revision]) {
	for _, f := range c.old.Frames {
		if r.old.In(f.Since) {
			c.oldFrame(r, f)
		}
	}
	for _, g := range c.new.Frames {
		if f := c.frameWas[g]; r.new.In(g.Since) && (f == nil || !r.old.In(f.Since)) {
			c.newFrame(r, g)
		}
	}
	for _, s := range match(c.old.FlagSets, c.new.FlagSets,
		func(a, b *schema.FlagSet) bool { return a.Name == b.Name },
		func(a, b *schema.FlagSet) bool { return a.Doc == b.Doc }) {
		if r.old.In(s.old.Since) && r.new.In(s.new.Since) {
			c.flagSets(r, s, nil)
		}
	}
}

// oldFrame says what has become of a frame type of the old schema.
func (c *comparer) oldFrame(r couple[*schema.Revision], f *schema.Frame) {
	g := c.frameOf[f]
	if g != nil && !r.new.In(g.Since) {
		g = nil
	}
	taker := c.holder(c.new, r.new, f.ID)
	switch {
	case g != nil && g == taker: // the same type under the same id
	case taker != nil:
		c.reused(r, f, g, taker)
	case g != nil:
		d := c.add(IDMoved, c.new.at(g.At("id")), "frame %s has id %#x, and had %#x", g.Name, g.ID, f.ID).
			noteAt(c.old.at(f.At("id")), "in the old schema").
			note("who: a %s that sends it, old to new or new to old: the receiver takes it for another type", senders(f))
		if !c.new.reserves(f.ID) {
			d.note("id %#x is not reserved: it may be given to something else", f.ID)
		}
		c.readings(d, c.old, r, c.old.sample(r.old, f))
		c.readings(d, c.new, r, c.new.sample(r.new, g))
	default:
		c.gone(r, f)
	}
	if g == nil {
		return
	}
	c.direction(r, f, g)
	c.flagSets(r, couple[*schema.FlagSet]{&f.FlagSet, &g.FlagSet}, f)
}

// reserves reports whether the id is kept from being assigned.
func (s *side) reserves(id uint64) bool {
	return slices.ContainsFunc(s.Reserved, func(v *schema.Reserved) bool { return slices.Contains(v.IDs, id) })
}

// holder returns the frame type that has the id in the revision, or nil.
func (c *comparer) holder(s *side, r *schema.Revision, id uint64) *schema.Frame {
	if f := s.wire.Type(id); f != nil && r.In(f.Since) {
		return f
	}
	return nil
}

// reused reports an id whose meaning is another: it was f's and is taker's; f has become g, or
// nothing when g is nil.
func (c *comparer) reused(r couple[*schema.Revision], f, g, taker *schema.Frame) {
	d := c.add(IDReused, c.new.at(taker.At("id")), "id %#x is %s from the %s, and was %s from the %s",
		f.ID, taker.Name, senders(taker), f.Name, senders(f)).
		noteAt(c.old.at(f.At("id")), "in the old schema")
	if g != nil {
		d.noteAt(c.new.at(g.At("id")), "%s now has id %#x", g.Name, g.ID)
	} else {
		d.note("there is no %s any more", f.Name)
	}
	if was := c.frameWas[taker]; was != nil {
		d.noteAt(c.old.at(was.At("id")), "%s had id %#x", was.Name, was.ID)
	}
	d.note("who: an old %s that sends %s to a new peer, and a new %s that sends %s to an old one: the receiver takes it for the other type",
		senders(f), f.Name, senders(taker), taker.Name)
	c.readings(d, c.old, r, c.old.sample(r.old, f))
	c.readings(d, c.new, r, c.new.sample(r.new, taker))
}

// gone reports a frame type that is no more, and whose id nobody has taken.
func (c *comparer) gone(r couple[*schema.Revision], f *schema.Frame) {
	kept := c.new.wire.Type(f.ID) != nil // by a later revision
	var at *schema.Reserved
	for _, v := range c.new.Reserved {
		if slices.Contains(v.IDs, f.ID) {
			kept, at = true, v
		}
	}
	var d *Finding
	if kept {
		d = c.add(FrameGone, c.old.at(f.Pos), "frame %s is gone; id %#x is kept from being assigned", f.Name, f.ID)
	} else {
		d = c.add(IDNotReserved, c.old.at(f.Pos), "frame %s is gone, and id %#x is not reserved: it may be given to something else", f.Name, f.ID)
	}
	if at != nil {
		d.noteAt(c.new.at(at.At("ids")), "reserved here")
	}
	d.note("who: an old %s may send it, and a new receiver knows no such type; a new one never sends it", senders(f))
	c.readings(d, c.old, r, c.old.sample(r.old, f))
}

// newFrame reports a frame type that the revision did not have.
func (c *comparer) newFrame(r couple[*schema.Revision], g *schema.Frame) {
	if c.holder(c.old, r.old, g.ID) != nil {
		return // reported as an id with another meaning
	}
	var d *Finding
	taken := false
	for _, v := range c.old.Reserved {
		if i := slices.Index(v.IDs, g.ID); i >= 0 {
			taken = true
			d = c.add(ReservedTaken, c.new.at(g.At("id")), "frame %s has id %#x, which was reserved", g.Name, g.ID).
				noteAt(c.old.at(v.Element("ids", i)), "reserved here")
		}
	}
	if !taken {
		d = c.add(FrameAdded, c.new.at(g.Pos), "frame %s with id %#x is new in a revision that exists", g.Name, g.ID)
	}
	d.note("who: a new %s may send it, and an old receiver knows no such type; an old one never sends it", senders(g))
	c.readings(d, c.new, r, c.new.sample(r.new, g))
}

// direction compares who sends a frame type.
func (c *comparer) direction(r couple[*schema.Revision], f, g *schema.Frame) {
	for _, role := range g.From {
		if !slices.Contains(f.From, role) {
			d := c.add(SenderAdded, c.new.at(g.At("from")), "the %s may send %s, and did not before", role, g.Name).
				noteAt(c.old.at(f.At("from")), "in the old schema").
				note("who: a new %s may send it, and an old receiver does not expect it from there", role)
			c.readings(d, c.new, r, c.new.sampleFrom(r.new, g, role))
		}
	}
	for _, role := range f.From {
		if !slices.Contains(g.From, role) {
			d := c.add(SenderGone, c.new.at(g.At("from")), "the %s may not send %s any more", role, g.Name).
				noteAt(c.old.at(f.At("from")), "in the old schema").
				note("who: an old %s may send it, and a new receiver does not expect it from there", role)
			c.readings(d, c.old, r, c.old.sampleFrom(r.old, f, role))
		}
	}
}

func senders(f *schema.Frame) string { return strings.Join(f.From, " or ") }
