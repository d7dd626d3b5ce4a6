package connection

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"
)

// TestCall has each contestant answer different requests at once.
func TestCall(t *testing.T) {
	for _, c := range contestants {
		if c.call == nil {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			ended := goroutines(t)
			conn, err := c.call()
			if err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			for caller := range 16 {
				wg.Go(func() {
					response := make([]byte, smallSize)
					for i := range 50 {
						request := pattern(smallSize, caller<<16|i)
						if err := conn.call(t.Context(), request, response); err != nil {
							t.Errorf("caller %d, request %d: %v", caller, i, err)
							return
						}
						if !bytes.Equal(response, request) {
							t.Errorf("caller %d, request %d: got %x, want %x", caller, i, response, request)
						}
					}
				})
			}
			wg.Wait()
			if err := conn.close(); err != nil {
				t.Errorf("close: %v", err)
			}
			ended()
		})
	}
}

func TestSmall(t *testing.T) {
	testSend(t, smallSize, 3000, func(c contestant) func() (sender, error) { return c.small })
}

func TestBulk(t *testing.T) {
	testSend(t, bulkSize, 100, func(c contestant) func() (sender, error) { return c.bulk })
}

// testSend holds what arrives to what was sent. Small messages have to arrive one by one.
func testSend(t *testing.T, size, n int, contest func(contestant) func() (sender, error)) {
	for _, c := range contestants {
		start := contest(c)
		if start == nil {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			ended := goroutines(t)
			conn, err := start()
			if err != nil {
				t.Fatal(err)
			}
			var got []byte
			err = conn.send(n, func(i int) []byte { return pattern(size, i) }, func(piece []byte) {
				if size == smallSize && len(piece) != size {
					t.Errorf("received a message of %d octets, want %d", len(piece), size)
				}
				got = append(got, piece...)
			})
			if err != nil {
				t.Errorf("send: %v", err)
			}
			if len(got) != n*size {
				t.Fatalf("received %d octets, want %d", len(got), n*size)
			}
			for i := range n {
				if got, want := got[i*size:(i+1)*size], pattern(size, i); !bytes.Equal(got, want) {
					t.Fatalf("message %d starts %x, want %x", i, got[:16], want[:16])
				}
			}
			if err := conn.close(); err != nil {
				t.Errorf("close: %v", err)
			}
			ended()
		})
	}
}

// TestFloorGivesUp has calls end by their contexts, while others go on.
func TestFloorGivesUp(t *testing.T) {
	for _, c := range contestants[:2] {
		t.Run(c.name, func(t *testing.T) {
			conn, err := c.call()
			if err != nil {
				t.Fatal(err)
			}
			given, cancel := context.WithCancel(t.Context())
			cancel()
			response := make([]byte, smallSize)
			for i := range 3 * floorInFlight {
				request := pattern(smallSize, i)
				if err := conn.call(given, request, response); err != nil && !errors.Is(err, context.Canceled) {
					t.Fatal(err)
				}
				clear(response)
				if err := conn.call(t.Context(), request, response); err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(response, request) {
					t.Fatalf("request %d: got %x, want %x", i, response, request)
				}
			}
			if err := conn.close(); err != nil {
				t.Error(err)
			}
			if err := conn.call(t.Context(), response, response); err == nil {
				t.Error("a call of a closed connection has no error")
			}
		})
	}
}

// pattern returns octets that tell where they belong.
func pattern(size, seed int) []byte {
	out := make([]byte, 0, size)
	for i := 0; len(out) < size; i++ {
		out = binary.BigEndian.AppendUint32(out, uint32(seed))
		out = binary.BigEndian.AppendUint32(out, uint32(i))
	}
	return out
}

// goroutines returns a check that there are no more of them than now. Those of a closed connection
// get a while to end.
func goroutines(t *testing.T) func() {
	t.Helper()
	before := runtime.NumGoroutine()
	return func() {
		t.Helper()
		for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
			if time.Now().After(end) {
				stacks := make([]byte, 64<<10)
				t.Fatalf("%d goroutines were left:\n%s", runtime.NumGoroutine()-before, stacks[:runtime.Stack(stacks, true)])
			}
		}
	}
}
