package product

import "github.com/hgwire/hgwire/internal/schema"

// judge reports what is wrong with the graph.
func (g *graph) judge() {
	for _, e := range g.refusals {
		g.refused(e.from, e.step)
	}
	if len(g.refusals) > 0 {
		return // the rest may follow from it
	}
	at := g.sides[0].machines[0].Pos
	if !g.whole {
		g.p.report.Found.Inform(at, NotProved, "two peers together are proved in part: with one key, the search of machines per %s was given up at %d states", g.key.Name, g.len())
		return
	}
	if g.less {
		g.p.report.Found.Inform(at, NotProved, "two peers together are proved for %d keys of %s and queues of length %d: with more, the search was given up at %d states",
			len(g.keys), g.key.Name, g.length, g.p.share)
	}
	g.stuck()
	g.limits()
}

// stuck reports the first state in which nothing can happen, and the first from which no steps lead to
// an end, although something has been begun.
func (g *graph) stuck() {
	ends := g.ending()
	var deadlock, lost int32 = -1, -1
	for i := range g.len() {
		n := int32(i)
		switch {
		case ends[i]:
		case g.first[i] == g.first[i+1] && deadlock < 0:
			deadlock = n
		case g.first[i] < g.first[i+1] && lost < 0:
			lost = n
		}
	}
	if deadlock >= 0 {
		m, k, _ := g.open(g.state(deadlock))
		if d := g.p.tell(g.stateOf(deadlock, m, k).Pos, Deadlock, "two peers get stuck: a %s is in state %s for ever", m.Name, g.stateOf(deadlock, m, k).Name); d != nil {
			g.conversation(d, deadlock, nil)
		}
		return // what cannot be finished comes from there
	}
	if lost >= 0 {
		m, k, ok := g.open(g.state(lost))
		if !ok {
			return
		}
		if d := g.p.tell(g.stateOf(lost, m, k).Pos, NotRetired, "two peers can go on for ever, but never finish: a %s is in state %s", m.Name, g.stateOf(lost, m, k).Name); d != nil {
			g.conversation(d, lost, nil)
		}
	}
}

// stateOf returns the state that a machine has for the key at a place.
func (g *graph) stateOf(n int32, m *machine, k int) *schema.State {
	for side, sd := range g.sides {
		for j := range sd.machines {
			if sd.machines[j] == m {
				return m.States[g.state(n)[g.at(k, side, j)]]
			}
		}
	}
	return nil
}

// ending returns which states have steps that lead to where all is finished.
func (g *graph) ending() []bool {
	// The edges that come in, by state.
	start := make([]int32, g.len()+1)
	for _, e := range g.edges {
		start[e.to+1]++
	}
	for i := range g.len() {
		start[i+1] += start[i]
	}
	from := make([]int32, len(g.edges))
	next := append([]int32(nil), start...)
	for _, e := range g.edges {
		from[next[e.to]] = e.from
		next[e.to]++
	}
	ends := make([]bool, g.len())
	var todo []int32
	for i := range g.len() {
		if g.home(g.state(int32(i))) {
			ends[i] = true
			todo = append(todo, int32(i))
		}
	}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, f := range from[start[n]:start[n+1]] {
			if !ends[f] {
				ends[f] = true
				todo = append(todo, f)
			}
		}
	}
	return ends
}

// home reports whether all that was begun is finished: nothing is on its way, and every machine is in
// the state in which it starts or in a final one.
func (g *graph) home(s state) bool {
	if g.to(s, 0)[0] > 0 || g.to(s, 1)[0] > 0 {
		return false
	}
	_, _, open := g.open(s)
	return !open
}

// open returns a machine that has something to finish, and the place of its key.
func (g *graph) open(s state) (m *machine, k int, ok bool) {
	for side, sd := range g.sides {
		for j, m := range sd.machines {
			for k := range g.keys {
				st := s[g.at(k, side, j)]
				if st != g.starts[k][side][j] && m.final>>st&1 == 0 {
					return m, k, true
				}
			}
		}
	}
	return nil, 0, false
}
