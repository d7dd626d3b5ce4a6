package product

import (
	"slices"

	"github.com/hgwire/hgwire/internal/schema"
)

// consumed proves what searching components apart takes for granted: a frame that the machines of one
// key let through reaches those of the later keys on both sides, or on neither.
func (p *prover) consumed(c *component) {
	for i, sender := range c.sides {
		receiver := c.sides[1-i]
		if !p.goesOn(c, sender.role, receiver.role) {
			continue
		}
		for n, l := range sender.letters {
			sentKept, sentPassed := outcome(sender.machines, func(m *machine) []*schema.Transition { return m.sent[n] })
			kept, passed := outcome(receiver.machines, func(m *machine) []*schema.Transition { return m.received[n] })
			switch {
			case sentKept != nil && sentPassed == nil && kept == nil && passed != nil:
				p.oneSided(l, receiver.role, passed, sender.role, sentKept)
			case sentKept == nil && sentPassed != nil && kept != nil && passed == nil:
				p.oneSided(l, sender.role, sentPassed, receiver.role, kept)
			}
		}
	}
}

// goesOn reports whether frames that pass the component come to machines of another key on both sides.
func (p *prover) goesOn(c *component, sender, receiver string) bool {
	last := -1
	for i, m := range p.Machines {
		if m.Key == c.key {
			last = i
		}
	}
	later := p.Machines[last+1:]
	return slices.ContainsFunc(later, func(m *schema.Machine) bool {
		return m.Key != nil && m.Of(sender) && c.revision.In(m.Since) && m.Sends() &&
			slices.ContainsFunc(later, func(o *schema.Machine) bool { return o.Key == m.Key && o.Of(receiver) && c.revision.In(o.Since) })
	})
}

// outcome returns a row that keeps a frame from the later machines, and one that lets it through, each
// nil when there is none. Rows that refuse the frame, and those of peers that break rules, do not count; nor
// do those of a connection that let it through, as they do with all frames.
func outcome(machines []*machine, rows func(*machine) []*schema.Transition) (kept, passed *schema.Transition) {
	for _, m := range machines {
		for _, row := range rows(m) {
			switch {
			case row == nil || row.Error != nil || row.Abnormal:
			case row.Consumes:
				kept = row
			case m.Key != nil:
				passed = row
			}
		}
	}
	return kept, passed
}

func (p *prover) oneSided(l letter, role string, passes *schema.Transition, other string, keeps *schema.Transition) {
	d := p.tell(keeps.Pos, OneSided, "row %s of the %s keeps %s from the later machines, and row %s of the %s lets it through",
		keeps.ID, other, l.types[0].Name, passes.ID, role)
	if d != nil {
		d.Note(passes.Pos, "row %s", passes.ID)
	}
}
