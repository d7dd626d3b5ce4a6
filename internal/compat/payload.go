package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hgwire/hgwire/internal/schema"
)

// sameLayout reports whether two payloads have the same fields at the same places.
func sameLayout(a, b *schema.Payload) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Repeat == b.Repeat && slices.EqualFunc(a.Fields, b.Fields, func(x, y *schema.PayloadField) bool {
		return width(x.Type) == width(y.Type) && reference(a, x.Size) == reference(b, y.Size) && reference(a, x.Count) == reference(b, y.Count)
	})
}

// reference returns which field a size or count names, so that renamed fields compare.
func reference(p *schema.Payload, name string) string {
	if i := slices.IndexFunc(p.Fields, func(f *schema.PayloadField) bool { return f.Name == name }); i >= 0 {
		return fmt.Sprint(i)
	}
	return name
}

// width returns the octets of a number, or 0 for what has a size.
func width(typ string) int {
	switch typ {
	case "u8":
		return 1
	case "u16":
		return 2
	case "u24":
		return 3
	case "u32":
		return 4
	case "u64":
		return 8
	}
	return 0
}

// payloads compares what the frame types of a revision carry.
func (c *comparer) payloads(r couple[*schema.Revision]) {
	for _, f := range c.old.Frames {
		g := c.frameOf[f]
		if g == nil || !r.old.In(f.Since) || !r.new.In(g.Since) {
			continue
		}
		if f.ByValue != g.ByValue {
			c.lengthMeans(r, f, g)
			continue
		}
		if f.ByValue {
			continue
		}
		if !sameLayout(f.Payload, g.Payload) {
			c.payloadMoved(r, f, g)
			continue
		}
		for i, x := range f.Payload.Fields {
			if y := g.Payload.Fields[i]; x.Type != y.Type {
				c.add(PayloadContent, c.new.at(y.At("type")), "field %s of payload %s holds %s, and held %s", y.Name, g.Payload.Name, y.Type, x.Type).
					noteAt(c.old.at(x.At("type")), "in the old schema").
					note("who: a sender of %s, old or new, whose octets are not what the other side takes there", g.Name)
			}
		}
		c.raises("payload "+g.Payload.Name, f.Payload.Node, g.Payload.Node, f.Payload.Raises, g.Payload.Raises)
	}
}

// lengthMeans reports a frame type whose length has become a value, or has been one.
func (c *comparer) lengthMeans(r couple[*schema.Revision], f, g *schema.Frame) {
	d := c.add(PayloadMoved, c.new.at(g.At(word(g.ByValue, "length", "payload"))), "the length of %s %s", g.Name,
		word(g.ByValue, "is a value of its own, and counted the octets of a payload", "counts the octets of a payload, and was a value of its own")).
		noteAt(c.old.at(f.At(word(f.ByValue, "length", "payload"))), "in the old schema").
		note("who: an old %s that sends to a new peer, and a new one that sends to an old peer", senders(f))
	for _, w := range []struct {
		from *side
		r    *schema.Revision
		t    *schema.Frame
	}{{c.old, r.old, f}, {c.new, r.new, g}} {
		frame := w.from.sample(w.r, w.t)
		if w.t.ByValue {
			frame.Values[w.from.lengthField().Index] = 1
		}
		c.readings(d, w.from, r, frame)
	}
}

