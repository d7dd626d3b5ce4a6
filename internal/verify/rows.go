package verify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/schema"
)

// ambiguous reports the cells of a table of a machine that more than one row matches: one finding
// for all the cells with the same rows.
func (c *checker) ambiguous(m *schema.Machine, t *dispatch.Table) {
	type overlap struct {
		rows    []*schema.Transition
		witness dispatch.Cell
		cells   int
	}
	var overlaps []*overlap
	byRows := make(map[string]*overlap)
	for at, weight := range c.cells(t) {
		rows := t.Matches(at)
		if len(rows) < 2 || !t.Possible(at) {
			continue
		}
		key := strings.Join(rowTexts(rows), "\n")
		o := byRows[key]
		if o == nil {
			o = &overlap{rows: rows, witness: at}
			byRows[key] = o
			overlaps = append(overlaps, o)
		}
		if c.likely(t, at) > c.likely(t, o.witness) {
			o.witness = at
		}
		o.cells += weight
	}
	for _, o := range overlaps {
		d := c.clash(TwoRows, o.rows, c.cellText(t, o.witness))
		if o.cells > 1 {
			d.Note(schema.Pos{}, "the same holds in %d cells in all", o.cells)
		}
	}
}

// ambiguousCalls reports the calls that more than one row matches.
func (c *checker) ambiguousCalls(m *schema.Machine) {
	for _, st := range m.States {
		for _, ev := range m.Events {
			if rows := dispatch.CallMatches(m, st, ev); len(rows) > 1 {
				c.clash(TwoCallRows, rows, fmt.Sprintf("state %s, call %s", st.Name, ev.Name))
			}
		}
	}
}

// clash reports rows that match the same thing, at the last of them.
func (c *checker) clash(rule string, rows []*schema.Transition, witness string) *schema.Diagnostic {
	first, last := rows[:len(rows)-1], rows[len(rows)-1]
	all := "both"
	if len(rows) > 2 {
		all = "all"
	}
	d := c.found.Add(last.Pos, rule, "%s: %s and %s %s match", witness, strings.Join(rowTexts(first), ", "), rowText(last), all)
	for _, r := range first {
		d.Note(r.Pos, "row %s", r.ID)
	}
	return d
}

// rows reports the rows of a machine that match nothing that can happen.
func (c *checker) rows(m *schema.Machine, courses []*course) {
	t := c.tables[m]
	alive := make([]bool, len(m.Transitions))
	matched := make([]*dispatch.Cell, len(m.Transitions)) // a cell that the row matches, the likeliest
	if t := c.sends[m]; t != nil {
		for at := range c.cells(t) {
			for _, r := range t.Matches(at) {
				alive[r.Index] = alive[r.Index] || canSend(courses, m, at)
				if matched[r.Index] == nil || c.likely(t, at) > c.likely(t, *matched[r.Index]) {
					matched[r.Index] = &at
				}
			}
		}
	}
	for at := range c.cells(t) {
		can := possible(courses, m, at)
		for _, r := range t.Matches(at) {
			alive[r.Index] = alive[r.Index] || can
			if matched[r.Index] == nil || c.likely(t, at) > c.likely(t, *matched[r.Index]) {
				matched[r.Index] = &at
			}
		}
	}
	for _, r := range m.Transitions {
		switch {
		case len(r.Events) > 0 || alive[r.Index]:
		case !reachable(courses, m, r.From): // states reports those states
		case len(misdirected(m, r)) > 0 && len(misdirected(m, r)) == len(r.Types.Frames): // sent reports those types
		case matched[r.Index] == nil:
			c.found.Add(r.At(r.TypesKey()), DeadRow, "row %s matches nothing: no other type fits in the field", r.ID)
		case r.Send:
			c.found.Add(r.Pos, DeadRow, "row %s matches nothing that can happen", r.ID).
				Note(schema.Pos{}, "%s: %s", c.cellText(c.sends[m], *matched[r.Index]), courses[len(courses)-1].whyNotSent(m, *matched[r.Index]))
		default:
			c.found.Add(r.Pos, DeadRow, "row %s matches nothing that can happen", r.ID).
				Note(schema.Pos{}, "%s: %s", c.cellText(t, *matched[r.Index]), courses[len(courses)-1].why(m, *matched[r.Index]))
		}
	}
}

// canSend reports whether the machine can be in the cell in some revision when a frame is sent.
func canSend(courses []*course, m *schema.Machine, at dispatch.Cell) bool {
	return slices.ContainsFunc(courses, func(co *course) bool { return co.whyNotSent(m, at) == obstacle{} })
}

func possible(courses []*course, m *schema.Machine, at dispatch.Cell) bool {
	for _, co := range courses {
		if co.has(m) && co.possible(m, at) {
			return true
		}
	}
	return false
}

// reachable reports whether any of the states is reached in some revision.
func reachable(courses []*course, m *schema.Machine, states schema.StateSet) bool {
	for _, co := range courses {
		if co.states[m]&states != 0 {
			return true
		}
	}
	return false
}
