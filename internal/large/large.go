// Package large makes large schemas of small ones, for tests and benchmarks of the compiler: one with n
// times the frame types, errors, limits and machines, which two peers keep to just as well.
package large

import (
	"fmt"
	"math/bits"
	"strings"

	"github.com/hgwire/hgwire/internal/schema"
)

// Times returns the text of a schema that is n times s. Every copy has frame types and keys of its own,
// and machines that pass over the frames of the others. Ids are given out anew, and there are no worked
// examples.
func Times(s *schema.Schema, n int) []byte {
	w := &writer{s: s, copies: n}
	w.head(n)
	for i := range n {
		w.copy = i
		w.payloads()
		w.frames()
		w.limits()
		w.errors()
		w.machines()
	}
	return []byte(w.b.String())
}

type writer struct {
	b    strings.Builder
	s    *schema.Schema
	copy int

	copies int
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(&w.b, format+"\n", args...) }

// name returns the name that an item has in the copy at hand.
func (w *writer) name(name string) string { return fmt.Sprintf("%s-n%d", name, w.copy) }

// doc returns the prose that an item has in the copy at hand.
func (w *writer) doc(doc string) string { return fmt.Sprintf("Copy %d. %s", w.copy, doc) }

// since returns the key for an item that later revisions have.
func since(r *schema.Revision) string {
	if r == nil {
		return ""
	}
	return fmt.Sprintf(", since = %q", r.ID)
}

func (w *writer) since(r *schema.Revision) {
	if r != nil {
		w.line("since = %q", r.ID)
	}
}

func order(big bool, yes, no string) string {
	if big {
		return yes
	}
	return no
}

// head writes what there is once: the protocol, the revisions and the header, with the keys of all copies.
func (w *writer) head(n int) {
	p := w.s.Protocol
	w.line("edition = 1\n[protocol]\nname = \"large\"\ntitle = %q\nroles = %s\ninitialisms = %s\ndoc = %q", p.Title, list(p.Roles), list(p.Initialisms), p.Doc)
	for _, r := range w.s.Revisions {
		w.line("[[revision]]\nid = %q\ndoc = %q", r.ID, r.Doc)
	}
	h := w.s.Header
	w.line("[header]\nbyte-order = %q\nbit-order = %q\ndoc = %q\nfield = [", order(h.BigEndian, "big", "little"), order(h.LSBFirst, "lsb", "msb"), h.Doc)
	for _, f := range h.Fields {
		width := (f.Bits + 7) / 8 * 8
		switch f.Kind {
		case schema.FieldLength:
			w.copy = 0
			w.line("{ name = %q, bits = %d, kind = \"payload-length\", max-send = %d, limit = %q, doc = %q },", f.Name, width, f.SendLimit(), w.name(f.Limit.Name), f.Doc)
		case schema.FieldType:
			width = max(width, (bits.Len(uint(n*len(w.s.Frames)))+7)/8*8)
			w.line("{ name = %q, bits = %d, kind = \"type\", doc = %q },", f.Name, width, f.Doc)
		case schema.FieldKey:
			for w.copy = range n {
				w.line("{ name = %q, bits = 8, kind = \"key\", odd = %q, parity = %q%s, doc = %q },", w.name(f.Name), f.Odd, f.Parity, since(f.Since), w.doc(f.Doc))
			}
		case schema.FieldFlags:
			by := "by = \"type\""
			if f.FlagSet != nil {
				by = fmt.Sprintf("flagset = %q", f.FlagSet.Name)
			}
			w.line("{ name = %q, bits = %d, kind = \"flags\", %s%s, doc = %q },", f.Name, width, by, since(f.Since), f.Doc)
		}
	}
	w.line("]")
	for _, f := range w.s.FlagSets {
		w.line("[[flagset]]\nname = %q\nunknown-flags = \"ignore\"\ndoc = %q", f.Name, f.Doc)
		w.since(f.Since)
		w.flags(f)
	}
}

