package compat

import (
	"slices"

	"github.com/hgwire/hgwire/internal/schema"
)

// duel is a role of both schemas in a revision. The same frames and calls happen to both, from the
// initial states on, and where they come to different results there is a difference.
type duel struct {
	c        *comparer
	old, new *peer
	pairs    []couple[*schema.Machine]
	actionOf map[string]string
	twins    map[*schema.State]*schema.State // what states have become, new by old
	found    *differences
	steps    int // left
}

// maxSteps is how many frames and calls a duel tries.
const maxSteps = 4 << 20

// visit is a pair of configurations that a sequence of frames and calls leads to.
type visit struct {
	old, new config
	ctx      context
	from     *visit // nil for the first
	in       *input // what has led here
	skew     *difference
	depth    int
	conform  bool // conforming peers of either schema can lead here
}

type visitKey struct {
	old, new config
	failed   bool
}

// walk tries everything from the first visit on, breadth first, and returns the visits.
func (d *duel) walk(first *visit, inputs []*input) []*visit {
	seen := map[visitKey]bool{{first.old, first.new, first.ctx.failed}: true}
	queue := []*visit{first}
	for i := 0; i < len(queue); i++ {
		v := queue[i]
		d.compareConnections(v)
		for _, in := range inputs {
			if d.steps--; d.steps < 0 {
				d.c.searchCut("more than %d steps", maxSteps)
				return queue
			}
			old, new := d.apply(v, in)
			if !d.agree(old, new) {
				d.found.step(d, v, in, old, new)
			}
			next := d.follow(v, in, old, new)
			if next == nil {
				continue
			}
			if key := (visitKey{next.old, next.new, next.ctx.failed}); !seen[key] {
				seen[key] = true
				queue = append(queue, next)
			}
		}
	}
	return queue
}

func (d *duel) apply(v *visit, in *input) (old, new outcome) {
	if in.old == nil {
		return d.old.call(v.old, v.ctx, in.machine.old, in.event.old), d.new.call(v.new, v.ctx, in.machine.new, in.event.new)
	}
	if in.send {
		return d.old.send(v.old, v.ctx, in.old), d.new.send(v.new, v.ctx, in.new)
	}
	return d.old.receive(v.old, v.ctx, in.old), d.new.receive(v.new, v.ctx, in.new)
}

// agree reports whether two outcomes are the same: the same error, or the same actions.
func (d *duel) agree(old, new outcome) bool {
	if old.err != nil || new.err != nil {
		return old.err != nil && new.err != nil && d.sameError(old.err, new.err)
	}
	return slices.Equal(d.did(old, true), d.did(new, false))
}

func (d *duel) sameError(old, new *schema.Error) bool { return d.c.errorOf[old.Name] == new.Name }

// did returns the actions of an outcome, under the names they have in the new schema.
func (d *duel) did(o outcome, old bool) []string {
	var names []string
	for _, s := range o.steps {
		names = append(names, d.actions(s, old)...)
	}
	return names
}

func (d *duel) actions(s step, old bool) []string {
	var names []string
	for _, a := range s.do() {
		name := a.Name
		if is, ok := d.actionOf[name]; ok && old {
			name = is
		}
		names = append(names, name)
	}
	return names
}

// follow returns where both sides are after a frame or a call, or nil when they do not go on
// together.
func (d *duel) follow(v *visit, in *input, old, new outcome) *visit {
	next := &visit{old: old.next, new: new.next, ctx: v.ctx, from: v, in: in, skew: v.skew, depth: v.depth + 1,
		conform: v.conform && in.oldMay && in.newMay && !old.abnormal() && !new.abnormal()}
	switch {
	case old.err == nil && new.err == nil:
		if next.skew == nil && !v.ctx.failed {
			next.skew = d.skew(v, old, new)
		}
	case old.err != nil && new.err != nil && in.old != nil && !in.send:
		if v.ctx.failed {
			return nil
		}
		next.ctx.failed = true
	default:
		return nil
	}
	return next
}

// skew returns the difference in where a step leads to, or nil when both sides are in states that
// stand for each other. The first state that a renamed one meets is its twin.
func (d *duel) skew(v *visit, old, new outcome) *difference {
	for _, m := range d.pairs {
		i, j := slices.Index(d.old.machines, m.old), slices.Index(d.new.machines, m.new)
		if m.old.Key == nil || m.new.Key == nil {
			continue
		}
		a, b := m.old.States[old.next[i]], m.new.States[new.next[j]]
		if d.twin(m, a, b) {
			continue
		}
		return d.found.target(m, stepOf(old, m.old), stepOf(new, m.new), a, b)
	}
	return nil
}

