package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// limits compares what receivers put up with, and what senders produce.
func (c *comparer) limits() {
	pairs := match(c.old.Limits, c.new.Limits,
		func(a, b *schema.Limit) bool { return a.Name == b.Name },
		func(a, b *schema.Limit) bool {
			return a.Doc == b.Doc && a.Unit == b.Unit && a.Error.Name == b.Error.Name
		})
	was := make(map[*schema.Limit]*schema.Limit)
	kept := make(map[*schema.Limit]bool)
	for _, p := range pairs {
		was[p.new], kept[p.old] = p.old, true
		c.renames.note(p.old.Name, p.new.Name)
		c.limit(p.old, p.new)
	}
	for _, l := range c.old.Limits {
		if !kept[l] {
			c.add(LimitChanged, c.old.at(l.Pos), "limit %s is gone", l.Name).
				note("who: new receivers put up with more than %d %s, and a sender that relies on it is refused by an old one (%s)", l.Default, l.Unit, l.Error.Name)
		}
	}
	for _, l := range c.new.Limits {
		if was[l] == nil {
			c.add(LimitChanged, c.new.at(l.Pos), "limit %s is new", l.Name).
				note("who: an old sender that goes beyond %d %s is refused by a new receiver (%s)", l.Default, l.Unit, l.Error.Name)
		}
	}
	for f, g := range c.fields {
		if f.Kind == schema.FieldLength && g.Kind == schema.FieldLength {
			c.sendLimit(f, g, was)
		}
	}
}

func (c *comparer) limit(a, b *schema.Limit) {
	if a.Default != b.Default {
		rule, verb := LimitLowered, "goes down"
		who := "who: an old sender that goes up to the old limit is refused by a new receiver (" + b.Error.Name + ")"
		if b.Default > a.Default {
			rule, verb = LimitRaised, "goes up"
			who = "who: a new sender that goes up to the new limit is refused by an old receiver (" + a.Error.Name + ")"
		}
		d := c.add(rule, c.new.at(b.At("default")), "limit %s %s: it is %d %s, and was %d", b.Name, verb, b.Default, b.Unit, a.Default).
			noteAt(c.old.at(a.At("default")), "in the old schema").
			note("%s", who)
		c.longFrame(d, a, b)
	}
	if a.Unit != b.Unit {
		c.add(LimitChanged, c.new.at(b.At("unit")), "limit %s counts %s, and counted %s", b.Name, b.Unit, a.Unit).
			noteAt(c.old.at(a.At("unit")), "in the old schema")
	}
	machine, states := counted(b)
	if oldMachine, oldStates := counted(a); c.renamed(oldMachine) != machine || c.renamed(oldStates) != states {
		c.add(LimitChanged, c.new.at(b.At("counts")), "limit %s bounds %s, and bounded %s", b.Name, countedText(machine, states), countedText(oldMachine, oldStates)).
			noteAt(c.old.at(a.At("counts")), "in the old schema").
			note("who: peers that come up to it: other instances count")
	}
	if c.errorOf[a.Error.Name] != b.Error.Name {
		c.add(LimitChanged, c.new.at(b.At("error")), "limit %s raises %s, and raised %s", b.Name, b.Error.Name, a.Error.Name).
			noteAt(c.old.at(a.At("error")), "in the old schema").
			note("who: peers that go beyond it, and learn another reason")
	}
}

func countedText(machine, states string) string {
	if machine == "" {
		return "what the schema does not say"
	}
	return fmt.Sprintf("instances of %s in %s", machine, states)
}

