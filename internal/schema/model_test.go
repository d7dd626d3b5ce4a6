package schema

import "testing"

func TestFlagRuleAllows(t *testing.T) {
	a, b, c := &Flag{Bit: 0}, &Flag{Bit: 1}, &Flag{Bit: 3}
	for _, test := range []struct {
		what    string
		rule    FlagRule
		allowed []uint64 // of 0 to 15
	}{
		{"excludes a b", FlagRule{Kind: RuleExcludes, Flags: []*Flag{a, b}}, []uint64{0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14}},
		{"any-of a b d", FlagRule{Kind: RuleAnyOf, Flags: []*Flag{a, b, c}}, []uint64{1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}},
		{"requires a b d", FlagRule{Kind: RuleRequires, Flags: []*Flag{a, b, c}}, []uint64{0, 2, 4, 6, 8, 10, 11, 12, 14, 15}},
	} {
		want := make(map[uint64]bool)
		for _, flags := range test.allowed {
			want[flags] = true
		}
		for flags := range uint64(16) {
			if got := test.rule.Allows(flags); got != want[flags] {
				t.Errorf("%s: Allows(%#b) = %v", test.what, flags, got)
			}
		}
	}
	if got := (&FlagSet{Flags: []*Flag{a, b, c}}).Mask(); got != 0b1011 {
		t.Errorf("Mask() = %#b", got)
	}
}

func TestSets(t *testing.T) {
	one, two := &Frame{ID: 1}, &Frame{ID: 2}
	for _, test := range []struct {
		what      string
		got, want bool
	}{
		{"type in a set", TypeSet{Frames: []*Frame{one, two}}.Has(2), true},
		{"type not in a set", TypeSet{Frames: []*Frame{one}}.Has(2), false},
		{"type in a negated set", TypeSet{Frames: []*Frame{one}, Not: true}.Has(1), false},
		{"unassigned type in a negated set", TypeSet{Frames: []*Frame{one}, Not: true}.Has(7), true},
		{"type in *", TypeSet{Not: true}.Has(1), true},
		{"type in the zero set", TypeSet{}.Has(1), false},
		{"state in a set", StateSet(0b100).Has(&State{Index: 2}), true},
		{"state not in a set", StateSet(0b100).Has(&State{Index: 1}), false},
		{"last state", StateSet(1 << 63).Has(&State{Index: 63}), true},
		{"guard, set and clear", FlagGuard{Set: 1, Clear: 2}.Admits(0b101), true},
		{"guard, not set", FlagGuard{Set: 1, Clear: 2}.Admits(0b100), false},
		{"guard, not clear", FlagGuard{Set: 1, Clear: 2}.Admits(0b011), false},
		{"item of the first revision", (&Revision{Index: 0}).In(nil), true},
		{"item of a later revision", (&Revision{Index: 0}).In(&Revision{Index: 1}), false},
		{"item of an earlier revision", (&Revision{Index: 2}).In(&Revision{Index: 1}), true},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %v, want %v", test.what, test.got, test.want)
		}
	}
}
