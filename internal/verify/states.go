package verify

import (
	"fmt"
	"strings"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/schema"
)

// states reports the states of a machine that are never reached.
func (c *checker) states(m *schema.Machine, courses []*course) {
	for _, st := range m.States {
		if reachable(courses, m, bit(st)) {
			continue
		}
		d := c.found.Add(st.Pos, UnreachableState, "state %s of %s is never reached", st.Name, m.Name)
		if st.When == schema.WhenSomeReceiving {
			d.Note(schema.Pos{}, "no machine within %s comes to a receiving state", m.Name)
			continue
		}
		led := false
		for _, r := range m.Transitions {
			if r.To != st {
				continue
			}
			led = true
			if reachable(courses, m, r.From) {
				d.Note(r.Pos, "row %s leads to it, but matches nothing that can happen", r.ID)
			} else {
				d.Note(r.Pos, "row %s leads to it, but only from what is never reached: %s", r.ID, stateNames(m, r.From))
			}
		}
		if !led {
			d.Note(schema.Pos{}, "no row leads to it, and it is not initial")
		}
	}
}

func stateNames(m *schema.Machine, set schema.StateSet) string {
	var names []string
	for _, st := range m.States {
		if set.Has(st) {
			names = append(names, st.Name)
		}
	}
	return strings.Join(names, ", ")
}

// total reports a machine that may not fall back and does.
func (c *checker) total(m *schema.Machine, r MachineReport) {
	if !m.Total || len(r.Fallbacks) == 0 {
		return
	}
	d := c.found.Add(m.At("total"), NotTotal, "machine %s is not total: no row decides %d of its %d cells and %d of its %d calls",
		m.Name, r.Otherwise, r.Cells, r.Misuse, r.Calls)
	for i, f := range r.Fallbacks {
		if i == shown {
			d.Note(schema.Pos{}, "and %d more like these", len(r.Fallbacks)-shown)
			break
		}
		d.Note(schema.Pos{}, "%s", f)
	}
}

// fallsBack tells which cases no row of a machine decides that may fall back.
func (c *checker) fallsBack(m *schema.Machine, r MachineReport) {
	if m.Total || len(r.Fallbacks) == 0 {
		return
	}
	at := m.At("otherwise")
	if r.Otherwise == 0 {
		at = m.At("misuse")
	}
	d := c.found.Inform(at, FallsBack, "no row of machine %s decides %d of its %d cells and %d of its %d calls",
		m.Name, r.Otherwise, r.Cells, r.Misuse, r.Calls)
	for _, f := range r.Fallbacks {
		d.Note(schema.Pos{}, "%s", f)
	}
}

// summarize adds the machine to the report, and returns what it adds.
func (c *checker) summarize(m *schema.Machine, courses []*course) MachineReport {
	t := c.tables[m]
	r := MachineReport{Name: m.Name, Rows: len(m.Transitions), Cells: len(t.Cells)}
	if t := c.sends[m]; t != nil {
		r.Sends = len(t.Cells)
	}
	type group struct {
		witness dispatch.Cell
		cells   int
	}
	var groups []*group
	for at, weight := range c.cells(t) {
		switch {
		case !possible(courses, m, at):
			r.Impossible += weight
			continue
		case t.Row(at) != nil:
			continue
		}
		r.Otherwise += weight
		if n := len(groups); n == 0 || groups[n-1].witness.Within != at.Within || groups[n-1].witness.State != at.State {
			groups = append(groups, &group{witness: at})
		}
		g := groups[len(groups)-1]
		if c.likely(t, at) > c.likely(t, g.witness) {
			g.witness = at
		}
		g.cells += weight
	}
	for _, g := range groups {
		more := ""
		if g.cells > 1 {
			more = fmt.Sprintf(" and %d more", g.cells-1)
		}
		r.Fallbacks = append(r.Fallbacks, fmt.Sprintf("%s%s: otherwise, %s", c.cellText(t, g.witness), more, m.Otherwise.Name))
	}
	for _, ev := range m.Events {
		var states schema.StateSet
		for _, st := range m.States {
			r.Calls++
			if len(dispatch.CallMatches(m, st, ev)) == 0 {
				r.Misuse++
				states |= bit(st)
			}
		}
		if states != 0 {
			r.Fallbacks = append(r.Fallbacks, fmt.Sprintf("call %s in state %s: misuse, %s", ev.Name, stateNames(m, states), m.Misuse.Name))
		}
	}
	c.report.Machines = append(c.report.Machines, r)
	return r
}