// longFrame notes the header of a frame that one side accepts and the other refuses, if the limit
// is that of a payload's length.
func (c *comparer) longFrame(d *Finding, a, b *schema.Limit) {
	from, limit, other := c.old, a, b
	if b.Default > a.Default {
		from, limit, other = c.new, b, a
	}
	length := from.lengthField()
	if len(c.revisions) == 0 || length == nil || length.Limit != limit {
		return
	}
	r := c.revisions[0]
	rev, reader := r.old, c.new
	if from == c.new {
		rev, reader = r.new, c.old
	}
	for _, t := range from.Frames {
		if !rev.In(t.Since) || t.ByValue {
			continue
		}
		f := from.sample(rev, t)
		f.Payload = nil
		f.Values[length.Index] = limit.Default
		d.note("%s peer writes: %s(%d octets)", from, from.wire.Line(rev, f), limit.Default).
			note("  %s ...", verify.Spaced(from.wire.Encode(rev, f))).
			note("%s peer reads:  the header, and refuses it: more than %d octets (%s)", reader, other.Default, other.Error.Name)
		return
	}
}

// sendLimit compares what a sender puts in a frame, and which limit a receiver holds it to.
func (c *comparer) sendLimit(f, g *schema.Field, was map[*schema.Limit]*schema.Limit) {
	if a, b := f.SendLimit(), g.SendLimit(); a != b {
		verb := "less"
		if b > a {
			verb = "more"
		}
		d := c.add(SendChanged, c.new.at(g.At("max-send")), "a sender puts up to %d octets in a frame by default, %s than %d", b, verb, a).
			noteAt(c.old.at(f.At("max-send")), "in the old schema")
		switch {
		case b > f.Limit.Default:
			d.note("who: a new sender fills frames that an old receiver refuses: it accepts %d octets (%s)", f.Limit.Default, f.Limit.Error.Name)
		case a > g.Limit.Default:
			d.note("who: an old sender fills frames that a new receiver refuses: it accepts %d octets (%s)", g.Limit.Default, g.Limit.Error.Name)
		default:
			d.note("who: nobody by default: either receiver accepts both; a receiver that is configured for less than %d may refuse", max(a, b))
		}
	}
	if was[g.Limit] != f.Limit {
		c.add(LimitChanged, c.new.at(g.At("limit")), "the length of a payload is held to limit %s, and was to %s", g.Limit.Name, f.Limit.Name).
			noteAt(c.old.at(f.At("limit")), "in the old schema")
	}
}

// faults compares whose mistake errors are.
func (c *comparer) faults() {
	words := map[schema.Fault]string{schema.FaultPeer: "peer", schema.FaultCaller: "caller"}
	for _, a := range c.old.Errors {
		for _, b := range c.new.Errors {
			if c.errorOf[a.Name] == b.Name && a.Fault != b.Fault {
				c.add(FaultChanged, c.new.at(b.At("fault")), "error %s is the fault of the %s, and was of the %s", b.Name, words[b.Fault], words[a.Fault]).
					noteAt(c.old.at(a.At("fault")), "in the old schema").
					note("who: a peer whose mistake it is: a connection ends for it on one side, and goes on on the other")
			}
		}
	}
}

// raises compares the errors that an item can raise.
func (c *comparer) raises(what string, a, b schema.Node, old, new []*schema.Error) {
	var added, gone []string
	names := make(map[string]bool)
	for _, e := range old {
		names[c.errorOf[e.Name]] = true
		if !slices.ContainsFunc(new, func(o *schema.Error) bool { return o.Name == c.errorOf[e.Name] }) {
			gone = append(gone, e.Name)
		}
	}
	for _, e := range new {
		if !names[e.Name] {
			added = append(added, e.Name)
		}
	}
	if len(added) > 0 {
		c.add(RaisesChanged, c.new.at(b.At("raises")), "%s can also raise %s", what, strings.Join(added, ", ")).
			noteAt(c.old.at(a.At("raises")), "in the old schema").
			note("who: those whose frames or calls an old peer accepts, and a new one may refuse")
	}
	if len(gone) > 0 {
		c.add(RaisesChanged, c.new.at(b.At("raises")), "%s cannot raise %s any more", what, strings.Join(gone, ", ")).
			noteAt(c.old.at(a.At("raises")), "in the old schema").
			note("who: those whose frames or calls a new peer accepts, and an old one may refuse")
	}
}
