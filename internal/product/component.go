package product

import (
	"slices"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/schema"
)

// component is the machines of both roles that have an instance for each key of one header field, in
// one revision. Machines of different fields do not see each other, so they are searched apart.
type component struct {
	revision *schema.Revision
	key      *schema.Field
	sides    [2]*side
	keys     []uint64
	starts   [][2][]uint8 // by key, side and machine
	guards   []*schema.Field
	blind    bool // there are calls that are not looked at, because they follow from something else
}

// side is one role of a component.
type side struct {
	role     string
	machines []*machine
	letters  []letter // what the role may send
}

// machine is a machine as one role runs it.
type machine struct {
	*schema.Machine
	place            int // among those of its side
	receives         *dispatch.Table
	sends            *dispatch.Table        // nil when it has no rows for sending
	calls            [][]*schema.Transition // by state: the rows that peers go through and that change the state
	final, receiving schema.StateSet
	used             []bool // by row: whether some conversation goes through it
	// By letter of the other side, or of this one: rows by state of the connection and own state.
	received, sent [][]*schema.Transition
}

// letter is a frame as the machines of a component tell it from others.
type letter struct {
	types []*schema.Frame // that the machines do not tell apart
	flags []uint64        // of the guards of the component
}

// components returns the machines of a revision by the header field of their keys. What cannot be
// searched is told as information.
func (p *prover) components(r *schema.Revision) []*component {
	var list []*component
	for _, f := range p.Header.Fields {
		if f.Kind != schema.FieldKey || !r.In(f.Since) {
			continue
		}
		c := &component{revision: r, key: f}
		for i, role := range p.Protocol.Roles {
			c.sides[i] = p.side(r, f, role)
			for _, m := range c.sides[i].machines {
				c.blind = c.blind || slices.ContainsFunc(m.Events, func(e *schema.Event) bool { return e.Elsewhere })
			}
		}
		if len(c.sides[0].machines)+len(c.sides[1].machines) == 0 {
			continue
		}
		if why, at := p.unsearchable(c); why != "" {
			p.partial = true
			if !p.told[why] {
				p.told[why] = true
				p.report.Found.Inform(at, NotProved, "%s", why)
			}
			continue
		}
		c.guards = c.guardFields()
		for i := range c.sides {
			p.alphabet(c, i)
		}
		for i := range c.sides {
			c.tabulate(i)
		}
		p.consumed(c)
		list = append(list, c)
	}
	return list
}

func (p *prover) typeField() *schema.Field {
	i := slices.IndexFunc(p.Header.Fields, func(f *schema.Field) bool { return f.Kind == schema.FieldType })
	return p.Header.Fields[i]
}

func (p *prover) side(r *schema.Revision, f *schema.Field, role string) *side {
	s := &side{role: role}
	for _, m := range p.Machines {
		if !m.Of(role) || !r.In(m.Since) || m.Key != f {
			continue
		}
		mm := &machine{Machine: m, place: len(s.machines), receives: dispatch.New(m, p.typeField()), used: make([]bool, len(m.Transitions))}
		if m.Sends() {
			mm.sends = dispatch.NewSend(m, p.typeField())
		}
		for _, st := range m.States {
			if st.Final {
				mm.final |= 1 << st.Index
			}
			if st.Receiving {
				mm.receiving |= 1 << st.Index
			}
			var rows []*schema.Transition
			for _, ev := range m.Events {
				if ev.Elsewhere {
					continue
				}
				for _, row := range dispatch.CallMatches(m, st, ev) {
					if row.Error == nil && !row.Abnormal && row.To != nil && row.To != st {
						rows = append(rows, row)
					}
				}
			}
			mm.calls = append(mm.calls, rows)
		}
		s.machines = append(s.machines, mm)
	}
	return s
}

// unsearchable returns why the component cannot be searched, or "".
func (p *prover) unsearchable(c *component) (why string, at schema.Pos) {
	for i, s := range c.sides {
		other := c.sides[1-i]
		first := append(slices.Clone(s.machines), other.machines...)[0]
		switch {
		case len(s.machines) == 0:
			return "two peers together are not proved: the " + s.role + " has no machine per " + c.key.Name, first.Pos
		case !slices.ContainsFunc(s.machines, func(m *machine) bool { return m.sends != nil }) &&
			!slices.ContainsFunc(other.machines, func(m *machine) bool { return m.sends != nil }):
			return "two peers together are not proved: no machine per " + c.key.Name + " has rows for sent frames", first.Pos
		}
		for _, m := range s.machines {
			if m.Machine.Within == nil {
				continue
			}
			for _, o := range p.Machines {
				if o.Within == m.Machine.Within && o.Key != c.key && slices.ContainsFunc(o.States, func(st *schema.State) bool { return st.Receiving }) {
					return "two peers together are not proved: the state of " + m.Machine.Within.Name + " follows from machines per " + c.key.Name + " and per " + o.Key.Name, o.Pos
				}
			}
		}
	}
	return "", schema.Pos{}
}

// guardFields returns the flags fields that rows look at.
func (c *component) guardFields() []*schema.Field {
	var list []*schema.Field
	for _, s := range c.sides {
		for _, m := range s.machines {
			if m.Guard != nil && !slices.Contains(list, m.Guard) {
				list = append(list, m.Guard)
			}
		}
	}
	return list
}

// chooseKeys takes so many keys of each class whose instances some role begins with a step: keys of
// one class behave alike.
func (c *component) chooseKeys(n int) {
	c.keys, c.starts = nil, nil
	known := make(map[string]bool)
	for _, class := range []struct {
		first uint64
		step  uint64
		most  int
	}{{1, 2, n}, {2, 2, n}, {0, 1, 1}} {
		starts := c.startsOf(class.first)
		if !c.begins(class.first) || class.first == 0 && known[key(starts)] {
			continue // 0 is an even key like the others
		}
		most := class.most
		if len(c.keys) > 0 && class.first == 2 {
			most = max(1, n-2)
		}
		known[key(starts)] = true
		for i := range uint64(most) {
			c.keys = append(c.keys, class.first+i*class.step)
			c.starts = append(c.starts, c.startsOf(class.first))
		}
	}
}

func key(starts [2][]uint8) string { return string(starts[0]) + "|" + string(starts[1]) }

// startsOf returns the states in which the instances for a key start.
func (c *component) startsOf(k uint64) (starts [2][]uint8) {
	for i, s := range c.sides {
		for _, m := range s.machines {
			starts[i] = append(starts[i], uint8(m.Start(s.role, k).Index))
		}
	}
	return starts
}

// begins reports whether a role has something to do with a key in the states in which it starts.
func (c *component) begins(k uint64) bool {
	for i, s := range c.sides {
		starts := c.startsOf(k)
		sends := c.mayUse(s.role, k)
		for j, m := range s.machines {
			st := m.States[starts[i][j]]
			if len(m.calls[st.Index]) > 0 {
				return true
			}
			if m.sends == nil {
				continue
			}
			sends = sends && slices.ContainsFunc(m.Transitions, func(t *schema.Transition) bool {
				return t.Send && t.Error == nil && !t.Abnormal && t.From.Has(st)
			})
		}
		if sends && slices.ContainsFunc(s.machines, func(m *machine) bool { return m.sends != nil }) {
			return true
		}
	}
	return false
}

// mayUse reports whether the role may send frames with a key: where parity tells the sender of a frame
// from the key, with its own ones only.
func (c *component) mayUse(role string, key uint64) bool {
	return c.key.Parity != "sender" || c.key.Owner(role, key)
}
