package verify

import (
	"fmt"
	"slices"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/schema"
)

// obstacle is what keeps something from happening in a cell. Its zero value is none.
type obstacle struct {
	text  string // with a verb for each name
	names [3]string
}

func (o obstacle) String() string {
	var names []any
	for _, n := range o.names {
		if n != "" {
			names = append(names, n)
		}
	}
	return fmt.Sprintf(o.text, names...)
}

// possible reports whether a frame can meet m in the cell: whether why has nothing to say. It is asked
// for every cell.
func (co *course) possible(m *schema.Machine, at dispatch.Cell) bool {
	st := m.States[at.State]
	return co.states[m].Has(st) &&
		(m.Within == nil || co.together(m, st, m.Within.States[at.Within])) &&
		(co.tables[m].TypeBits == 0 || !co.refused(at.Type)) &&
		co.stopped(m, at) == nil
}

// why returns what keeps frames from meeting m in the cell.
func (co *course) why(m *schema.Machine, at dispatch.Cell) obstacle {
	if why := co.whyNotIn(m, at); why != (obstacle{}) {
		return why
	}
	if stop := co.stopped(m, at); stop != nil {
		return obstacle{"%s lets no such frame through", [3]string{stop.Name}}
	}
	return obstacle{}
}

// whyNotIn returns what keeps m from being in the cell's states.
func (co *course) whyNotIn(m *schema.Machine, at dispatch.Cell) obstacle {
	st := m.States[at.State]
	if co.tables[m].TypeBits > 0 && co.refused(at.Type) {
		return obstacle{text: "frames of undefined types are refused before a machine sees them"}
	}
	if !co.states[m].Has(st) {
		return obstacle{"state %s is never reached", [3]string{st.Name}}
	}
	if m.Within == nil {
		return obstacle{}
	}
	if w := m.Within.States[at.Within]; !co.together(m, st, w) {
		return obstacle{"the connection is never %s while %s is in state %s", [3]string{w.Name, m.Name, st.Name}}
	}
	return obstacle{}
}

// whyNotSent returns what keeps the role from sending a frame in the cell.
func (co *course) whyNotSent(m *schema.Machine, at dispatch.Cell) obstacle {
	if why := co.whyNotIn(m, at); why != (obstacle{}) || co.sends[m].TypeBits == 0 {
		return why
	}
	switch f := co.frame(at.Type); {
	case f == nil || !co.revision.In(f.Since):
		return obstacle{"revision %s has no such type", [3]string{co.revision.ID}}
	case !slices.Contains(f.From, co.role):
		return obstacle{"the %s does not send %s", [3]string{co.role, f.Name}}
	}
	return obstacle{}
}
