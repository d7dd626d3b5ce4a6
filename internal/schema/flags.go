package schema

func (r *resolver) defineFlagSets(raws []flagSetBlock) {
	for i := range raws {
		raw := &raws[i]
		s := &FlagSet{
			Node:          raw.Node,
			Name:          raw.Name,
			Since:         r.since(raw.Node, raw.Since),
			RejectUnknown: raw.UnknownFlags == "reject",
			Doc:           raw.Doc,
		}
		r.flags(s, raw.Flags, raw.Rules)
		r.flagSets.define(r.found, raw.At("name"), raw.Name, s)
		r.schema.FlagSets = append(r.schema.FlagSets, s)
	}
}

// flags adds flags and the rules between them to a set.
func (r *resolver) flags(s *FlagSet, raws []flagRow, rules []flagRuleRow) {
	flags := newScope[*Flag]("flag", NoFlag)
	for i := range raws {
		raw := &raws[i]
		f := &Flag{Node: raw.Node, Name: raw.Name, Doc: raw.Doc}
		if raw.Bit >= 0 && raw.Bit < 64 {
			f.Bit = int(raw.Bit)
		} else {
			r.found.Add(raw.At("bit"), BitTooHigh, "a flags field has no bit %d", raw.Bit)
		}
		flags.define(r.found, raw.At("name"), raw.Name, f)
		s.Flags = append(s.Flags, f)
	}
	for i := range rules {
		s.Rules = append(s.Rules, r.flagRule(flags, &rules[i]))
	}
}

func (r *resolver) flagRule(flags *scope[*Flag], raw *flagRuleRow) *FlagRule {
	rule := &FlagRule{Node: raw.Node, Doc: raw.Doc}
	first := ""
	for _, k := range []struct {
		key, expr string
		kind      RuleKind
		least     int
	}{
		{"excludes", raw.Excludes, RuleExcludes, 2},
		{"any-of", raw.AnyOf, RuleAnyOf, 1},
		{"requires", raw.Requires, RuleRequires, 2},
	} {
		switch {
		case !has(raw.Node, k.key):
			continue
		case first != "":
			r.found.Add(raw.At(k.key), KeyConflict, "%s and %s exclude each other in a rule", k.key, first).Note(raw.At(first), "the other")
			continue
		}
		first, rule.Kind = k.key, k.kind
		words := r.words(raw.At(k.key), k.expr)
		for _, w := range words {
			if w.not || w.name == "*" {
				r.found.Add(w.pos, MixedSet, "a rule names flags plainly, without ! and *")
			} else if f, ok := flags.find(r.found, w.pos, w.name); ok {
				rule.Flags = append(rule.Flags, f)
			}
		}
		if len(words) > 0 && len(words) < k.least {
			r.found.Add(raw.At(k.key), FewFlags, "%s names at least %d flags", k.key, k.least)
		}
	}
	return rule
}
