package product

import (
	"slices"

	"github.com/hgwire/hgwire/internal/schema"
)

// unused reports the rows that no conversation goes through: what a role takes and nobody sends, and
// what it could send or be called for and never comes to.
func (p *prover) unused() {
	for _, m := range p.Machines {
		if m.Key == nil {
			continue
		}
		for _, t := range m.Transitions {
			switch {
			case p.used[t] || t.Error != nil || t.Abnormal:
			case t.Receives() && p.isSent(m, t):
			case t.Receives():
				p.tell(t.Pos, NeverUsed, "row %s of %s accepts what no peer sends in these states", t.ID, m.Name)
			case t.Send || t.To != nil && !t.From.Has(t.To):
				p.tell(t.Pos, NeverUsed, "row %s of %s is of no use: two peers never come to it", t.ID, m.Name)
			}
		}
	}
}

// isSent reports whether a peer of the machine may send, when things go wrong, what the row accepts.
func (p *prover) isSent(m *schema.Machine, t *schema.Transition) bool {
	for _, o := range p.Machines {
		if o.Key != m.Key || o.Role != "" && o.Role == m.Role {
			continue
		}
		for _, s := range o.Transitions {
			if s.Abnormal && s.Send && p.common(s, t) && (s.Flags.Set&t.Flags.Clear)|(s.Flags.Clear&t.Flags.Set) == 0 {
				return true
			}
		}
	}
	return false
}

// common reports whether two rows are for a frame type in common.
func (p *prover) common(a, b *schema.Transition) bool {
	return slices.ContainsFunc(p.Frames, func(f *schema.Frame) bool { return a.Types.Has(f.ID) && b.Types.Has(f.ID) })
}
