package main

import (
	"io"
	"strings"
	"testing"
)

// TestReport has two runs of two suites, the first on one core.
func TestReport(t *testing.T) {
	outs := []io.Reader{
		strings.NewReader(`cpu: Some CPU
BenchmarkParse/floor 	100	5.0 ns/op	0 B/op	0 allocs/op
BenchmarkParse/of-one-revision 	100	10.0 ns/op	0 B/op	1 allocs/op
BenchmarkParse/floor 	100	4.0 ns/op	0 B/op	0 allocs/op
BenchmarkParse/of-one-revision 	100	12.0 ns/op	0 B/op	2 allocs/op
`),
		strings.NewReader(`cpu: Some CPU
BenchmarkCall16/floor-2 	100	2000 ns/op	9000 p50-ns	30000 p99-ns	500000 requests/s	0 allocs/op
BenchmarkCall16/net-rpc-2 	100	9000 ns/op	80000 p50-ns	90000 p99-ns	111111 requests/s	21 allocs/op
BenchmarkCall16/net-rpc-2 	100	8000 ns/op	90000 p50-ns	99000 p99-ns	125000 requests/s	21 allocs/op
BenchmarkBulk/floor-2 	100	10000 ns/op	3276.80 MB/s	0 allocs/op
`),
	}
	const want = `Best of 2 runs on Some CPU.

| contest | contestant | ns/op | allocs/op | times the floor |
|---|---|---:|---:|---:|
| Parse | floor | 4.0 | 0 | 1.00 |
|  | of-one-revision | 10.0 | 2 | 2.50 |

| contest | contestant | requests/s | p50 µs | p99 µs | MB/s | allocs/op | times the floor's time |
|---|---|---:|---:|---:|---:|---:|---:|
| Call16 | floor | 500000 | 9.0 | 30.0 |  | 0 | 1.00 |
|  | net-rpc | 125000 | 80.0 | 90.0 |  | 21 | 4.00 |
| Bulk | floor |  |  |  | 3277 | 0 | 1.00 |
`
	var got strings.Builder
	if err := report(&got, 2, outs); err != nil {
		t.Fatal(err)
	}
	if got, ok := strings.CutSuffix(got.String(), "\n"+suites[1].note+"\n"); !ok || got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestReportOfNothing(t *testing.T) {
	if err := report(io.Discard, 1, []io.Reader{strings.NewReader(""), strings.NewReader("")}); err == nil {
		t.Error("no error")
	}
}
