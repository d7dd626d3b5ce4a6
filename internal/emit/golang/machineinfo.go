package golang

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/schema"
)

// infoFile emits
//
//	// ServerRequestTransitions returns the rows of the machine server-request as data, in the order
//	// of their transitions, from ServerRequestTransitionRun on.
//	func ServerRequestTransitions() []TransitionInfo {
//		return []TransitionInfo{
//			{
//				ID:    "run",
//				While: []string{"idle", "command-receiving"},
//				From:  []string{"inactive"},
//				On:    []string{"command-name"},
//				Flags: "eos !have-args !have-data",
//				To:    "active",
//				Do:    []string{"begin-command", "run-command"},
//				Doc:   "A request in one frame.",
//			},
//			...
//		}
//	}
func (m *machine) infoFile(f *jen.File) {
	g := f.Group
	var rows []jen.Code
	for _, t := range m.Transitions {
		rows = append(rows, m.info(t))
	}
	name := m.goName + "Transitions"
	comment(g, name+" returns the rows of the machine "+m.Name+" as data. Row i is the transition with the number i+1.")
	g.Func().Id(name).Params().Index().Id("TransitionInfo").Block(
		jen.Return(jen.Index().Id("TransitionInfo").Add(multi(rows))),
	)
}

func (m *machine) info(t *schema.Transition) jen.Code {
	var pairs []jen.Code
	text := func(key, value string) {
		if value != "" {
			pairs = append(pairs, jen.Id(key).Op(":").Lit(value))
		}
	}
	list := func(key string, values []string) {
		if len(values) > 0 {
			var lits []jen.Code
			for _, v := range values {
				lits = append(lits, jen.Lit(v))
			}
			pairs = append(pairs, jen.Id(key).Op(":").Index().String().Values(lits...))
		}
	}
	text("ID", t.ID)
	if m.Within != nil && len(t.Events) == 0 {
		list("While", stateNames(m.Within, t.While))
	}
	list("From", stateNames(m.Machine, t.From))
	list(map[bool]string{false: "On", true: "Send"}[t.Send], onNames(t))
	text("Flags", m.guardText(t))
	if t.To != nil {
		text("To", t.To.Name)
	}
	var do []string
	for _, a := range t.Do {
		do = append(do, a.Name)
	}
	list("Do", do)
	if t.Error != nil {
		text("Error", t.Error.Name)
	}
	if t.Consumes {
		pairs = append(pairs, jen.Id("Consumes").Op(":").True())
	}
	if t.Abnormal {
		pairs = append(pairs, jen.Id("Abnormal").Op(":").True())
	}
	text("Doc", strings.Join(strings.Fields(t.Doc), " "))
	return multi(pairs)
}

func stateNames(m *schema.Machine, set schema.StateSet) []string {
	var list []string
	for _, s := range m.States {
		if set.Has(s) {
			list = append(list, s.Name)
		}
	}
	return list
}

// onNames returns the frame types or events of a row, as the schema writes them.
func onNames(t *schema.Transition) []string {
	var list []string
	for _, e := range t.Events {
		list = append(list, "api:"+e.Name)
	}
	if len(t.Events) == 0 && t.Types.Not && len(t.Types.Frames) == 0 {
		return []string{"*"}
	}
	for _, f := range t.Types.Frames {
		if t.Types.Not {
			list = append(list, "!"+f.Name)
		} else {
			list = append(list, f.Name)
		}
	}
	return list
}

// guardText returns the flags that a row asks for as "a !b", in the order of their bits.
func (m *machine) guardText(t *schema.Transition) string {
	var words []string
	for bit := range 64 {
		switch {
		case t.Flags.Set>>bit&1 != 0:
			words = append(words, m.flagName(t, bit))
		case t.Flags.Clear>>bit&1 != 0:
			words = append(words, "!"+m.flagName(t, bit))
		}
	}
	return strings.Join(words, " ")
}

func (m *machine) flagName(t *schema.Transition, bit int) string {
	var sets []*schema.FlagSet
	if m.Guard != nil && m.Guard.FlagSet != nil {
		sets = append(sets, m.Guard.FlagSet)
	} else {
		for _, f := range t.Types.Frames {
			sets = append(sets, &f.FlagSet)
		}
	}
	for _, s := range sets {
		for _, f := range s.Flags {
			if f.Bit == bit {
				return f.Name
			}
		}
	}
	return fmt.Sprintf("%#x", uint64(1)<<bit)
}
