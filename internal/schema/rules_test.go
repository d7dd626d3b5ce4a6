package schema

import (
	"regexp"
	"slices"
	"testing"
)

func TestRules(t *testing.T) {
	rules := Rules()
	id := regexp.MustCompile(`^(SYN|NAM|REF|LAY|DOC|ERR|SET)\d{3}$`)
	seen := make(map[string]string)
	for _, r := range rules {
		if !id.MatchString(r.ID) {
			t.Errorf("%q is of no family", r.ID)
		}
		if other, ok := seen[r.ID]; ok {
			t.Errorf("%s is %q and %q", r.ID, r.Doc, other)
		}
		seen[r.ID] = r.Doc
	}
	for _, family := range []string{"SYN", "NAM", "REF", "LAY", "DOC", "ERR", "SET"} {
		of := slices.DeleteFunc(slices.Clone(rules), func(r Rule) bool { return r.ID[:3] != family })
		for i, r := range of {
			if i > 0 && r.ID <= of[i-1].ID {
				t.Errorf("%s follows %s", r.ID, of[i-1].ID)
			}
		}
	}
}
