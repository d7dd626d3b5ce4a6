// Package product proves what two peers come to that both keep to a schema.
//
// Package verify looks at each role by itself, against a peer that may send anything. Here the machines
// of both roles run against each other, over a queue of a few frames in each direction and for a few
// keys: every order of sending, receiving and calls is tried, breadth first. Two peers never refuse
// each other's frames, never get stuck, always come to an end with what they begin, and stay within
// each other's limits; otherwise there is a shortest conversation that shows it.
//
// The one rule to remember: a proof holds for so many keys and so long queues as the report says, not
// for any number of them.
package product

import (
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// Options bound a search. Zero fields have the defaults.
type Options struct {
	Keys   int // of the parity that matters first; of the other, two fewer, but one at least
	Queue  int // frames on their way in each direction
	States int // of all searches together; one that takes more than its share is tried with fewer keys
}

// The defaults.
const (
	DefaultKeys   = 3
	DefaultQueue  = 2
	DefaultStates = 420_000
)

func (o Options) withDefaults() Options {
	for _, f := range []struct {
		value *int
		def   int
	}{{&o.Keys, DefaultKeys}, {&o.Queue, DefaultQueue}, {&o.States, DefaultStates}} {
		if *f.value <= 0 {
			*f.value = f.def
		}
	}
	return o
}

// Check searches what the roles of a schema that package verify finds nothing wrong with come to
// together. The error is nil or a *schema.Diagnostics with the findings that are errors.
func Check(s *schema.Schema, o Options) (*Report, error) {
	o = o.withDefaults()
	found := &schema.Diagnostics{Path: s.Path, Source: s.Source}
	r := &Report{Searches: []Search{}, Found: found}
	p := &prover{Schema: s, options: o, report: r, wire: verify.NewWire(s), told: make(map[string]bool), used: make(map[*schema.Transition]bool)}
	p.prove()
	found.Sort()
	return r, found.Err()
}

// prover looks at all the revisions of a schema.
type prover struct {
	*schema.Schema
	options Options
	report  *Report
	wire    *verify.Wire
	told    map[string]bool             // findings, so that two revisions do not tell the same
	used    map[*schema.Transition]bool // rows that some conversation goes through
	share   int                         // of the states, for each search
	partial bool                        // some machines were not searched, or not to the end
}

func (p *prover) prove() {
	if len(p.Protocol.Roles) != 2 {
		return // there is no saying who talks to whom
	}
	var list []*component
	for _, r := range slices.Backward(p.Revisions) { // what is wrong in several is shown in the latest
		list = append(list, p.components(r)...)
	}
	for _, g := range p.searchAll(list) {
		p.report.Searches = append(p.report.Searches, Search{g.revision.ID, g.key.Name, len(g.keys), g.length, g.len(), len(g.edges), g.whole})
		p.partial = p.partial || !g.whole
		g.collect(p.used)
		g.judge()
	}
	slices.SortStableFunc(p.report.Searches, func(a, b Search) int { return p.revision(a) - p.revision(b) })
	if !p.partial && p.report.Found.Errors() == 0 {
		p.unused()
	}
}

// tell adds a finding once, whatever the number of revisions it is found in. It returns nil when the
// finding is known.
func (p *prover) tell(at schema.Pos, rule, format string, args ...any) *schema.Diagnostic {
	key := fmt.Sprint(at, rule)
	if p.told[key] {
		return nil
	}
	p.told[key] = true
	return p.report.Found.Add(at, rule, format, args...)
}

// revision returns the place of a search's revision in the schema.
func (p *prover) revision(s Search) int {
	return slices.IndexFunc(p.Revisions, func(r *schema.Revision) bool { return r.ID == s.Revision })
}

// searchAll searches components, on as many cores as there are.
func (p *prover) searchAll(list []*component) []*graph {
	graphs := make([]*graph, len(list))
	p.share = p.options.States / max(1, len(list))
	var all sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, c := range list {
		free <- struct{}{}
		all.Go(func() {
			graphs[i] = p.explore(c)
			<-free
		})
	}
	all.Wait()
	return graphs
}

// explore searches a component: with fewer keys, and at last a shorter queue, when there are too many
// states otherwise.
func (p *prover) explore(c *component) *graph {
	o := p.options
	for {
		c.chooseKeys(o.Keys)
		g := newGraph(p, c, o.Queue)
		g.search()
		g.less = o != p.options
		switch {
		case g.whole || len(g.refusals) > 0 || o.Keys == 1 && o.Queue == 1:
			return g
		case o.Keys > 1:
			o.Keys--
		default:
			o.Queue--
		}
	}
}
