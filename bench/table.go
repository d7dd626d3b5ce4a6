package main

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// table holds the best result of each contestant, in the order of the benchmarks.
type table struct {
	cpu  string
	rows []*row
}

// A row has the best value of each unit, except that allocations are the most.
type row struct {
	contest, contestant string
	values              map[string]float64
}

// A column is empty where a benchmark does not report its unit.
type column struct {
	head    string
	unit    string // in seconds and octets, as package benchfmt has them
	scale   float64
	verb    string
	ofFloor bool // the ratio to the contest's floor, not the value
}

func (t *table) find(contest, contestant string) *row {
	for _, r := range t.rows {
		if r.contest == contest && r.contestant == contestant {
			return r
		}
	}
	return nil
}

// read takes benchmarks named Contest/contestant.
func read(r io.Reader) (*table, error) {
	t := &table{}
	in := benchfmt.NewReader(r, "bench")
	for in.Scan() {
		res, ok := in.Result().(*benchfmt.Result)
		if !ok {
			continue
		}
		t.cpu = res.GetConfig("cpu")
		base, parts := res.Name.Parts()
		if len(parts) == 0 || parts[0][0] != '/' {
			return nil, fmt.Errorf("benchmark %s has no contestant", res.Name)
		}
		contest, contestant := string(base), string(parts[0][1:])
		best := t.find(contest, contestant)
		if best == nil {
			best = &row{contest, contestant, map[string]float64{}}
			t.rows = append(t.rows, best)
		}
		for _, v := range res.Values {
			best.add(v.Unit, v.Value)
		}
	}
	return t, in.Err()
}

func (r *row) add(unit string, value float64) {
	had, ok := r.values[unit]
	switch {
	case !ok:
		r.values[unit] = value
	case strings.HasSuffix(unit, "/s") || unit == "allocs/op":
		r.values[unit] = max(had, value)
	default:
		r.values[unit] = min(had, value)
	}
}

func (t *table) write(w io.Writer, columns []column) {
	fmt.Fprint(w, "| contest | contestant |")
	for _, c := range columns {
		fmt.Fprintf(w, " %s |", c.head)
	}
	fmt.Fprintf(w, "\n|---|---|%s\n", strings.Repeat("---:|", len(columns)))
	last := ""
	for _, r := range t.rows {
		contest := r.contest
		if contest == last {
			contest = ""
		}
		last = r.contest
		fmt.Fprintf(w, "| %s | %s |", contest, r.contestant)
		for _, c := range columns {
			fmt.Fprintf(w, " %s |", t.cell(r, c))
		}
		fmt.Fprintln(w)
	}
}

func (t *table) cell(r *row, c column) string {
	value, ok := r.values[c.unit]
	if !ok {
		return ""
	}
	if !c.ofFloor {
		return fmt.Sprintf(c.verb, value*c.scale)
	}
	floor := t.find(r.contest, "floor")
	if floor == nil || floor.values[c.unit] <= 0 {
		return ""
	}
	return fmt.Sprintf(c.verb, value/floor.values[c.unit])
}
