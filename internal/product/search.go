package product

import (
	"bytes"
	"hash/maphash"

	"github.com/hgwire/hgwire/internal/schema"
)

// graph is what a component can come to.
type graph struct {
	*layout
	p        *prover
	states   []uint8 // all of them, one after the other
	known    []int32 // a hash table of their numbers, plus one
	seed     maphash.Seed
	parent   []edge  // by state: how it was first reached
	edges    []edge  // all of them, in the order of their states
	first    []int32 // by state: its first edge
	whole    bool    // the search went to the end, and no frame was refused
	less     bool    // with fewer keys or a shorter queue than was asked for
	refusals []edge
	counts   *counts
	kept     func(state) bool // leaves out states, if it is not nil

	// What the search works with.
	places     []int
	rows       []*schema.Transition  // of a step, by machine
	connection [2][]int              // by side and machine: the state of the connection
	admitted   [2]map[string][]uint8 // by side and states of a key's machines: the letters that may be sent
}

// edge is a step from a state to another.
type edge struct {
	from, to int32
	step     step
}

// step is something that one side does.
type step struct {
	kind   kind
	side   uint8
	key    uint8 // place of the key, where the step begins
	letter uint8 // of a frame
	mach   uint8 // that is called
	call   uint8 // number of the row among the calls of the machine
}

type kind uint8

const (
	send kind = iota
	receive
	call
)

func newGraph(p *prover, c *component, queue int) *graph {
	g := &graph{
		layout: newLayout(c, queue),
		p:      p,
		known:  make([]int32, 1<<10),
		seed:   maphash.MakeSeed(),
	}
	g.rows = make([]*schema.Transition, max(len(c.sides[0].machines), len(c.sides[1].machines)))
	for side, sd := range c.sides {
		g.connection[side] = make([]int, len(sd.machines))
		g.admitted[side] = make(map[string][]uint8)
	}
	g.counts = newCounts(g)
	return g
}

// len returns the number of states.
func (g *graph) len() int { return len(g.parent) }

// state returns a state by its number.
func (g *graph) state(n int32) state { return g.states[int(n)*g.size : (int(n)+1)*g.size] }

// search tries all steps from all states that are reached, breadth first. When a frame is refused, the
// search ends with the states that take as many steps: what comes later may follow from it.
func (g *graph) search() {
	start := g.start()
	g.places = g.canonical(start, g.places)
	g.add(start, edge{from: -1})
	scratch := make(state, g.size)
	level := 1 // where the states begin that take one step more
	for i := 0; i < g.len(); i++ {
		if i == level {
			if len(g.refusals) > 0 {
				return
			}
			level = g.len()
		}
		if g.len() > g.p.share {
			return
		}
		g.first = append(g.first, int32(len(g.edges)))
		g.connections(g.state(int32(i)))
		for st := range g.steps(g.state(int32(i))) {
			copy(scratch, g.state(int32(i)))
			e := edge{from: int32(i), step: st}
			if !g.take(scratch, st) {
				g.refusals = append(g.refusals, e)
				continue
			}
			if g.kept != nil && !g.kept(scratch) {
				continue
			}
			g.places = g.canonical(scratch, g.places)
			e.to = g.add(scratch, e)
			g.edges = append(g.edges, e)
		}
	}
	g.first = append(g.first, int32(len(g.edges)))
	g.whole = len(g.refusals) == 0
}

// add returns the number of a state, which is copied when it is new.
func (g *graph) add(s state, by edge) int32 {
	if 2*g.len() > len(g.known) {
		g.grow()
	}
	slot := g.slot(s)
	if n := g.known[slot]; n > 0 {
		return n - 1
	}
	n := int32(g.len())
	g.known[slot] = n + 1
	g.states = append(g.states, s...)
	g.parent = append(g.parent, by)
	g.counts.look(n, s)
	return n
}

// slot returns the place of a state in the hash table, or the free one where it belongs.
func (g *graph) slot(s state) int {
	mask := len(g.known) - 1
	at := int(maphash.Bytes(g.seed, s)) & mask
	for g.known[at] > 0 && !bytes.Equal(g.state(g.known[at]-1), s) {
		at = (at + 1) & mask
	}
	return at
}

func (g *graph) grow() {
	g.known = make([]int32, 4*len(g.known))
	for n := range g.len() {
		g.known[g.slot(g.state(int32(n)))] = int32(n) + 1
	}
}

