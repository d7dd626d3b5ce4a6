package schema

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// seed adds the schemas and other TOML under testdata.
func seed(f *testing.F) {
	for _, path := range []string{"testdata/small.toml", "testdata/forms.toml"} {
		src, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	for _, a := range badSchemas(f) {
		f.Add(a.Schema)
	}
}

// FuzzLoad checks that Load takes any octets: it finds something or returns a schema, and every
// position is inside the file.
func FuzzLoad(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		before := bytes.Clone(src)
		s, err := Load("schema.toml", src)
		if !bytes.Equal(src, before) {
			t.Error("Load changes its input")
		}
		if err == nil {
			if s == nil {
				t.Fatal("Load returns neither a schema nor an error")
			}
			return
		}
		found, ok := errors.AsType[*Diagnostics](err)
		if !ok || len(found.List) == 0 {
			t.Fatalf("Load returns %T %v, want findings", err, err)
		}
		lines := bytes.Split(src, []byte("\n"))
		inside := func(p Pos) bool {
			return p.Line >= 1 && p.Line <= len(lines) && p.Column >= 1 && p.Column <= len(lines[p.Line-1])+1
		}
		for _, d := range found.List {
			if !inside(d.Pos) {
				t.Errorf("%s %q is at %v", d.Rule, d.Message, d.Pos)
			}
			if !slices.ContainsFunc(Rules(), func(r Rule) bool { return r.ID == d.Rule }) {
				t.Errorf("%q has the rule %q", d.Message, d.Rule)
			}
			for _, n := range d.Notes {
				if n.Pos != (Pos{}) && !inside(n.Pos) {
					t.Errorf("the note %q of %s is at %v", n.Text, d.Rule, n.Pos)
				}
			}
		}
		if err.Error() == "" {
			t.Error("no text")
		}
	})
}

// FuzzTree checks that a tree has the values that the decoder reads, and that the decoder reads
// what the shape of a schema leaves of a tree.
func FuzzTree(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		found := &Diagnostics{Source: src}
		tree, ok := parseTree(newSource(src), found)
		if !ok {
			return
		}
		var want map[string]any
		if toml.Unmarshal(src, &want) == nil && len(found.List) == 0 {
			if diff := cmp.Diff(plain(t, tree.root), any(want), cmpopts.EquateNaNs()); diff != "" {
				t.Errorf("tree (-got +want):\n%s", diff)
			}
		}
		if decode(newSource(src), new(Diagnostics)) == nil {
			t.Error("the decoder refuses what is left of the file")
		}
	})
}
