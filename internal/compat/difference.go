package compat

import (
	"github.com/hgwire/hgwire/internal/schema"
)

// differenceKey says what differences are one and the same: those that the same rows cause.
type differenceKey struct {
	rule                   string
	send                   bool // of a sent frame
	oldMachine, newMachine *schema.Machine
	oldRow, newRow         *schema.Transition
	oldState, newState     *schema.State
}

// difference is one cause of different results, with the best witness for it.
type difference struct {
	differenceKey
	role    string // InitialDiffers: whose machine it is
	key     uint64 // InitialDiffers: a key of the class
	witness *witness
	cases   int // frames and calls in states where it shows
}

// witness is a sequence of frames and calls, and its last one, where both sides differ. The last
// is nil when both sides differ without it.
type witness struct {
	duel     *duel
	at       *visit
	in       *input
	old, new outcome
	rule     string // what the difference in outcomes is
}

// differences collects what all walks of a role find.
type differences struct {
	byKey map[differenceKey]*difference
	list  []*difference
}

// of returns the difference with the key.
func (l *differences) of(k differenceKey) *difference {
	d := l.byKey[k]
	if d == nil {
		d = &difference{differenceKey: k}
		l.byKey[k] = d
		l.list = append(l.list, d)
	}
	return d
}

// step records two outcomes that are not the same.
func (l *differences) step(d *duel, v *visit, in *input, old, new outcome) {
	w := &witness{duel: d, at: v, in: in, old: old, new: new}
	switch {
	case old.err == nil && new.err != nil:
		w.rule = NowRefused
	case old.err != nil && new.err == nil:
		w.rule = NowAccepted
	case old.err != nil:
		w.rule = ErrorDiffers
	default:
		w.rule = ActionsDiffer
	}
	if v.skew != nil {
		v.skew.add(w)
		return
	}
	a, b := d.parting(old, new)
	l.of(differenceKey{rule: w.rule, send: in.send, oldMachine: a.machine, newMachine: b.machine, oldRow: a.row, newRow: b.row}).add(w)
}

// parting returns the first steps of two outcomes that differ. One of them is zero where a side
// has no more steps.
func (d *duel) parting(old, new outcome) (a, b step) {
	for i := range max(len(old.steps), len(new.steps)) {
		a, b = step{}, step{}
		if i < len(old.steps) {
			a = old.steps[i]
		}
		if i < len(new.steps) {
			b = new.steps[i]
		}
		one := outcome{steps: []step{a}, err: a.err}
		other := outcome{steps: []step{b}, err: b.err}
		if a.machine == nil || b.machine == nil || !d.agree(one, other) {
			return a, b
		}
	}
	return a, b
}

// target returns the difference between two steps that lead to different states.
func (l *differences) target(m couple[*schema.Machine], old, new step, a, b *schema.State) *difference {
	return l.of(differenceKey{rule: TargetDiffers, oldMachine: m.old, newMachine: m.new, oldRow: old.row, newRow: new.row, oldState: a, newState: b})
}

// initial returns the difference between the states in which a key starts.
func (l *differences) initial(m couple[*schema.Machine], role string, key uint64, a, b *schema.State) *difference {
	d := l.of(differenceKey{rule: InitialDiffers, oldMachine: m.old, newMachine: m.new, oldState: a, newState: b})
	d.role, d.key = role, key
	return d
}

// connection records a visit where the connection is in different states.
func (l *differences) connection(d *duel, v *visit, m couple[*schema.Machine], a, b *schema.State) {
	w := &witness{duel: d, at: v, rule: ConnectionDiffer}
	if v.skew != nil {
		v.skew.add(w)
		return
	}
	l.of(differenceKey{rule: ConnectionDiffer, oldMachine: m.old, newMachine: m.new, oldState: a, newState: b}).add(w)
}

// add counts a case and keeps the better witness.
func (d *difference) add(w *witness) {
	d.cases++
	if d.witness == nil || w.rank() > d.witness.rank() ||
		w.rank() == d.witness.rank() && w.at.depth < d.witness.at.depth {
		d.witness = w
	}
}

// rank is higher for a witness that conforming peers can bring about, and then for one where more
// differs than the name of an error.
func (w *witness) rank() int {
	rank := 0
	if w.in != nil && w.may() {
		rank += 4
	}
	if w.at.conform {
		rank += 2
	}
	if w.rule != ErrorDiffers {
		rank++
	}
	return rank
}

// may reports whether a conforming peer does what the witness ends with: one of the side that is
// worse off by the difference.
func (w *witness) may() bool {
	switch w.rule {
	case NowRefused:
		return w.in.oldMay
	case NowAccepted:
		return w.in.newMay
	}
	return w.in.oldMay || w.in.newMay
}
