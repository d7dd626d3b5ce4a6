package compat

import (
	"slices"

	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// pairFlags says which flags of two sets are the same: those with one name, and of the others
// those with the same bit and the same prose.
func pairFlags(old, new *schema.FlagSet) []couple[*schema.Flag] {
	return match(old.Flags, new.Flags,
		func(a, b *schema.Flag) bool { return a.Name == b.Name },
		func(a, b *schema.Flag) bool { return a.Bit == b.Bit && a.Doc == b.Doc })
}

// flagSets compares the flags of a set, or of a frame type when old is not nil.
func (c *comparer) flagSets(r couple[*schema.Revision], s couple[*schema.FlagSet], old *schema.Frame) {
	pairs := pairFlags(s.old, s.new)
	was := make(map[*schema.Flag]*schema.Flag)
	kept := make(map[*schema.Flag]bool)
	for _, p := range pairs {
		was[p.new], kept[p.old] = p.old, true
	}
	var common uint64 // the bits of flags that have kept theirs
	for _, g := range s.new.Flags {
		f := was[g]
		before := flagWith(s.old, g.Bit)
		switch {
		case f != nil && f.Bit == g.Bit:
			common |= 1 << g.Bit
		case before != nil && before != f:
			d := c.add(FlagReused, c.new.at(g.At("bit")), "bit %d of %s is %s, and was %s", g.Bit, s.new.Name, g.Name, before.Name).
				noteAt(c.old.at(before.At("bit")), "in the old schema").
				note("who: old and new peers, in either direction: the receiver takes one flag for the other")
			if f != nil {
				d.noteAt(c.old.at(f.At("bit")), "%s had bit %d", f.Name, f.Bit)
			}
			c.flagWitness(d, c.old, r, s, old, 1<<before.Bit)
			c.flagWitness(d, c.new, r, s, old, 1<<g.Bit)
		case f != nil:
			d := c.add(FlagMoved, c.new.at(g.At("bit")), "flag %s of %s has bit %d, and had %d", g.Name, s.new.Name, g.Bit, f.Bit).
				noteAt(c.old.at(f.At("bit")), "in the old schema").
				note("who: old and new peers, in either direction: the receiver misses the flag")
			c.flagWitness(d, c.old, r, s, old, 1<<f.Bit)
			c.flagWitness(d, c.new, r, s, old, 1<<g.Bit)
		default:
			d := c.add(FlagAdded, c.new.at(g.Pos), "flag %s of %s is new", g.Name, s.new.Name).
				note("who: a new sender may set it, and an old receiver %s", unknownText(s.old))
			c.flagWitness(d, c.new, r, s, old, 1<<g.Bit)
		}
	}
	for _, f := range s.old.Flags {
		if !kept[f] && flagWith(s.new, f.Bit) == nil {
			d := c.add(FlagGone, c.old.at(f.Pos), "flag %s of %s is gone", f.Name, s.old.Name).
				note("who: an old sender may set it, and a new receiver %s", unknownText(s.new))
			c.flagWitness(d, c.old, r, s, old, 1<<f.Bit)
		}
	}
	c.flagRules(r, s, old, common)
	if s.old.RejectUnknown != s.new.RejectUnknown {
		c.unknownBits(r, s, old)
	}
}

func flagWith(s *schema.FlagSet, bit int) *schema.Flag {
	i := slices.IndexFunc(s.Flags, func(f *schema.Flag) bool { return f.Bit == bit })
	if i < 0 {
		return nil
	}
	return s.Flags[i]
}

func unknownText(s *schema.FlagSet) string {
	if s.RejectUnknown {
		return "refuses the frame"
	}
	return "ignores it"
}

// flagWitness notes both readings of a frame of one side with at least the given flags.
func (c *comparer) flagWitness(d *Finding, from *side, r couple[*schema.Revision], s couple[*schema.FlagSet], old *schema.Frame, with uint64) {
	if d == nil {
		return
	}
	set := s.old
	if from == c.new {
		set = s.new
	}
	flags := with
	for v := range subsets(set.Mask()) {
		if v&with == with && allowed(set, v) {
			flags = v
			break
		}
	}
	c.flagReadings(d, from, r, s, old, flags)
}

func (c *comparer) flagReadings(d *Finding, from *side, r couple[*schema.Revision], s couple[*schema.FlagSet], old *schema.Frame, flags uint64) {
	set, rev, typ := s.old, r.old, old
	if from == c.new {
		set, rev, typ = s.new, r.new, c.frameOf[old]
	}
	if old == nil {
		was, is := c.anyFrame(r)
		typ = was
		if from == c.new {
			typ = is
		}
	}
	field := from.flagsField(set)
	if typ == nil || field == nil || !rev.In(field.Since) {
		return
	}
	f := from.sample(rev, typ)
	f.Values[field.Index] = flags
	c.readings(d, from, r, f)
}

// flagRules compares which combinations of the flags that both sets have may be sent.
func (c *comparer) flagRules(r couple[*schema.Revision], s couple[*schema.FlagSet], old *schema.Frame, common uint64) {
	var tighter, looser []uint64
	for v := range subsets(common) {
		switch was, is := allowed(s.old, v), allowed(s.new, v); {
		case was && !is:
			tighter = append(tighter, v)
		case is && !was:
			looser = append(looser, v)
		}
	}
	if len(tighter) > 0 {
		rule := brokenRule(s.new, tighter[0])
		d := c.add(FlagsTightened, c.new.at(rule.Pos), "%s may not be sent with %s any more", s.new.Name, flagList(s.new, tighter)).
			note("it breaks %s", verify.RuleText(rule)).
			note("who: an old sender may send it, and a new receiver need not expect it")
		c.flagReadings(d, c.old, r, s, old, tighter[0])
	}
	if len(looser) > 0 {
		rule := brokenRule(s.old, looser[0])
		d := c.add(FlagsLoosened, c.new.at(ruleBlock(s.new)), "%s may now be sent with %s", s.new.Name, flagList(s.new, looser)).
			noteAt(c.old.at(rule.Pos), "in the old schema it breaks %s", verify.RuleText(rule)).
			note("who: a new sender may send it, and an old receiver need not expect it")
		c.flagReadings(d, c.new, r, s, old, looser[0])
	}
}

// flagList renders combinations of flags.
func flagList(s *schema.FlagSet, all []uint64) string {
	const shown = 4
	text := ""
	for i, v := range all {
		switch {
		case i == shown:
			return text + " and others"
		case i > 0:
			text += ", "
		}
		text += verify.FlagNames(s, v)
	}
	return text
}

// brokenRule returns the first rule that a combination breaks.
func brokenRule(s *schema.FlagSet, flags uint64) *schema.FlagRule {
	for _, r := range s.Rules {
		if !r.Allows(flags) {
			return r
		}
	}
	return nil
}

// ruleBlock returns the place of the rules of a set, or that of the set when it has none.
func ruleBlock(s *schema.FlagSet) schema.Pos {
	if len(s.Rules) > 0 {
		return s.At("rule")
	}
	return s.Pos
}

// unknownBits reports a set whose undefined bits are treated otherwise.
func (c *comparer) unknownBits(r couple[*schema.Revision], s couple[*schema.FlagSet], old *schema.Frame) {
	who := "who: a peer that sets bits which the old schema lacks: an old receiver ignores them, and a new one refuses the frame"
	if s.old.RejectUnknown {
		who = "who: a peer that sets bits because a new receiver ignores them: an old one refuses the frame"
	}
	d := c.add(UnknownBits, c.new.at(s.new.At("unknown-flags")), "a receiver %s undefined flags of %s, and %s them before", word(s.new.RejectUnknown, "refuses", "ignores"), s.new.Name, word(s.old.RejectUnknown, "refused", "ignored")).
		noteAt(c.old.at(s.old.At("unknown-flags")), "in the old schema").
		note("%s", who)
	field := c.new.flagsField(s.new)
	if field == nil {
		return
	}
	for bit := range field.Bits {
		if (s.old.Mask()|s.new.Mask())>>bit&1 == 0 {
			c.flagReadings(d, c.new, r, s, old, anyAllowed(s.new)|1<<bit)
			return
		}
	}
}