func (w *writer) flags(s *schema.FlagSet) {
	if len(s.Flags) > 0 {
		w.line("flag = [")
		for _, f := range s.Flags {
			w.line("{ name = %q, bit = %d, doc = %q },", f.Name, f.Bit, f.Doc)
		}
		w.line("]")
	}
	if len(s.Rules) > 0 {
		kinds := map[schema.RuleKind]string{schema.RuleExcludes: "excludes", schema.RuleAnyOf: "any-of", schema.RuleRequires: "requires"}
		w.line("rule = [")
		for _, r := range s.Rules {
			var names []string
			for _, f := range r.Flags {
				names = append(names, f.Name)
			}
			w.line("{ %s = %q, doc = %q },", kinds[r.Kind], strings.Join(names, " "), r.Doc)
		}
		w.line("]")
	}
}

func (w *writer) payloads() {
	for _, p := range w.s.Payloads {
		w.line("[[payload]]\nname = %q\ndoc = %q\nrepeat = %v\nraises = %s", w.name(p.Name), w.doc(p.Doc), p.Repeat, w.errorNames(p.Raises))
		w.since(p.Since)
		w.line("field = [")
		for _, f := range p.Fields {
			w.b.WriteString(fmt.Sprintf("{ name = %q, type = %q", f.Name, f.Type))
			if f.Size != "" {
				w.b.WriteString(fmt.Sprintf(", size = %q", f.Size))
			}
			if f.Count != "" {
				w.b.WriteString(fmt.Sprintf(", count = %q", f.Count))
			}
			w.line(", doc = %q },", f.Doc)
		}
		w.line("]")
	}
}

func (w *writer) frames() {
	for i, f := range w.s.Frames {
		w.line("[[frame]]\nname = %q\nid = %d\nfrom = %s\npayload = %q\nunknown-flags = \"ignore\"\ndoc = %q", w.name(f.Name), w.copy*len(w.s.Frames)+i+1, list(f.From), w.name(f.Payload.Name), w.doc(f.Doc))
		w.since(f.Since)
		w.flags(&f.FlagSet)
	}
}

func (w *writer) limits() {
	for _, l := range w.s.Limits {
		def := l.Default
		if l.Machine != nil {
			def = min(def, 128)
		}
		w.line("[[limit]]\nname = %q\ndefault = %d\nunit = %q\nerror = %q\ndoc = %q", w.name(l.Name), def, l.Unit, w.name(l.Error.Name), w.doc(l.Doc))
		w.since(l.Since)
		if l.Machine != nil {
			w.line("machine = %q\ncounts = %q", w.name(l.Machine.Name), states(l.Machine, l.Counts))
		}
	}
}

func (w *writer) errors() {
	for _, e := range w.s.Errors {
		text := ""
		for _, p := range e.Parts {
			switch {
			case p.Field == nil && p.With == "":
				text += p.Literal
			case p.With != "":
				text += "%{" + p.With + "}"
			default:
				name := p.Field.Name
				if p.Field.Kind == schema.FieldKey {
					name = w.name(name)
				}
				text += "%{" + name + mode(p) + "}"
			}
		}
		w.line("[[error]]\nname = %q\nfault = %q\ntext = %q\nwith = %s\ndoc = %q", w.name(e.Name), fault(e.Fault), text, list(e.With), w.doc(e.Doc))
		w.since(e.Since)
	}
}

func mode(p schema.TextPart) string {
	switch {
	case p.Number:
		return ":number"
	case p.Parity:
		return ":parity"
	}
	return ""
}

func fault(f schema.Fault) string {
	if f == schema.FaultPeer {
		return "peer"
	}
	return "caller"
}

func list(words []string) string {
	var quoted []string
	for _, w := range words {
		quoted = append(quoted, fmt.Sprintf("%q", w))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

func (w *writer) errorNames(errs []*schema.Error) string {
	var names []string
	for _, e := range errs {
		names = append(names, w.name(e.Name))
	}
	return list(names)
}

func states(m *schema.Machine, set schema.StateSet) string {
	var names []string
	for _, st := range m.States {
		if set.Has(st) {
			names = append(names, st.Name)
		}
	}
	return strings.Join(names, " ")
}

// types returns the frame types of the copy at hand that are in a set.
func (w *writer) types(set schema.TypeSet) string {
	var names []string
	for _, f := range w.s.Frames {
		if set.Has(f.ID) {
			names = append(names, w.name(f.Name))
		}
	}
	return strings.Join(names, " ")
}

// others returns the set of all frame types but those of the copy at hand.
func (w *writer) others() string {
	var names []string
	for _, f := range w.s.Frames {
		names = append(names, "!"+w.name(f.Name))
	}
	return strings.Join(names, " ")
}
