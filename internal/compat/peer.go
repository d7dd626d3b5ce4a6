package compat

import (
	"slices"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// peer is one role of one schema in a revision: its machines, with one instance of each machine
// per key.
type peer struct {
	side     *side
	revision *schema.Revision
	role     string
	machines []*schema.Machine // in the order in which a frame visits them
	received map[*schema.Machine]*dispatch.Table
	sent     map[*schema.Machine]*dispatch.Table // of the machines with rows for sent frames
}

// config has the state of the instance of each machine of a peer; that of a connection machine,
// which is derived, is 0.
type config string

// context is what else there is to know of a connection.
type context struct {
	others bool // an instance under another key is in a receiving state
	failed bool // an error was raised
}

// step is a visit of a frame or a call to a machine. Without a row it is the machine's otherwise
// or misuse.
type step struct {
	machine *schema.Machine
	row     *schema.Transition
	err     *schema.Error
}

func (s step) do() []*schema.Action {
	if s.row == nil {
		return nil
	}
	return s.row.Do
}

// outcome is what comes of a frame or a call.
type outcome struct {
	steps []step
	err   *schema.Error
	next  config // the same as before on an error
}

// abnormal reports whether peers that keep to the protocol do not come to this.
func (o outcome) abnormal() bool {
	return slices.ContainsFunc(o.steps, func(s step) bool { return s.row != nil && s.row.Abnormal })
}

func newPeer(s *side, r *schema.Revision, role string) *peer {
	p := &peer{side: s, revision: r, role: role, received: s.received, sent: s.sent}
	for _, m := range s.Machines {
		if m.Of(role) && r.In(m.Since) {
			p.machines = append(p.machines, m)
		}
	}
	return p
}

// keys are values of key fields, by the name of the field.
type keys map[string]uint64

// start returns the states in which the instances under the keys start.
func (p *peer) start(k keys) config {
	c := make([]byte, len(p.machines))
	for i, m := range p.machines {
		if m.Key != nil {
			c[i] = byte(initial(m, p.role, k[m.Key.Name]).Index)
		}
	}
	return config(c)
}

// initial returns the state in which the instance of a role's machine under a key starts.
func initial(m *schema.Machine, role string, key uint64) *schema.State {
	if st := m.Start(role, key); st != nil {
		return st
	}
	return m.States[0]
}

// receiving reports whether an instance within the connection machine is in a receiving state.
func (p *peer) receiving(connection *schema.Machine, c config) bool {
	for i, m := range p.machines {
		if m.Within == connection && m.States[c[i]].Receiving {
			return true
		}
	}
	return false
}

// connection returns the state of a connection machine.
func (p *peer) connection(m *schema.Machine, c config, ctx context) *schema.State {
	when := schema.WhenNoneReceiving
	switch {
	case ctx.failed:
		when = schema.WhenError
	case ctx.others || p.receiving(m, c):
		when = schema.WhenSomeReceiving
	}
	for _, st := range m.States {
		if st.When == when {
			return st
		}
	}
	return m.States[0]
}

// receive returns what comes of a received frame.
func (p *peer) receive(c config, ctx context, f *verify.Frame) outcome {
	if p.refused(f) && len(p.machines) > 0 {
		s := step{machine: p.machines[0], err: p.side.typeField().Unknown}
		return outcome{steps: []step{s}, err: s.err, next: c}
	}
	return p.visit(c, ctx, f, p.received, func(m *schema.Machine) *schema.Error { return m.Otherwise })
}

// refused reports whether a frame is refused for its undefined type, before a machine sees it.
func (p *peer) refused(f *verify.Frame) bool {
	field := p.side.typeField()
	t := p.side.wire.Type(f.Values[field.Index])
	return field.Unknown != nil && (t == nil || !p.revision.In(t.Since))
}

// send returns what comes of a frame that the role sends.
func (p *peer) send(c config, ctx context, f *verify.Frame) outcome {
	return p.visit(c, ctx, f, p.sent, func(m *schema.Machine) *schema.Error { return m.Misuse })
}

// sends reports whether the machines say what the role may send.
func (p *peer) sends() bool { return slices.ContainsFunc(p.machines, (*schema.Machine).Sends) }

// visit takes a frame through the machines that have a table, in order.
func (p *peer) visit(c config, ctx context, f *verify.Frame, tables map[*schema.Machine]*dispatch.Table, without func(*schema.Machine) *schema.Error) outcome {
	out := outcome{next: c}
	next := []byte(c)
	for i, m := range p.machines {
		if tables[m] == nil {
			continue
		}
		at := dispatch.Cell{State: int(c[i]), Type: f.Values[p.side.typeField().Index]}
		if m.Key == nil {
			at.State = p.connection(m, c, ctx).Index
		}
		if m.Within != nil {
			at.Within = p.connection(m.Within, c, ctx).Index
		}
		if m.Guard != nil {
			at.Flags = f.Values[m.Guard.Index]
		}
		s := step{machine: m, row: tables[m].Row(at), err: without(m)}
		if s.row != nil {
			s.err = s.row.Error
		}
		out.steps = append(out.steps, s)
		if s.err != nil {
			out.err = s.err
			return out
		}
		if s.row.To != nil {
			next[i] = byte(s.row.To.Index)
		}
		if s.row.Consumes {
			break
		}
	}
	out.next = config(next)
	return out
}

// call returns what comes of a call.
func (p *peer) call(c config, ctx context, m *schema.Machine, ev *schema.Event) outcome {
	i := slices.Index(p.machines, m)
	st := m.States[c[i]]
	if m.Key == nil {
		st = p.connection(m, c, ctx)
	}
	s := step{machine: m, err: m.Misuse}
	if rows := dispatch.CallMatches(m, st, ev); len(rows) > 0 {
		s.row, s.err = rows[0], rows[0].Error
	}
	out := outcome{steps: []step{s}, err: s.err, next: c}
	if s.err == nil && s.row.To != nil && m.Key != nil {
		next := []byte(c)
		next[i] = byte(s.row.To.Index)
		out.next = config(next)
	}
	return out
}
