package product

import (
	"slices"

	"github.com/hgwire/hgwire/internal/schema"
)

// counts compares how many instances count for the limits of one side with how many do for those of
// the other: a receiver can rely on a limit of the sender that counts at least as many.
type counts struct {
	g      *graph
	limits []counted
	exceed [][]int32 // by limit and other limit: the first state in which the one counts more, or -1
	most   []int     // by limit: the most that were counted
	at     []int32   // by limit: the state in which they were
	odd    []bool    // by limit: an odd key was counted
	even   []bool    // by limit: an even one was
	found  []int     // by limit: how many count in the state at hand
}

// counted is a limit on one side.
type counted struct {
	*schema.Limit
	side, machine int
}

func newCounts(g *graph) *counts {
	c := &counts{g: g}
	for side, sd := range g.sides {
		for j, m := range sd.machines {
			for _, l := range g.p.Limits {
				if l.Machine == m.Machine && g.revision.In(l.Since) {
					c.limits = append(c.limits, counted{l, side, j})
				}
			}
		}
	}
	n := len(c.limits)
	for range c.limits {
		c.exceed = append(c.exceed, slices.Repeat([]int32{-1}, n))
	}
	c.most, c.found, c.at, c.odd, c.even = make([]int, n), make([]int, n), make([]int32, n), make([]bool, n), make([]bool, n)
	return c
}

// look counts in a state.
func (c *counts) look(n int32, s state) {
	for i := range c.limits {
		if c.found[i] = c.count(i, s); c.found[i] > c.most[i] {
			c.most[i], c.at[i] = c.found[i], n
		}
	}
	for i := range c.limits {
		for j := range c.limits {
			if c.found[i] > c.found[j] && c.exceed[i][j] < 0 {
				c.exceed[i][j] = n
			}
		}
	}
}

// count returns how many instances count for a limit in a state.
func (c *counts) count(limit int, s state) int {
	l, n := c.limits[limit], 0
	for k := range c.g.keys {
		if l.Counts>>s[c.g.at(k, l.side, l.machine)]&1 != 0 {
			c.odd[limit] = c.odd[limit] || c.g.keys[k]%2 != 0
			c.even[limit] = c.even[limit] || c.g.keys[k]%2 == 0
			n++
		}
	}
	return n
}

// limits reports what a receiver limits and no sender keeps to.
func (g *graph) limits() {
	c := g.counts
	for i, l := range c.limits {
		if l.Error == nil || l.Error.Fault != schema.FaultPeer || c.most[i] == 0 || c.bounded(i) {
			continue
		}
		d := g.p.tell(l.At("default"), OverLimit, "nothing keeps the %s within the limit %s of the %s, %d %s",
			g.sides[1-l.side].role, l.Name, g.sides[l.side].role, l.Default, l.Unit)
		if d == nil {
			continue
		}
		at := c.at[i]
		for j, other := range c.limits {
			switch {
			case other.side == l.side:
			case c.exceed[i][j] < 0 || other.Default > l.Default:
				d.Note(other.At("default"), "limit %s of the %s allows %d, which is more", other.Name, g.sides[other.side].role, other.Default)
			case other.Error.Fault == schema.FaultCaller:
				at = c.exceed[i][j]
				d.Note(other.At("counts"), "limit %s of the %s does not count all of them", other.Name, g.sides[other.side].role)
			}
		}
		g.conversation(d, at, nil)
	}
}

// bounded reports whether the other side stays within a limit: it has no more keys, or a limit of its
// own that allows no more and counts as many, at the time or when the frames were sent.
func (c *counts) bounded(i int) bool {
	l := c.limits[i]
	bits := c.g.key.Bits - 1
	if c.odd[i] && c.even[i] {
		bits++
	}
	if bits < 64 && uint64(1)<<bits <= l.Default {
		return true
	}
	for j, other := range c.limits {
		if other.side == l.side || other.Default > l.Default {
			continue
		}
		if other.Error.Fault == schema.FaultCaller && (c.exceed[i][j] < 0 || c.kept(i, j)) {
			return true
		}
	}
	return false
}

// kept reports whether a receiver counts one instance at most, while its peer keeps to one by a limit of
// its own.
func (c *counts) kept(i, j int) bool {
	g := newGraph(c.g.p, c.g.component, c.g.length)
	g.kept = func(s state) bool { return g.counts.count(j, s) <= 1 }
	g.search()
	return g.whole && g.counts.most[i] <= 1
}
