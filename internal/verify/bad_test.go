package verify_test

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/internal/verify"
)

var rewrite = flag.Bool("rewrite", false, "rewrite what is expected under testdata")

// Every file under testdata/bad has a schema that breaks a rule and the exact findings. It is
// named for the rule, RULE.txtar or RULE-CASE.txtar.
func TestBad(t *testing.T) {
	paths, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	tested := make(map[string]bool)
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		rule, _, _ := strings.Cut(name, "-")
		tested[rule] = true
		t.Run(name, func(t *testing.T) {
			src, want := schemaAndWant(t, path)
			got := ""
			if _, err := verify.Check(load(t, "schema.toml", src)); err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, ": "+rule+": ") {
				t.Fatalf("got no finding of rule %s:\n%s", rule, got)
			}
			compare(t, path, got, want)
		})
	}
	for _, r := range verify.Rules() {
		if !tested[r.ID] {
			t.Errorf("rule %s (%s) has no testdata/bad/%s.txtar", r.ID, r.Doc, r.ID)
		}
		delete(tested, r.ID)
	}
	for rule := range tested {
		t.Errorf("testdata/bad/%s.txtar is for a rule that does not exist", rule)
	}
}
