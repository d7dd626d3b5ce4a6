package compat

import (
	"fmt"
	"strings"

	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// lister gathers the entries of a schema.
type lister struct {
	*schema.Schema
	list []*entry
}

// entries returns everything that a schema says, in the order of the model.
func entries(s *schema.Schema) []*entry {
	l := &lister{Schema: s}
	l.head()
	for _, set := range s.FlagSets {
		l.add("flagsets", set.Name, "flagset "+set.Name, set.Node, doc(set.Doc), plain("since", since(set.Since)), plain("unknown-flags", reject(set)))
		l.flags(set, "flagset "+set.Name)
	}
	for _, p := range s.Payloads {
		l.payload(p)
	}
	for _, f := range s.Frames {
		name, payload := "frame "+f.Name, ""
		if f.Payload != nil {
			payload = f.Payload.Name
		}
		l.add("frames", f.Name, name, f.Node, doc(f.Doc), plain("since", since(f.Since)), plain("unknown-flags", reject(&f.FlagSet)),
			plain("id", fmt.Sprintf("%#x", f.ID)), plain("from", strings.Join(f.From, " ")), plain("payload", payload), plain("length", word(f.ByValue, "value", "")))
		l.flags(&f.FlagSet, name)
	}
	l.catalogue()
	for _, m := range s.Machines {
		l.machine(m)
	}
	for _, v := range s.Vectors {
		e := l.add("worked examples", v.Revision.ID+" "+v.Frame, fmt.Sprintf("worked example %q", v.Frame), v.Node, doc(v.Doc),
			fact{key: "octets", value: fmt.Sprintf("% x", v.Octets), rule: ExampleChanged})
		e.rule = ExampleChanged
	}
	return l.list
}

func doc(text string) fact         { return fact{key: "doc", value: text, rule: DocChanged} }
func plain(key, value string) fact { return fact{key: key, value: value} }
func label(key, value string) fact { return fact{key: key, value: value, rule: LabelChanged} }

// add appends an entry. The places of its facts are those of their keys.
func (l *lister) add(list, key, name string, n schema.Node, facts ...fact) *entry {
	for i := range facts {
		facts[i].pos = n.At(facts[i].key)
	}
	e := &entry{list: list, key: key, name: name, pos: n.Pos, facts: facts}
	l.list = append(l.list, e)
	return e
}

// head lists the protocol, the revisions and the header.
func (l *lister) head() {
	p := l.Protocol
	l.add("protocol", "", "the protocol", p.Node, label("title", p.Title), doc(p.Doc), plain("name", p.Name),
		label("roles", strings.Join(p.Roles, " ")), label("initialisms", strings.Join(p.Initialisms, " ")))
	for _, r := range l.Revisions {
		l.add("revisions", r.ID, "revision "+r.ID, r.Node, label("source", r.Source), doc(r.Doc), plain("media-type", r.MediaType), plain("api", r.API))
	}
	h := l.Header
	l.add("header", "", "the header", h.Node, doc(h.Doc), plain("byte-order", word(h.BigEndian, "big", "little")), plain("bit-order", word(h.LSBFirst, "lsb", "msb")))
	for _, f := range h.Fields {
		set := ""
		if f.FlagSet != nil {
			set = f.FlagSet.Name
		}
		limit := ""
		if f.Limit != nil {
			limit = f.Limit.Name
		}
		unknown := ""
		if f.Unknown != nil {
			unknown = f.Unknown.Name
		}
		l.add("header fields", f.Name, "header field "+f.Name, f.Node, doc(f.Doc), plain("bits", fmt.Sprint(f.Bits)), plain("kind", fmt.Sprint(f.Kind)),
			plain("since", since(f.Since)), plain("max-send", fmt.Sprint(f.MaxSend)), plain("limit", limit), plain("odd", f.Odd), plain("parity", f.Parity),
			plain("flagset", set), plain("error", unknown), plain("by", fmt.Sprint(f.ByType)))
	}
}

func (l *lister) flags(s *schema.FlagSet, of string) {
	for _, f := range s.Flags {
		l.add("flags of "+of, f.Name, of+", flag "+f.Name, f.Node, doc(f.Doc), plain("bit", fmt.Sprint(f.Bit)))
	}
	for _, r := range s.Rules {
		text := verify.RuleText(r)
		l.add("rules of "+of, text, of+", rule "+text, r.Node, doc(r.Doc))
	}
}

func (l *lister) payload(p *schema.Payload) {
	l.add("payloads", p.Name, "payload "+p.Name, p.Node, doc(p.Doc), plain("since", since(p.Since)), plain("repeat", fmt.Sprint(p.Repeat)), plain("raises", errorNames(p.Raises)))
	for _, f := range p.Fields {
		l.add("fields of payload "+p.Name, f.Name, "payload "+p.Name+", field "+f.Name, f.Node, doc(f.Doc),
			plain("type", f.Type), plain("size", f.Size), plain("count", f.Count))
	}
}

// catalogue lists reserved ids, limits and errors.
func (l *lister) catalogue() {
	for _, v := range l.Reserved {
		for i, id := range v.IDs {
			e := l.add("reserved ids", fmt.Sprintf("%#x", id), fmt.Sprintf("the reservation of id %#x", id), v.Node, doc(v.Doc))
			e.pos, e.rule = v.Element("ids", i), ReservedChanged
			if i > 0 {
				e.facts = nil // said once
			}
		}
	}
	for _, v := range l.Limits {
		machine, counts := counted(v)
		l.add("limits", v.Name, "limit "+v.Name, v.Node, doc(v.Doc), plain("default", fmt.Sprint(v.Default)), plain("unit", v.Unit), plain("error", v.Error.Name), plain("since", since(v.Since)),
			plain("machine", machine), plain("counts", counts))
	}
	for _, v := range l.Errors {
		l.add("errors", v.Name, "error "+v.Name, v.Node, doc(v.Doc), fact{key: "text", value: v.Text, rule: ErrorTextChanged},
			plain("with", strings.Join(v.With, " ")), plain("since", since(v.Since)), plain("fault", fmt.Sprint(v.Fault)))
	}
}

func (l *lister) machine(m *schema.Machine) {
	of := "machine " + m.Name
	within, guard := "", ""
	if m.Within != nil {
		within = m.Within.Name
	}
	if m.Guard != nil {
		guard = m.Guard.Name
	}
	l.add("machines", m.Name, of, m.Node, doc(m.Doc), plain("role", m.Role), plain("per", keyName(m)), plain("within", within), plain("guard", guard),
		plain("since", since(m.Since)), plain("total", fmt.Sprint(m.Total)), plain("otherwise", m.Otherwise.Name), plain("misuse", m.Misuse.Name))
	for _, v := range m.Initial {
		key := fmt.Sprint(v.Keys)
		l.add("initial rows of "+of, key, of+", initial row", v.Node, plain("state", v.State.Name))
	}
	for _, v := range m.States {
		l.add("states of "+of, v.Name, of+", state "+v.Name, v.Node, doc(v.Doc), plain("receiving", fmt.Sprint(v.Receiving)),
			plain("final", fmt.Sprint(v.Final)), plain("when", fmt.Sprint(v.When)))
	}
	for _, v := range m.Events {
		l.add("events of "+of, v.Name, of+", event "+v.Name, v.Node, doc(v.Doc), plain("raises", errorNames(v.Raises)), plain("elsewhere", fmt.Sprint(v.Elsewhere)))
	}
	for _, v := range m.Actions {
		l.add("actions of "+of, v.Name, of+", action "+v.Name, v.Node, doc(v.Doc), plain("raises", errorNames(v.Raises)), plain("keeps", kept(v)))
	}
	for _, t := range m.Transitions {
		l.row(m, t)
	}
}

func (l *lister) row(m *schema.Machine, t *schema.Transition) {
	of := "machine " + m.Name
	while, to, err := "", "", ""
	if m.Within != nil {
		while = stateNames(m.Within, t.While)
	}
	if t.To != nil {
		to = t.To.Name
	}
	if t.Error != nil {
		err = t.Error.Name
	}
	var on, do []string
	for _, f := range t.Types.Frames {
		on = append(on, word(t.Types.Not, "!", "")+f.Name)
	}
	if t.Types.Not && len(on) == 0 {
		on = []string{"*"}
	}
	for _, e := range t.Events {
		on = append(on, "api:"+e.Name)
	}
	for _, a := range t.Do {
		do = append(do, a.Name)
	}
	types := strings.Join(on, " ")
	l.add("rows of "+of, t.ID, of+", row "+t.ID, t.Node, doc(t.Doc), plain("while", while), plain("from", stateNames(m, t.From)),
		plain("on", word(t.Send, "", types)), plain("send", word(t.Send, types, "")), plain("abnormal", fmt.Sprint(t.Abnormal)), plain("flags", guard(m, t)),
		plain("to", to), plain("do", strings.Join(do, " ")), plain("error", err), plain("consumes", fmt.Sprint(t.Consumes)))
}

// guard returns the flags that a row looks at, by the names that they have where it is written.
func guard(m *schema.Machine, t *schema.Transition) string {
	var flags []*schema.Flag
	if m.Guard != nil && m.Guard.FlagSet != nil {
		flags = m.Guard.FlagSet.Flags
	} else if len(t.Types.Frames) > 0 {
		flags = t.Types.Frames[0].Flags
	}
	var names []string
	known := uint64(0)
	for _, f := range flags {
		bit := uint64(1) << f.Bit
		known |= bit
		switch {
		case t.Flags.Set&bit != 0:
			names = append(names, f.Name)
		case t.Flags.Clear&bit != 0:
			names = append(names, "!"+f.Name)
		}
	}
	if set, clear := t.Flags.Set&^known, t.Flags.Clear&^known; set|clear != 0 {
		names = append(names, fmt.Sprintf("%#x of %#x", set, set|clear))
	}
	return strings.Join(names, " ")
}

// counted returns the machine and the states that a limit counts instances in.
func counted(l *schema.Limit) (machine, states string) {
	if l.Machine == nil {
		return "", ""
	}
	return l.Machine.Name, stateNames(l.Machine, l.Counts)
}

// kept returns the limits that bound what an action keeps: "" when the schema does not say, and
// "(nothing)" when it keeps nothing.
func kept(a *schema.Action) string {
	var names []string
	for _, l := range a.Keeps {
		names = append(names, l.Name)
	}
	if a.Keeps != nil && len(names) == 0 {
		return "(nothing)"
	}
	return strings.Join(names, " ")
}

func stateNames(m *schema.Machine, set schema.StateSet) string {
	var names []string
	for _, s := range m.States {
		if set.Has(s) {
			names = append(names, s.Name)
		}
	}
	return strings.Join(names, " ")
}

func errorNames(list []*schema.Error) string {
	var names []string
	for _, e := range list {
		names = append(names, e.Name)
	}
	return strings.Join(names, " ")
}

func since(r *schema.Revision) string {
	if r == nil {
		return ""
	}
	return r.ID
}

func reject(s *schema.FlagSet) string { return word(s.RejectUnknown, "reject", "ignore") }
