package verify

import (
	"iter"
	"math/bits"
	"slices"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/schema"
)

// legality compares the rows of a role's machines with the rules between flags: what the rules
// forbid is let through by no row, and what they allow is accepted and sent by some row.
func (c *checker) legality(role string, courses []*course) {
	loose := make(map[*schema.Transition]bool)
	refused, unsent := make(map[*schema.Frame]bool), make(map[*schema.Frame]bool)
	for _, co := range courses {
		for _, field := range c.Header.Fields {
			for _, f := range c.Frames {
				set := c.flagSet(field, f.ID)
				if field.Kind != schema.FieldFlags || set == nil || !co.revision.In(field.Since) || !co.revision.In(f.Since) {
					continue
				}
				p := &parade{co, field, f, set, make(map[*dispatch.Table][]*schema.Transition)}
				if bits.OnesCount64(p.mask()) > maxRuledFlags {
					continue
				}
				if c.receives(role, f) && co.refuser(f) == nil {
					p.looseRows(loose)
					if field.ByType {
						p.neverAccepted(refused)
					}
				}
				if field.ByType && slices.Contains(f.From, role) && co.silent(f) == nil {
					p.neverSent(unsent)
				}
			}
		}
	}
}

// parade is what a course makes of the frames of one type, by the flags in one field.
type parade struct {
	*course
	field *schema.Field
	frame *schema.Frame
	set   *schema.FlagSet // of the field in frames of the type

	known map[*dispatch.Table][]*schema.Transition // what admitting has found that goes for all flags
}

// mask returns the flags that rules or rows look at. The others may have any value.
func (p *parade) mask() uint64 {
	mask := ruledMask(p.set)
	for _, m := range p.machines {
		for _, r := range m.Transitions {
			if m.Guard == p.field && r.Types.Has(p.frame.ID) {
				mask |= (r.Flags.Set | r.Flags.Clear) & p.set.Mask()
			}
		}
	}
	return mask
}

// admitting returns the rows of a table without an error that such a frame with the flags can meet.
func (p *parade) admitting(t *dispatch.Table, flags uint64) []*schema.Transition {
	if t.Machine.Guard != p.field {
		if _, ok := p.known[t]; !ok {
			p.known[t] = p.admits(t, t.OfType(p.frame.ID))
		}
		return p.known[t]
	}
	return p.admits(t, func(yield func(dispatch.Cell) bool) {
		for w := range t.Within {
			for s := range t.States {
				if !yield(dispatch.Cell{Within: w, State: s, Type: p.frame.ID, Flags: flags & (1<<t.FlagBits - 1)}) {
					return
				}
			}
		}
	})
}

// admits returns the rows without an error that frames can meet in the cells.
func (p *parade) admits(t *dispatch.Table, cells iter.Seq[dispatch.Cell]) []*schema.Transition {
	var rows []*schema.Transition
	for at := range cells {
		row := t.Row(at)
		if row == nil || row.Error != nil || slices.Contains(rows, row) {
			continue
		}
		if t.Send && p.whyNotSent(t.Machine, at) == (obstacle{}) || !t.Send && p.possible(t.Machine, at) {
			rows = append(rows, row)
		}
	}
	return rows
}

// march sends a frame with the flags through the tables of the machines. It returns the machine that
// stops it in every state, or nil, and the rows that admit it in the last machine to look at the field.
func (p *parade) march(tables map[*schema.Machine]*dispatch.Table, flags uint64) (stop *schema.Machine, last []*schema.Transition) {
	for _, m := range p.machines {
		if tables[m] == nil {
			continue // has no rows for sent frames
		}
		rows := p.admitting(tables[m], flags)
		if len(rows) == 0 {
			return m, nil
		}
		if m.Guard == p.field {
			last = rows
		}
		if slices.ContainsFunc(rows, func(r *schema.Transition) bool { return r.Consumes }) {
			break
		}
	}
	return nil, last
}

