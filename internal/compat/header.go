package compat

import (
	"slices"

	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

const everybody = "who: old and new peers, in either direction: every frame"

// header compares the layout of the header in a revision.
func (c *comparer) header(r couple[*schema.Revision]) {
	var common []couple[*schema.Field]
	for _, f := range present(c.old, r.old) {
		if g := c.fields[f]; g != nil && r.new.In(g.Since) {
			common = append(common, couple[*schema.Field]{f, g})
			continue
		}
		d := c.add(FieldGone, c.old.at(f.Pos), "header field %s of %d bits is gone", f.Name, f.Bits)
		c.headerWitness(d, r)
	}
	for _, g := range present(c.new, r.new) {
		if !slices.ContainsFunc(common, func(p couple[*schema.Field]) bool { return p.new == g }) {
			d := c.add(FieldAdded, c.new.at(g.Pos), "header field %s of %d bits is new", g.Name, g.Bits)
			c.headerWitness(d, r)
		}
	}
	for _, p := range outOfOrder(common) {
		d := c.add(FieldMoved, c.new.at(p.new.Pos), "header field %s stands elsewhere among the others", p.new.Name).
			noteAt(c.old.at(p.old.Pos), "in the old schema")
		c.headerWitness(d, r)
	}
	for _, p := range common {
		if p.old.Bits != p.new.Bits {
			d := c.add(FieldMoved, c.new.at(p.new.At("bits")), "header field %s has %d bits, and had %d", p.new.Name, p.new.Bits, p.old.Bits).
				noteAt(c.old.at(p.old.At("bits")), "in the old schema")
			c.headerWitness(d, r)
		}
		c.kind(r, p)
	}
	c.octetOrder(r, common)
}

func (c *comparer) headerWitness(d *Finding, r couple[*schema.Revision]) {
	d.note(everybody)
	was, is := c.old.wire.HeaderSize(r.old), c.new.wire.HeaderSize(r.new)
	if was != is {
		d.note("in revision %s the header has %d octets, and had %d", r.new.ID, is, was)
	}
	c.bothReadings(d, r)
}

// kind compares what a field is for.
func (c *comparer) kind(r couple[*schema.Revision], p couple[*schema.Field]) {
	if p.old.Kind != p.new.Kind || p.old.ByType != p.new.ByType {
		d := c.add(FieldKind, c.new.at(p.new.At("kind")), "header field %s is %s, and was %s", p.new.Name, kindText(p.new), kindText(p.old)).
			noteAt(c.old.at(p.old.At("kind")), "in the old schema").
			note(everybody)
		c.bothReadings(d, r)
	}
	if p.old.Kind == schema.FieldKey && p.new.Kind == schema.FieldKey && (p.old.Odd != p.new.Odd || p.old.Parity != p.new.Parity) {
		d := c.add(ParityChanged, c.new.at(p.new.At("odd")), "odd values of %s are %s, and were %s", p.new.Name, parityText(p.new), parityText(p.old)).
			noteAt(c.old.at(p.old.At("odd")), "in the old schema").
			note("who: both sides of a connection of an old and a new peer: each takes keys of the other for its own")
		c.bothReadings(d, r)
	}
}

var kindWords = map[schema.FieldKind]string{
	schema.FieldLength:   "the payload's length",
	schema.FieldKey:      "a key",
	schema.FieldType:     "the frame type",
	schema.FieldNumber:   "a number",
	schema.FieldReserved: "reserved",
}

func kindText(f *schema.Field) string {
	switch {
	case f.Kind != schema.FieldFlags:
		return kindWords[f.Kind]
	case f.ByType:
		return "flags by frame type"
	}
	return "flags of a set"
}

func parityText(f *schema.Field) string {
	if f.Odd == "" {
		return "nobody's"
	}
	return "those of the " + f.Odd + " as " + f.Parity
}

// octetOrder compares how the bits of fields stand in their octets.
func (c *comparer) octetOrder(r couple[*schema.Revision], common []couple[*schema.Field]) {
	for _, order := range []struct {
		key     string
		changed bool
		old     string
		new     string
	}{
		{"byte-order", c.old.Header.BigEndian != c.new.Header.BigEndian, word(c.old.Header.BigEndian, "big", "little"), word(c.new.Header.BigEndian, "big", "little")},
		{"bit-order", c.old.Header.LSBFirst != c.new.Header.LSBFirst, word(c.old.Header.LSBFirst, "lsb", "msb"), word(c.new.Header.LSBFirst, "lsb", "msb")},
	} {
		if !order.changed {
			continue
		}
		for _, p := range common {
			if p.old.Bits != p.new.Bits || slices.Equal(shape(c.old.wire.Bits(r.old, p.old)), shape(c.new.wire.Bits(r.new, p.new))) {
				continue
			}
			d := c.add(OctetsReordered, c.new.at(c.new.Header.At(order.key)), "%s is %s, and was %s", order.key, order.new, order.old).
				noteAt(c.old.at(c.old.Header.At(order.key)), "in the old schema").
				note(everybody).
				note("field %s, among others, is read with its bits in other places", p.new.Name)
			c.bothReadings(d, r)
			break
		}
	}
}

func word(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}

// shape returns the places of bits relative to the first octet.
func shape(bits []verify.Bit) []verify.Bit {
	first := bits[0].Octet
	for _, b := range bits {
		first = min(first, b.Octet)
	}
	out := make([]verify.Bit, len(bits))
	for i, b := range bits {
		out[i] = verify.Bit{Octet: b.Octet - first, Shift: b.Shift}
	}
	return out
}

func present(s *side, r *schema.Revision) []*schema.Field {
	var list []*schema.Field
	for _, f := range s.Header.Fields {
		if r.In(f.Since) {
			list = append(list, f)
		}
	}
	return list
}

// outOfOrder returns the fewest fields without which the others stand in the same order in both
// headers. The fields are in the order of the old one.
func outOfOrder(common []couple[*schema.Field]) []couple[*schema.Field] {
	// best[i] is the longest ascending run that ends with field i, from[i] the field before it.
	best, from := make([]int, len(common)), make([]int, len(common))
	last := -1
	for i := range common {
		best[i], from[i] = 1, -1
		for j := range i {
			if common[j].new.Index < common[i].new.Index && best[j]+1 > best[i] {
				best[i], from[i] = best[j]+1, j
			}
		}
		if last < 0 || best[i] > best[last] {
			last = i
		}
	}
	stays := make([]bool, len(common))
	for i := last; i >= 0; i = from[i] {
		stays[i] = true
	}
	var moved []couple[*schema.Field]
	for i, p := range common {
		if !stays[i] {
			moved = append(moved, p)
		}
	}
	return moved
}
