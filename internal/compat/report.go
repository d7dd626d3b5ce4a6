package compat

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// report turns a difference between machines into a finding. A difference that nothing shows is
// none.
func (c *comparer) report(d *difference) {
	w := d.witness
	if w == nil {
		return
	}
	at, other := c.place(d)
	f := c.add(d.rule, at, "%s", c.message(d))
	if f == nil {
		return
	}
	if other.Side != Nowhere {
		f.noteAt(other, "%s", c.otherText(d, other))
	}
	f.note("who: %s", w.who())
	w.tell(f)
	if d.cases > 1 {
		f.note("the same shows in %d cases in all", d.cases)
	}
}

// place returns where a difference is shown, and its place in the other schema.
func (c *comparer) place(d *difference) (at, other Place) {
	old, new := Place{}, Place{}
	switch {
	case d.rule == InitialDiffers:
		old, new = c.old.at(initialPos(d.oldMachine, d.role, d.key)), c.new.at(initialPos(d.newMachine, d.role, d.key))
	case d.rule == ConnectionDiffer:
		old, new = c.old.at(d.oldState.Pos), c.new.at(d.newState.Pos)
	default:
		in, duel := d.witness.in, d.witness.duel
		call := in.old == nil || in.send
		old, new = c.old.at(deciding(d.oldMachine, d.oldRow, call)), c.new.at(deciding(d.newMachine, d.newRow, call))
		if !call && duel.old.refused(in.old) {
			old = c.old.at(c.old.typeField().At("error"))
		}
		if !call && duel.new.refused(in.new) {
			new = c.new.at(c.new.typeField().At("error"))
		}
		// What the new schema leaves to otherwise is about the row that the old one has.
		if d.newMachine == nil || d.newRow == nil && d.oldRow != nil {
			old, new = new, old
		}
	}
	if new.Pos.Line == 0 {
		new, old = old, Place{}
	}
	if old.Pos.Line == 0 {
		old = Place{}
	}
	return new, old
}

// deciding returns the place of a row, or of what a machine does without one.
func deciding(m *schema.Machine, row *schema.Transition, call bool) schema.Pos {
	switch {
	case m == nil:
		return schema.Pos{}
	case row != nil && row.Error != nil:
		return row.At("error")
	case row != nil:
		return row.Pos
	case call:
		return m.At("misuse")
	}
	return m.At("otherwise")
}

func initialPos(m *schema.Machine, role string, key uint64) schema.Pos {
	st := initial(m, role, key)
	for _, in := range m.Initial {
		if in.State == st && in.Has(m.Key, role, key) {
			return in.Pos
		}
	}
	return m.Pos
}

func (c *comparer) otherText(d *difference, other Place) string {
	side := word(other.Side == Old, "old", "new")
	row, m := d.oldRow, d.oldMachine
	if other.Side == New {
		row, m = d.newRow, d.newMachine
	}
	switch {
	case d.oldState != nil && row == nil || m == nil:
		return "in the " + side + " schema"
	case row == nil:
		return "in the " + side + " schema no row decides"
	}
	return fmt.Sprintf("in the %s schema row %s decides", side, row.ID)
}

// message says what differs.
func (c *comparer) message(d *difference) string {
	w := d.witness
	switch d.rule {
	case InitialDiffers:
		return fmt.Sprintf("%s starts in %s for %s %d, and started in %s, which behaves otherwise",
			d.newMachine.Name, d.newState.Name, d.newMachine.Key.Name, d.key, d.oldState.Name)
	case ConnectionDiffer:
		return fmt.Sprintf("%s is %s where it was %s", d.newMachine.Name, d.newState.Name, d.oldState.Name)
	case TargetDiffers:
		what := "row " + rowID(d.newRow)
		if d.newRow == nil {
			what = d.newMachine.Name
		}
		return fmt.Sprintf("%s leads to %s, and %s led to %s, which behaves otherwise", what, d.newState.Name, rowID(d.oldRow), d.oldState.Name)
	}
	at := w.state()
	switch d.rule {
	case NowRefused:
		return fmt.Sprintf("%s%s is refused (%s), and was accepted", at, w.what(), w.new.err.Name)
	case NowAccepted:
		return fmt.Sprintf("%s%s is accepted, and was refused (%s)", at, w.what(), w.old.err.Name)
	case ErrorDiffers:
		return fmt.Sprintf("%s%s is refused with %s, and was with %s", at, w.what(), w.new.err.Name, w.old.err.Name)
	}
	return fmt.Sprintf("%s%s leads to %s, and led to %s", at, w.what(), doText(w.new), doText(w.old))
}

