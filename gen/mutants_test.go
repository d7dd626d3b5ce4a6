package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hgwire/hgwire/internal/product"
	"github.com/hgwire/hgwire/internal/schema"
)

// TestDroppedRows drops every row of every machine, one at a time: each is an error.
func TestDroppedRows(t *testing.T) {
	lines, s := flagshipRows(t)
	var mutants []mutant
	for _, m := range s.Machines {
		for _, r := range m.Transitions {
			i := r.Pos.Line - 1
			mutants = append(mutants, mutant{m.Name + " " + r.ID, strings.Join(slices.Delete(slices.Clone(lines), i, i+1), "")})
		}
	}
	checkSurvivors(t, mutants, nil)
}

// TestChangedTargets gives every row that has a next state each of the other states of its machine.
func TestChangedTargets(t *testing.T) {
	lines, s := flagshipRows(t)
	var mutants []mutant
	for _, m := range s.Machines {
		for _, r := range m.Transitions {
			if r.To == nil {
				continue
			}
			at := r.At("to")
			line := lines[at.Line-1]
			before, after := line[:at.Column-1], strings.TrimPrefix(line[at.Column-1:], fmt.Sprintf("%q", r.To.Name))
			for _, st := range m.States {
				if st == r.To {
					continue
				}
				changed := slices.Clone(lines)
				changed[at.Line-1] = before + fmt.Sprintf("%q", st.Name) + after
				mutants = append(mutants, mutant{m.Name + " " + r.ID + " to " + st.Name, strings.Join(changed, "")})
			}
		}
	}
	var want []string
	for _, u := range unseen {
		want = append(want, u.mutants...)
	}
	checkSurvivors(t, mutants, want)
}

// unseen are the changed targets that no rule can tell from another protocol, by the reason.
var unseen = []struct {
	why     string
	mutants []string
}{
	{"a state and the one inside a value take the same frames, and only what is done about them differs", []string{
		"server-request open-args to value", "server-request open-args-data to value-then-data",
		"server-request argument to value", "server-request argument-data to value-then-data",
		"server-request value-continues to args", "server-request value-continues-data to args-then-data",
		"server-request value-ends to value", "server-request value-ends-data to value-then-data",
		"client-request send-with-args to value", "client-request send-with-args-data to value-then-data",
		"client-request send-argument to value", "client-request send-argument-data to value-then-data",
		"client-request send-value to args", "client-request send-value-data to args-then-data",
		"client-request send-value-ends to value", "client-request send-value-ends-data to value-then-data",
	}},
	{"a request that nobody is called to answer may be answered by frames alone", []string{
		"server-request run to answered", "server-request argument-last to answered",
		"server-request value-ends-last to answered", "server-request data-ends to answered",
	}},
	{"one of two calls that answer does, so the other may leave the state", []string{
		"server-request respond to active", "server-request fail to active",
	}},
	{"waiting and responding take the same frames in the same way", []string{
		"client-request send-command to responding", "client-request send-argument-last to responding",
		"client-request send-value-last to responding", "client-request send-data-ends to responding",
	}},
	{"the row is for what peers that keep to the protocol do not come to", []string{
		"server-request input-ended to foreign", "server-request input-ended to args",
		"server-request input-ended to value", "server-request input-ended to args-then-data",
		"server-request input-ended to value-then-data", "server-request input-ended to data",
		"server-request input-ended to active", "server-request input-ended to answered",
		"client-request refused to foreign", "client-request refused to args",
		"client-request refused to value", "client-request refused to args-then-data",
		"client-request refused to value-then-data", "client-request refused to data",
		"client-request refused to waiting", "client-request refused to responding",
	}},
	{"the receiver of a stream takes more than its sender sends", []string{
		"stream begin-and-end to open", "stream end to open", "stream settings-and-end to open",
	}},
}

// mutant is the text of a schema with one change to one row.
type mutant struct{ name, text string }

// sample is how many mutants one is tried of in short tests.
const sample = 10

// checkSurvivors compares the mutants in which no error is found with those expected.
func checkSurvivors(t *testing.T, mutants []mutant, want []string) {
	t.Helper()
	for _, name := range want {
		if !slices.ContainsFunc(mutants, func(m mutant) bool { return m.name == name }) {
			t.Errorf("there is no change %s", name)
		}
	}
	survives := make([]bool, len(mutants))
	t.Run("change", func(t *testing.T) {
		for i, m := range mutants {
			survives[i] = slices.Contains(want, m.name)
			if testing.Short() && i%sample != 0 {
				continue
			}
			t.Run(m.name, func(t *testing.T) {
				t.Parallel()
				// One frame on its way shows as much here as two do.
				survives[i] = found(t, m.text, product.Options{Keys: 2, Queue: 1}).Errors() == 0
			})
		}
	})
	var got []string
	for i, m := range mutants {
		if survives[i] {
			got = append(got, m.name)
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(got, slices.Sorted(slices.Values(want))); diff != "" {
		t.Errorf("of %d changes, no error in: got(-) want(+):\n%s", len(mutants), diff)
	}
}

// flagshipRows returns the lines of the schema, in which each row has one, and the schema.
func flagshipRows(t *testing.T) ([]string, *schema.Schema) {
	t.Helper()
	text := flagship(t)
	s, err := schema.Load("schema.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return strings.SplitAfter(text, "\n"), s
}
