package verify

import (
	"slices"

	"github.com/hgwire/hgwire/internal/schema"
)

// errors proves that every error is raised, and that limits say by an error of their own that they
// are exceeded.
func (c *checker) errors() {
	raised := make(map[*schema.Error]bool)
	for e := range c.raises() {
		raised[e] = true
	}
	for _, e := range c.Errors {
		if !raised[e] {
			c.found.Add(e.Pos, NeverRaised, "nothing raises the error %s", e.Name)
		}
	}
	for i, l := range c.Limits {
		if j := slices.IndexFunc(c.Limits[:i], func(other *schema.Limit) bool { return other.Error == l.Error }); j >= 0 {
			c.found.Add(l.At("error"), SharedError, "limit %s has the error of limit %s, so nobody can tell which of them is exceeded", l.Name, c.Limits[j].Name).
				Note(c.Limits[j].At("error"), "limit %s", c.Limits[j].Name)
		}
		if l.Machine != nil && l.Error.Fault == schema.FaultPeer {
			c.counted(l)
		}
	}
}

// raises yields the errors that something of the schema names, some of them more than once.
func (c *checker) raises() func(func(*schema.Error) bool) {
	return func(yield func(*schema.Error) bool) {
		var list []*schema.Error
		for _, l := range c.Limits {
			list = append(list, l.Error)
		}
		if f := c.typeField(); f != nil {
			list = append(list, f.Unknown)
		}
		for _, p := range c.Payloads {
			list = append(list, p.Raises...)
		}
		for _, m := range c.Machines {
			list = append(list, m.Otherwise, m.Misuse)
			for _, e := range m.Events {
				list = append(list, e.Raises...)
			}
			for _, a := range m.Actions {
				list = append(list, a.Raises...)
			}
			for _, r := range m.Transitions {
				list = append(list, r.Error)
			}
		}
		for _, e := range list {
			if e != nil && !yield(e) {
				return
			}
		}
	}
}

// counted reports the rows that bring an instance into the states that a limit counts, for a received
// frame and without an action that can raise its error. An error of our caller is raised before a
// frame is sent, which no row says; and a machine without actions leaves it to others what is done.
func (c *checker) counted(l *schema.Limit) {
	if len(l.Machine.Actions) == 0 {
		return
	}
	for _, r := range l.Machine.Transitions {
		enters := r.To != nil && l.Counts.Has(r.To) && r.From&^l.Counts != 0
		if !r.Receives() || r.Error != nil || !enters {
			continue
		}
		if !slices.ContainsFunc(r.Do, func(a *schema.Action) bool { return slices.Contains(a.Raises, l.Error) }) {
			c.found.Add(r.Pos, UncheckedLimit, "row %s leads to %s, which limit %s counts, and does no action that raises %s",
				r.ID, r.To.Name, l.Name, l.Error.Name).
				Note(l.At("counts"), "the limit")
		}
	}
}