// looseRows reports the rows that let received frames through whose flags break a rule.
func (p *parade) looseRows(reported map[*schema.Transition]bool) {
	var rows []*schema.Transition
	witnesses := make(map[*schema.Transition][]uint64)
	for v := range subsets(p.mask()) {
		if allowed(p.set.Rules, v) {
			continue
		}
		_, last := p.march(p.tables, v)
		for _, r := range last {
			if !slices.Contains(rows, r) {
				rows = append(rows, r)
			}
			witnesses[r] = append(witnesses[r], v)
		}
	}
	for _, r := range rows {
		if reported[r] || !p.sometimesLegal(r) {
			continue // the latter is for legalFlags to report
		}
		reported[r] = true
		d := p.found.Add(r.At("flags"), IllegalFlags, "row %s lets flags of %s through that its rules forbid", r.ID, p.set.Name)
		for i, v := range witnesses[r] {
			if i == shown {
				d.Note(schema.Pos{}, "and %d more", len(witnesses[r])-shown)
				break
			}
			rule := p.set.Rules[slices.IndexFunc(p.set.Rules, func(rule *schema.FlagRule) bool { return !rule.Allows(v) })]
			d.Note(schema.Pos{}, "%s breaks %s (line %d)", flagNames(p.set, v), ruleText(rule), rule.Pos.Line)
		}
	}
}

// sometimesLegal reports whether the row admits flags that keep to the rules.
func (p *parade) sometimesLegal(r *schema.Transition) bool {
	for v := range subsets(p.mask()) {
		if r.Flags.Admits(v) && allowed(p.set.Rules, v) {
			return true
		}
	}
	return false
}

// neverAccepted reports flags that the rules allow and that no state of the role accepts.
func (p *parade) neverAccepted(reported map[*schema.Frame]bool) {
	names, by := p.stopped(p.tables)
	if len(names) == 0 || reported[p.frame] {
		return
	}
	reported[p.frame] = true
	p.found.Add(p.frame.Pos, LegalRefused, "the %s can never accept %s with flags that the rules of %s allow: %s",
		p.role, p.frame.Name, p.set.Name, abridge(names, ", ")).
		Note(by.Pos, "machine %s refuses them in every state", by.Name)
}

// neverSent tells which flags the rules allow and no row of the role sends.
func (p *parade) neverSent(reported map[*schema.Frame]bool) {
	names, by := p.stopped(p.sends)
	if len(names) == 0 || reported[p.frame] {
		return
	}
	reported[p.frame] = true
	p.found.Inform(p.frame.Pos, LegalUnsent, "the %s never sends %s with flags that the rules of %s allow: %s",
		p.role, p.frame.Name, p.set.Name, abridge(names, ", ")).
		Note(by.Pos, "machine %s has no row for sending them", by.Name)
}

// stopped returns the allowed flags that do not get through the tables, and the machine that stops
// the first of them.
func (p *parade) stopped(tables map[*schema.Machine]*dispatch.Table) (names []string, by *schema.Machine) {
	for v := range subsets(p.mask()) {
		if !allowed(p.set.Rules, v) {
			continue
		}
		if stop, _ := p.march(tables, v); stop != nil {
			names = append(names, flagNames(p.set, v))
			if by == nil {
				by = stop
			}
		}
	}
	return names, by
}

// siblings tells which frame types have flags of the same names, at least two, and different rules
// between them.
func (c *checker) siblings() {
	for i, f := range c.Frames {
		for _, g := range c.Frames[:i] {
			var fMask, gMask uint64
			var shared []string
			for _, flag := range f.Flags {
				if j := slices.IndexFunc(g.Flags, func(other *schema.Flag) bool { return other.Name == flag.Name }); j >= 0 {
					fMask, gMask = fMask|1<<flag.Bit, gMask|1<<g.Flags[j].Bit
					shared = append(shared, flag.Name)
				}
			}
			if len(shared) < 2 || max(len(ruledFlags(&f.FlagSet)), len(ruledFlags(&g.FlagSet))) > maxRuledFlags {
				continue
			}
			here, there := projected(f, fMask), projected(g, gMask)
			if slices.Equal(here, there) {
				continue
			}
			c.found.Inform(f.Pos, UnlikeSiblings, "%s and %s have the flags %s, with different rules", g.Name, f.Name, abridge(shared, ", ")).
				Note(schema.Pos{}, "%s may have %s", g.Name, abridge(there, ", ")).
				Note(schema.Pos{}, "%s may have %s", f.Name, abridge(here, ", ")).
				Note(g.Pos, "%s", g.Name)
		}
	}
}

// projected returns the combinations of the flags in the mask that frames of the type may have,
// sorted, each by the names of its flags, sorted.
func projected(f *schema.Frame, mask uint64) []string {
	var list []string
	for v := range subsets(ruledMask(&f.FlagSet) | mask) {
		if allowed(f.Rules, v) {
			list = append(list, sortedNames(&f.FlagSet, v&mask))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
