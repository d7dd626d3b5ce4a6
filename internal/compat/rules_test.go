package compat_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hgwire/hgwire/internal/compat"
	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

var rewrite = flag.Bool("rewrite", false, "rewrite what is expected under testdata")

// Every file under testdata/rules edits the schema of testdata/base.toml, for the old side, the
// new one or both, and has the exact report. An edit is lines with - and what they become, lines
// with +. The file is named for the rule, RULE.txtar or RULE-CASE.txtar.
func TestRules(t *testing.T) {
	base := read(t, "testdata/base.toml")
	paths, err := filepath.Glob("testdata/rules/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	tested := make(map[string]bool)
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		rule, _, _ := strings.Cut(name, "-")
		tested[rule] = true
		t.Run(name, func(t *testing.T) {
			a := archive(t, path)
			old, new := base, base
			want := ""
			for _, f := range a.Files {
				switch f.Name {
				case "old":
					old = edited(t, base, string(f.Data))
				case "new":
					new = edited(t, base, string(f.Data))
				case "want":
					want = string(f.Data)
				default:
					t.Fatalf("unknown file %s", f.Name)
				}
			}
			got := compare(t, load(t, "old.toml", old), load(t, "new.toml", new))
			if !strings.Contains(got, ": "+rule+": ") {
				t.Errorf("got no finding of rule %s:\n%s", rule, got)
			}
			check(t, path, a, got, want)
		})
	}
	for _, r := range compat.Rules() {
		if !tested[r.ID] {
			t.Errorf("rule %s (%s) has no testdata/rules/%s.txtar", r.ID, r.Doc, r.ID)
		}
		delete(tested, r.ID)
	}
	for rule := range tested {
		t.Errorf("testdata/rules/%s.txtar is for a rule that does not exist", rule)
	}
}

// edited applies edits to a text. What is replaced stands in it once.
func edited(t *testing.T, text, edits string) string {
	t.Helper()
	var from, to []string
	apply := func() {
		if len(from) == 0 {
			return
		}
		old := strings.Join(from, "\n") + "\n"
		if n := strings.Count("\n"+text, "\n"+old); n != 1 {
			t.Fatalf("got %d times, want 1:\n%s", n, old)
		}
		new := ""
		for _, line := range to {
			new += line + "\n"
		}
		text = strings.TrimPrefix(strings.Replace("\n"+text, "\n"+old, "\n"+new, 1), "\n")
		from, to = nil, nil
	}
	for line := range strings.Lines(edits) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "- ") || line == "-":
			if len(to) > 0 {
				apply()
			}
			from = append(from, strings.TrimPrefix(line[1:], " "))
		case strings.HasPrefix(line, "+ ") || line == "+":
			to = append(to, strings.TrimPrefix(line[1:], " "))
		case line == "":
			apply()
		default:
			t.Fatalf("neither - nor +: %q", line)
		}
	}
	apply()
	return text
}

func compare(t *testing.T, old, new *schema.Schema) string {
	t.Helper()
	r, err := compat.Compare(old, new)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if _, err := r.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// check compares a report with the file `want` of an archive.
func check(t *testing.T, path string, a *txtar.Archive, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	if !*rewrite {
		t.Errorf("report (-got +want):\n%s", cmp.Diff(got, want))
		return
	}
	for i := range a.Files {
		if a.Files[i].Name == "want" {
			a.Files[i].Data = []byte(got)
		}
	}
	if err := os.WriteFile(path, txtar.Format(a), 0o666); err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, path, src string) *schema.Schema {
	t.Helper()
	s, err := schema.Load(path, []byte(src))
	if err == nil {
		_, err = verify.Check(s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func archive(t *testing.T, path string) *txtar.Archive {
	t.Helper()
	return txtar.Parse([]byte(read(t, path)))
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
