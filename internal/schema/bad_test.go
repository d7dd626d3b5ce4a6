package schema

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write what Load finds to testdata")

// badSchemas returns the archives under testdata/bad by path. Each has a schema.toml, and in want
// all that Load says about it.
func badSchemas(tb testing.TB) map[string]*txtar.Archive {
	tb.Helper()
	paths, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no bad schemas: %v", err)
	}
	archives := make(map[string]*txtar.Archive)
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		if len(a.Files) != 2 || a.Files[0].Name != "schema.toml" || a.Files[1].Name != "want" {
			tb.Fatalf("%s has other files than schema.toml and want", path)
		}
		archives[path] = a
	}
	return archives
}

func TestBadSchemas(t *testing.T) {
	for path, a := range badSchemas(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			_, err := Load("schema.toml", a.Files[0].Data)
			if err == nil {
				t.Fatal("Load accepts the schema")
			}
			if got, want := err.Error(), string(a.Files[1].Data); got != want {
				if *update {
					a.Files[1].Data = []byte(got)
					if err := os.WriteFile(path, txtar.Format(a), 0o666); err != nil {
						t.Fatal(err)
					}
					return
				}
				t.Errorf("findings (-got +want):\n%s", cmp.Diff(got, want))
			}
		})
	}
}

// TestBadSchemaOfEveryRule checks that a bad schema whose name begins with the rule breaks it.
func TestBadSchemaOfEveryRule(t *testing.T) {
	broken := make(map[string]bool)
	for path, a := range badSchemas(t) {
		rule, _, _ := strings.Cut(filepath.Base(path), "-")
		if strings.Contains(string(a.Files[1].Data), ": "+rule+": ") {
			broken[rule] = true
		} else {
			t.Errorf("%s does not break %s", path, rule)
		}
	}
	for _, r := range Rules() {
		if !broken[r.ID] {
			t.Errorf("no schema under testdata/bad breaks %s: %s", r.ID, r.Doc)
		}
	}
}
