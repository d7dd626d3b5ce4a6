package rulebook_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/internal/compat"
	"github.com/hgwire/hgwire/internal/product"
	"github.com/hgwire/hgwire/internal/rulebook"
	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// unproved are the rules whose mended schema has other faults that only verify finds, and why.
var unproved = map[string]string{
	"LAY006": "the 64 states that are left are not in use",
}

// Every rule is in a family, has a family of its prefix alone, and can be explained. A schema that
// breaks a rule is right in every respect when it is mended.
func TestFamilies(t *testing.T) {
	var got []string
	for _, f := range rulebook.Families() {
		for _, r := range f.Rules {
			got = append(got, r.ID)
			if r.Family != f.Title {
				t.Errorf("%s: got family %q, want %q", r.ID, r.Family, f.Title)
			}
			var b strings.Builder
			if err := r.Explain(&b); err != nil {
				t.Error(err)
			}
			if strings.HasPrefix(r.ID, "CMP") {
				for _, part := range []string{r.ID, r.Doc, r.Example.Text, ": " + r.ID + ": ", "\n+"} {
					if part == "" || !strings.Contains(b.String(), part) {
						t.Errorf("%s: the explanation lacks %q:\n%s", r.ID, part, b.String())
					}
				}
				continue
			}
			for _, part := range []string{r.ID, r.Doc, r.Example.Text, r.Example.Want, "--- schema.toml\n+++ schema.toml (mended)\n@@ "} {
				if !strings.Contains(b.String(), part) {
					t.Errorf("%s: the explanation lacks %q:\n%s", r.ID, part, b.String())
				}
			}
			mended, err := r.Example.Mended()
			if err != nil {
				t.Fatal(err)
			}
			s, err := schema.Load("schema.toml", mended)
			if err != nil {
				t.Errorf("%s: the mended schema is refused:\n%v", r.ID, err)
				continue
			}
			if _, err := verify.Check(s); (err != nil) != (unproved[r.ID] != "") {
				t.Errorf("%s: got %v for the mended schema, want errors only with a reason, which is %q", r.ID, err, unproved[r.ID])
			}
		}
	}
	var want []string
	for _, r := range slices.Concat(schema.Rules(), verify.Rules(), product.Rules(), compat.Rules()) {
		want = append(want, r.ID)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got the rules %q, want %q", got, want)
	}
}

func TestFind(t *testing.T) {
	for _, test := range []struct{ id, want, err string }{
		{"MAC001", "MAC001", ""},
		{"mac001", "MAC001", ""},
		{"mac0001", "", `there is no rule "mac0001"; did you mean "MAC001"?`},
		{"nonsense", "", `there is no rule "nonsense"; gen explain lists them all`},
	} {
		r, err := rulebook.Find(test.id)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if r.ID != test.want || got != test.err {
			t.Errorf("Find(%q): got %s, %q, want %s, %q", test.id, r.ID, got, test.want, test.err)
		}
	}
}

// The examples of the rules about names that are misspelt suggest the right one.
func TestSuggestions(t *testing.T) {
	for _, id := range strings.Fields(`SYN004 SYN008 REF001 REF002 REF003 REF004 REF005 REF006 REF007
		REF008 REF009 REF010 REF011 REF012 REF013 ERR002 VEC001`) {
		r, err := rulebook.Find(id)
		if err != nil {
			t.Error(err)
		} else if !strings.Contains(r.Example.Want, "; did you mean ") {
			t.Errorf("%s: got no suggestion:\n%s", id, r.Example.Want)
		}
	}
}

// Every finding of an example has a place, and shows it with a caret.
func TestCarets(t *testing.T) {
	for _, f := range rulebook.Families() {
		for _, r := range f.Rules {
			if len(r.Edits) > 0 {
				continue // what is said of changes is in sections
			}
			for finding := range strings.SplitSeq(r.Example.Want, "\n\n") {
				lines := strings.SplitN(finding, "\n", 4)
				if len(lines) < 3 || !strings.HasPrefix(lines[0], "schema.toml:") || strings.TrimLeft(lines[2], " \t") != "^" {
					t.Errorf("%s: got no caret:\n%s", r.ID, finding)
				}
			}
		}
	}
}