// twin reports whether two states stand for each other.
func (d *duel) twin(m couple[*schema.Machine], a, b *schema.State) bool {
	if a.Name == b.Name {
		return true
	}
	named := func(states []*schema.State, name string) bool {
		return slices.ContainsFunc(states, func(s *schema.State) bool { return s.Name == name })
	}
	if named(m.new.States, a.Name) || named(m.old.States, b.Name) {
		return false
	}
	if d.twins[a] == nil {
		for _, other := range d.twins {
			if other == b {
				return false
			}
		}
		d.twins[a] = b
	}
	return d.twins[a] == b
}

func stepOf(o outcome, m *schema.Machine) step {
	for _, s := range o.steps {
		if s.machine == m {
			return s
		}
	}
	return step{machine: m}
}

// compareConnections records a visit where the connection is in different states.
func (d *duel) compareConnections(v *visit) {
	if v.ctx.others || v.ctx.failed {
		return
	}
	for _, m := range d.pairs {
		if m.old.Key != nil || m.new.Key != nil {
			continue
		}
		a, b := d.old.connection(m.old, v.old, v.ctx), d.new.connection(m.new, v.new, v.ctx)
		if a.When != b.When {
			d.found.connection(d, v, m, a, b)
		}
	}
}

// begin returns the first visit under the keys.
func (d *duel) begin(k keys) *visit {
	v := &visit{old: d.old.start(k), new: d.new.start(k), conform: true}
	for _, m := range d.pairs {
		if m.old.Key == nil || m.new.Key == nil || v.skew != nil {
			continue
		}
		a, b := initial(m.old, d.old.role, k[m.old.Key.Name]), initial(m.new, d.new.role, k[m.new.Key.Name])
		if !d.twin(m, a, b) {
			v.skew = d.found.initial(m, d.new.role, k[m.new.Key.Name], a, b)
		}
	}
	return v
}

// run walks under every class of keys, first alone and then while an instance under another key is
// in a receiving state.
func (d *duel) run() {
	classes := d.keyClasses()
	var opened *visit
	var openedKeys keys
	for _, k := range classes {
		for _, v := range d.walk(d.begin(k), d.inputs(k)) {
			if v.skew == nil && !v.ctx.failed && v.from != nil && d.bothReceiving(v) &&
				(opened == nil || v.conform && !opened.conform || v.conform == opened.conform && v.depth < opened.depth) {
				opened, openedKeys = v, k
			}
		}
	}
	if opened == nil {
		return
	}
	for _, k := range classes {
		first := d.beside(opened, openedKeys, k)
		if first.skew == nil {
			d.walk(first, d.inputs(k))
		}
	}
}

// bothReceiving reports whether an instance is in a receiving state on either side.
func (d *duel) bothReceiving(v *visit) bool {
	receives := func(p *peer, c config) bool {
		return slices.ContainsFunc(p.machines, func(m *schema.Machine) bool { return m.Key == nil && p.receiving(m, c) })
	}
	return receives(d.old, v.old) && receives(d.new, v.new)
}

// beside returns the first visit under the keys k while another instance is in the receiving state
// that opened has led to under keys of its own.
func (d *duel) beside(opened *visit, openedKeys, k keys) *visit {
	v := d.begin(k)
	first := &visit{old: v.old, new: v.new, skew: v.skew, from: opened, depth: opened.depth, conform: opened.conform}
	first.ctx.others = true
	busy := d.receivingKey(opened)
	keep := func(p *peer, c, was config) config {
		next := []byte(c)
		for i, m := range p.machines {
			if m.Key != nil && m.Key.Name != busy && k[m.Key.Name] == openedKeys[m.Key.Name] {
				next[i] = was[i]
			}
		}
		return config(next)
	}
	first.old, first.new = keep(d.old, first.old, opened.old), keep(d.new, first.new, opened.new)
	return first
}

// receivingKey returns the key field of the instance that is in a receiving state.
func (d *duel) receivingKey(v *visit) string {
	for i, m := range d.new.machines {
		if m.Key != nil && m.States[v.new[i]].Receiving {
			return m.Key.Name
		}
	}
	return ""
}

// keyClasses returns keys of every class that an initial row tells apart, for every key field.
func (d *duel) keyClasses() []keys {
	var names []string
	classes := make(map[string][]uint64)
	for _, p := range []*peer{d.old, d.new} {
		for _, m := range p.machines {
			if m.Key == nil {
				continue
			}
			name := m.Key.Name
			if !slices.Contains(names, name) {
				names, classes[name] = append(names, name), []uint64{1}
			}
			for _, in := range m.Initial {
				switch {
				case in.Keys == schema.KeyZero && !slices.Contains(classes[name], 0):
					classes[name] = append(classes[name], 0)
				case in.Keys != schema.KeyAny && in.Keys != schema.KeyZero && !slices.Contains(classes[name], 2):
					classes[name] = append(classes[name], 2)
				}
			}
		}
	}
	list := []keys{{}}
	for _, name := range names {
		var more []keys
		for _, k := range list {
			for _, value := range classes[name] {
				next := keys{name: value}
				for n, v := range k {
					next[n] = v
				}
				more = append(more, next)
			}
		}
		list = more
	}
	return list
}