// payloadMoved reports a frame type whose payload has another layout.
func (c *comparer) payloadMoved(r couple[*schema.Revision], f, g *schema.Frame) {
	at := g.At("payload")
	if f.Payload.Name == g.Payload.Name {
		at = g.Payload.Pos
		for i, y := range g.Payload.Fields {
			if i >= len(f.Payload.Fields) || !sameLayout(&schema.Payload{Fields: f.Payload.Fields[:i+1]}, &schema.Payload{Fields: g.Payload.Fields[:i+1]}) {
				at = y.Pos
				break
			}
		}
	}
	d := c.add(PayloadMoved, c.new.at(at), "the payload of %s has another layout", g.Name).
		noteAt(c.old.at(f.Payload.Pos), "the old one: %s", layoutText(f.Payload)).
		noteAt(c.new.at(g.Payload.Pos), "the new one: %s", layoutText(g.Payload)).
		note("who: an old %s that sends to a new peer, and a new one that sends to an old peer", senders(f))
	for _, w := range []struct {
		from, to *side
		p, other *schema.Payload
	}{{c.old, c.new, f.Payload, g.Payload}, {c.new, c.old, g.Payload, f.Payload}} {
		octets := samplePayload(w.p, w.from.Header.BigEndian)
		d.note("%s peer writes: %s", w.from, readPayload(w.p, octets, w.from.Header.BigEndian))
		d.note("  % x", octets)
		d.note("%s peer reads:  %s", w.to, readPayload(w.other, octets, w.to.Header.BigEndian))
	}
}

// layoutText renders a layout in a line.
func layoutText(p *schema.Payload) string {
	var parts []string
	for _, f := range p.Fields {
		text := f.Name + " " + f.Type
		if f.Size != "" {
			text += "[" + f.Size + "]"
		}
		if f.Count != "" {
			text += " x " + f.Count
		}
		parts = append(parts, text)
	}
	text := strings.Join(parts, ", ")
	if p.Repeat {
		text += ", repeated"
	}
	return text
}

// samplePayload returns octets of the layout: text is the name of its field, numbers that give a
// size or a count are right, and all others are 1.
func samplePayload(p *schema.Payload, bigEndian bool) []byte {
	if p == nil {
		return nil
	}
	var out []byte
	for _, f := range p.Fields {
		if width(f.Type) == 0 {
			out = append(out, f.Name...)
			continue
		}
		v := 1
		for _, g := range p.Fields {
			if g.Size == f.Name {
				v = len(g.Name)
			}
		}
		for i := range width(f.Type) {
			shift := 8 * i
			if bigEndian {
				shift = 8 * (width(f.Type) - 1 - i)
			}
			out = append(out, byte(v>>min(shift, 62)))
		}
	}
	return out
}

// readPayload renders what octets say in the layout, up to where they fall short.
func readPayload(p *schema.Payload, octets []byte, bigEndian bool) string {
	var parts []string
	numbers := make(map[string][]uint64)
	rest := octets
	take := func(n uint64) ([]byte, bool) {
		if n > uint64(len(rest)) {
			return nil, false
		}
		head := rest[:n]
		rest = rest[n:]
		return head, true
	}
	for {
		for _, f := range p.Fields {
			count := uint64(1)
			if v := numbers[f.Count]; f.Count != "" {
				count = 0
				if len(v) > 0 {
					count = v[0]
				}
			}
			numbers[f.Name] = nil
			for i := range count {
				size := uint64(width(f.Type))
				if sizes := numbers[f.Size]; size == 0 && f.Size == "rest" {
					size = uint64(len(rest))
				} else if size == 0 && len(sizes) > 0 {
					size = sizes[min(i, uint64(len(sizes)-1))]
				}
				head, ok := take(size)
				if !ok {
					return strings.Join(append(parts, fmt.Sprintf("%s cut short: %d octets of %d", f.Name, len(rest), size)), ", ")
				}
				if width(f.Type) == 0 {
					parts = append(parts, fmt.Sprintf("%s %q", f.Name, head))
					continue
				}
				v := number(head, bigEndian)
				numbers[f.Name] = append(numbers[f.Name], v)
				parts = append(parts, fmt.Sprintf("%s %d", f.Name, v))
			}
		}
		if !p.Repeat || len(rest) == 0 || len(rest) == len(octets) {
			break
		}
	}
	if len(rest) > 0 {
		parts = append(parts, fmt.Sprintf("and %d octets that are no part of it", len(rest)))
	}
	return strings.Join(parts, ", ")
}

func number(octets []byte, bigEndian bool) uint64 {
	var v uint64
	for i, o := range octets {
		if bigEndian {
			v = v<<8 | uint64(o)
		} else {
			v |= uint64(o) << (8 * i)
		}
	}
	return v
}
