// Package dispatch turns the rows of a machine into a dense table: one cell for every connection
// state, state, frame type and combination of the flags that rows look at.
//
// A table has only the dimensions its rows look at, so a machine that ignores the frame type has
// one type column, and undefined flag bits have none. The one rule to remember: rows have no
// order, so a cell that two rows match is an error, which package verify reports.
package dispatch

import (
	"iter"
	"math/bits"

	"github.com/hgwire/hgwire/internal/schema"
)

// Cell values other than an index into Machine.Transitions.
const (
	Otherwise  = -1 // no row matches: the machine's `otherwise`, or `misuse` for calls and sent frames
	Impossible = -2 // the connection cannot be in this state while the instance is in that one
)

// Table is the dense form of a machine's rows for received frames, or of those for sent ones.
type Table struct {
	Machine  *schema.Machine
	Send     bool
	Within   int // states of Machine.Within, or 1
	States   int
	TypeBits int // width of the type column, or 0 when no row looks at the type
	FlagBits int // low flag bits that rows look at
	// Cells holds, at Index of a cell, the lowest row that matches it, Otherwise or Impossible.
	Cells []int

	matches []int                        // like Cells, but Impossible cells have their rows too
	clashes map[int][]*schema.Transition // the rows of cells that several match
}

// Cell names one cell of a table. The type and the flags are as on the wire.
type Cell struct {
	Within, State int
	Type, Flags   uint64
}

// MaxCells is the largest number of cells of a table.
const MaxCells = 1 << 20

// New builds the table of received frames of m, which Fits. typeField is the schema's type field; it
// may be nil.
func New(m *schema.Machine, typeField *schema.Field) *Table { return build(shape(m, typeField, false)) }

// NewSend builds the table of sent frames of m, which Fits.
func NewSend(m *schema.Machine, typeField *schema.Field) *Table {
	return build(shape(m, typeField, true))
}

// build fills the cells. Types that no row names have the same rows, so these are looked up once.
func build(t *Table) *Table {
	n := t.Within * t.States << t.TypeBits << t.FlagBits
	t.Cells, t.matches, t.clashes = make([]int, n), make([]int, n), make(map[int][]*schema.Transition)
	named, other := t.types()
	for w := range t.Within {
		for s := range t.States {
			rows := t.rowsIn(w, s)
			for f := range uint64(1) << t.FlagBits {
				found := matching(rows, other, f)
				for typ := range uint64(1) << t.TypeBits {
					c := Cell{w, s, typ, f}
					if named[typ] {
						t.set(c, matching(rows, typ, f))
					} else {
						t.set(c, found)
					}
				}
			}
		}
	}
	return t
}

// types returns the types that rows name, and the lowest that they do not.
func (t *Table) types() (named map[uint64]bool, other uint64) {
	named = make(map[uint64]bool)
	for _, r := range t.Machine.Transitions {
		for _, f := range r.Types.Frames {
			named[f.ID] = true
		}
	}
	for named[other] {
		other++
	}
	return named, other
}

// rowsIn returns the rows for a state of the connection and a state.
func (t *Table) rowsIn(within, state int) []*schema.Transition {
	var rows []*schema.Transition
	for _, r := range t.Machine.Transitions {
		if t.admits(r) && (t.Machine.Within == nil || r.While.Has(t.Machine.Within.States[within])) && r.From.Has(t.Machine.States[state]) {
			rows = append(rows, r)
		}
	}
	return rows
}

// matching returns those of the rows that match a type and flags.
func matching(rows []*schema.Transition, typ, flags uint64) []*schema.Transition {
	var found []*schema.Transition
	for _, r := range rows {
		if r.Flags.Admits(flags) && r.Types.Has(typ) {
			found = append(found, r)
		}
	}
	return found
}

func (t *Table) set(c Cell, rows []*schema.Transition) {
	i := t.Index(c)
	t.matches[i] = Otherwise
	if len(rows) > 0 {
		t.matches[i] = rows[0].Index
	}
	if len(rows) > 1 {
		t.clashes[i] = rows
	}
	if t.Cells[i] = t.matches[i]; !t.Possible(c) {
		t.Cells[i] = Impossible
	}
}

