package golang

import (
	"strings"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/schema"
)

// machine is a state machine with its dense tables and its Go names.
type machine struct {
	*schema.Machine
	p        *plan
	goName   string // ServerRequest
	file     string // server_request
	received *grid
	sent     *grid // nil when no row is for sent frames
}

func newMachine(p *plan, m *schema.Machine) *machine {
	mm := &machine{
		Machine: m,
		p:       p,
		goName:  p.name(m.Name),
		file:    strings.ReplaceAll(m.Name, "-", "_"),
	}
	mm.received = newGrid(mm, dispatch.New(m, p.typ))
	if m.Sends() {
		mm.sent = newGrid(mm, dispatch.NewSend(m, p.typ))
	}
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

// hasMisuse reports whether there is something to misuse: calls, or frames to send.
func (m *machine) hasMisuse() bool { return len(m.Events) > 0 || m.sent != nil }

// misused names what misuse stands for.
func (m *machine) misused() string {
	switch {
	case m.sent == nil:
		return "calls"
	case len(m.Events) == 0:
		return "sent frames"
	}
	return "calls and sent frames"
}

// transitions returns the number of transitions: the rows, Otherwise, and Misuse.
func (m *machine) transitions() int {
	n := 1 + len(m.Transitions)
	if m.hasMisuse() {
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
