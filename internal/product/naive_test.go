package product

import (
	"testing"

	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// TestReductions compares searches with naive ones, which neither put keys in order nor leave out steps
// of keys that nothing tells apart: the same states come up, but for the order of keys.
func TestReductions(t *testing.T) {
	for _, path := range []string{"../../schema.toml", "../../examples/http2/schema.toml", "../../examples/yamux/schema.toml"} {
		s, err := schema.LoadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		p := &prover{Schema: s, wire: verify.NewWire(s), told: make(map[string]bool), report: &Report{Found: &schema.Diagnostics{}}}
		p.options = Options{Keys: 2, Queue: 1}.withDefaults()
		p.share = p.options.States
		for _, r := range s.Revisions {
			for _, c := range p.components(r) {
				c.chooseKeys(2)
				g := newGraph(p, c, 1)
				g.search()
				want := naive(p, c)
				if !g.whole || g.len() != len(want) {
					t.Errorf("%s, %s, %s: got %d states, want %d", path, r.ID, c.key.Name, g.len(), len(want))
				}
				for n := range g.len() {
					if !want[string(g.state(int32(n)))] {
						t.Fatalf("%s, %s, %s: state %v is not reached", path, r.ID, c.key.Name, g.state(int32(n)))
					}
				}
			}
		}
	}
}

// naive returns the states that are reached, each with its keys in order.
func naive(p *prover, c *component) map[string]bool {
	g := newGraph(p, c, 1)
	for i := range g.like {
		g.like[i] = false // no key is like another
	}
	start := g.start()
	known := map[string]bool{string(start): true}
	ordered := make(map[string]bool)
	for todo := []state{start}; len(todo) > 0; {
		s := todo[0]
		todo = todo[1:]
		in := append(state(nil), s...)
		g.canonical(in, nil)
		ordered[string(in)] = true
		g.connections(s)
		for st := range g.steps(s) {
			next := append(state(nil), s...)
			if g.take(next, st) && !known[string(next)] {
				known[string(next)] = true
				todo = append(todo, next)
			}
		}
	}
	return ordered
}
