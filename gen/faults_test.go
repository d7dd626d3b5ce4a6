package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/internal/product"
	"github.com/hgwire/hgwire/internal/schema"
)

// flagship reads the schema whose faults are seeded.
func flagship(t *testing.T) string {
	t.Helper()
	src, err := os.ReadFile("../schema.toml")
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// found returns what gen verify finds in the text of a schema.
func found(t *testing.T, text string, o product.Options) *schema.Diagnostics {
	t.Helper()
	s, err := schema.Load("schema.toml", []byte(text))
	r := judge("verify", "schema.toml", s, err, o)
	if r.Failure != nil {
		t.Fatal(r.Failure)
	}
	return r.Found
}

// TestFaults breaks the flagship's schema in the ways in which people do, one at a time.
func TestFaults(t *testing.T) {
	text := flagship(t)
	for i, fault := range faults {
		t.Run(fault.name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && i%4 != 0 {
				t.Skip("one in four of the faults is enough for a short run")
			}
			if n := strings.Count(text, fault.old); n != 1 {
				t.Fatalf("%q stands %d times in the schema", fault.old, n)
			}
			f := found(t, strings.Replace(text, fault.old, fault.new, 1), product.Options{})
			level := schema.LevelError
			if fault.note {
				level = schema.LevelNote
			}
			if !slices.ContainsFunc(f.List, func(d schema.Diagnostic) bool { return d.Rule == fault.rule && d.Level == level }) {
				t.Errorf("got %q\n%s\nwant %s %s", rules(f), f.Text(), level, fault.rule)
			}
		})
	}
}

// rules returns the rules of findings.
func rules(f *schema.Diagnostics) []string {
	var list []string
	for _, d := range f.List {
		if d.Level == schema.LevelError {
			list = append(list, d.Rule)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
