package golang

import (
	"fmt"

	"github.com/hgwire/hgwire/internal/schema"
)

// layout is where the fields of the header stand, for the revisions that agree on it.
//
// The header is cut into units, the smallest runs of fields that begin and end at octet borders.
// A unit is an integer in the byte order of the protocol, from which the bit order takes its
// fields. Units are gathered into words of at most 8 octets, which the codec loads and stores as a
// whole.
type layout struct {
	name      string // Go name of the first revision
	revisions []*schema.Revision
	size      int // octets
	words     []word
	present   []bool // by Field.Index
}

// word is a run of octets that the codec treats as one integer.
type word struct {
	offset, size int // octets
	fields       []place
}

// place is where a field stands in its word.
type place struct {
	*schema.Field
	shift int
}

// unit is a run of fields between octet borders.
type unit struct {
	offset, bits int // octets, bits
	fields       []*schema.Field
}

// newLayouts returns the distinct layouts, in the order of their first revisions.
func newLayouts(p *plan) ([]*layout, error) {
	var layouts []*layout
	for _, r := range p.Revisions {
		if n := len(layouts); n > 0 && !p.changesHeader(r) {
			layouts[n-1].revisions = append(layouts[n-1].revisions, r)
			continue
		}
		l := &layout{name: p.name(r.ID), revisions: []*schema.Revision{r}}
		if err := l.arrange(p.Header, r); err != nil {
			return nil, fmt.Errorf("revision %s: %w", r.ID, err)
		}
		layouts = append(layouts, l)
	}
	return layouts, nil
}

func (p *plan) changesHeader(r *schema.Revision) bool {
	for _, f := range p.Header.Fields {
		if f.Since == r {
			return true
		}
	}
	return false
}

func (l *layout) arrange(h schema.Header, r *schema.Revision) error {
	units, err := cut(h, r)
	if err != nil {
		return err
	}
	l.present = make([]bool, len(h.Fields))
	for _, u := range units {
		octets := u.bits / 8
		if octets > 8 {
			return fmt.Errorf("header field %s: no octet border within 8 octets", u.fields[0].Name)
		}
		if n := len(l.words); n == 0 || l.words[n-1].size+octets > 8 {
			l.words = append(l.words, word{offset: u.offset})
		}
		w := &l.words[len(l.words)-1]
		if h.BigEndian {
			for i := range w.fields {
				w.fields[i].shift += u.bits
			}
		}
		w.fields = append(w.fields, u.places(h, 8*w.size)...)
		w.size += octets
		l.size += octets
		for _, f := range u.fields {
			l.present[f.Index] = true
		}
	}
	return nil
}

// cut returns the units of the header of a revision.
func cut(h schema.Header, r *schema.Revision) ([]unit, error) {
	var units []unit
	offset := 0 // bits
	for _, f := range h.Fields {
		if !r.In(f.Since) {
			continue
		}
		if offset%8 == 0 {
			units = append(units, unit{offset: offset / 8})
		}
		u := &units[len(units)-1]
		u.fields = append(u.fields, f)
		u.bits += f.Bits
		offset += f.Bits
	}
	if offset == 0 || offset%8 != 0 {
		return nil, fmt.Errorf("the header has %d bits, which is not a number of octets", offset)
	}
	return units, nil
}

// places returns the fields of a unit in a word of which used bits stand before it.
func (u unit) places(h schema.Header, used int) []place {
	base := used
	if h.BigEndian {
		base = 0
	}
	var places []place
	bits := 0
	for _, f := range u.fields {
		shift := bits
		if !h.LSBFirst {
			shift = u.bits - bits - f.Bits
		}
		places = append(places, place{f, base + shift})
		bits += f.Bits
	}
	return places
}

// pieces returns the sizes of the loads that a word of so many octets takes, in wire order.
func (w word) pieces() []int {
	var sizes []int
	for left := w.size; left > 0; {
		for _, n := range []int{8, 4, 2, 1} {
			if n <= left {
				sizes = append(sizes, n)
				left -= n
				break
			}
		}
	}
	return sizes
}
