package compat

import (
	"slices"

	"github.com/hgwire/hgwire/internal/schema"
)

// machines compares what the roles make of frames and calls.
func (c *comparer) machines() {
	roles := slices.Clone(c.old.Protocol.Roles)
	for _, role := range c.new.Protocol.Roles {
		if !slices.Contains(roles, role) {
			roles = append(roles, role)
		}
	}
	for _, role := range roles {
		c.role(role)
	}
}

func (c *comparer) role(role string) {
	of := func(s *side) []*schema.Machine {
		return slices.DeleteFunc(slices.Clone(s.Machines), func(m *schema.Machine) bool { return !m.Of(role) })
	}
	old, new := of(c.old), of(c.new)
	switch {
	case len(old) == 0 && len(new) > 0:
		c.add(MachinesDiffer, c.new.at(new[0].Pos), "the %s has machines, and had none", role).
			note("who: peers that send to the %s: what it does with their frames was not said before", role)
		return
	case len(new) == 0 && len(old) > 0:
		c.add(MachinesDiffer, c.old.at(old[0].Pos), "the %s has no machines any more", role).
			note("who: peers that send to the %s: what it does with their frames is not said any more", role)
		return
	}
	c.sends(role, old, new)
	pairs := match(old, new,
		func(a, b *schema.Machine) bool { return a.Name == b.Name },
		func(a, b *schema.Machine) bool { return keyName(a) == keyName(b) })
	for _, m := range pairs {
		c.renames.note(m.old.Name, m.new.Name)
		c.machineLines(m)
	}
	found := &differences{byKey: make(map[differenceKey]*difference)}
	for _, r := range c.revisions {
		d := &duel{c: c, old: newPeer(c.old, r.old, role), new: newPeer(c.new, r.new, role), found: found, steps: maxSteps,
			actionOf: make(map[string]string), twins: make(map[*schema.State]*schema.State)}
		for _, m := range pairs {
			if r.old.In(m.old.Since) && r.new.In(m.new.Since) {
				d.pairs = append(d.pairs, m)
			}
			for _, a := range match(m.old.Actions, m.new.Actions,
				func(a, b *schema.Action) bool { return a.Name == b.Name },
				func(a, b *schema.Action) bool { return a.Doc == b.Doc }) {
				d.actionOf[a.old.Name] = a.new.Name
				c.renames.note(a.old.Name, a.new.Name)
			}
		}
		d.run()
		for a, b := range d.twins {
			c.renames.note(a.Name, b.Name)
		}
	}
	for _, f := range found.list {
		c.report(f)
	}
}

// sends reports a role whose machines start or cease to say in which states it sends.
func (c *comparer) sends(role string, old, new []*schema.Machine) {
	before, now := slices.IndexFunc(old, (*schema.Machine).Sends), slices.IndexFunc(new, (*schema.Machine).Sends)
	switch {
	case before < 0 && now >= 0:
		c.add(SendingDiffers, c.new.at(sendingPos(new[now])), "the machines of the %s say what it may send in which state, and did not", role).
			note("who: applications of a new %s: what no row lets it send is their mistake (%s)", role, new[now].Misuse.Name)
	case before >= 0 && now < 0:
		c.add(SendingDiffers, c.old.at(sendingPos(old[before])), "the machines of the %s do not say any more what it may send in which state", role).
			note("who: peers of a new %s: what kept it from sending at the wrong time is gone", role)
	}
}

// sendingPos returns the place of the first row for sent frames.
func sendingPos(m *schema.Machine) schema.Pos {
	i := slices.IndexFunc(m.Transitions, func(t *schema.Transition) bool { return t.Send })
	return m.Transitions[i].At("send")
}

func keyName(m *schema.Machine) string {
	if m.Key == nil {
		return "connection"
	}
	return m.Key.Name
}

// machineLines compares what two machines say beside their rows.
func (c *comparer) machineLines(m couple[*schema.Machine]) {
	if m.old.Total != m.new.Total {
		text, who := "promises a row for everything, and did not", "nobody now: a later change cannot leave anything to otherwise or misuse"
		if m.old.Total {
			text, who = "does not promise a row for everything any more", "nobody now: later changes may leave frames and calls to otherwise and misuse"
		}
		c.add(TotalChanged, c.new.at(m.new.At("total")), "machine %s %s", m.new.Name, text).
			noteAt(c.old.at(m.old.At("total")), "in the old schema").
			note("who: %s", who)
	}
	for _, ev := range match(m.old.Events, m.new.Events,
		func(a, b *schema.Event) bool { return a.Name == b.Name },
		func(a, b *schema.Event) bool { return a.Doc == b.Doc }) {
		c.renames.note("api:"+ev.old.Name, "api:"+ev.new.Name)
		c.raises("call "+ev.new.Name, ev.old.Node, ev.new.Node, ev.old.Raises, ev.new.Raises)
	}
	for _, a := range match(m.old.Actions, m.new.Actions,
		func(a, b *schema.Action) bool { return a.Name == b.Name },
		func(a, b *schema.Action) bool { return a.Doc == b.Doc }) {
		c.raises("action "+a.new.Name, a.old.Node, a.new.Node, a.old.Raises, a.new.Raises)
	}
}

// searchCut reports that machines were not compared to the end.
func (c *comparer) searchCut(format string, args ...any) {
	c.add(SearchCut, c.new.at(c.new.Machines[0].Pos), "the machines are too large to be compared to the end: "+format, args...).
		note("who: nobody can tell: what was not tried may differ")
}
