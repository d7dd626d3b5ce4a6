package product_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hgwire/hgwire/internal/example"
	"github.com/hgwire/hgwire/internal/product"
	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

var rewrite = flag.Bool("rewrite", false, "rewrite what is expected under testdata")

// Every file under testdata/bad has a schema that breaks a rule and all that is found: see package
// example. The main one of a rule has an explanation, breaks that rule alone, and is right when it is mended.
func TestBad(t *testing.T) {
	paths, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	known, tested := make(map[string]bool), make(map[string]bool)
	for _, r := range product.Rules() {
		known[r.ID] = true
	}
	for _, path := range paths {
		rule, main := example.Rule(path)
		if !known[rule] {
			t.Errorf("%s is for a rule that does not exist", path)
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			e, err := example.Parse(archive)
			if err != nil {
				t.Fatal(err)
			}
			checkBad(t, path, rule, e)
			if main {
				tested[rule] = true
				checkMain(t, rule, e)
			}
		})
	}
	for _, r := range product.Rules() {
		if !tested[r.ID] {
			t.Errorf("rule %s (%s) has no testdata/bad/%s.txtar", r.ID, r.Doc, r.ID)
		}
	}
}

// checkBad compares what is found with the archive, or makes that say what it should. Information
// counts in an archive about it.
func checkBad(t *testing.T, path, rule string, e *example.Example) {
	t.Helper()
	found := check(t, e.Schema)
	got := found.Error()
	if !strings.Contains(got, ": "+rule+": ") {
		got = found.Text()
	}
	if !strings.Contains(got, ": "+rule+": ") {
		t.Fatalf("got no finding of rule %s:\n%s", rule, got)
	}
	if *rewrite {
		e.Want = got
		if err := os.WriteFile(path, e.Format(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(got, e.Want); diff != "" {
		t.Errorf("got(-) want(+):\n%s", diff)
	}
}

// checkMain holds the main archive of a rule to its explanation and its mend.
func checkMain(t *testing.T, rule string, e *example.Example) {
	t.Helper()
	if n := strings.Count(e.Text, ".\n") + strings.Count(e.Text, ". "); n < 2 {
		t.Errorf("the explanation is too short: %q", e.Text)
	}
	for _, d := range check(t, e.Schema).List {
		if d.Rule != rule && d.Level == schema.LevelError {
			t.Errorf("the schema breaks %s, too: %s", d.Rule, d.Message)
		}
	}
	mended, err := e.Mended()
	if err != nil {
		t.Fatal(err)
	}
	found := check(t, mended)
	for _, d := range found.List {
		if d.Rule == rule || d.Level == schema.LevelError {
			t.Errorf("the mended schema has findings:\n%s", found.Text())
		}
	}
}

// check returns all that Check finds in a schema that package verify finds nothing wrong with.
func check(t *testing.T, src []byte) *schema.Diagnostics {
	t.Helper()
	s, err := schema.Load("schema.toml", src)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verify.Check(s); err != nil {
		t.Fatal(err)
	}
	r, _ := product.Check(s, product.Options{})
	return r.Found
}
