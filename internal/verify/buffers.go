package verify

import (
	"slices"
	"strings"

	"github.com/hgwire/hgwire/internal/schema"
)

// buffers proves that a peer cannot make a machine keep more and more: what is done again and again for
// received frames says what it keeps, and keeps it within a limit.
func (c *checker) buffers(m *schema.Machine, courses []*course) {
	for _, a := range m.Actions {
		for i, l := range a.Keeps {
			if !slices.Contains(a.Raises, l.Error) {
				c.found.Add(a.Element("keeps", i), KeepsUnbounded, "action %s keeps what limit %s bounds, and does not raise its error, %s", a.Name, l.Name, l.Error.Name).
					Note(l.At("error"), "the limit")
			}
		}
	}
	silent := c.silentCycles(m, courses)
	if !slices.ContainsFunc(c.Machines, saysKept) {
		var names []string
		for _, a := range m.Actions {
			if silent[a] != nil {
				names = append(names, a.Name)
			}
		}
		if len(names) > 0 {
			c.found.Inform(m.Pos, NoneKeeps, "received frames can have machine %s do this again and again: %s; nothing says what is kept of them", m.Name, strings.Join(names, ", "))
		}
		return
	}
	for _, a := range m.Actions {
		if row := silent[a]; row != nil {
			c.found.Add(a.Pos, KeepsUnsaid, "received frames can have action %s done again and again, and it does not say what it keeps", a.Name).
				Note(row.Pos, "row %s is on a cycle", row.ID)
		}
	}
}

// saysKept reports whether an action of the machine says what it keeps.
func saysKept(m *schema.Machine) bool {
	return slices.ContainsFunc(m.Actions, func(a *schema.Action) bool { return a.Keeps != nil })
}

// silentCycles returns the actions on cycles of received frames that do not say what they keep, each
// with the first row that does it.
func (c *checker) silentCycles(m *schema.Machine, courses []*course) map[*schema.Action]*schema.Transition {
	silent := make(map[*schema.Action]*schema.Transition)
	for _, co := range courses {
		for _, row := range co.cycles(m) {
			for _, a := range row.Do {
				if first := silent[a]; a.Keeps == nil && (first == nil || row.Index < first.Index) {
					silent[a] = row
				}
			}
		}
	}
	return silent
}

// cycles returns the rows without an error that received frames alone can meet again and again.
func (co *course) cycles(m *schema.Machine) []*schema.Transition {
	type edge struct {
		from, to *schema.State
		row      *schema.Transition
	}
	var edges []edge
	for at := range co.tables[m].All {
		row := co.tables[m].Row(at)
		if row == nil || row.Error != nil {
			continue
		}
		e := edge{m.States[at.State], row.To, row}
		if e.to == nil {
			e.to = e.from
		}
		if !slices.Contains(edges, e) && co.possible(m, at) {
			edges = append(edges, e)
		}
	}
	var rows []*schema.Transition
	for _, e := range edges {
		reached := bit(e.to)
		for before := schema.StateSet(0); reached != before; {
			before = reached
			for _, next := range edges {
				if reached.Has(next.from) {
					reached |= bit(next.to)
				}
			}
		}
		if reached.Has(e.from) && !slices.Contains(rows, e.row) {
			rows = append(rows, e.row)
		}
	}
	return rows
}
