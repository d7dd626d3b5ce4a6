package verify

import (
	"fmt"
	"strings"

	"github.com/hgwire/hgwire/internal/schema"
)

// maxRuledFlags is the largest number of flags in the rules of one set: all their combinations
// are tried.
const maxRuledFlags = 16

// flags proves what every flag set says about itself.
func (c *checker) flags() {
	for _, s := range c.FlagSets {
		c.flagRules(s)
	}
	for _, f := range c.Frames {
		c.flagRules(&f.FlagSet)
	}
}

func (c *checker) flagRules(s *schema.FlagSet) {
	overlap := false
	for i, f := range s.Flags {
		for _, g := range s.Flags[:i] {
			if f.Bit == g.Bit {
				overlap = true
				c.found.Add(f.At("bit"), BitTwice, "flag %s of %s has bit %d, which is taken", f.Name, s.Name, f.Bit).
					Note(g.At("bit"), "flag %s", g.Name)
			}
		}
	}
	if overlap || len(s.Rules) == 0 {
		return
	}
	if n := len(ruledFlags(s)); n > maxRuledFlags {
		c.found.Add(s.Rules[0].Pos, TooManyFlags, "the rules of %s range over %d flags; at most %d can be checked", s.Name, n, maxRuledFlags)
		return
	}
	if c.satisfiable(s) {
		c.implied(s)
		c.settable(s)
	}
}

// satisfiable reports the first rule that leaves no combination of flags.
func (c *checker) satisfiable(s *schema.FlagSet) bool {
	for i, r := range s.Rules {
		if !allows(s, s.Rules[:i+1]) {
			d := c.found.Add(r.Pos, RuleNeverHolds, "rule can never hold: no combination of the flags of %s is left", s.Name)
			c.refusals(d, s, s.Rules[:i+1], schema.FlagGuard{})
			return false
		}
	}
	return true
}

// implied reports the rules without which the set allows nothing more. Of two rules that imply
// each other the later one is reported.
func (c *checker) implied(s *schema.FlagSet) {
	rules := append([]*schema.FlagRule(nil), s.Rules...)
	for i := len(rules) - 1; i >= 0; i-- {
		r := rules[i]
		others := append(append([]*schema.FlagRule(nil), rules[:i]...), rules[i+1:]...)
		needed := false
		for v := range combinations(s) {
			needed = needed || !r.Allows(v) && allowed(others, v)
		}
		if needed {
			continue
		}
		d := c.found.Add(r.Pos, RuleImplied, "rule follows from the others: without it the flags of %s have the same combinations", s.Name)
		var left []string
		for v := range combinations(s) {
			if allowed(others, v) {
				left = append(left, flagNames(s, v))
			}
		}
		d.Note(schema.Pos{}, "they are: %s", abridge(left, ", "))
		rules = others
	}
}

// settable reports flags that no combination of flags may have.
func (c *checker) settable(s *schema.FlagSet) {
	for _, f := range ruledFlags(s) {
		ok := false
		for v := range combinations(s) {
			ok = ok || v>>f.Bit&1 != 0 && allowed(s.Rules, v)
		}
		if !ok {
			d := c.found.Add(f.Pos, FlagNeverSet, "flag %s of %s can never be set", f.Name, s.Name)
			c.refusals(d, s, s.Rules, schema.FlagGuard{Set: 1 << f.Bit})
		}
	}
}

// refusals notes, for the first few combinations that the guard admits, a rule that each breaks.
func (c *checker) refusals(d *schema.Diagnostic, s *schema.FlagSet, rules []*schema.FlagRule, g schema.FlagGuard) {
	noted, more := 0, 0
	for v := range combinations(s) {
		for _, r := range rules {
			if !g.Admits(v) || r.Allows(v) {
				continue
			}
			if noted++; noted > shown {
				more++
			} else {
				d.Note(schema.Pos{}, "%s breaks %s (line %d)", flagNames(s, v), ruleText(r), r.Pos.Line)
			}
			break
		}
	}
	if more > 0 {
		d.Note(schema.Pos{}, "and %d more", more)
	}
}

// ruledFlags returns the flags that the rules of the set mention.
func ruledFlags(s *schema.FlagSet) []*schema.Flag {
	var list []*schema.Flag
	for _, f := range s.Flags {
		if ruledMask(s)>>f.Bit&1 != 0 {
			list = append(list, f)
		}
	}
	return list
}

func ruledMask(s *schema.FlagSet) uint64 {
	var mask uint64
	for _, r := range s.Rules {
		for _, f := range r.Flags {
			mask |= 1 << f.Bit
		}
	}
	return mask
}

// combinations yields every combination of the flags that the rules mention, zero first.
func combinations(s *schema.FlagSet) func(func(uint64) bool) { return subsets(ruledMask(s)) }

// subsets yields every subset of the mask, zero first.
func subsets(mask uint64) func(func(uint64) bool) {
	return func(yield func(uint64) bool) {
		for v := uint64(0); yield(v) && v != mask; {
			v = (v - mask) & mask // the next larger subset of mask
		}
	}
}

func allows(s *schema.FlagSet, rules []*schema.FlagRule) bool {
	for v := range combinations(s) {
		if allowed(rules, v) {
			return true
		}
	}
	return false
}

func allowed(rules []*schema.FlagRule, flags uint64) bool {
	for _, r := range rules {
		if !r.Allows(flags) {
			return false
		}
	}
	return true
}

// ruleText renders a rule as the schema does.
func ruleText(r *schema.FlagRule) string {
	var names []string
	for _, f := range r.Flags {
		names = append(names, f.Name)
	}
	kind := map[schema.RuleKind]string{schema.RuleExcludes: "excludes", schema.RuleAnyOf: "any-of", schema.RuleRequires: "requires"}[r.Kind]
	return fmt.Sprintf("%s = %q", kind, strings.Join(names, " "))
}
