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
		}
		if len(c.sides[0].keyed())+len(c.sides[1].keyed()) == 0 {
			continue
		}
		if why, at := p.unsearchable(c); why != "" {
			p.leaveOut(at, why)
			continue
		}
		p.blind(c)
		c.guards = c.guardFields()
		if !p.alphabet(c, 0) || !p.alphabet(c, 1) {
			p.leaveOut(c.sides[0].keyed()[0].Pos, "two peers together are not proved: the machines per "+c.key.Name+" tell too many frames apart")
			continue
		}
		for i := range c.sides {
			c.tabulate(i)
		}
		p.consumed(c)
		list = append(list, c)
	}
	return list
}

// leaveOut tells, once, why something is not searched.
func (p *prover) leaveOut(at schema.Pos, why string) {
	p.partial = true
	if !p.told[why] {
		p.told[why] = true
		p.report.Found.Inform(at, NotProved, "%s", why)
	}
}

// blind tells which calls are not looked at, because they follow from something else.
func (p *prover) blind(c *component) {
	for _, s := range c.sides {
		for _, m := range s.machines {
			for _, e := range m.Events {
				if e.Elsewhere {
					p.leaveOut(e.Pos, "two peers together are proved but for call "+e.Name+" of "+m.Name+", and what only it leads to")
				}
			}
		}
	}
}

func (p *prover) typeField() *schema.Field {
	i := slices.IndexFunc(p.Header.Fields, func(f *schema.Field) bool { return f.Kind == schema.FieldType })
	return p.Header.Fields[i]
}

func (p *prover) side(r *schema.Revision, f *schema.Field, role string) *side {
	s := &side{role: role}
	for _, m := range p.Machines {
		if !m.Of(role) || !r.In(m.Since) || m.Key != f && m.Key != nil {
			continue
		}
		mm := &machine{Machine: m, receives: dispatch.New(m, p.typeField()), used: make([]bool, len(m.Transitions))}
		if m.Sends() {
			mm.sends = dispatch.NewSend(m, p.typeField())
		}
		if m.Key == nil && !mm.matters() {
			continue
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

// keyed returns the machines that have an instance for each key: those of connections have not.
func (s *side) keyed() []*machine {
	return slices.DeleteFunc(slices.Clone(s.machines), func(m *machine) bool { return m.Key == nil })
}

// unsearchable returns why the component cannot be searched, or "".
func (p *prover) unsearchable(c *component) (why string, at schema.Pos) {
	for i, s := range c.sides {
		other := c.sides[1-i]
		first := append(s.keyed(), other.keyed()...)[0]
		switch {
		case len(s.keyed()) == 0:
			return "two peers together are not proved: the " + s.role + " has no machine per " + c.key.Name, first.Pos
		case !slices.ContainsFunc(s.machines, func(m *machine) bool { return m.sends != nil }) &&
			!slices.ContainsFunc(other.machines, func(m *machine) bool { return m.sends != nil }):
			return "two peers together are not proved: no machine per " + c.key.Name + " has rows for sent frames", first.Pos
		}
		for _, m := range s.machines {
			connection := m.Machine.Within
			if m.Key == nil && m.tells() {
				connection = m.Machine
			}
			if connection == nil {
				continue
			}
			for _, o := range p.Machines {
				if o.Within == connection && o.Key != c.key && c.revision.In(o.Since) && slices.ContainsFunc(o.States, func(st *schema.State) bool { return st.Receiving }) {
					return "two peers together are not proved for keys of " + c.key.Name + ": the state of " + connection.Name + " follows from machines per " + o.Key.Name, o.Pos
				}
			}
		}
	}
	return "", schema.Pos{}
}

// matters reports whether a machine of a connection does anything with frames, before an error, but let
// them through.
func (m *machine) matters() bool {
	if m.sends != nil {
		return true
	}
	for at := range m.receives.All {
		row := m.receives.Row(at)
		if m.States[at.State].When != schema.WhenError && (row == nil || row.Error != nil || row.Consumes) {
			return true
		}
	}
	return false
}

// tells reports whether a machine of a connection treats frames otherwise while something is received.
func (m *machine) tells() bool {
	for _, t := range []*dispatch.Table{m.receives, m.sends} {
		if t == nil {
			continue
		}
		for at := range t.All {
			if when := m.States[at.State].When; when != schema.WhenSomeReceiving {
				continue
			}
			idle := at
			if idle.State = m.idle(); t.Row(at) != t.Row(idle) {
				return true
			}
		}
	}
	return false
}

// idle returns the state that the machine's connection, or the machine of a connection itself, has
// while nothing is received; 0 for a machine without one.
func (m *machine) idle() int {
	connection := m.Machine
	if m.Key != nil {
		connection = m.Machine.Within
	}
	if connection == nil {
		return 0
	}
	return max(0, slices.IndexFunc(connection.States, func(st *schema.State) bool { return st.When == schema.WhenNoneReceiving }))
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
			if m.Key == nil {
				starts[i] = append(starts[i], 0) // its state follows from others
				continue
			}
			starts[i] = append(starts[i], uint8(m.Start(s.role, k).Index))
		}
	}
	return starts
}

// begins reports whether a role has something to do with a key in the states in which it starts.
func (c *component) begins(k uint64) bool {
	starts := c.startsOf(k)
	for i, s := range c.sides {
		for j, m := range s.machines {
			if m.Key != nil && len(m.calls[starts[i][j]]) > 0 {
				return true
			}
		}
		for l := range s.letters {
			if c.mayUse(s.role, k) && s.lets(starts[i], l) {
				return true
			}
		}
	}
	return false
}

// lets reports whether the machines in their states let the role send a letter, while nothing is
// received.
func (s *side) lets(states []uint8, letter int) bool {
	for j, m := range s.machines {
		if m.sends == nil {
			continue
		}
		row := m.sent[letter][m.cell(m.idle(), int(states[j]))]
		if row == nil || row.Error != nil || row.Abnormal {
			return false
		}
		if row.Consumes {
			break
		}
	}
	return true
}

// cell returns the place of a row in a column: by state of the connection and own state.
func (m *machine) cell(connection, state int) int {
	if m.Key == nil {
		return connection
	}
	return connection*len(m.States) + state
}

// mayUse reports whether the role may send frames with a key: where parity tells the sender of a frame
// from the key, with its own ones only.
func (c *component) mayUse(role string, key uint64) bool {
	return c.key.Parity != "sender" || c.key.Owner(role, key)
}
