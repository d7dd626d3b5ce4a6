package large

import (
	"fmt"
	"strings"

	"github.com/hgwire/hgwire/internal/schema"
)

func (w *writer) machines() {
	for _, m := range w.s.Machines {
		w.machine(m)
	}
}

func (w *writer) machine(m *schema.Machine) {
	w.line("[[machine]]\nname = %q", w.name(m.Name))
	if m.Role != "" {
		w.line("role = %q", m.Role)
	}
	per := "connection"
	if m.Key != nil {
		per = w.name(m.Key.Name)
	}
	w.line("per = %q", per)
	if m.Within != nil {
		w.line("within = %q", w.name(m.Within.Name))
	}
	if m.Guard != nil {
		w.line("guard = %q", m.Guard.Name)
	}
	w.since(m.Since)
	if len(m.Initial) > 0 {
		w.line("initial = [")
		for _, i := range m.Initial {
			w.line("{ keys = %q, state = %q },", keys[i.Keys], i.State.Name)
		}
		w.line("]")
	}
	w.line("doc = %q\ntotal = %v\notherwise = %q\nmisuse = %q", w.doc(m.Doc), m.Total, w.name(m.Otherwise.Name), w.name(m.Misuse.Name))
	w.line("state = [")
	for _, s := range m.States {
		when := ""
		if s.When != 0 {
			when = fmt.Sprintf(", when = %q", whens[s.When])
		} else {
			when = fmt.Sprintf(", receiving = %v, final = %v", s.Receiving, s.Final)
		}
		w.line("{ name = %q%s, doc = %q },", s.Name, when, s.Doc)
	}
	w.line("]")
	if len(m.Events) > 0 {
		w.line("event = [")
		for _, e := range m.Events {
			w.line("{ name = %q, raises = %s, elsewhere = %v, doc = %q },", e.Name, w.errorNames(e.Raises), e.Elsewhere, e.Doc)
		}
		w.line("]")
	}
	if len(m.Actions) > 0 {
		w.line("action = [")
		for _, a := range m.Actions {
			keeps := ""
			if a.Keeps != nil {
				var names []string
				for _, l := range a.Keeps {
					names = append(names, w.name(l.Name))
				}
				keeps = ", keeps = " + list(names)
			}
			w.line("{ name = %q, raises = %s%s, doc = %q },", a.Name, w.errorNames(a.Raises), keeps, a.Doc)
		}
		w.line("]")
	}
	w.line("transition = [")
	for _, t := range m.Transitions {
		w.row(m, t)
	}
	if m.Key != nil {
		w.line("{ id = \"others\", from = \"*\", on = %q, doc = \"Frames of the other copies, and of none.\" },", w.others())
		if m.Sends() && w.copies > 1 {
			w.line("{ id = \"send-others\", from = \"*\", send = %q, doc = \"Sent frames of the other copies.\" },", w.others())
		}
	}
	w.line("]")
}

var (
	keys = map[schema.KeyClass]string{
		schema.KeyAny: "any", schema.KeyOdd: "odd", schema.KeyEven: "even",
		schema.KeyZero: "zero", schema.KeyOwn: "own", schema.KeyPeer: "peer",
	}
	whens = map[schema.When]string{
		schema.WhenNoneReceiving: "none-receiving", schema.WhenSomeReceiving: "some-receiving", schema.WhenError: "error",
	}
)

func (w *writer) row(m *schema.Machine, t *schema.Transition) {
	var b strings.Builder
	fmt.Fprintf(&b, "{ id = %q, from = %q", t.ID, states(m, t.From))
	if all := schema.StateSet(1)<<stateCount(m.Within) - 1; m.Within != nil && len(t.Events) == 0 && t.While != all {
		fmt.Fprintf(&b, ", while = %q", states(m.Within, t.While))
	}
	switch {
	case len(t.Events) > 0:
		var names []string
		for _, e := range t.Events {
			names = append(names, "api:"+e.Name)
		}
		fmt.Fprintf(&b, ", on = %q", strings.Join(names, " "))
	case m.Key == nil:
		fmt.Fprintf(&b, ", on = \"*\"")
	case t.Send:
		fmt.Fprintf(&b, ", send = %q", w.types(t.Types))
	default:
		fmt.Fprintf(&b, ", on = %q", w.types(t.Types))
	}
	if flags := guard(m, t); flags != "" {
		fmt.Fprintf(&b, ", flags = %q", flags)
	}
	if t.To != nil {
		fmt.Fprintf(&b, ", to = %q", t.To.Name)
	}
	if len(t.Do) > 0 {
		var names []string
		for _, a := range t.Do {
			names = append(names, a.Name)
		}
		fmt.Fprintf(&b, ", do = %s", list(names))
	}
	if t.Error != nil {
		fmt.Fprintf(&b, ", error = %q", w.name(t.Error.Name))
	}
	if t.Consumes {
		b.WriteString(", consumes = true")
	}
	if t.Abnormal {
		b.WriteString(", abnormal = true")
	}
	w.line("%s, doc = %q },", b.String(), t.Doc)
}

func stateCount(m *schema.Machine) int {
	if m == nil {
		return 0
	}
	return len(m.States)
}

// guard returns the flags that a row asks for.
func guard(m *schema.Machine, t *schema.Transition) string {
	if m.Guard == nil {
		return ""
	}
	set := m.Guard.FlagSet
	if m.Guard.ByType && len(t.Types.Frames) > 0 {
		set = &t.Types.Frames[0].FlagSet
	}
	var words []string
	for bit := range 64 {
		for _, f := range flagsOf(set) {
			switch {
			case f.Bit != bit:
			case t.Flags.Set>>bit&1 != 0:
				words = append(words, f.Name)
			case t.Flags.Clear>>bit&1 != 0:
				words = append(words, "!"+f.Name)
			}
		}
	}
	return strings.Join(words, " ")
}

func flagsOf(s *schema.FlagSet) []*schema.Flag {
	if s == nil {
		return nil
	}
	return s.Flags
}
