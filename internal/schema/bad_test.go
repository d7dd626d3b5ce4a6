package schema

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hgwire/hgwire/internal/example"
)

var update = flag.Bool("update", false, "write what Load finds to testdata")

// badSchemas returns the archives under testdata/bad by path: see package example.
func badSchemas(tb testing.TB) map[string]*example.Example {
	tb.Helper()
	paths, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no bad schemas: %v", err)
	}
	archives := make(map[string]*example.Example)
	for _, path := range paths {
		archive, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		e, err := example.Parse(archive)
		if err != nil {
			tb.Fatalf("%s: %v", path, err)
		}
		archives[path] = e
	}
	return archives
}

// Every archive has all that Load says about its schema, among it the rule of its name.
func TestBadSchemas(t *testing.T) {
	for path, e := range badSchemas(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			_, err := Load("schema.toml", e.Schema)
			if err == nil {
				t.Fatal("Load accepts the schema")
			}
			got := err.Error()
			if rule, _ := example.Rule(path); !strings.Contains(got, ": "+rule+": ") {
				t.Errorf("got no finding of rule %s:\n%s", rule, got)
			}
			if *update {
				e.Want = got
				if err := os.WriteFile(path, e.Format(), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if got != e.Want {
				t.Errorf("findings (-got +want):\n%s", cmp.Diff(got, e.Want))
			}
		})
	}
}

// Every rule has a main archive with an explanation. Its schema breaks that rule alone, and is
// right when it is mended.
func TestBadSchemaOfEveryRule(t *testing.T) {
	main := make(map[string]*example.Example)
	known := make(map[string]bool)
	for _, r := range Rules() {
		known[r.ID] = true
	}
	for path, e := range badSchemas(t) {
		rule, isMain := example.Rule(path)
		if !known[rule] {
			t.Errorf("%s is for a rule that does not exist", path)
		}
		if isMain {
			main[rule] = e
		}
	}
	for _, r := range Rules() {
		e := main[r.ID]
		if e == nil {
			t.Errorf("rule %s (%s) has no testdata/bad/%s.txtar", r.ID, r.Doc, r.ID)
			continue
		}
		if n := strings.Count(e.Text, ".\n") + strings.Count(e.Text, ". "); n < 2 {
			t.Errorf("%s: the explanation is too short: %q", r.ID, e.Text)
		}
		_, err := Load("schema.toml", e.Schema)
		found, ok := errors.AsType[*Diagnostics](err)
		if !ok {
			t.Errorf("%s: got %v, want findings", r.ID, err)
			continue
		}
		for _, d := range found.List {
			if d.Rule != r.ID {
				t.Errorf("%s: the schema breaks %s, too: %s", r.ID, d.Rule, d.Message)
			}
		}
		mended, err := e.Mended()
		if err != nil {
			t.Errorf("%s: %v", r.ID, err)
		} else if _, err := Load("schema.toml", mended); err != nil {
			t.Errorf("%s: the mended schema is refused:\n%v", r.ID, err)
		}
	}
}
