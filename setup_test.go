package hgwire_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

// bubble runs f in a synctest bubble. All goroutines must have ended some time after f has
// returned, or the test fails.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

// both is a server and a client on the two ends of a connection.
type both struct {
	*hgwire.Client
	server *hgwire.Server
	far    io.ReadWriteCloser // the server's end
	served chan error         // what ServeConn returned
}

// connect connects a client to a server over a pipe. Both end with the test.
func connect(t *testing.T, server *hgwire.Server, cfg hgwire.ClientConfig) *both {
	t.Helper()
	near, far := pipe(64 << 10)
	return connectOver(t, server, cfg, near, far)
}

func connectOver(t *testing.T, server *hgwire.Server, cfg hgwire.ClientConfig, near, far io.ReadWriteCloser) *both {
	t.Helper()
	b := &both{server: server, far: far, served: make(chan error, 1)}
	go func() { b.served <- server.ServeConn(far) }()
	client, err := hgwire.NewClient(near, cfg)
	if err != nil {
		t.Fatal(err)
	}
	b.Client = client
	t.Cleanup(func() { client.Close() })
	return b
}

// ask calls a command and reads the whole response.
func (b *both) ask(t *testing.T, command string, args map[string]string, data io.Reader) (string, error) {
	t.Helper()
	r, err := b.Call(t.Context(), command, args, data)
	if err != nil {
		return "", err
	}
	got, err := r.Bytes()
	return string(got), err
}

// want calls a command, whose whole response must be want.
func (b *both) want(t *testing.T, want, command string, args map[string]string, data io.Reader) {
	t.Helper()
	got, err := b.ask(t, command, args, data)
	if err != nil || got != want {
		t.Errorf("%s %v: got %s, %v; want %s", command, args, short(got), err, short(want))
	}
}

// wantEnd waits until ServeConn has returned, with that error.
func (b *both) wantEnd(t *testing.T, want error) {
	t.Helper()
	if err := <-b.served; !errors.Is(err, want) {
		t.Errorf("ServeConn: %v; want %v", err, want)
	}
}

// short returns a text as it should be printed.
func short(s string) string {
	if len(s) > 100 {
		return strings.ToValidUTF8(s[:100], "?") + "..."
	}
	return s
}

// commands is a handler of functions.
func commands(m map[string]hgwire.HandlerFunc) hgwire.Handler {
	c := hgwire.Commands{}
	for name, f := range m {
		c[name] = f
	}
	return c
}

// echo answers with the data of the request, as it comes.
func echo(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
	if r.Data == nil {
		io.WriteString(w, "no data")
		return
	}
	if _, err := io.Copy(w, r.Data); err != nil {
		w.Fail("echo: " + err.Error())
	}
}

// mode is a way to set both sides up.
type mode struct {
	name string
	hgwire.Config
	over func() (near, far io.ReadWriteCloser)
}

// modes are revisions, encodings, numbers of streams, sizes of frames, and transports.
func modes() []mode {
	buffered := func() (near, far io.ReadWriteCloser) { return pipe(64 << 10) }
	unbuffered := func() (near, far io.ReadWriteCloser) { return net.Pipe() }
	tight := func() (near, far io.ReadWriteCloser) { return pipe(11) }
	var all []mode
	add := func(name string, cfg hgwire.Config, over func() (near, far io.ReadWriteCloser)) {
		cfg.Profiles = encodings()
		all = append(all, mode{name, cfg, over})
	}
	add("request-ids", hgwire.Config{Revision: framing.RevisionRequestIDs}, buffered)
	add("request-ids/small frames", hgwire.Config{Revision: framing.RevisionRequestIDs, MaxSend: 100}, tight)
	add("streams", hgwire.Config{}, buffered)
	add("net.Pipe", hgwire.Config{}, unbuffered)
	add("small frames", hgwire.Config{MaxSend: 100, Streams: 3}, tight)
	for _, p := range encodings() {
		add(p.Name(), hgwire.Config{Encoding: p}, buffered)
		add(p.Name()+"/4 streams", hgwire.Config{Encoding: p, Streams: 4}, unbuffered)
		add(p.Name()+"/plain below", hgwire.Config{Encoding: p, Streams: 2, PlainBelow: 500}, buffered)
		add(p.Name()+"/small frames", hgwire.Config{Encoding: p, Streams: 2, MaxSend: 101}, tight)
	}
	return all
}

// eachMode runs f in a bubble for each mode.
func eachMode(t *testing.T, f func(t *testing.T, m mode)) {
	for _, m := range modes() {
		t.Run(m.name, func(t *testing.T) { bubble(t, func(t *testing.T) { f(t, m) }) })
	}
}

// connect connects both sides in the mode.
func (m mode) connect(t *testing.T, h hgwire.Handler) *both {
	t.Helper()
	near, far := m.over()
	return connectOver(t, &hgwire.Server{Handler: h, Config: m.Config}, hgwire.ClientConfig{Config: m.Config}, near, far)
}

// maxPayload is the most that a frame of the mode holds.
func (m mode) maxPayload() int {
	n := m.MaxSend
	if n == 0 {
		n = framing.DefaultMaxSend
	}
	if m.Encoding != nil {
		n = maxPayload(m.Encoding, n)
	}
	return n
}

func maxPayload(p stream.Profile, limit int) int {
	encoder, _, err := p.NewEncoder()
	if err != nil {
		panic(err)
	}
	defer encoder.Close()
	return encoder.MaxPayload(limit)
}

// octets returns n octets that depend on the seed: some runs, some noise.
func octets(seed uint64, n int) []byte {
	rng := rand.New(rand.NewPCG(seed, 1))
	b := make([]byte, 0, n+300)
	for len(b) < n {
		if rng.IntN(2) == 0 {
			b = append(b, bytes.Repeat([]byte{byte(rng.Uint32())}, 1+rng.IntN(300))...)
			continue
		}
		for range 1 + rng.IntN(100) {
			b = append(b, byte(rng.Uint32()))
		}
	}
	return b[:n:n]
}

// leakCheck fails the test when goroutines of the package that began after it are left at its end.
// Tests outside of bubbles use it.
func leakCheck(t testing.TB) {
	t.Helper()
	before := goroutines()
	t.Cleanup(func() {
		var left []string
		for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); runtime.Gosched() {
			left = left[:0]
			for id, stack := range goroutines() {
				if _, ok := before[id]; !ok {
					left = append(left, stack)
				}
			}
			if len(left) == 0 {
				return
			}
		}
		t.Errorf("%d goroutines are left:\n%s", len(left), strings.Join(left, "\n\n"))
	})
}

// heap returns the octets in use, after a collection of garbage.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// goroutines returns the stacks of the goroutines that run code of the package, by ID.
func goroutines() map[string]string {
	buf := make([]byte, 1<<20)
	for {
		n := runtime.Stack(buf, true)
		if n < len(buf) {
			buf = buf[:n]
			break
		}
		buf = make([]byte, 2*len(buf))
	}
	m := map[string]string{}
	for stack := range strings.SplitSeq(string(buf), "\n\n") {
		if strings.Contains(stack, "hgwire/hgwire.") && !strings.Contains(stack, "hgwire_test.goroutines") {
			id, _, _ := strings.Cut(strings.TrimPrefix(stack, "goroutine "), " ")
			m[id] = stack
		}
	}
	return m
}