func rowID(r *schema.Transition) string {
	if r == nil {
		return "no row"
	}
	return r.ID
}

func doText(o outcome) string {
	var names []string
	for _, s := range o.steps {
		for _, a := range s.do() {
			names = append(names, a.Name)
		}
	}
	if len(names) == 0 {
		return "no action"
	}
	return strings.Join(names, ", ")
}

// state says in which state of which machine the witness comes to a difference.
func (w *witness) state() string {
	a, b := w.duel.parting(w.old, w.new)
	p, c, m := w.duel.new, w.at.new, b.machine
	if m == nil {
		p, c, m = w.duel.old, w.at.old, a.machine
	}
	st := p.connection(m, c, w.at.ctx)
	if m.Key != nil {
		st = m.States[c[slices.Index(p.machines, m)]]
	}
	return fmt.Sprintf("%s, state %s: ", m.Name, st.Name)
}

// what names what the witness ends with.
func (w *witness) what() string {
	if w.in.old == nil {
		return "call " + w.in.event.new.Name
	}
	p, f, text := w.duel.new, w.in.new, word(w.in.send, "sending ", "")
	if w.rule == NowRefused || p.side.wire.Type(f.Values[p.side.typeField().Index]) == nil {
		p, f = w.duel.old, w.in.old
	}
	id := f.Values[p.side.typeField().Index]
	if t := p.side.wire.Type(id); t != nil {
		text += t.Name
	} else {
		text += fmt.Sprintf("type %d", id)
	}
	for _, field := range present(p.side, p.revision) {
		if field.Kind != schema.FieldFlags {
			continue
		}
		set := p.side.wire.Flags(field, id)
		if set == nil || !field.ByType && f.Values[field.Index] == 0 {
			continue
		}
		text += " " + verify.FlagNames(set, f.Values[field.Index])
	}
	return text
}

// who says who is affected, by what the witness ends with.
func (w *witness) who() string {
	role := w.duel.new.role
	if w.in == nil {
		return fmt.Sprintf("a %s that acts on the state of the connection, and peers of it", role)
	}
	if w.in.old == nil {
		switch w.rule {
		case NowRefused:
			return fmt.Sprintf("applications of a new %s: a call that the old one takes is their mistake (%s)", role, w.new.err.Name)
		case NowAccepted:
			return fmt.Sprintf("applications that rely on a new %s: for an old one the call is a mistake (%s)", role, w.old.err.Name)
		case ErrorDiffers:
			return fmt.Sprintf("applications of the %s: a mistaken call has another error", role)
		}
		return fmt.Sprintf("applications of the %s, and its peers: the same call has another effect", role)
	}
	if w.in.send {
		return w.whoSends()
	}
	switch from := w.sender(); {
	case !w.may():
		return "no conforming peer, which does not send it: what happens to a broken one differs"
	case w.rule == NowRefused:
		return fmt.Sprintf("an old %s may send it, and a new %s refuses it (%s)", from, role, w.new.err.Name)
	case w.rule == NowAccepted:
		return fmt.Sprintf("a new %s may send it, and an old %s refuses it (%s)", from, role, w.old.err.Name)
	case w.rule == ErrorDiffers:
		return fmt.Sprintf("a %s that sends it to an old and to a new %s: it gets different errors", from, role)
	default:
		return fmt.Sprintf("a %s that sends it to an old and to a new %s: they do different things", from, role)
	}
}

// sender returns the roles that send the frame to ours.
func (w *witness) sender() string {
	peers := []*peer{w.duel.new, w.duel.old}
	if w.rule == NowRefused {
		slices.Reverse(peers)
	}
	for _, p := range peers {
		f := w.in.new
		if p == w.duel.old {
			f = w.in.old
		}
		if t := p.side.wire.Type(f.Values[p.side.typeField().Index]); t != nil {
			from := slices.DeleteFunc(slices.Clone(t.From), func(r string) bool { return r == p.role && len(t.From) > 1 })
			return strings.Join(from, " or ")
		}
	}
	return "peer"
}

