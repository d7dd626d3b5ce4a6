// Command bench compares hgwire with hand-written code and with other libraries in one run and
// prints Markdown tables. It compiles the benchmarks of this folder and of the packages beside it once, and
// runs them several times over, so that a noisy moment hits every contestant alike; the best figure of
// each counts.
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
)

// A suite is a folder with benchmarks, and what the table shows of them.
type suite struct {
	folder  string
	time    string // of a benchmark in one run
	columns []column
	note    string // below the table
}

var suites = []suite{
	{
		folder: ".",
		time:   "50ms",
		columns: []column{
			{head: "ns/op", unit: "sec/op", scale: 1e9, verb: "%.1f"},
			{head: "allocs/op", unit: "allocs/op", scale: 1, verb: "%.0f"},
			{head: "times the floor", unit: "sec/op", verb: "%.2f", ofFloor: true},
		},
	},
	{
		folder: "connection",
		time:   "100ms",
		columns: []column{
			{head: "requests/s", unit: "requests/s", scale: 1, verb: "%.0f"},
			{head: "p50 µs", unit: "p50-sec", scale: 1e6, verb: "%.1f"},
			{head: "p99 µs", unit: "p99-sec", scale: 1e6, verb: "%.1f"},
			{head: "MB/s", unit: "B/s", scale: 1e-6, verb: "%.0f"},
			{head: "allocs/op", unit: "allocs/op", scale: 1, verb: "%.0f"},
			{head: "times the floor's time", unit: "sec/op", verb: "%.2f", ofFloor: true},
		},
		note: "One connection over loopback TCP, both ends in one process. The number after Call is that of requests\n" +
			"in flight; drpc has one at a time on a connection by design, the others wait. Small messages have 64\n" +
			"octets, those of Bulk 32 KiB.",
	},
	{
		folder: "compression",
		time:   "100ms",
		columns: []column{
			{head: "ns/op", unit: "sec/op", scale: 1e9, verb: "%.0f"},
			{head: "MB/s", unit: "B/s", scale: 1e-6, verb: "%.0f"},
			{head: "octets", unit: "octets", scale: 1, verb: "%.0f"},
			{head: "times the floor's time", unit: "sec/op", verb: "%.2f", ofFloor: true},
			{head: "times its octets", unit: "octets", verb: "%.2f", ofFloor: true},
		},
		note: "Decode: the floor is the bare codec that pulls. Encode: 1,200 distinct JSON responses with their headers on one\n" +
			"long-lived stream; the floor is a context from a pool for each. Streams: two decoded side by side, by\n" +
			"frame; the floor is one.",
	},
}

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
	outs, err := run(*count, *pattern, *raw)
	if err != nil {
		log.Fatal(err)
	}
	if err := report(os.Stdout, *count, outs); err != nil {
		log.Fatal(err)
	}
}

// run compiles the benchmarks, runs them count times and returns the output of each suite.
func run(count int, pattern string, raw bool) ([]io.Reader, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	binary := func(i int) string { return filepath.Join(dir, fmt.Sprintf("bench%d.test", i)) }
	for i, s := range suites {
		compile := exec.Command("go", "test", "-c", "-o", binary(i), ".")
		compile.Dir = s.folder
		if out, err := compile.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("compiling the benchmarks: %w\n%s", err, out)
		}
	}
	lines := make([]bytes.Buffer, len(suites))
	for n := range count {
		fmt.Fprintf(os.Stderr, "run %d of %d\n", n+1, count)
		for i, s := range suites {
			cmd := exec.Command(binary(i), "-test.run", "^$", "-test.bench", pattern, "-test.benchmem", "-test.benchtime", s.time)
			cmd.Dir = s.folder
			cmd.Stderr = os.Stderr
			out, err := cmd.Output()
			if err != nil {
				return nil, fmt.Errorf("running the benchmarks: %w\n%s", err, out)
			}
			if raw {
				os.Stderr.Write(out)
			}
			lines[i].Write(out)
		}
	}
	var outs []io.Reader
	for i := range lines {
		outs = append(outs, &lines[i])
	}
	return outs, nil
}

// report writes a table for each suite that has results.
func report(w io.Writer, count int, outs []io.Reader) error {
	printed := 0
	for i, out := range outs {
		s := suites[i]
		t, err := read(out)
		if err != nil {
			return err
		}
		if len(t.rows) == 0 {
			continue
		}
		if printed++; printed == 1 {
			fmt.Fprintf(w, "Best of %d runs on %s.\n", count, t.cpu)
		}
		fmt.Fprintln(w)
		t.write(w, s.columns)
		if s.note != "" {
			fmt.Fprintf(w, "\n%s\n", s.note)
		}
	}
	if printed == 0 {
		return fmt.Errorf("no benchmark ran")
	}
	return nil
}
