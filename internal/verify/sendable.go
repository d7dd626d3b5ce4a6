package verify

import (
	"fmt"
	"slices"

	"github.com/hgwire/hgwire/internal/schema"
)

// unsent returns why the machines with rows for sending let no role send the frame, and the machine
// that does not, or "". Whatever state an instance comes to from where it starts counts.
func (c *checker) unsent(r *schema.Revision, t *schema.Frame, f *frame) (why string, by schema.Pos) {
	for _, role := range t.From {
		m := c.keeper(r, role, t, f)
		if m == nil {
			return "", schema.Pos{}
		}
		if why == "" {
			why = fmt.Sprintf("machine %s of the %s has no row that sends it with %s %d", m.Name, role, m.Key.Name, f.values[m.Key.Index])
			by = m.Pos
		}
	}
	return why, by
}

// keeper returns the first machine per key that keeps the role from sending the frame, or nil.
func (c *checker) keeper(r *schema.Revision, role string, t *schema.Frame, f *frame) *schema.Machine {
	for _, m := range c.Machines {
		if m.Key == nil || !m.Of(role) || !r.In(m.Since) || !m.Sends() {
			continue
		}
		start := m.Start(role, f.values[m.Key.Index])
		if start == nil {
			return nil // which has been reported
		}
		reached := comesTo(m, start)
		i := slices.IndexFunc(m.Transitions, func(row *schema.Transition) bool {
			return row.Send && row.Error == nil && row.From&reached != 0 && row.Types.Has(t.ID) &&
				(m.Guard == nil || row.Flags.Admits(f.values[m.Guard.Index]))
		})
		switch {
		case i < 0:
			return m
		case m.Transitions[i].Consumes:
			return nil
		}
	}
	return nil
}

// comesTo returns the states that rows without error lead to from a state, and the state.
func comesTo(m *schema.Machine, start *schema.State) schema.StateSet {
	reached := bit(start)
	for before := schema.StateSet(0); before != reached; {
		before = reached
		for _, row := range m.Transitions {
			if row.To != nil && row.Error == nil && row.From&reached != 0 {
				reached |= bit(row.To)
			}
		}
	}
	return reached
}