// tell notes the sequence of the witness and what either side makes of its end.
func (w *witness) tell(f *Finding) {
	path := w.path()
	f.note("in revision %s, the %s:", w.duel.new.revision.ID, w.duel.new.role)
	others := w.at.ctx.others
	for _, v := range path {
		f.note("  %s", w.duel.event(v.in, others && !v.ctx.others))
	}
	if w.in == nil {
		if len(path) == 0 {
			f.note("  at once, before any frame")
		}
		w.receiving(f)
		return
	}
	f.note("  %s", w.duel.event(w.in, false))
	for _, line := range w.duel.octets(w.in) {
		f.note("    %s", line)
	}
	f.note("  old: %s", w.duel.old.result(w.at.old, w.in.old, w.old))
	f.note("  new: %s", w.duel.new.result(w.at.new, w.in.new, w.new))
}

// receiving notes the states that count for the connection on one side only.
func (w *witness) receiving(f *Finding) {
	d := w.duel
	for _, m := range d.pairs {
		if m.old.Key == nil || m.new.Key == nil {
			continue
		}
		a := m.old.States[w.at.old[slices.Index(d.old.machines, m.old)]]
		b := m.new.States[w.at.new[slices.Index(d.new.machines, m.new)]]
		if a.Receiving != b.Receiving {
			f.noteAt(d.c.new.at(b.Pos), "%s is in state %s, which is %s", m.new.Name, b.Name, word(b.Receiving, "receiving", "not receiving")).
				noteAt(d.c.old.at(a.Pos), "in the old schema %s is %s", a.Name, word(a.Receiving, "receiving", "not receiving"))
		}
	}
}

// event renders a frame or a call. The frames that opened another instance have other keys.
func (d *duel) event(in *input, other bool) string {
	if in.old == nil {
		return "call " + in.event.new.Name
	}
	p, f := d.new, in.new
	if p.side.wire.Type(f.Values[p.side.typeField().Index]) == nil {
		p, f = d.old, in.old
	}
	if other {
		f = p.elsewhere(f)
	}
	return word(in.send, "send ", "receive ") + p.side.wire.Line(p.revision, f)
}

// elsewhere returns the frame with another key of the same class, for the machine that was brought
// to a receiving state.
func (p *peer) elsewhere(f *verify.Frame) *verify.Frame {
	for _, m := range p.machines {
		if m.Key != nil && f.Values[m.Key.Index] != 0 && slices.ContainsFunc(m.States, func(s *schema.State) bool { return s.Receiving }) {
			return with(f, m.Key, f.Values[m.Key.Index]+2)
		}
	}
	return f
}

// octets renders a frame in hexadecimal: once when both schemas write it alike.
func (d *duel) octets(in *input) []string {
	if in.old == nil {
		return nil
	}
	old, new := d.old.side.wire.Encode(d.old.revision, in.old), d.new.side.wire.Encode(d.new.revision, in.new)
	if bytes.Equal(old, new) {
		return []string{verify.Spaced(new)}
	}
	return []string{"old " + verify.Spaced(old), "new " + verify.Spaced(new)}
}

// result renders what comes of a frame or a call.
func (p *peer) result(before config, f *verify.Frame, o outcome) string {
	last := o.steps[len(o.steps)-1]
	if o.err != nil && last.row == nil && f != nil && p.refused(f) {
		return fmt.Sprintf("error %s (the type is undefined)", o.err.Name)
	}
	if o.err != nil {
		if last.row == nil {
			return fmt.Sprintf("error %s (no row of %s)", o.err.Name, last.machine.Name)
		}
		return fmt.Sprintf("error %s (row %s)", o.err.Name, last.row.ID)
	}
	text := doText(o)
	for i, m := range p.machines {
		if m.Key != nil && before[i] != o.next[i] {
			text += fmt.Sprintf("; %s is %s", m.Name, m.States[o.next[i]].Name)
		}
	}
	return text + fmt.Sprintf(" (row %s)", last.row.ID)
}
