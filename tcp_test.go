package hgwire_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
)

// connectTCP connects a client to a server over the loopback interface, where large payloads are written
// straight from where they are. All goroutines must have ended with the test.
func connectTCP(t *testing.T, server *hgwire.Server, cfg hgwire.ClientConfig) *both {
	t.Helper()
	leakCheck(t)
	near, far := loopback(t)
	c := connectOver(t, server, cfg, near, far)
	t.Cleanup(func() {
		c.Close()
		<-c.served
	})
	return c
}

// dial returns a client of whoever listens.
func dial(t *testing.T, l net.Listener) (net.Conn, *hgwire.Client) {
	t.Helper()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	client, err := hgwire.NewClient(conn, hgwire.ClientConfig{})
	if err != nil {
		t.Fatal(err)
	}
	return conn, client
}

// tcpModes are revisions, encodings and numbers of streams.
func tcpModes() map[string]hgwire.Config {
	modes := map[string]hgwire.Config{
		"request-ids": {Revision: framing.RevisionRequestIDs},
		"streams":     {},
		"3 streams":   {Streams: 3},
		"frames":      {MaxSend: 9000},
	}
	for _, p := range encodings() {
		for _, n := range []int{1, 4} {
			modes[fmt.Sprintf("%s/%d", p.Name(), n)] = hgwire.Config{Encoding: p, Profiles: encodings(), Streams: n, PlainBelow: 100}
		}
	}
	return modes
}

// Many calls at once, whose data and responses are of all sizes around those at which octets go
// another way, come back as they were sent.
func TestTCP(t *testing.T) {
	sizes := []int{0, 1, 99, 100, 2047, 2048, 8191, 8192, 8193, 17407, 17408, 32767, 32768, 32769, 48 << 10, 56 << 10, 65536, 200_000}
	for name, cfg := range tcpModes() {
		t.Run(name, func(t *testing.T) {
			c := connectTCP(t, &hgwire.Server{Handler: hgwire.HandlerFunc(echo), Config: cfg}, hgwire.ClientConfig{Config: cfg})
			for _, n := range sizes { // alone, so that who sends writes by himself
				body := string(octets(uint64(n), n))
				c.want(t, body, "echo", nil, strings.NewReader(body))
			}
			var calls sync.WaitGroup
			for worker := range 4 {
				calls.Go(func() {
					for i := range sizes {
						n := sizes[(i+worker)%len(sizes)]
						body := string(octets(uint64(worker), n))
						c.want(t, body, "echo", map[string]string{"n": fmt.Sprint(n)}, plainReader{strings.NewReader(body)})
					}
				})
			}
			calls.Wait()
		})
	}
}

// Responses that are given up at any point leave a connection on which all others are whole: memory
// that has changed hands is nobody else's.
func TestTCPGivenUp(t *testing.T) {
	for name, cfg := range tcpModes() {
		t.Run(name, func(t *testing.T) {
			cfg.SpoolOctets = 100_000
			body := octets(3, 300_000)
			c := connectTCP(t, &hgwire.Server{Config: cfg, Handler: hgwire.HandlerFunc(func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
				w.Write(body)
			})}, hgwire.ClientConfig{Config: cfg})
			var calls sync.WaitGroup
			for worker := range 4 {
				calls.Go(func() {
					for i := range 6 {
						r, err := c.Call(t.Context(), "a", nil, nil)
						if err != nil {
							t.Error(err)
							return
						}
						if worker%2 == 0 {
							got := make([]byte, i*40_000)
							if _, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, body[:len(got)]) {
								t.Errorf("the first %d octets: %v, or they differ", len(got), err)
							}
							r.Close()
							continue
						}
						if got, err := r.Bytes(); err != nil || !bytes.Equal(got, body) {
							t.Errorf("got %d octets, %v; want %d", len(got), err, len(body))
						}
					}
				})
			}
			calls.Wait()
		})
	}
}

// Close of a server with connections on which calls are in all states leaves nothing behind.
func TestServeCloses(t *testing.T) {
	leakCheck(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := newHold()
	server := &hgwire.Server{Handler: commands(map[string]hgwire.HandlerFunc{
		"hold": func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
			h.begun <- struct{}{}
			<-ctx.Done()
		},
		"echo": echo,
	})}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	errs := make(chan error, 100)
	for range 3 {
		_, client := dial(t, l)
		pr, pw := io.Pipe()
		defer pw.Close()
		for _, data := range []io.Reader{nil, pr, endless{}} {
			go func() {
				r, err := client.Call(t.Context(), "hold", nil, data)
				if err == nil {
					_, err = r.Bytes()
				}
				errs <- err
			}()
			<-h.begun // before the next one, since the last makes the connection wait
		}
	}
	server.Close()
	if err := <-served; err != hgwire.ErrServerClosed {
		t.Errorf("Serve: got %v, want %v", err, hgwire.ErrServerClosed)
	}
	for range 9 {
		if err := <-errs; !errors.As(err, new(*hgwire.TransportError)) {
			t.Errorf("a call: got %v, want an error of the transport", err)
		}
	}
	if _, err := net.Dial("tcp", l.Addr().String()); err == nil {
		t.Error("the listener is open; want it closed")
	}
}
