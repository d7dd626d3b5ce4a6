package compat

import (
	"fmt"

	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// sample returns a frame of the type as a conforming peer may send it.
func (s *side) sample(r *schema.Revision, t *schema.Frame) *verify.Frame {
	return s.sampleFrom(r, t, t.From[0])
}

// sampleFrom returns a frame of the type as a conforming peer of the role may send it.
func (s *side) sampleFrom(r *schema.Revision, t *schema.Frame, role string) *verify.Frame {
	f := &verify.Frame{Values: make([]uint64, len(s.Header.Fields))}
	for _, field := range s.Header.Fields {
		if !r.In(field.Since) {
			continue
		}
		switch field.Kind {
		case schema.FieldType:
			f.Values[field.Index] = t.ID
		case schema.FieldKey:
			f.Values[field.Index] = 1
			if field.Parity == "sender" && role != field.Odd {
				f.Values[field.Index] = 2
			}
		case schema.FieldFlags:
			if set := s.wire.Flags(field, t.ID); set != nil {
				f.Values[field.Index] = anyAllowed(set)
			}
		}
	}
	if t.Payload != nil {
		f.Payload = samplePayload(t.Payload, s.Header.BigEndian)
	}
	return f
}

// flagsField returns the field that holds the flags of a set: those of a frame type when there is
// no flagset.
func (s *side) flagsField(set *schema.FlagSet) *schema.Field {
	return s.field(func(f *schema.Field) bool {
		return f.Kind == schema.FieldFlags && (f.FlagSet == set || f.ByType && f.FlagSet == nil && !s.isFlagSet(set))
	})
}

func (s *side) isFlagSet(set *schema.FlagSet) bool {
	for _, other := range s.FlagSets {
		if other == set {
			return true
		}
	}
	return false
}

// anyAllowed returns the lowest combination of flags that the rules of the set allow.
func anyAllowed(set *schema.FlagSet) uint64 {
	for v := range subsets(set.Mask()) {
		if allowed(set, v) {
			return v
		}
	}
	return 0
}

func allowed(set *schema.FlagSet, flags uint64) bool {
	for _, r := range set.Rules {
		if !r.Allows(flags) {
			return false
		}
	}
	return true
}

// subsets yields every combination of the bits of a mask, zero first.
func subsets(mask uint64) func(func(uint64) bool) {
	return func(yield func(uint64) bool) {
		for v := uint64(0); yield(v) && v != mask; {
			v = (v - mask) & mask
		}
	}
}

// readings notes what a peer of one side makes of the octets that one of the other side writes.
func (c *comparer) readings(f *Finding, from *side, r couple[*schema.Revision], frame *verify.Frame) {
	to, write, read := c.new, r.old, r.new
	if from == c.new {
		to, write, read = c.old, r.new, r.old
	}
	if f == nil {
		return
	}
	octets := from.wire.Encode(write, frame)
	f.note("%s peer writes: %s", from, from.wire.Line(write, frame))
	f.note("  %s", verify.Spaced(octets))
	f.note("%s peer reads:  %s", to, to.reading(read, octets))
}

// reading renders octets as the side understands them.
func (s *side) reading(r *schema.Revision, octets []byte) string {
	f, err := s.wire.Decode(r, octets)
	if size := s.wire.HeaderSize(r); err != nil && len(octets) < size {
		return fmt.Sprintf("no frame yet: the header alone has %d octets", size)
	}
	line := s.wire.Line(r, f)
	if err != nil {
		return fmt.Sprintf("%s: no whole frame: %s", line, err)
	}
	if why := s.wire.Unsendable(r, f); why != "" {
		return fmt.Sprintf("%s: a frame that nobody may send: %s", line, why)
	}
	return line
}

// anyFrame returns a frame type that both schemas have in the revision under one id, or whatever
// the old one has.
func (c *comparer) anyFrame(r couple[*schema.Revision]) (old, new *schema.Frame) {
	for _, f := range c.old.Frames {
		if g := c.frameOf[f]; g != nil && g.ID == f.ID && r.old.In(f.Since) && r.new.In(g.Since) {
			return f, g
		}
	}
	for _, f := range c.old.Frames {
		if r.old.In(f.Since) {
			old = f
			break
		}
	}
	for _, f := range c.new.Frames {
		if r.new.In(f.Since) {
			new = f
			break
		}
	}
	return old, new
}

// bothReadings notes what each side makes of a frame of the other.
func (c *comparer) bothReadings(f *Finding, r couple[*schema.Revision]) {
	if f == nil {
		return
	}
	old, new := c.anyFrame(r)
	if old != nil {
		c.readings(f, c.old, r, c.old.sample(r.old, old))
	}
	if new != nil {
		c.readings(f, c.new, r, c.new.sample(r.new, new))
	}
}
