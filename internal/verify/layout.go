package verify

import (
	"fmt"
	"strings"

	"github.com/hgwire/hgwire/internal/schema"
)

const (
	maxHeader = 32 // octets
	maxRun    = 64 // bits of fields that share octets
)

// layout proves that every revision's header can be coded, which it reports, and that its limits
// go together.
func (c *checker) layout() bool {
	before := c.found.Errors()
	reported := make(map[*schema.Field]bool)
	for _, r := range c.Revisions {
		bits := 0
		kinds := make(map[schema.FieldKind][]*schema.Field)
		for _, p := range c.places(r) {
			if !reported[p.Field] {
				reported[p.Field] = c.straddle(r, p)
			}
			bits = p.start + p.Bits
			kinds[p.Kind] = append(kinds[p.Kind], p.Field)
		}
		c.size(r, bits)
		c.one(r, NoLength, "payload-length", kinds[schema.FieldLength])
		c.one(r, NoType, "type", kinds[schema.FieldType])
	}
	coded := c.found.Errors() == before
	for _, f := range c.Header.Fields {
		if f.Limit == nil || f.SendLimit() <= f.Limit.Default {
			continue
		}
		d := c.found.Add(f.At("max-send"), SendAboveLimit, "a sender produces up to %d octets by default, a receiver accepts %d", f.SendLimit(), f.Limit.Default).
			Note(f.Limit.At("default"), "limit %s", f.Limit.Name)
		if f.MaxSend == 0 {
			d.Note(schema.Pos{}, "without max-send, a sender fills all that the %d bits of field %s can count", f.Bits, f.Name)
		}
	}
	return coded
}

// place is where a field stands in the header of a revision, in bits from its start.
type place struct {
	*schema.Field
	start int
	run   int // where the first field starts that shares octets with this one
}

func (p place) aligned() bool { return p.start%8 == 0 && p.Bits%8 == 0 }
func (p place) crosses() bool { return p.start%8+p.Bits > 8 }

// places returns the places of the header's fields in a revision.
func (c *checker) places(r *schema.Revision) []place {
	var list []place
	start, run := 0, 0
	for _, f := range c.Header.Fields {
		if !r.In(f.Since) {
			continue
		}
		if start%8 == 0 {
			run = start
		}
		list = append(list, place{f, start, run})
		start += f.Bits
	}
	return list
}

// straddle reports a field that stands across octets in a way that cannot be coded.
func (c *checker) straddle(r *schema.Revision, p place) bool {
	end := p.start + p.Bits
	switch {
	case p.crosses() && !p.aligned() && c.Header.BigEndian == c.Header.LSBFirst:
		c.found.Add(p.At("bits"), FieldStraddles, "field %s crosses an octet border, and does not start and end on one", p.Name).
			Note(schema.Pos{}, "in revision %s it takes the bits from %d to %d of the header", r.ID, p.start, end-1).
			Note(c.Header.At("bit-order"), "it could with the other bit order, which agrees with the byte order")
	case end-p.run > maxRun:
		c.found.Add(p.At("bits"), RunTooLong, "field %s is more than %d bits away from the last octet border between two fields", p.Name, maxRun).
			Note(schema.Pos{}, "in revision %s that border is at bit %d, and the field ends with bit %d", r.ID, p.run, end-1)
	default:
		return false
	}
	return true
}

// size proves that the header is a whole number of octets, and not too many.
func (c *checker) size(r *schema.Revision, bits int) {
	var terms []string
	for _, p := range c.places(r) {
		terms = append(terms, fmt.Sprintf("%s %d", p.Name, p.Bits))
	}
	if bits%8 != 0 {
		c.found.Add(c.Header.Pos, HeaderNotOctets, "the header of revision %s has %d bits, which is not a whole number of octets", r.ID, bits).
			Note(schema.Pos{}, "%s", strings.Join(terms, " + "))
	}
	if octets := (bits + 7) / 8; octets > maxHeader {
		c.found.Add(c.Header.Pos, HeaderTooLong, "the header of revision %s has %d octets; at most %d", r.ID, octets, maxHeader).
			Note(schema.Pos{}, "in bits: %s", strings.Join(terms, " + "))
	}
}

// one proves that the revision has exactly one field of a kind.
func (c *checker) one(r *schema.Revision, rule, kind string, fields []*schema.Field) {
	if len(fields) == 0 {
		c.found.Add(c.Header.Pos, rule, "the header of revision %s has no field of kind %s", r.ID, kind)
		return
	}
	for _, f := range fields[1:] {
		c.found.Add(f.Pos, rule, "the header of revision %s has another field of kind %s", r.ID, kind).
			Note(fields[0].Pos, "the first is %s", fields[0].Name)
	}
}
