package product

import (
	"math/bits"
	"slices"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/schema"
)

// What is tried of the frames of a role, so that the time is bounded.
const (
	maxLetters = 255     // frames that the machines of a component tell apart
	maxFrames  = 1 << 16 // types with combinations of flags
)

// alphabet finds what a role may send, as far as the component's machines tell frames apart: every
// type with every combination of flags that the rules allow. It reports false when there are too many.
func (p *prover) alphabet(c *component, side int) bool {
	s := c.sides[side]
	looked := c.lookedAt()
	index := make(map[string]int)
	tried := 0
	for _, f := range p.Frames {
		if !c.revision.In(f.Since) || !slices.Contains(f.From, s.role) {
			continue
		}
		values := c.values(f, looked)
		if values == nil {
			return false
		}
		for flags := range combinations(values) {
			if tried++; tried > maxFrames || len(s.letters) > maxLetters {
				return false
			}
			if !s.admits(c, f.ID, flags) {
				continue
			}
			sign := c.signature(f.ID, flags)
			if i, ok := index[sign]; ok {
				if last := s.letters[i].types; last[len(last)-1] != f {
					s.letters[i].types = append(last, f)
				}
				continue
			}
			index[sign] = len(s.letters)
			s.letters = append(s.letters, letter{[]*schema.Frame{f}, append([]uint64(nil), flags...)})
		}
	}
	return len(s.letters) <= maxLetters
}

// lookedAt returns, for each guard, the bits that rows look at.
func (c *component) lookedAt() []uint64 {
	looked := make([]uint64, len(c.guards))
	for i, g := range c.guards {
		for _, s := range c.sides {
			for _, m := range s.machines {
				for _, t := range m.Transitions {
					if m.Guard == g {
						looked[i] |= t.Flags.Set | t.Flags.Clear
					}
				}
			}
		}
	}
	return looked
}

// values returns the values that each guard may have in frames of a type, one for all those that rows do
// not tell apart; or nil when there are too many.
func (c *component) values(f *schema.Frame, looked []uint64) [][]uint64 {
	values := make([][]uint64, 0, len(c.guards))
	for i, g := range c.guards {
		set := g.FlagSet
		if g.ByType {
			set = &f.FlagSet
		}
		list, ok := allowed(set, looked[i])
		if !ok {
			return nil
		}
		values = append(values, list)
	}
	return values
}

// combinations yields one value of each guard, in all ways. The slice is reused.
func combinations(values [][]uint64) func(func([]uint64) bool) {
	return func(yield func([]uint64) bool) {
		flags := make([]uint64, len(values))
		var choose func(i int) bool
		choose = func(i int) bool {
			if i == len(values) {
				return yield(flags)
			}
			for _, v := range values[i] {
				flags[i] = v
				if !choose(i + 1) {
					return false
				}
			}
			return true
		}
		choose(0)
	}
}

// maxFlags is the largest number of flags of a set that are combined freely.
const maxFlags = 16

// allowed returns combinations of the flags of a set that its rules allow: one for each value of the
// bits looked at. It reports false when these and the bits under rules are more than maxFlags.
func allowed(s *schema.FlagSet, looked uint64) ([]uint64, bool) {
	mask := looked
	for _, r := range s.Rules {
		for _, f := range r.Flags {
			mask |= 1 << f.Bit
		}
	}
	mask &= s.Mask()
	if bits.OnesCount64(mask) > maxFlags {
		return nil, false
	}
	seen := make(map[uint64]bool)
	var list []uint64
	for v := uint64(0); ; v = (v - mask) & mask {
		ok := !seen[v&looked]
		for _, r := range s.Rules {
			ok = ok && r.Allows(v)
		}
		if ok {
			seen[v&looked] = true
			list = append(list, v)
		}
		if v == mask {
			return list, true
		}
	}
}

// admits reports whether the role sends such a frame in some states, as far as its machines have
// rows for sending.
func (s *side) admits(c *component, typ uint64, flags []uint64) bool {
	sender := false
	for _, m := range s.machines {
		if m.sends == nil {
			continue
		}
		sender = true
		found, consumed := false, false
		for _, row := range c.column(m, m.sends, typ, flags) {
			if row != nil && row.Error == nil && !row.Abnormal {
				found, consumed = true, consumed || row.Consumes
			}
		}
		if !found {
			return false
		}
		if consumed {
			break // in some states; search looks closer
		}
	}
	return sender
}

// guard returns the place of the machine's guard among those of the component.
func (c *component) guard(m *machine) int { return slices.Index(c.guards, m.Guard) }

// signature is the same for frames that no machine of the component tells apart.
func (c *component) signature(typ uint64, flags []uint64) string {
	var sign []byte
	for _, s := range c.sides {
		for _, m := range s.machines {
			for _, rows := range [][]*schema.Transition{c.column(m, m.receives, typ, flags), c.column(m, m.sends, typ, flags)} {
				for _, row := range rows {
					n := -1
					if row != nil {
						n = row.Index
					}
					sign = append(sign, byte(n), byte(n>>8))
				}
			}
		}
	}
	return string(sign)
}

// column returns the rows of a table for a frame, by state of the connection and own state.
func (c *component) column(m *machine, t *dispatch.Table, typ uint64, flags []uint64) []*schema.Transition {
	if t == nil {
		return nil
	}
	var rows []*schema.Transition
	at := dispatch.Cell{Type: typ}
	if m.Guard != nil {
		at.Flags = flags[c.guard(m)]
	}
	for at.Within = range t.Within {
		for at.State = range t.States {
			rows = append(rows, t.Row(at))
		}
	}
	return rows
}

// tabulate looks up the rows of one side's machines for all letters.
func (c *component) tabulate(side int) {
	s, other := c.sides[side], c.sides[1-side]
	for _, m := range s.machines {
		for _, l := range other.letters {
			m.received = append(m.received, c.column(m, m.receives, l.types[0].ID, l.flags))
		}
		for _, l := range s.letters {
			m.sent = append(m.sent, c.column(m, m.sends, l.types[0].ID, l.flags))
		}
	}
}
