package verify

import (
	"iter"
	"slices"

	"github.com/hgwire/hgwire/internal/dispatch"
)

// cells yields the cells of a table for the frame types that are assigned and for one that is not, each
// with the number of cells that it stands for: rows treat all types that are not assigned alike.
func (c *checker) cells(t *dispatch.Table) iter.Seq2[dispatch.Cell, int] {
	types := []uint64{0}
	rest, any := c.unassigned()
	if t.TypeBits > 0 {
		types = c.types()
		slices.Sort(types)
		types = slices.Compact(types)
	}
	return func(yield func(dispatch.Cell, int) bool) {
		for w := range t.Within {
			for s := range t.States {
				for _, typ := range types {
					weight := 1
					if t.TypeBits > 0 && any && typ == rest {
						weight = 1<<t.TypeBits - len(types) + 1
					}
					for f := range uint64(1) << t.FlagBits {
						if !yield(dispatch.Cell{Within: w, State: s, Type: typ, Flags: f}, weight) {
							return
						}
					}
				}
			}
		}
	}
}
