package verify

import (
	"slices"
	"strings"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/schema"
)

// machines proves what the machines say, each by itself and then all of a role together.
func (c *checker) machines() {
	unsound := make(map[*schema.Machine]bool)
	for _, m := range c.Machines {
		if !all(c.within(m), c.derived(m), c.keys(m)) {
			unsound[m] = true
			unsound[m.Within] = true // its states follow from those of m
		}
		c.absent(m)
		c.unused(m)
		c.legalFlags(m)
		c.ambiguousCalls(m)
		if c.typeField() == nil {
			unsound[m] = true
			continue
		}
		if !dispatch.Fits(m, c.typeField()) {
			c.found.Add(m.Pos, TableTooLarge, "the table of machine %s would have more than %d cells", m.Name, dispatch.MaxCells).
				Note(schema.Pos{}, "it has one for every combination of states, frame types and flags that the rows look at")
			unsound[m] = true
			continue
		}
		c.tables[m] = dispatch.New(m, c.typeField())
		c.ambiguous(m, c.tables[m])
		if m.Sends() {
			c.sends[m] = dispatch.NewSend(m, c.typeField())
			c.ambiguous(m, c.sends[m])
		}
	}
	var courses []*course
	var unknown []string // roles
	for _, role := range c.Protocol.Roles {
		if slices.ContainsFunc(c.Machines, func(m *schema.Machine) bool { return m.Of(role) && unsound[m] }) {
			unknown = append(unknown, role) // what can happen to a role depends on all of its machines
			continue
		}
		list := c.courses(role)
		c.received(role, list)
		c.sent(role, list)
		c.legality(role, list)
		courses = append(courses, list...)
	}
	for _, m := range c.Machines {
		if slices.ContainsFunc(unknown, m.Of) {
			continue
		}
		courses := slices.DeleteFunc(slices.Clone(courses), func(co *course) bool { return !co.has(m) })
		c.rows(m, courses)
		c.states(m, courses)
		c.trapped(m, courses)
		c.buffers(m, courses)
		r := c.summarize(m, courses)
		c.total(m, r)
		c.fallsBack(m, r)
	}
}

// all reports whether each of the proofs has been given.
func all(proofs ...bool) bool { return !slices.Contains(proofs, false) }

// within proves that m is within a connection machine that a frame visits earlier.
func (c *checker) within(m *schema.Machine) bool {
	w := m.Within
	if w == nil {
		return true
	}
	place := func(m *schema.Machine) int { return slices.Index(c.Machines, m) }
	if loop := c.loop(m); loop != nil {
		if place(slices.MinFunc(loop, func(a, b *schema.Machine) int { return place(a) - place(b) })) == place(m) {
			d := c.found.Add(m.At("within"), WithinCycle, "machine %s is within itself", m.Name)
			for _, w := range loop[:len(loop)-1] {
				d.Note(w.At("within"), "by way of %s", w.Name)
			}
		}
		return false
	}
	switch {
	case w.Key != nil:
		c.found.Add(m.At("within"), WithinOther, "machine %s is within %s, which is not a connection's", m.Name, w.Name).
			Note(w.At("per"), "there is a machine %s per %s", w.Name, w.Key.Name)
	case !w.Of(m.Role):
		whose := m.Role
		if whose == "" {
			whose = strings.Join(c.Protocol.Roles, " and the ")
		}
		c.found.Add(m.At("within"), WithinOther, "machine %s of the %s is within %s of the %s", m.Name, whose, w.Name, w.Role).
			Note(w.At("role"), "here")
	case place(w) > place(m):
		c.found.Add(m.At("within"), WithinOther, "machine %s is within %s, which a frame visits later", m.Name, w.Name).
			Note(w.Pos, "machines are visited in the order in which they stand here")
	default:
		return true
	}
	return false
}

// loop returns the machines from m's within on to m itself, or nil when they do not come to m.
func (c *checker) loop(m *schema.Machine) []*schema.Machine {
	var path []*schema.Machine
	for w := m.Within; w != nil && len(path) < len(c.Machines); w = w.Within {
		path = append(path, w)
		if w == m {
			return path
		}
	}
	return nil
}

// derived proves that the states of a connection, which follow from those of the machines within
// it, cover every case once.
func (c *checker) derived(m *schema.Machine) bool {
	if m.Key != nil {
		return true
	}
	before := c.found.Errors()
	receiving := c.receivingWithin(m)
	for _, w := range []struct {
		when   schema.When
		word   string
		needed bool
	}{
		{schema.WhenNoneReceiving, "none-receiving", true},
		{schema.WhenSomeReceiving, "some-receiving", receiving != nil},
		{schema.WhenError, "error", true},
	} {
		var states []*schema.State
		for _, st := range m.States {
			if st.When == w.when {
				states = append(states, st)
			}
		}
		if len(states) == 0 && w.needed {
			d := c.found.Add(m.Pos, DerivedStates, "machine %s has no state with when = %q", m.Name, w.word)
			if w.when == schema.WhenSomeReceiving {
				d.Note(receiving.Pos, "the connection is in none of its states while an instance is in %s", receiving.Name)
			}
		}
		for _, st := range states[min(1, len(states)):] {
			c.found.Add(st.At("when"), DerivedStates, "machine %s has another state with when = %q", m.Name, w.word).
				Note(states[0].At("when"), "the first is %s", states[0].Name)
		}
	}
	return c.found.Errors() == before
}

// receivingWithin returns a receiving state of a machine within m.
func (c *checker) receivingWithin(m *schema.Machine) *schema.State {
	for _, inner := range c.Machines {
		for _, st := range inner.States {
			if inner.Within == m && st.Receiving {
				return st
			}
		}
	}
	return nil
}
