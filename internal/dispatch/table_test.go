package dispatch_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/schema"
)

var typeField = &schema.Field{Bits: 2, Kind: schema.FieldType}

// door is a machine with states shut and open, the latter receiving, within a connection. Its rows
// are named for what they match; flag bit 1 is looked at, and type 1 is assigned.
func door() *schema.Machine {
	connection := &schema.Machine{States: []*schema.State{
		{Index: 0, Name: "idle", When: schema.WhenNoneReceiving},
		{Index: 1, Name: "busy", When: schema.WhenSomeReceiving},
	}}
	knock := &schema.Frame{ID: 1}
	ring := &schema.Event{Name: "ring"}
	m := &schema.Machine{
		Within: connection,
		States: []*schema.State{{Index: 0, Name: "shut"}, {Index: 1, Name: "open", Receiving: true}},
		Events: []*schema.Event{ring, {Index: 1, Name: "lock"}},
		Transitions: []*schema.Transition{
			{ID: "shut-knock-2", While: 3, From: 1, Types: schema.TypeSet{Frames: []*schema.Frame{knock}}, Flags: schema.FlagGuard{Set: 2}},
			{ID: "idle-shut-others", While: 1, From: 1, Types: schema.TypeSet{Frames: []*schema.Frame{knock}, Not: true}},
			{ID: "open-any", While: 3, From: 2, Types: schema.TypeSet{Not: true}},
			{ID: "ring", From: 3, Events: []*schema.Event{ring}},
		},
	}
	for i, r := range m.Transitions {
		r.Index = i
	}
	return m
}

func TestTable(t *testing.T) {
	m := door()
	table := dispatch.New(m, typeField)
	if table.TypeBits != 2 || table.FlagBits != 2 || len(table.Cells) != 2*2*4*4 {
		t.Fatalf("got %d bits of type, %d of flags, %d cells, want 2, 2, 64", table.TypeBits, table.FlagBits, len(table.Cells))
	}
	for _, test := range []struct {
		cell dispatch.Cell
		want string
	}{
		{dispatch.Cell{Within: 0, State: 0, Type: 1, Flags: 2}, "shut-knock-2"},
		{dispatch.Cell{Within: 1, State: 0, Type: 1, Flags: 3}, "shut-knock-2"},
		{dispatch.Cell{Within: 1, State: 0, Type: 1, Flags: 1}, "otherwise"},
		{dispatch.Cell{Within: 0, State: 0, Type: 3, Flags: 0}, "idle-shut-others"},
		{dispatch.Cell{Within: 1, State: 0, Type: 3, Flags: 0}, "otherwise"},
		{dispatch.Cell{Within: 1, State: 1, Type: 0, Flags: 0}, "open-any"},
		{dispatch.Cell{Within: 0, State: 1, Type: 0, Flags: 0}, "impossible"},
		// Flags that no row looks at are no part of a cell.
		{dispatch.Cell{Within: 0, State: 0, Type: 1, Flags: 2 + 4 + 64}, "shut-knock-2"},
	} {
		if got := name(table, test.cell); got != test.want {
			t.Errorf("%+v: got %s, want %s", test.cell, got, test.want)
		}
	}
}

func name(t *dispatch.Table, c dispatch.Cell) string {
	switch i := t.Cells[t.Index(c)]; i {
	case dispatch.Otherwise:
		return "otherwise"
	case dispatch.Impossible:
		return "impossible"
	default:
		return t.Row(c).ID
	}
}

// All yields every cell once, at its place, and OfType those of a type.
func TestCells(t *testing.T) {
	table := dispatch.New(door(), typeField)
	i := 0
	byType := make(map[uint64][]dispatch.Cell)
	for c := range table.All {
		if got := table.Index(c); got != i {
			t.Errorf("%+v: got index %d, want %d", c, got, i)
		}
		byType[c.Type] = append(byType[c.Type], c)
		i++
	}
	if i != len(table.Cells) {
		t.Errorf("got %d cells, want %d", i, len(table.Cells))
	}
	for typ, want := range byType {
		var got []dispatch.Cell
		for c := range table.OfType(typ) {
			got = append(got, c)
		}
		if diff := cmp.Diff(got, want); diff != "" {
			t.Errorf("type %d: got(-) want(+):\n%s", typ, diff)
		}
	}
}

// A table has no columns for what no row looks at.
func TestTableWithoutColumns(t *testing.T) {
	m := &schema.Machine{
		States: []*schema.State{{Index: 0}, {Index: 1}},
		Transitions: []*schema.Transition{
			{From: 2, Types: schema.TypeSet{Not: true}},
			{Index: 1, From: 1, Events: []*schema.Event{{}}, Flags: schema.FlagGuard{Set: 8}},
		},
	}
	table := dispatch.New(m, typeField)
	if diff := cmp.Diff(table.Cells, []int{dispatch.Otherwise, 0}); diff != "" {
		t.Errorf("got(-) want(+):\n%s", diff)
	}
	if got := table.Index(dispatch.Cell{State: 1, Type: 3, Flags: 15}); got != 1 {
		t.Errorf("got index %d, want 1", got)
	}
}

func TestMatches(t *testing.T) {
	m := door()
	twin := *m.Transitions[2]
	twin.ID, twin.Index = "twin", len(m.Transitions)
	m.Transitions = append(m.Transitions, &twin)
	var got []string
	for _, r := range dispatch.New(m, typeField).Matches(dispatch.Cell{Within: 1, State: 1}) {
		got = append(got, r.ID)
	}
	if want := []string{"open-any", "twin"}; !cmp.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCalls(t *testing.T) {
	m := door()
	if diff := cmp.Diff(dispatch.Calls(m), [][]int{{3, dispatch.Otherwise}, {3, dispatch.Otherwise}}); diff != "" {
		t.Errorf("got(-) want(+):\n%s", diff)
	}
	m.Transitions[3].From = 2
	if diff := cmp.Diff(dispatch.Calls(m), [][]int{{dispatch.Otherwise, dispatch.Otherwise}, {3, dispatch.Otherwise}}); diff != "" {
		t.Errorf("got(-) want(+):\n%s", diff)
	}
}

// Fits does not build the table, so it takes any width.
func TestFits(t *testing.T) {
	for _, test := range []struct {
		typeBits, flagBits int
		want               bool
	}{
		{0, 0, true},
		{10, 8, true}, // 4 << 18 is MaxCells
		{10, 9, false},
		{20, 0, false},
		{64, 64, false},
	} {
		t.Run(fmt.Sprint(test.typeBits, test.flagBits), func(t *testing.T) {
			m := door()
			for _, r := range m.Transitions {
				r.Flags = schema.FlagGuard{}
			}
			if test.flagBits > 0 {
				m.Transitions[0].Flags.Clear = 1 << (test.flagBits - 1)
			}
			if got := dispatch.Fits(m, &schema.Field{Bits: test.typeBits}); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
