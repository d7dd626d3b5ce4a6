package verify

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/schema"
)

// shown is how many items of a list a finding spells out.
const shown = 8

// cellText renders a cell as a case to follow, such as
// "while command-receiving, state args, command-argument continuation|eoa".
func (c *checker) cellText(t *dispatch.Table, at dispatch.Cell) string {
	var parts []string
	m := t.Machine
	if m.Within != nil {
		parts = append(parts, "while "+m.Within.States[at.Within].Name)
	}
	parts = append(parts, "state "+m.States[at.State].Name)
	frame := "any frame"
	if t.TypeBits > 0 {
		frame = c.typeName(at.Type)
	}
	if t.FlagBits > 0 {
		set := c.flagSet(m.Guard, at.Type)
		switch {
		case !m.Guard.ByType:
			frame += " with " + m.Guard.Name
		case set == nil:
			frame += " flags"
		}
		frame += " " + flagNames(set, at.Flags)
	}
	return strings.Join(append(parts, frame), ", ")
}

// typeName renders a frame type, assigned or not.
func (c *checker) typeName(id uint64) string {
	if f := c.frame(id); f != nil {
		return f.Name
	}
	return fmt.Sprintf("type %d", id)
}

// flagNames renders flags as a frame line does: names in the order of the set, then the bits
// without a name as one number. The set may be nil.
func flagNames(s *schema.FlagSet, flags uint64) string {
	var parts []string
	if s != nil {
		for _, f := range s.Flags {
			if flags>>f.Bit&1 != 0 {
				parts = append(parts, f.Name)
			}
		}
		flags &^= s.Mask()
	}
	if flags != 0 || len(parts) == 0 {
		parts = append(parts, strconv.FormatUint(flags, 10))
	}
	return strings.Join(parts, "|")
}

// sortedNames renders flags as flagNames does, in the order of their names.
func sortedNames(s *schema.FlagSet, flags uint64) string {
	names := strings.Split(flagNames(s, flags), "|")
	slices.Sort(names)
	return strings.Join(names, "|")
}

// rowText renders a row as a place to look at.
func rowText(r *schema.Transition) string { return fmt.Sprintf("row %s (line %d)", r.ID, r.Pos.Line) }

func rowTexts(rows []*schema.Transition) []string {
	var texts []string
	for _, r := range rows {
		texts = append(texts, rowText(r))
	}
	return texts
}

// likely ranks cells: the more likely a frame, the better it explains a finding. It is highest
// for a known type whose flags are known and obey the rules, in states that go together.
func (c *checker) likely(t *dispatch.Table, at dispatch.Cell) int {
	rank := 0
	if t.Possible(at) {
		rank += 4 // more than all the rest
	}
	if t.TypeBits == 0 || c.frame(at.Type) != nil {
		rank++
	}
	if set := c.flagSet(t.Machine.Guard, at.Type); set != nil && at.Flags&^set.Mask() == 0 {
		rank++
		if allowed(set.Rules, at.Flags) {
			rank++
		}
	}
	return rank
}

// abridge joins the first few items of a list and counts the rest.
func abridge(list []string, sep string) string {
	if more := len(list) - shown; more > 0 {
		list = append(list[:shown:shown], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(list, sep)
}
