package verify

import (
	"slices"

	"github.com/hgwire/hgwire/internal/schema"
)

// receives reports whether frames of the type come in at the role: some other role sends them.
// Where there is one role only, it receives what it sends.
func (c *checker) receives(role string, f *schema.Frame) bool {
	return len(c.Protocol.Roles) == 1 || slices.ContainsFunc(f.From, func(from string) bool { return from != role })
}

// received proves that the machines of a role, if there are any, take what others send, and name
// nothing else in the rows that accept.
func (c *checker) received(role string, courses []*course) {
	for _, f := range c.Frames {
		if !c.receives(role, f) {
			continue
		}
		for _, co := range courses {
			if !co.revision.In(f.Since) {
				continue
			}
			if m := co.refuser(f); m != nil {
				c.neverAccepted(co, m, f)
				break
			}
		}
	}
	for _, m := range c.Machines {
		for _, r := range m.Transitions {
			if !m.Of(role) || r.Error != nil || r.Types.Not || !r.Receives() {
				continue
			}
			for _, f := range r.Types.Frames {
				if m.Role == "" && slices.ContainsFunc(c.Protocol.Roles, func(other string) bool { return c.receives(other, f) }) {
					continue // another role's instances accept it
				}
				if !c.receives(role, f) {
					c.found.Add(r.At("on"), NeverSent, "row %s of the %s accepts %s, which only the %s sends", r.ID, role, f.Name, role).
						Note(f.At("from"), "frame %s", f.Name)
				}
			}
		}
	}
}

// refuser returns the machine that refuses every frame of the type, or nil when none does.
func (co *course) refuser(f *schema.Frame) *schema.Machine {
	for _, m := range co.machines {
		passed := false
		for at := range co.tables[m].OfType(f.ID) {
			row := co.tables[m].Row(at)
			if row == nil || row.Error != nil || !co.possible(m, at) {
				continue
			}
			if row.Consumes {
				return nil
			}
			if passed = true; !consumes(m) {
				break
			}
		}
		if !passed {
			return m
		}
	}
	return nil
}

// consumes reports whether the machine keeps some frames from later ones.
func consumes(m *schema.Machine) bool {
	return slices.ContainsFunc(m.Transitions, func(r *schema.Transition) bool { return r.Consumes })
}

// sent proves that the machines of a role, if any have rows for sending, send what the role sends and
// nothing else by name.
func (c *checker) sent(role string, courses []*course) {
	for _, f := range c.Frames {
		if !slices.Contains(f.From, role) {
			continue
		}
		for _, co := range courses {
			if !co.revision.In(f.Since) {
				continue
			}
			if m := co.silent(f); m != nil {
				c.found.Add(f.At("from"), NoSendRow, "the %s sends %s, and machine %s has no row that admits it", role, f.Name, m.Name).
					Note(m.Pos, "it has rows for sending, so what none of them admits is misuse: %s", m.Misuse.Name)
				break
			}
		}
	}
	for _, m := range c.Machines {
		for _, r := range m.Transitions {
			if m.Role != role {
				continue // who has a machine of every role sends all types
			}
			for _, f := range misdirected(m, r) {
				c.found.Add(r.At("send"), WrongDirection, "row %s of the %s sends %s, which the %s does not send", r.ID, role, f.Name, role).
					Note(f.At("from"), "frame %s", f.Name)
			}
		}
	}
}

// misdirected returns the frame types that a row for sending names and that its role does not send.
func misdirected(m *schema.Machine, r *schema.Transition) []*schema.Frame {
	if m.Role == "" || !r.Send || r.Types.Not {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(r.Types.Frames), func(f *schema.Frame) bool { return slices.Contains(f.From, m.Role) })
}

// silent returns the machine with rows for sending that never lets the role send a frame of the type,
// or nil when there is none.
func (co *course) silent(f *schema.Frame) *schema.Machine {
	for _, m := range co.machines {
		t := co.sends[m]
		if t == nil {
			continue
		}
		passed := false
		for at := range t.OfType(f.ID) {
			row := t.Row(at)
			if row == nil || row.Error != nil || co.whyNotSent(m, at) != (obstacle{}) {
				continue
			}
			if row.Consumes {
				return nil
			}
			if passed = true; !consumes(m) {
				break
			}
		}
		if !passed {
			return m
		}
	}
	return nil
}

// neverAccepted reports a frame type that m refuses in every state, with the rows that do.
func (c *checker) neverAccepted(co *course, m *schema.Machine, f *schema.Frame) {
	d := c.found.Add(f.Pos, NeverAccepted, "the %s can never accept %s: machine %s refuses it in every state", co.role, f.Name, m.Name)
	t := co.tables[m]
	seen := make(map[*schema.Transition]bool)
	for at := range t.OfType(f.ID) {
		row := t.Row(at)
		if seen[row] || !co.possible(m, at) {
			continue
		}
		seen[row] = true
		if row == nil {
			d.Note(m.At("otherwise"), "%s: otherwise, %s", c.cellText(t, at), m.Otherwise.Name)
		} else {
			d.Note(row.Pos, "%s: %s", c.cellText(t, at), row.Error.Name)
		}
	}
}

// unusedPayloads reports payloads that no frame has.
func (c *checker) unusedPayloads() {
	for _, p := range c.Payloads {
		if !slices.ContainsFunc(c.Frames, func(f *schema.Frame) bool { return f.Payload == p }) {
			c.found.Add(p.Pos, UnusedPayload, "no frame has the payload %s", p.Name)
		}
	}
}

// legalFlags reports rows that accept a frame type only with flags that its rules forbid.
func (c *checker) legalFlags(m *schema.Machine) {
	for _, r := range m.Transitions {
		if r.Error != nil || m.Guard == nil || len(r.Events) > 0 {
			continue
		}
		sets := []*schema.FlagSet{m.Guard.FlagSet}
		if m.Guard.ByType {
			sets = nil
			if !r.Types.Not {
				for _, f := range r.Types.Frames {
					sets = append(sets, &f.FlagSet)
				}
			}
		}
		for _, s := range sets {
			if len(ruledFlags(s)) > maxRuledFlags {
				continue // reported by flags
			}
			// Flags without a rule take any value.
			ruled := schema.FlagGuard{Set: r.Flags.Set & ruledMask(s), Clear: r.Flags.Clear & ruledMask(s)}
			if !slices.ContainsFunc(slices.Collect(combinations(s)), func(v uint64) bool { return ruled.Admits(v) && allowed(s.Rules, v) }) {
				d := c.found.Add(r.At("flags"), OnlyIllegalFlags, "row %s accepts only combinations of the flags of %s that are never sent", r.ID, s.Name)
				c.refusals(d, s, s.Rules, ruled)
			}
		}
	}
}
