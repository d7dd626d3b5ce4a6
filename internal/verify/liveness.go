package verify

import "github.com/hgwire/hgwire/internal/schema"

// trapped reports the states of a machine per key that an instance never leaves for an initial
// state again: its key would be used up for good. A final state is meant to be the last one.
func (c *checker) trapped(m *schema.Machine, courses []*course) {
	if m.Key == nil {
		return
	}
	for _, co := range courses {
		trap := co.states[m] &^ co.returning(m)
		if trap == 0 {
			continue
		}
		var first *schema.State
		for _, st := range m.States {
			if first == nil && trap.Has(st) {
				first = st
			}
		}
		d := c.found.Add(first.Pos, TrappedState, "in revision %s no rows without error lead from these states of %s back to an initial one: %s",
			co.revision.ID, m.Name, stateNames(m, trap))
		for from, row := range co.steps(m) {
			if trap.Has(row.To) && !trap.Has(from) {
				d.Note(row.Pos, "row %s leads there, from %s to %s", row.ID, from.Name, row.To.Name)
			}
		}
		d.Note(schema.Pos{}, "a state that is meant to be the last one has final = true")
		return
	}
}

// returning returns the states of m from which steps lead to an initial or a final state.
func (co *course) returning(m *schema.Machine) schema.StateSet {
	var home schema.StateSet
	for _, i := range m.Initial {
		home |= bit(i.State)
	}
	for _, st := range m.States {
		if st.Final {
			home |= bit(st)
		}
	}
	for before := schema.StateSet(0); home != before; {
		before = home
		for from, row := range co.steps(m) {
			if home.Has(row.To) {
				home |= bit(from)
			}
		}
	}
	return home
}
