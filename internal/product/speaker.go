package product

import (
	"math/bits"
	"slices"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// speakers make whole frames of letters: they choose the fields that a component does not look at, so
// that the machines of the other keys admit the frames, too.
type speakers struct {
	g      *graph
	states map[instance]*schema.State // of the senders' machines for other keys
}

// instance is a machine of a role for a key.
type instance struct {
	machine *schema.Machine
	side    int
	key     uint64
}

func newSpeakers(g *graph) *speakers {
	return &speakers{g, make(map[instance]*schema.State)}
}

// say returns the frame line of a letter for a key.
func (s *speakers) say(c *component, side int, key uint64, l letter) string {
	for _, f := range l.types {
		if line, ok := s.try(c, side, key, f, l.flags, true); ok {
			return line
		}
	}
	line, _ := s.try(c, side, key, l.types[0], l.flags, false)
	return line
}

// try renders a frame of a type; with strict, only if the machines of the other keys admit it.
func (s *speakers) try(c *component, side int, key uint64, f *schema.Frame, flags []uint64, strict bool) (string, bool) {
	p := s.g.p
	frame := &verify.Frame{Values: make([]uint64, len(p.Header.Fields)), Payload: p.payload(f)}
	for _, field := range p.Header.Fields {
		if field.Kind == schema.FieldType {
			frame.Values[field.Index] = f.ID
		}
	}
	frame.Values[c.key.Index] = key
	fixed := make(map[*schema.Field]bool)
	for i, g := range c.guards {
		frame.Values[g.Index] = flags[i]
		fixed[g] = true
	}
	for _, field := range p.Header.Fields {
		if field.Kind == schema.FieldKey && field != c.key && c.revision.In(field.Since) &&
			!s.choose(c, side, field, f, frame, fixed) && strict {
			return "", false
		}
	}
	return p.wire.Line(c.revision, frame), true
}

// candidates is how many keys are tried.
const candidates = 9

// choose sets another key and the flags that its machines look at, so that these admit the frame.
func (s *speakers) choose(c *component, side int, field *schema.Field, f *schema.Frame, frame *verify.Frame, fixed map[*schema.Field]bool) bool {
	p, role := s.g.p, c.sides[side].role
	var senders []*schema.Machine
	var guards []*schema.Field
	for _, m := range p.Machines {
		if m.Key == field && m.Of(role) && c.revision.In(m.Since) && m.Sends() {
			senders = append(senders, m)
			if m.Guard != nil && !fixed[m.Guard] && !slices.Contains(guards, m.Guard) {
				guards = append(guards, m.Guard)
			}
		}
	}
	for i := range uint64(candidates) {
		key := (i + 1) % candidates // 0, which is often of another kind, comes last
		frame.Values[field.Index] = key
		if s.flags(side, senders, guards, key, f, frame) {
			return true
		}
	}
	frame.Values[field.Index] = 1
	return false
}

// flags sets the guards one after the other, the fewest flags first, until all senders admit the
// frame, which then moves their states.
func (s *speakers) flags(side int, senders []*schema.Machine, guards []*schema.Field, key uint64, f *schema.Frame, frame *verify.Frame) bool {
	if len(guards) == 0 {
		return s.admit(side, senders, key, f, frame)
	}
	set := guards[0].FlagSet
	if guards[0].ByType {
		set = &f.FlagSet
	}
	values, ok := allowed(set, set.Mask())
	if !ok {
		values = []uint64{0} // too many to try
	}
	slices.SortStableFunc(values, func(a, b uint64) int { return bits.OnesCount64(a) - bits.OnesCount64(b) })
	for _, v := range values {
		frame.Values[guards[0].Index] = v
		if s.flags(side, senders, guards[1:], key, f, frame) {
			return true
		}
	}
	return false
}

func (s *speakers) admit(side int, senders []*schema.Machine, key uint64, f *schema.Frame, frame *verify.Frame) bool {
	next := make(map[instance]*schema.State)
	for _, m := range senders {
		in := instance{m, side, key}
		st := s.states[in]
		if st == nil {
			st = m.Start(s.g.sides[side].role, key)
		}
		at := dispatch.Cell{State: st.Index, Type: f.ID}
		if m.Guard != nil {
			at.Flags = frame.Values[m.Guard.Index]
		}
		row := dispatch.NewSend(m, s.g.typeField()).Row(at)
		if row == nil || row.Error != nil || row.Abnormal || row.Consumes {
			return false
		}
		if next[in] = st; row.To != nil {
			next[in] = row.To
		}
	}
	for in, st := range next {
		s.states[in] = st
	}
	return true
}

func (g *graph) typeField() *schema.Field { return g.p.typeField() }

// payload returns the shortest payload that shows the layout of a frame type: every length is 1, every
// count is 0.
func (p *prover) payload(f *schema.Frame) []byte {
	if f.Payload == nil {
		return nil
	}
	var out []byte
	numbers := map[string]int{"u8": 1, "u16": 2, "u24": 3, "u32": 4, "u64": 8}
	for _, field := range f.Payload.Fields {
		if field.Count != "" {
			continue
		}
		n, isNumber := numbers[field.Type]
		if !isNumber {
			out = append(out, 'x')
			continue
		}
		number := make([]byte, n)
		if slices.ContainsFunc(f.Payload.Fields, func(o *schema.PayloadField) bool { return o.Size == field.Name && o.Count == "" }) {
			if p.Header.BigEndian {
				number[n-1] = 1
			} else {
				number[0] = 1
			}
		}
		out = append(out, number...)
	}
	return out
}
