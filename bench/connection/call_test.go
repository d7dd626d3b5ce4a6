package connection

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const smallSize = 64

func BenchmarkCall1(b *testing.B)   { benchmarkCall(b, 1) }
func BenchmarkCall16(b *testing.B)  { benchmarkCall(b, 16) }
func BenchmarkCall128(b *testing.B) { benchmarkCall(b, 128) }

// benchmarkCall has that many goroutines call in a loop.
func benchmarkCall(b *testing.B, inFlight int) {
	for _, c := range contestants {
		if c.call == nil {
			continue
		}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			conn, err := c.call()
			if err != nil {
				b.Fatal(err)
			}
			defer conn.close()
			warm := make([]time.Duration, 20*inFlight)
			if err := callAll(conn, inFlight, warm); err != nil {
				b.Fatal(err)
			}
			took := make([]time.Duration, b.N)
			b.ResetTimer()
			err = callAll(conn, inFlight, took)
			b.StopTimer()
			if err != nil {
				b.Fatal(err)
			}
			slices.Sort(took)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
			b.ReportMetric(float64(quantile(took, 50)), "p50-ns")
			b.ReportMetric(float64(quantile(took, 99)), "p99-ns")
		})
	}
}

// callAll makes a request for each element of took, which says how long it took, inFlight at a time.
// A clock is read once for each request: the end of one is the start of the next.
func callAll(conn caller, inFlight int, took []time.Duration) error {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	var next atomic.Int64
	var wg sync.WaitGroup
	begin := time.Now()
	for range inFlight {
		wg.Go(func() {
			request, response := make([]byte, smallSize), make([]byte, smallSize)
			for started := time.Since(begin); ; {
				i := next.Add(1) - 1
				if i >= int64(len(took)) {
					return
				}
				if err := conn.call(ctx, request, response); err != nil {
					cancel(err)
					return
				}
				now := time.Since(begin)
				took[i] = now - started
				started = now
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// quantile returns the value that so many of a hundred do not exceed.
func quantile(sorted []time.Duration, percent int) time.Duration {
	return sorted[(len(sorted)*percent+99)/100-1]
}
