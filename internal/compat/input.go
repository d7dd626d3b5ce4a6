package compat

import (
	"slices"

	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// input is something that happens to a role: a received or sent frame, as either schema writes it,
// or a call.
type input struct {
	old, new *verify.Frame // nil for calls
	send     bool          // the role sends the frame
	machine  couple[*schema.Machine]
	event    couple[*schema.Event]

	// May a conforming peer do it, the one that sends the frame? Calls are anybody's.
	oldMay, newMay bool
}

// maxFlags is the number of flags of a set whose combinations are all tried.
const maxFlags = 10

// bitPair says where a flag stands in either schema; -1 where it does not exist.
type bitPair struct{ old, new int }

// inputs returns all that can happen to the role under the keys. What conforming peers do comes
// first.
func (d *duel) inputs(k keys) []*input {
	var list []*input
	for _, t := range d.types() {
		for _, in := range d.ofType(t, k) {
			list = append(list, &in)
			if d.old.sends() && d.new.sends() {
				sent := in
				sent.send = true
				list = append(list, &sent)
			}
		}
	}
	for _, in := range list {
		in.oldMay = d.may(d.old, in.old, in.send)
		in.newMay = d.may(d.new, in.new, in.send)
	}
	rank := func(in *input) int {
		switch {
		case in.oldMay && in.newMay:
			return 0
		case in.oldMay || in.newMay:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(list, func(a, b *input) int { return rank(a) - rank(b) })
	return append(list, d.callInputs()...)
}

// may reports whether a conforming peer sends the frame: one of the role, or of the other end.
func (d *duel) may(p *peer, f *verify.Frame, send bool) bool {
	t := p.side.wire.Type(f.Values[p.side.typeField().Index])
	if t == nil || send && !slices.Contains(t.From, p.role) || !send && !p.side.wire.Receives(p.role, t) {
		return false
	}
	return p.side.wire.Unsendable(p.revision, f) == ""
}

// types returns the ids that stand for one frame type in either schema, and a pair of ids that are
// not assigned in either.
func (d *duel) types() []couple[uint64] {
	var list []couple[uint64]
	used := make(map[uint64]bool)
	for _, f := range d.c.old.Frames {
		used[f.ID] = true
		if g := d.c.frameOf[f]; g != nil {
			list = append(list, couple[uint64]{f.ID, g.ID})
		} else if d.c.new.wire.Type(f.ID) == nil {
			list = append(list, couple[uint64]{f.ID, f.ID})
		}
	}
	for _, g := range d.c.new.Frames {
		used[g.ID] = true
		if d.c.frameWas[g] == nil && d.c.old.wire.Type(g.ID) == nil {
			list = append(list, couple[uint64]{g.ID, g.ID})
		}
	}
	bits := min(d.c.old.typeField().Bits, d.c.new.typeField().Bits)
	for id := range uint64(len(used)) + 1 {
		if !used[id] && (bits >= 64 || id < 1<<bits) {
			return append(list, couple[uint64]{id, id})
		}
	}
	return list
}

// ofType returns the frames of a type with every combination of flags.
func (d *duel) ofType(t couple[uint64], k keys) []input {
	blank := func(p *peer, id uint64) *verify.Frame {
		f := &verify.Frame{Values: make([]uint64, len(p.side.Header.Fields))}
		for _, field := range p.side.Header.Fields {
			switch {
			case !p.revision.In(field.Since):
			case field.Kind == schema.FieldType:
				f.Values[field.Index] = id
			case field.Kind == schema.FieldKey:
				f.Values[field.Index] = k[field.Name]
			}
		}
		if t := p.side.wire.Type(id); t != nil {
			f.Payload = samplePayload(t.Payload, p.side.Header.BigEndian)
		}
		return f
	}
	list := []input{{old: blank(d.old, t.old), new: blank(d.new, t.new)}}
	for _, f := range d.flagFields() {
		bits := d.bitPairs(f, t)
		var more []input
		for _, in := range list {
			for v := range subsets(1<<len(bits) - 1) {
				old, new := in.old, in.new
				if f.old != nil {
					old = with(old, f.old, chosen(bits, v, func(b bitPair) int { return b.old }))
				}
				if f.new != nil {
					new = with(new, f.new, chosen(bits, v, func(b bitPair) int { return b.new }))
				}
				more = append(more, input{old: old, new: new})
			}
		}
		list = more
	}
	return list
}

// flagFields returns the flags fields of the revision, in pairs where both schemas have one.
func (d *duel) flagFields() []couple[*schema.Field] {
	var list []couple[*schema.Field]
	paired := make(map[*schema.Field]bool)
	for _, f := range present(d.c.old, d.old.revision) {
		if f.Kind != schema.FieldFlags {
			continue
		}
		g := d.c.fields[f]
		if g != nil && (g.Kind != schema.FieldFlags || !d.new.revision.In(g.Since)) {
			g = nil
		}
		paired[g] = true
		list = append(list, couple[*schema.Field]{f, g})
	}
	for _, g := range present(d.c.new, d.new.revision) {
		if g.Kind == schema.FieldFlags && !paired[g] {
			list = append(list, couple[*schema.Field]{nil, g})
		}
	}
	return list
}

// bitPairs returns the flags that a field has in frames of a type.
func (d *duel) bitPairs(f couple[*schema.Field], t couple[uint64]) []bitPair {
	old, new := d.c.old.wire.Flags(f.old, t.old), d.c.new.wire.Flags(f.new, t.new)
	if old == nil {
		old = new
	}
	if new == nil {
		new = old
	}
	if old == nil {
		return nil
	}
	var list []bitPair
	seenOld, seenNew := make(map[int]bool), make(map[int]bool)
	for _, p := range pairFlags(old, new) {
		list = append(list, bitPair{p.old.Bit, p.new.Bit})
		seenOld[p.old.Bit], seenNew[p.new.Bit] = true, true
	}
	for _, f := range old.Flags {
		if b := f.Bit; !seenOld[b] && flagWith(new, b) == nil {
			list = append(list, bitPair{b, b})
		} else if !seenOld[b] {
			list = append(list, bitPair{b, -1})
		}
	}
	for _, g := range new.Flags {
		if b := g.Bit; !seenNew[b] && flagWith(old, b) == nil {
			list = append(list, bitPair{b, b})
		} else if !seenNew[b] {
			list = append(list, bitPair{-1, b})
		}
	}
	if len(list) > maxFlags {
		list = slices.DeleteFunc(list, func(b bitPair) bool { return !d.looksAt(f, b) })
	}
	if len(list) > maxFlags {
		d.c.searchCut("more than %d flags that rows look at", maxFlags)
		list = list[:maxFlags]
	}
	return list
}

// looksAt reports whether a row on either side looks at the flag.
func (d *duel) looksAt(f couple[*schema.Field], b bitPair) bool {
	looks := func(p *peer, field *schema.Field, bit int) bool {
		for _, m := range p.machines {
			for _, r := range m.Transitions {
				if m.Guard != nil && m.Guard == field && bit >= 0 && (r.Flags.Set|r.Flags.Clear)>>bit&1 != 0 {
					return true
				}
			}
		}
		return false
	}
	return looks(d.old, f.old, b.old) || looks(d.new, f.new, b.new)
}

// chosen returns the flags of one side for a choice of the pairs.
func chosen(bits []bitPair, choice uint64, bit func(bitPair) int) uint64 {
	var flags uint64
	for i, b := range bits {
		if choice>>i&1 != 0 && bit(b) >= 0 {
			flags |= 1 << bit(b)
		}
	}
	return flags
}

func with(f *verify.Frame, field *schema.Field, value uint64) *verify.Frame {
	values := slices.Clone(f.Values)
	values[field.Index] = value
	return &verify.Frame{Values: values, Payload: f.Payload}
}

// callInputs returns the calls that both schemas have.
func (d *duel) callInputs() []*input {
	var list []*input
	for _, m := range d.pairs {
		for _, ev := range match(m.old.Events, m.new.Events,
			func(a, b *schema.Event) bool { return a.Name == b.Name },
			func(a, b *schema.Event) bool { return a.Doc == b.Doc }) {
			list = append(list, &input{machine: m, event: ev, oldMay: true, newMay: true})
		}
	}
	return list
}
