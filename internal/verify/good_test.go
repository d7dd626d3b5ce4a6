package verify_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// Every file under testdata/good has a schema without errors, the exact report and the information.
func TestGood(t *testing.T) {
	paths, err := filepath.Glob("testdata/good/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("got %d files, %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			src, want := schemaAndWant(t, path)
			compare(t, path, report(t, load(t, "schema.toml", src)), want)
		})
	}
}

// The protocol of this repository has no errors, and no frame or call in it falls back.
func TestFlagship(t *testing.T) {
	src, err := os.ReadFile("../../schema.toml")
	if err != nil {
		t.Fatal(err)
	}
	r, err := verify.Check(load(t, "schema.toml", src))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range r.Machines {
		if m.Otherwise != 0 || m.Misuse != 0 || len(m.Fallbacks) != 0 {
			t.Errorf("machine %s: got %d cells and %d calls that fall back, want none: %q", m.Name, m.Otherwise, m.Misuse, m.Fallbacks)
		}
	}
	if r.Vectors == 0 || len(r.Machines) == 0 {
		t.Errorf("got %d vectors and %d machines, want some of both", r.Vectors, len(r.Machines))
	}
}

// Every row of the flagship for what comes in is needed: without it something falls back, or a
// finding comes up; and every row is alone: a copy of it is a finding.
func TestFlagshipRows(t *testing.T) {
	src, err := os.ReadFile("../../schema.toml")
	if err != nil {
		t.Fatal(err)
	}
	s := load(t, "schema.toml", src)
	for i, m := range s.Machines {
		rows := m.Transitions
		for j, row := range rows {
			m.Transitions = renumbered(slices.Delete(slices.Clone(rows), j, j+1))
			r, err := verify.Check(s)
			if !row.Send && err == nil && r.Machines[i].Otherwise == 0 && r.Machines[i].Misuse == 0 {
				t.Errorf("without row %s of %s: got nothing that falls back, and no finding", row.ID, m.Name)
			}

			m.Transitions = renumbered(append(slices.Clone(rows), row))
			rule := verify.TwoRows
			if len(row.Events) > 0 {
				rule = verify.TwoCallRows
			}
			if _, err := verify.Check(s); err == nil || !strings.Contains(err.Error(), rule) {
				t.Errorf("with row %s of %s twice: got %v, want %s", row.ID, m.Name, err, rule)
			}
		}
		m.Transitions = rows
	}
}

// Without a row for the end of a request, nothing leads from an active one to an inactive one.
func TestFlagshipTrapped(t *testing.T) {
	src, err := os.ReadFile("../../schema.toml")
	if err != nil {
		t.Fatal(err)
	}
	s := load(t, "schema.toml", src)
	m := s.Machines[slices.IndexFunc(s.Machines, func(m *schema.Machine) bool { return m.Name == "server-request" })]
	m.Transitions = renumbered(slices.DeleteFunc(slices.Clone(m.Transitions), func(r *schema.Transition) bool { return r.ID == "send-last" || r.ID == "send-failure" }))
	_, err = verify.Check(s)
	want := "MAC013: in revision request-ids no rows without error lead from these states of server-request back to an initial one: active, answered\n"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// renumbered returns copies of rows that know their new places.
func renumbered(rows []*schema.Transition) []*schema.Transition {
	for i, r := range rows {
		row := *r
		row.Index = i
		rows[i] = &row
	}
	return rows
}

func load(t *testing.T, path string, src []byte) *schema.Schema {
	t.Helper()
	s, err := schema.Load(path, src)
	if err != nil {
		t.Fatalf("the loader refuses the schema:\n%v", err)
	}
	return s
}

func report(t *testing.T, s *schema.Schema) string {
	t.Helper()
	r, err := verify.Check(s)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if _, err := r.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if text := r.Found.Text(); text != "" {
		b.WriteString("\n" + text)
	}
	return b.String()
}

// schemaAndWant reads an archive of the two files schema.toml and want.
func schemaAndWant(t testing.TB, path string) (src []byte, want string) {
	t.Helper()
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Files) != 2 || a.Files[0].Name != "schema.toml" || a.Files[1].Name != "want" {
		t.Fatalf("%s: want the files schema.toml and want", path)
	}
	return a.Files[0].Data, string(a.Files[1].Data)
}

// compare compares with what the archive says, or makes it say what it should.
func compare(t *testing.T, path, got, want string) {
	t.Helper()
	if !*rewrite {
		if diff := cmp.Diff(got, want); diff != "" {
			t.Errorf("got(-) want(+):\n%s", diff)
		}
		return
	}
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	a.Files[1].Data = []byte(got)
	if err := os.WriteFile(path, txtar.Format(a), 0o666); err != nil {
		t.Fatal(err)
	}
}
