package verify

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/hgwire/hgwire/internal/schema"
)

// vectors proves that the worked examples are right, by a codec that is driven by the model.
func (c *checker) vectors() {
	for _, v := range c.Vectors {
		c.report.Vectors++
		f, err := c.parse(v.Revision, v.Frame)
		if err != nil {
			c.found.Add(v.At("frame"), BadVector, "the line is not a frame of revision %s: %s", v.Revision.ID, err).
				Note(schema.Pos{}, "a line is %s", c.lineForm(v.Revision))
			continue
		}
		if want := c.encode(v.Revision, f); !bytes.Equal(v.Octets, want) {
			d := c.found.Add(v.At("octets"), VectorDiffers, "the octets are not those of the line: %s", c.firstDifference(v.Revision, v.Octets, want)).
				Note(schema.Pos{}, "want %s", spaced(want)).
				Note(schema.Pos{}, "got  %s", spaced(v.Octets))
			if back, err := c.decode(v.Revision, v.Octets); err != nil {
				d.Note(schema.Pos{}, "they are no frame: %s", err)
			} else {
				d.Note(schema.Pos{}, "they are the frame: %s", c.format(v.Revision, back))
			}
			continue
		}
		if why, by := c.unsendable(v.Revision, f); why != "" {
			d := c.found.Add(v.At("frame"), VectorIllegal, "nobody may send this frame: %s", why)
			if by != (schema.Pos{}) {
				d.Note(by, "the reason")
			}
		}
	}
}

// lineForm renders the form of a frame line, such as "<request-id> <type> <flags> <payload>".
func (c *checker) lineForm(r *schema.Revision) string {
	var form string
	for _, f := range c.written(r) {
		form += "<" + f.Name + "> "
	}
	for _, f := range c.Frames {
		if f.ByValue && r.In(f.Since) {
			return form + "<payload>, or a number in place of the payload where the length is a value"
		}
	}
	return form + "<payload>"
}

// firstDifference says where two encodings begin to differ.
func (c *checker) firstDifference(r *schema.Revision, got, want []byte) string {
	i := 0
	for i < min(len(got), len(want)) && got[i] == want[i] {
		i++
	}
	if i == min(len(got), len(want)) {
		return fmt.Sprintf("there are %d octets, not %d", len(got), len(want))
	}
	var names []string
	for _, p := range c.places(r) {
		if p.start < 8*(i+1) && p.start+p.Bits > 8*i {
			names = append(names, p.Name)
		}
	}
	if len(names) == 0 {
		names = []string{"payload"}
	}
	return fmt.Sprintf("octet %d (%s) is %02x, not %02x", i, strings.Join(names, ", "), got[i], want[i])
}

// spaced renders the first octets of a frame.
func spaced(octets []byte) string {
	const most = 48
	if len(octets) > most {
		return fmt.Sprintf("% x ... (%d octets)", octets[:most], len(octets))
	}
	return fmt.Sprintf("% x", octets)
}

// unsendable returns why no role may send the frame and what says so, or "".
func (c *checker) unsendable(r *schema.Revision, f *frame) (why string, by schema.Pos) {
	id := f.values[c.typeField().Index]
	t := c.frame(id)
	if t == nil || !r.In(t.Since) {
		return fmt.Sprintf("revision %s has no type %d", r.ID, id), c.typeField().Pos
	}
	for _, p := range c.places(r) {
		v := f.values[p.Index]
		switch p.Kind {
		case schema.FieldFlags:
			set := c.flagSet(p.Field, id)
			if set == nil {
				break
			}
			if unknown := v &^ set.Mask(); unknown != 0 {
				return fmt.Sprintf("%s has undefined bits %d", p.Name, unknown), set.Pos
			}
			for _, rule := range set.Rules {
				if !rule.Allows(v) {
					return fmt.Sprintf("%s %s breaks %s (line %d)", p.Name, flagNames(set, v), ruleText(rule), rule.Pos.Line), rule.Pos
				}
			}
		case schema.FieldKey:
			if p.Parity == "sender" && !slices.ContainsFunc(t.From, func(role string) bool { return (role == p.Odd) == (v%2 == 1) }) {
				return fmt.Sprintf("%s %d is for the other side: %s comes from the %s, and odd values are the %s's", p.Name, v, t.Name, t.From[0], p.Odd), p.At("odd")
			}
		}
	}
	return c.unsent(r, t, f)
}
