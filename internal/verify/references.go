package verify

import (
	"slices"

	"github.com/hgwire/hgwire/internal/schema"
)

// absent reports the machine and the errors that a machine refers to and that some revision of it
// lacks. An action may raise an error that only later revisions know.
func (c *checker) absent(m *schema.Machine) {
	first := c.Revisions[0]
	if m.Since != nil {
		first = m.Since
	}
	check := func(at schema.Pos, what, name string, since *schema.Revision, definition schema.Node) {
		if !first.In(since) {
			c.found.Add(at, Absent, "machine %s exists in revision %s, which has no %s %s", m.Name, first.ID, what, name).
				Note(definition.At("since"), "%s is defined here", name)
		}
	}
	if w := m.Within; w != nil {
		check(m.At("within"), "machine", w.Name, w.Since, w.Node)
	}
	check(m.At("otherwise"), "error", m.Otherwise.Name, m.Otherwise.Since, m.Otherwise.Node)
	check(m.At("misuse"), "error", m.Misuse.Name, m.Misuse.Since, m.Misuse.Node)
	for _, r := range m.Transitions {
		if r.Error != nil {
			check(r.At("error"), "error", r.Error.Name, r.Error.Since, r.Error.Node)
		}
	}
}

// unused reports actions and events that no row mentions.
func (c *checker) unused(m *schema.Machine) {
	for _, a := range m.Actions {
		if !slices.ContainsFunc(m.Transitions, func(r *schema.Transition) bool { return slices.Contains(r.Do, a) }) {
			c.found.Add(a.Pos, UnusedAction, "no row of %s does action %s", m.Name, a.Name)
		}
	}
	for _, e := range m.Events {
		if !slices.ContainsFunc(m.Transitions, func(r *schema.Transition) bool { return slices.Contains(r.Events, e) }) {
			c.found.Add(e.Pos, UnusedEvent, "no row of %s is for event %s", m.Name, e.Name).
				Note(schema.Pos{}, "in every state a call of it is misuse: %s", m.Misuse.Name)
		}
	}
}

// keys proves that every instance of a machine starts in one state. A connection's state follows
// from others.
func (c *checker) keys(m *schema.Machine) bool {
	if m.Key == nil {
		return true
	}
	before := c.found.Errors()
	role := c.Protocol.Roles[0] // with the roles, own and peer keys change places
	if m.Role != "" {
		role = m.Role
	}
	for _, class := range []struct {
		word string
		key  uint64
		zero bool
	}{{"odd", 1, false}, {"even", 2, false}, {"zero", 0, true}} {
		var found *schema.Initial
		for _, i := range m.Initial {
			if !i.Has(m.Key, role, class.key) || class.zero && i.Keys != schema.KeyZero {
				continue
			}
			if found != nil {
				c.found.Add(i.Pos, KeysUncovered, "machine %s has another initial state for %s keys", m.Name, class.word).
					Note(found.Pos, "the first is %s", found.State.Name)
			}
			found = i
		}
		if found == nil && !class.zero {
			c.found.Add(m.Pos, KeysUncovered, "machine %s has no initial state for %s keys", m.Name, class.word)
		}
	}
	return c.found.Errors() == before
}
