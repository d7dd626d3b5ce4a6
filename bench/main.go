// Command bench compares hgwire with hand-written code and with other libraries in one run and
// prints a Markdown table. It compiles the benchmarks of this folder once and runs them several
// times over, so that a noisy moment hits every contestant alike; the best time of each counts.
//
//	cd bench && go run . -count 30
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/perf/benchfmt"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("bench: ")
	count := flag.Int("count", 30, "run the benchmarks this many times")
	pattern := flag.String("bench", ".", "run the benchmarks that match this pattern")
	raw := flag.Bool("raw", false, "print the benchmarks' own lines too")
	flag.Parse()
	if flag.NArg() > 0 || *count < 1 {
		flag.Usage()
		os.Exit(2)
	}
	out, err := run(*count, *pattern, *raw)
	if err != nil {
		log.Fatal(err)
	}
	t, err := read(out)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("Best of %d runs on %s.\n\n", *count, t.cpu)
	t.write(os.Stdout)
}

// run compiles the benchmarks and runs them count times.
func run(count int, pattern string, raw bool) (io.Reader, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "bench.test")
	if out, err := exec.Command("go", "test", "-c", "-o", binary, ".").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("compiling the benchmarks: %w\n%s", err, out)
	}
	var lines bytes.Buffer
	for i := range count {
		fmt.Fprintf(os.Stderr, "run %d of %d\n", i+1, count)
		cmd := exec.Command(binary, "-test.run", "^$", "-test.bench", pattern, "-test.benchmem", "-test.benchtime", "50ms")
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("running the benchmarks: %w\n%s", err, out)
		}
		if raw {
			os.Stderr.Write(out)
		}
		lines.Write(out)
	}
	return &lines, nil
}

// table holds the best result of each contestant, in the order of the benchmarks.
type table struct {
	cpu  string
	rows []*row
}

type row struct {
	contest, contestant string
	seconds, allocs     float64
	octets              float64 // per second, or 0
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
	for in := benchfmt.NewReader(r, "bench"); in.Scan(); {
		res, ok := in.Result().(*benchfmt.Result)
		if !ok {
			continue
		}
		t.cpu = res.GetConfig("cpu")
		name := res.Name.String()
		if i := strings.LastIndex(name, "-"); i > 0 {
			name = name[:i]
		}
		contest, contestant, ok := strings.Cut(name, "/")
		if !ok {
			return nil, fmt.Errorf("benchmark %s has no contestant", name)
		}
		seconds, _ := res.Value("sec/op")
		allocs, _ := res.Value("allocs/op")
		octets, _ := res.Value("B/s")
		if best := t.find(contest, contestant); best == nil {
			t.rows = append(t.rows, &row{contest, contestant, seconds, allocs, octets})
		} else {
			best.seconds = min(best.seconds, seconds)
			best.allocs = max(best.allocs, allocs)
			best.octets = max(best.octets, octets)
		}
	}
	if len(t.rows) == 0 {
		return nil, fmt.Errorf("no benchmark ran")
	}
	return t, nil
}

// write prints the table; ratios are to the contest's floor.
func (t *table) write(w io.Writer) {
	fmt.Fprintln(w, "| contest | contestant | ns/op | allocs/op | times the floor |")
	fmt.Fprintln(w, "|---|---|---:|---:|---:|")
	last := ""
	for _, r := range t.rows {
		contest := r.contest
		if contest == last {
			contest = ""
		}
		last = r.contest
		ratio := ""
		if floor := t.find(r.contest, "floor"); floor != nil && floor.seconds > 0 {
			ratio = fmt.Sprintf("%.2f", r.seconds/floor.seconds)
		}
		fmt.Fprintf(w, "| %s | %s | %.1f | %.0f | %s |\n", contest, r.contestant, r.seconds*1e9, r.allocs, ratio)
	}
}
