package hgwire_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream/compress"
)

var soak = flag.Duration("soak", 3*time.Second, "how long TestSoak runs")

// TestSoak has very many calls at once over one connection of the loopback interface, small and large,
// on four streams each way, with zlib to the server and zstd from it, encoded and plain. It verifies all contents, and that memory stays flat.
func TestSoak(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	leakCheck(t)
	const callers = 10000
	cfg := hgwire.Config{
		Encoding: compress.Zstd{}, PlainBelow: 300, Streams: 4, SpoolWait: time.Minute,
		Limits: framing.Limits{InFlightRequests: callers, ActiveRequests: 2 * callers, ReceivingRequests: 2 * callers},
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &hgwire.Server{Config: cfg, MaxHandlers: 2 * callers, Handler: hgwire.HandlerFunc(serveSoak)}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	cfg.Encoding = compress.Zlib{}
	client, err := hgwire.NewClient(conn, hgwire.ClientConfig{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	var calls, sent, received, large atomic.Int64
	ctx, stop := context.WithTimeout(t.Context(), *soak)
	defer stop()
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(i), 5))
			for ctx.Err() == nil && !t.Failed() {
				s := newSoakCall(rng, large.Add(1) <= 4)
				if err := s.do(t.Context(), client); err != nil {
					t.Errorf("call of %d octets for %d: %v", s.data, s.body, err)
				}
				large.Add(-1)
				calls.Add(1)
				sent.Add(int64(s.data))
				received.Add(int64(s.body))
			}
		})
	}
	const points = 6
	var heaps []uint64
	start := time.Now()
	for range points {
		select {
		case <-ctx.Done():
		case <-time.After(*soak / (points + 1)):
		}
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		heaps = append(heaps, m.HeapAlloc)
		t.Logf("after %5.1f s: %8d calls, %6d MiB sent, %6d MiB received, heap %4d MiB, system %4d MiB, %d goroutines", time.Since(start).Seconds(),
			calls.Load(), sent.Load()>>20, received.Load()>>20, m.HeapAlloc>>20, m.Sys>>20, runtime.NumGoroutine())
	}
	wg.Wait()
	d := time.Since(start).Seconds()
	t.Logf("in all, %.1f s: %d calls (%.0f a second), %.1f MiB a second", d, calls.Load(), float64(calls.Load())/d, float64(sent.Load()+received.Load())/d/(1<<20))
	if first, last := heaps[1], heaps[points-1]; last > 2*first+(64<<20) {
		t.Errorf("the heap grows: %d", heaps)
	}
	if err := client.CloseWrite(); err != nil {
		t.Errorf("CloseWrite: %v", err)
	}
	<-client.Done()
	if !errors.Is(client.Err(), io.EOF) {
		t.Errorf("the client has ended with %v", client.Err())
	}
	if err := server.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	<-served
	t.Logf("at the end: heap %d MiB, %d goroutines", heap()>>20, runtime.NumGoroutine())
}

// soakOctets are what contents are cut from.
var soakOctets = octets(1, 9<<20)

// soakCall is a call with so many octets of data, for so many of response.
type soakCall struct{ data, body, at int }

// newSoakCall chooses sizes: mostly small, and up to 8 MiB when large ones are allowed.
func newSoakCall(rng *rand.Rand, large bool) soakCall {
	size := func() int {
		switch n := rng.IntN(1000); {
		case n < 800:
			return rng.IntN(1 << 10)
		case n < 990:
			return rng.IntN(64 << 10)
		case n < 999 || !large:
			return rng.IntN(512 << 10)
		default:
			return rng.IntN(8 << 20)
		}
	}
	return soakCall{size(), size(), rng.IntN(1 << 20)}
}

func (s soakCall) do(ctx context.Context, client *hgwire.Client) error {
	var arg [12]byte
	binary.BigEndian.PutUint32(arg[:], uint32(s.body))
	binary.BigEndian.PutUint32(arg[4:], uint32(s.at))
	data := soakOctets[s.at : s.at+s.data]
	binary.BigEndian.PutUint32(arg[8:], crc32.ChecksumIEEE(data))
	var reader io.Reader = bytes.NewReader(data)
	if s.data%2 == 0 {
		reader = plainReader{reader}
	}
	r, err := client.Call(ctx, "soak", map[string]string{"soak": string(arg[:])}, reader)
	if err != nil {
		return err
	}
	got := 0
	n, err := r.WriteTo(writerFunc(func(b []byte) (int, error) {
		if got += len(b); got > s.body || !bytes.Equal(b, soakOctets[s.at+got-len(b):s.at+got]) {
			return 0, errors.New("wrong octets")
		}
		return len(b), nil
	}))
	if err == nil && n != int64(s.body) {
		err = errors.New("too few octets")
	}
	r.Close()
	return err
}

type writerFunc func(b []byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// serveSoak verifies the data, and answers what is asked for.
func serveSoak(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
	arg, _ := r.ArgOctets("soak")
	body, at, sum := int(binary.BigEndian.Uint32(arg)), int(binary.BigEndian.Uint32(arg[4:])), binary.BigEndian.Uint32(arg[8:])
	crc := crc32.NewIEEE()
	if _, err := io.Copy(crc, r.Data); err != nil || crc.Sum32() != sum {
		w.Fail("wrong data")
		return
	}
	w.Write(soakOctets[at : at+body])
}