// steps yields what can happen in a state: frames that are received, calls, frames that are sent. Of
// keys that nothing tells apart only the first is tried.
func (g *graph) steps(s state) func(func(step) bool) {
	return func(yield func(step) bool) {
		for side, sd := range g.sides {
			if q := g.to(s, side); q[0] > 0 {
				k, l := q.head()
				if !yield(step{kind: receive, side: uint8(side), key: uint8(k), letter: uint8(l)}) {
					return
				}
			}
			full := g.to(s, 1-side).full()
			for k := range g.keys {
				if g.twin(s, k) {
					continue
				}
				for j, m := range sd.machines {
					if m.Key == nil {
						continue
					}
					for n := range m.calls[s[g.at(k, side, j)]] {
						if !yield(step{kind: call, side: uint8(side), key: uint8(k), mach: uint8(j), call: uint8(n)}) {
							return
						}
					}
				}
				if full || !g.mayUse(sd.role, g.keys[k]) {
					continue
				}
				for _, l := range g.maySend(s, side, k) {
					if !yield(step{kind: send, side: uint8(side), key: uint8(k), letter: l}) {
						return
					}
				}
			}
		}
	}
}

// maySend returns the letters that the machines of a side let it send now.
func (g *graph) maySend(s state, side, k int) []uint8 {
	machines := g.sides[side].machines
	var buf [32]uint8
	at := append(buf[:0], s[g.at(k, side, 0):g.at(k, side, 0)+len(machines)]...)
	for j := range machines {
		at = append(at, uint8(g.connection[side][j]))
	}
	if letters, ok := g.admitted[side][string(at)]; ok {
		return letters
	}
	letters := []uint8{}
	for l := range g.sides[side].letters {
		ok := true
		for j, m := range machines {
			if m.sends == nil {
				continue
			}
			row := g.row(s, side, k, j, m.sent[l])
			if ok = row != nil && row.Error == nil && !row.Abnormal; !ok || row.Consumes {
				break
			}
		}
		if ok {
			letters = append(letters, uint8(l))
		}
	}
	g.admitted[side][string(at)] = letters
	return letters
}

// row returns the row of a column for the state of a machine.
func (g *graph) row(s state, side, k, machine int, column []*schema.Transition) *schema.Transition {
	m := g.sides[side].machines[machine]
	return column[m.cell(g.connection[side][machine], int(s[g.at(k, side, machine)]))]
}

// connections finds the states of the connections, which follow from the instances within. No error has
// been raised.
func (g *graph) connections(s state) {
	for side, sd := range g.sides {
		for j, m := range sd.machines {
			switch {
			case m.Key == nil:
				g.connection[side][j] = g.connectionState(s, side, m.Machine)
			case m.Machine.Within != nil:
				g.connection[side][j] = g.connectionState(s, side, m.Machine.Within)
			}
		}
	}
}

func (g *graph) connectionState(s state, side int, connection *schema.Machine) int {
	when := schema.WhenNoneReceiving
	for j, m := range g.sides[side].machines {
		if m.Machine.Within != connection || m.receiving == 0 {
			continue
		}
		for k := range g.keys {
			if m.receiving>>s[g.at(k, side, j)]&1 != 0 {
				when = schema.WhenSomeReceiving
			}
		}
	}
	for _, st := range connection.States {
		if st.When == when {
			return st.Index
		}
	}
	return 0
}

// take does a step from the state for which connections was called last. It reports whether the step
// was admitted; a refused one leaves the state undefined.
func (g *graph) take(s state, st step) bool {
	side, k := int(st.side), int(st.key)
	sd := g.sides[side]
	rows := g.rows // all are looked up before any state changes
	clear(rows)
	switch st.kind {
	case call:
		rows[st.mach] = sd.machines[st.mach].calls[s[g.at(k, side, int(st.mach))]][st.call]
	case send:
		for j, m := range sd.machines {
			if m.sends == nil {
				continue
			}
			rows[j] = g.row(s, side, k, j, m.sent[st.letter])
			if rows[j].Consumes {
				break
			}
		}
		g.to(s, 1-side).push(k, int(st.letter))
	case receive:
		for j, m := range sd.machines {
			rows[j] = g.row(s, side, k, j, m.received[st.letter])
			if rows[j] == nil || rows[j].Error != nil {
				return false
			}
			if rows[j].Consumes {
				break
			}
		}
		g.to(s, side).pop()
	}
	for j, row := range rows {
		if row == nil {
			continue
		}
		sd.machines[j].used[row.Index] = true
		if row.To != nil {
			s[g.at(k, side, j)] = uint8(row.To.Index)
		}
	}
	return true
}

// collect adds the rows that some conversation goes through.
func (g *graph) collect(used map[*schema.Transition]bool) {
	for _, sd := range g.sides {
		for _, m := range sd.machines {
			for i, yes := range m.used {
				used[m.Transitions[i]] = used[m.Transitions[i]] || yes
			}
		}
	}
}
