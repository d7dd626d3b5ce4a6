package verify

import (
	"fmt"
	"slices"

	"github.com/hgwire/hgwire/internal/schema"
)

// gaps tells which ids and flag bits are left between those that the schema knows.
func (c *checker) gaps() {
	c.unassignedIDs()
	for _, s := range c.FlagSets {
		c.bitGaps(s)
	}
	for _, f := range c.Frames {
		c.bitGaps(&f.FlagSet)
	}
}

// unassignedIDs tells which ids no frame has and nothing reserves.
func (c *checker) unassignedIDs() {
	f := c.typeField()
	if f == nil {
		return
	}
	var known []uint64
	for _, frame := range c.Frames {
		known = append(known, frame.ID)
	}
	for _, r := range c.Reserved {
		known = append(known, r.IDs...)
	}
	slices.Sort(known)
	most := uint64(1)<<f.Bits - 1
	var free []string
	next := uint64(0) // the lowest id that may be free
	for _, id := range known {
		if id > next {
			free = append(free, idRange(next, id-1))
		}
		next = id + 1
	}
	if next <= most && (len(known) == 0 || known[len(known)-1] < most) {
		free = append(free, idRange(next, most))
	}
	if len(free) > 0 {
		c.found.Inform(f.Pos, UnassignedIDs, "no frame has the types %s, and nothing reserves them", abridge(free, ", "))
	}
}

// idRange renders the ids from first to last.
func idRange(first, last uint64) string {
	if first == last {
		return fmt.Sprintf("%#x", first)
	}
	return fmt.Sprintf("%#x to %#x", first, last)
}

// bitGaps tells which bits below the highest flag of a set no flag has.
func (c *checker) bitGaps(s *schema.FlagSet) {
	mask := s.Mask()
	var free []string
	for bit := 0; mask>>bit != 0; bit++ {
		if mask>>bit&1 == 0 {
			free = append(free, fmt.Sprint(bit))
		}
	}
	if len(free) > 0 {
		c.found.Inform(s.At("flag"), BitGap, "between the flags of %s no flag has bit %s", s.Name, abridge(free, ", "))
	}
}