// Fits reports whether the tables of m have at most MaxCells cells each.
func Fits(m *schema.Machine, typeField *schema.Field) bool {
	for _, send := range []bool{false, true} {
		t := shape(m, typeField, send)
		if t.Within*t.States > MaxCells>>(t.TypeBits+t.FlagBits) {
			return false
		}
	}
	return true
}

// shape returns a table of m without its cells.
func shape(m *schema.Machine, typeField *schema.Field, send bool) *Table {
	t := &Table{Machine: m, Send: send, Within: 1, States: len(m.States)}
	if m.Within != nil {
		t.Within = len(m.Within.States)
	}
	for _, r := range m.Transitions {
		if !t.admits(r) {
			continue
		}
		if len(r.Types.Frames) > 0 && typeField != nil {
			t.TypeBits = typeField.Bits
		}
		t.FlagBits = max(t.FlagBits, bits.Len64(r.Flags.Set|r.Flags.Clear))
	}
	return t
}

// All yields every cell, in the order of Cells.
func (t *Table) All(yield func(Cell) bool) {
	for w := range t.Within {
		for s := range t.States {
			for typ := range uint64(1) << t.TypeBits {
				for f := range uint64(1) << t.FlagBits {
					if !yield(Cell{w, s, typ, f}) {
						return
					}
				}
			}
		}
	}
}

// OfType yields the cells of one frame type: all of them when no row looks at the type.
func (t *Table) OfType(typ uint64) iter.Seq[Cell] {
	return func(yield func(Cell) bool) {
		for w := range t.Within {
			for s := range t.States {
				for f := range uint64(1) << t.FlagBits {
					if !yield(Cell{w, s, typ, f}) {
						return
					}
				}
			}
		}
	}
}

// Index returns the place of the cell in Cells. Flags beyond FlagBits are ignored, and so is the
// type when no row looks at it.
func (t *Table) Index(c Cell) int {
	typ := c.Type & (1<<t.TypeBits - 1)
	flags := c.Flags & (1<<t.FlagBits - 1)
	return ((c.Within*t.States+c.State)<<t.TypeBits+int(typ))<<t.FlagBits + int(flags)
}

// Row returns the row that decides the cell, or nil when that is left to the machine's `otherwise`.
func (t *Table) Row(c Cell) *schema.Transition {
	if i := t.Cells[t.Index(c)]; i >= 0 {
		return t.Machine.Transitions[i]
	}
	return nil
}

// Possible reports whether the connection can be in the cell's state while an instance of the
// machine is in the cell's other state.
func (t *Table) Possible(c Cell) bool {
	w := t.Machine.Within
	return w == nil || w.States[c.Within].When != schema.WhenNoneReceiving ||
		!t.Machine.States[c.State].Receiving
}

// admits reports whether a row is of the kind that the table is for.
func (t *Table) admits(r *schema.Transition) bool { return r.Send == t.Send && len(r.Events) == 0 }

// Matches returns the rows that match the cell.
func (t *Table) Matches(c Cell) []*schema.Transition {
	i := t.Index(c)
	if rows, ok := t.clashes[i]; ok {
		return rows
	}
	if n := t.matches[i]; n >= 0 {
		return t.Machine.Transitions[n : n+1]
	}
	return nil
}

// Calls is the dense form of a machine's rows for calls: Calls[state][event] is a row or
// Otherwise.
func Calls(m *schema.Machine) [][]int {
	table := make([][]int, len(m.States))
	for s, st := range m.States {
		table[s] = make([]int, len(m.Events))
		for e, ev := range m.Events {
			table[s][e] = Otherwise
			if rows := CallMatches(m, st, ev); len(rows) > 0 {
				table[s][e] = rows[0].Index
			}
		}
	}
	return table
}

// CallMatches returns the rows that match a call in a state.
func CallMatches(m *schema.Machine, st *schema.State, ev *schema.Event) []*schema.Transition {
	var rows []*schema.Transition
	for _, r := range m.Transitions {
		if !r.From.Has(st) {
			continue
		}
		for _, e := range r.Events {
			if e == ev {
				rows = append(rows, r)
			}
		}
	}
	return rows
}
