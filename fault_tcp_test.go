package hgwire_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/stream/compress"
)

// Sockets take several buffers in one write, which nothing else does, so they are cut, too: after so
// many octets that a proxy has passed on from one side. Every call is answered, in full or with an
// error, ServeConn returns, and nothing is left.
func TestCutSockets(t *testing.T) {
	leakCheck(t)
	rng := rand.New(rand.NewPCG(3, 3))
	for _, cfg := range []hgwire.Config{{}, {Streams: 3, Encoding: compress.Zstd{Level: 1, Window: 64 << 10}, PlainBelow: 100}} {
		for range 60 {
			up, down := rng.IntN(600_000), rng.IntN(600_000)
			cutSockets(t, cfg, up, down, rng.IntN(2) == 0)
			if t.Failed() {
				t.Fatalf("up to %d octets up, %d down, streams %d", up, down, cfg.Streams)
			}
		}
	}
}

// cutSockets cuts a connection once one of the directions has had so many octets; with a reset, what has
// not been read is lost.
func cutSockets(t *testing.T, cfg hgwire.Config, up, down int, reset bool) {
	near, proxyNear := loopback(t)
	proxyFar, far := loopback(t)
	var once sync.Once
	cut := func() {
		once.Do(func() {
			for _, c := range []net.Conn{proxyNear, proxyFar} {
				if reset {
					c.(*net.TCPConn).SetLinger(0)
				}
				c.Close()
			}
		})
	}
	var proxies sync.WaitGroup
	pass := func(to io.Writer, from io.Reader, octets int) {
		proxies.Go(func() {
			io.Copy(to, io.LimitReader(from, int64(octets)))
			cut()
		})
	}
	pass(proxyFar, proxyNear, up)
	pass(proxyNear, proxyFar, down)
	served := make(chan error, 1)
	server := &hgwire.Server{Config: cfg, Handler: hgwire.HandlerFunc(echo)}
	go func() { served <- server.ServeConn(far) }()
	client, err := hgwire.NewClient(near, hgwire.ClientConfig{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	var calls sync.WaitGroup
	for i := range 12 {
		calls.Go(func() {
			if err := cutCall(t.Context(), client, i); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
	client.Close()
	if err := <-served; err != nil {
		as[*hgwire.TransportError](t, err)
	}
	<-client.Done()
	proxies.Wait()
}

// cutCall has data echoed. It returns what is wrong with the answer; that the connection was cut is not.
func cutCall(ctx context.Context, client *hgwire.Client, i int) error {
	data := octets(uint64(i), 7000*(i+1))
	var reader io.Reader = bytes.NewReader(data)
	if i%2 == 0 {
		reader = plainReader{reader}
	}
	r, err := client.Call(ctx, "echo", nil, reader)
	var got []byte
	if err == nil {
		got, err = r.Bytes()
	}
	if !bytes.HasPrefix(data, got) || err == nil && len(got) != len(data) {
		return fmt.Errorf("call %d: %d octets that are not the response, %v", i, len(got), err)
	}
	if failed, ok := errors.AsType[*hgwire.CallError](err); err != nil && !ok {
		return fmt.Errorf("call %d: %v (%v)", i, err, failed)
	}
	return nil
}
