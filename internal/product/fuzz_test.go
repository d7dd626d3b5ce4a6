package product_test

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/internal/example"
	"github.com/hgwire/hgwire/internal/product"
	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// FuzzCheck edits the rows of a small schema by a program of octets. What each role by itself still makes
// sense of gets a verdict about both: every finding has a rule of this package and a place in the file.
func FuzzCheck(f *testing.F) {
	known := make(map[string]bool)
	for _, r := range product.Rules() {
		known[r.ID] = true
	}
	archive, err := os.ReadFile("testdata/bad/PRD004.txtar")
	if err != nil {
		f.Fatal(err)
	}
	e, err := example.Parse(archive)
	if err != nil {
		f.Fatal(err)
	}
	src, err := e.Mended()
	if err != nil {
		f.Fatal(err)
	}
	lines := strings.Split(string(src), "\n")
	var rows []int
	for i, line := range lines {
		if strings.HasPrefix(line, "  { id = ") {
			rows = append(rows, i)
		}
	}
	f.Add([]byte{})
	f.Add([]byte{30, 0, 60, 9, 70, 17})
	f.Add([]byte{18, 2, 44, 3, 90, 4})
	f.Fuzz(func(t *testing.T, program []byte) {
		lines := append([]string(nil), lines...)
		for ; len(program) >= 2; program = program[2:] {
			i := rows[int(program[0])%len(rows)]
			lines[i] = edited(lines[i], lines[rows[(int(program[0])+1)%len(rows)]], program[1])
		}
		s, err := schema.Load("schema.toml", []byte(strings.Join(lines, "\n")))
		if err != nil {
			return
		}
		if _, err := verify.Check(s); err != nil {
			return
		}
		_, err = product.Check(s, product.Options{Keys: 2, Queue: 1, States: 3000})
		found, ok := errors.AsType[*schema.Diagnostics](err)
		if err != nil && !ok {
			t.Fatalf("got %v, want *schema.Diagnostics", err)
		}
		if !ok {
			return
		}
		for _, d := range found.List {
			if !known[d.Rule] || d.Pos.Line < 1 || d.Pos.Line > len(lines) {
				t.Errorf("%s at %v: got an unknown rule or place: %s", d.Rule, d.Pos, d.Message)
			}
		}
	})
}

var to = regexp.MustCompile(`, +to = "[^"]*"`)

// edited returns a row without something, or with something of another row.
func edited(row, other string, how byte) string {
	switch how % 5 {
	case 0:
		return ""
	case 1:
		return to.ReplaceAllString(row, "")
	case 2:
		return to.ReplaceAllString(row, to.FindString(other))
	case 3:
		return regexp.MustCompile(`, +consumes = true`).ReplaceAllString(row, "")
	default:
		return strings.Replace(row, `, doc = `, `, abnormal = true, doc = `, 1)
	}
}
