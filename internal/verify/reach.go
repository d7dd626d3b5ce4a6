package verify

import (
	"iter"
	"slices"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/schema"
)

// course is all that can happen to the machines of one role in one revision. A received frame
// visits them in order, until a row consumes or refuses it.
type course struct {
	*checker
	role     string
	revision *schema.Revision
	machines []*schema.Machine
	states   map[*schema.Machine]schema.StateSet // that can be reached
	passes   map[pass]bool                       // what passed() has found for the present states
	stops    map[pass]*schema.Machine            // what stopped() has found for the present states
}

// pass names a question: does a frame of the type get past the machine while the connection is
// in the state?
type pass struct {
	machine, connection *schema.Machine
	state               int
	typ                 uint64
}

// courses searches, in every revision, what the machines of a role can come to.
func (c *checker) courses(role string) []*course {
	var list []*course
	for _, r := range c.Revisions {
		co := &course{checker: c, role: role, revision: r, states: make(map[*schema.Machine]schema.StateSet)}
		for _, m := range c.Machines {
			if m.Of(role) && r.In(m.Since) {
				co.machines = append(co.machines, m)
			}
		}
		if len(co.machines) > 0 {
			co.search()
			list = append(list, co)
		}
	}
	return list
}

// search follows rows without an error from the initial states until nothing new is reached.
func (co *course) search() {
	for _, m := range co.machines {
		for _, i := range m.Initial {
			co.states[m] |= bit(i.State)
		}
	}
	for changed := true; changed; {
		changed = false
		co.passes, co.stops = make(map[pass]bool), make(map[pass]*schema.Machine)
		for _, m := range co.machines {
			next := co.next(m)
			changed = changed || next != co.states[m]
			co.states[m] = next
		}
	}
	co.passes, co.stops = make(map[pass]bool), make(map[pass]*schema.Machine)
}

// has reports whether the machine takes part.
func (co *course) has(m *schema.Machine) bool { return slices.Contains(co.machines, m) }

// next returns the states that m can be in after one step more.
func (co *course) next(m *schema.Machine) schema.StateSet {
	reached := co.states[m]
	for _, st := range m.States {
		switch st.When {
		case schema.WhenNoneReceiving, schema.WhenError:
			reached |= bit(st)
		case schema.WhenSomeReceiving:
			if co.receiving(m) {
				reached |= bit(st)
			}
		}
	}
	for _, row := range co.steps(m) {
		reached |= bit(row.To)
	}
	return reached
}

// steps yields the rows without an error that can lead from one state of m to another, each with
// the state that it leads from.
func (co *course) steps(m *schema.Machine) iter.Seq2[*schema.State, *schema.Transition] {
	return func(yield func(*schema.State, *schema.Transition) bool) {
		t := co.tables[m]
		type step struct{ from, row int }
		known := make(map[step]bool)
		leads := func(from int, row *schema.Transition) bool {
			return row != nil && row.To != nil && row.To.Index != from && !known[step{from, row.Index}]
		}
		for at := range co.cells(t) {
			row := t.Row(at)
			if !leads(at.State, row) || !co.possible(m, at) {
				continue
			}
			known[step{at.State, row.Index}] = true
			if !yield(m.States[at.State], row) {
				return
			}
		}
		if t := co.sends[m]; t != nil {
			for at := range co.cells(t) {
				row := t.Row(at)
				if !leads(at.State, row) || co.whyNotSent(m, at) != (obstacle{}) {
					continue
				}
				known[step{at.State, row.Index}] = true
				if !yield(m.States[at.State], row) {
					return
				}
			}
		}
		for _, st := range m.States {
			for _, ev := range m.Events {
				for _, row := range dispatch.CallMatches(m, st, ev) {
					if co.states[m].Has(st) && leads(st.Index, row) && !yield(st, row) {
						return
					}
				}
			}
		}
	}
}

// receiving reports whether an instance of a machine within connection can be in a receiving
// state.
func (co *course) receiving(connection *schema.Machine) bool {
	for _, m := range co.machines {
		for _, st := range m.States {
			if m.Within == connection && st.Receiving && co.states[m].Has(st) {
				return true
			}
		}
	}
	return false
}

// stopped returns the first earlier machine that lets no frame of the cell through to m, or nil.
func (co *course) stopped(m *schema.Machine, at dispatch.Cell) *schema.Machine {
	key := pass{machine: m, state: at.Within, typ: at.Type}
	if known, ok := co.stops[key]; ok {
		return known
	}
	var stop *schema.Machine
	for _, earlier := range co.machines {
		if earlier == m {
			break
		}
		if !co.anyPassed(earlier, m, at) {
			stop = earlier
			break
		}
	}
	co.stops[key] = stop
	return stop
}

// together reports whether the connection can be in state w while an instance of m is in st, which
// is reached.
func (co *course) together(m *schema.Machine, st, w *schema.State) bool {
	switch w.When {
	case schema.WhenNoneReceiving:
		return !st.Receiving
	case schema.WhenSomeReceiving:
		return co.receiving(m.Within)
	default:
		return true
	}
}

// anyPassed reports whether a frame that m could meet in the cell gets past an earlier machine.
func (co *course) anyPassed(earlier, m *schema.Machine, at dispatch.Cell) bool {
	types := []uint64{at.Type}
	if co.tables[m].TypeBits == 0 {
		types = co.types()
	}
	for _, typ := range types {
		if co.passed(pass{earlier, m.Within, at.Within, co.representative(typ)}) {
			return true
		}
	}
	return false
}

// passed reports whether some frame of the type gets past the machine, in whatever state its
// instance and whatever its flags.
func (co *course) passed(p pass) bool {
	if known, ok := co.passes[p]; ok {
		return known
	}
	m, t := p.machine, co.tables[p.machine]
	found := false
	for at := range t.OfType(p.typ) {
		if p.connection != nil && (m == p.connection && at.State != p.state || m.Within == p.connection && at.Within != p.state) {
			continue
		}
		st := m.States[at.State]
		if !co.states[m].Has(st) || m.Within != nil && !co.together(m, st, m.Within.States[at.Within]) {
			continue
		}
		if row := t.Row(at); row != nil && row.Error == nil && !row.Consumes {
			found = true
			break
		}
	}
	co.passes[p] = found
	return found
}

// refused reports whether frames of a type, which the revision does not have, come to no machine.
func (co *course) refused(typ uint64) bool {
	if co.typeField().Unknown == nil {
		return false
	}
	f := co.frame(typ)
	return f == nil || !co.revision.In(f.Since)
}

// types returns the assigned frame types and one that is not assigned: rows treat all of those
// alike.
func (c *checker) types() []uint64 {
	var ids []uint64
	for _, f := range c.Frames {
		ids = append(ids, f.ID)
	}
	if id, ok := c.unassigned(); ok {
		ids = append(ids, id)
	}
	return ids
}

// unassigned returns the lowest type that no frame has.
func (c *checker) unassigned() (uint64, bool) {
	for id := range uint64(len(c.Frames)) + 1 {
		if c.frame(id) == nil {
			f := c.typeField()
			return id, f != nil && (f.Bits >= 64 || id < 1<<f.Bits)
		}
	}
	return 0, false
}

// representative returns the type that stands for id in passes.
func (c *checker) representative(id uint64) uint64 {
	if c.frame(id) == nil {
		id, _ = c.unassigned()
	}
	return id
}

func bit(st *schema.State) schema.StateSet { return 1 << st.Index }
