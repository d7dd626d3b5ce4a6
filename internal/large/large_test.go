package large_test

import (
	"slices"
	"testing"

	"github.com/hgwire/hgwire/internal/emit/golang"
	"github.com/hgwire/hgwire/internal/large"
	"github.com/hgwire/hgwire/internal/product"
	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// TestTimes takes schemas of two and of ten times the flagship through the compiler. (How long that
// takes, the benchmarks of bench tell.)
func TestTimes(t *testing.T) {
	s, err := schema.LoadFile("../../schema.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{2, 10} {
		l, err := schema.Load("large.toml", large.Times(s, n))
		if err != nil {
			t.Fatal(err)
		}
		if len(l.Frames) != n*len(s.Frames) || len(l.Errors) != n*len(s.Errors) || len(l.Machines) != n*len(s.Machines) {
			t.Errorf("%d times: got %d frame types, %d errors, %d machines", n, len(l.Frames), len(l.Errors), len(l.Machines))
		}
		if _, err := verify.Check(l); err != nil {
			t.Fatal(err)
		}
		r, err := product.Check(l, product.Options{})
		if err != nil || len(r.Searches) != 3*n {
			t.Errorf("%d times: got %d searches, %v, want %d", n, len(r.Searches), err, 3*n)
		}
		if slices.ContainsFunc(r.Searches, func(s product.Search) bool { return !s.Whole }) {
			t.Errorf("%d times: not all searches went to the end: %+v", n, r.Searches)
		}
		if _, err := golang.Files(l, golang.Options{Package: "large", Source: "large.toml"}); err != nil {
			t.Error(err)
		}
	}
}
