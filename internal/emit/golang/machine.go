package golang

import (
	"slices"
	"strings"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/schema"
)

// machine is a state machine with its dense table and its Go names.
type machine struct {
	*schema.Machine
	p       *plan
	goName  string // ServerRequest
	file    string // server_request
	table   *dispatch.Table
	columns []*schema.Frame // the frame types that rows tell apart; column 0 is every other type
	within  bool            // a row looks at the state of the connection
}

func newMachine(p *plan, m *schema.Machine) *machine {
	mm := &machine{
		Machine: m,
		p:       p,
		goName:  p.name(m.Name),
		file:    strings.ReplaceAll(m.Name, "-", "_"),
		table:   dispatch.New(m, p.typ),
	}
	for _, r := range m.Transitions {
		if len(r.Events) > 0 {
			continue
		}
		for _, f := range r.Types.Frames {
			if !slices.Contains(mm.columns, f) {
				mm.columns = append(mm.columns, f)
			}
		}
		if m.Within != nil && r.While != 1<<len(m.Within.States)-1 {
			mm.within = true
		}
	}
	slices.SortStableFunc(mm.columns, func(a, b *schema.Frame) int {
		return slices.Index(p.Frames, a) - slices.Index(p.Frames, b)
	})
	return mm
}

// Go names of the machine's parts.
func (m *machine) stateType() string      { return m.goName + "State" }
func (m *machine) eventType() string      { return m.goName + "Event" }
func (m *machine) transitionType() string { return m.goName + "Transition" }
func (m *machine) actionsType() string    { return m.goName + "Actions" }
func (m *machine) otherwise() string      { return m.transitionType() + "Otherwise" }
func (m *machine) misuse() string         { return m.transitionType() + "Misuse" }
func (m *machine) state(s *schema.State) string {
	return m.goName + m.p.name(s.Name)
}

func (m *machine) row(t *schema.Transition) string {
	return m.transitionType() + m.p.name(t.ID)
}

// transitions returns the number of transitions: the rows, Otherwise, and Misuse if there are calls.
func (m *machine) transitions() int {
	n := 1 + len(m.Transitions)
	if len(m.Events) > 0 {
		n++
	}
	return n
}

// outer returns the machine within which m is.
func (m *machine) outer() *machine {
	for _, other := range m.p.machines {
		if other.Machine == m.Within {
			return other
		}
	}
	return nil
}
