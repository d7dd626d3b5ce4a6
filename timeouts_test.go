package hgwire_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hgwire/hgwire"
)

// wantTimeout says that a connection has ended with an error of its transport, after so long or a
// quarter of the shortest timeout later. That is at most the default of those that are not set.
func wantTimeout(t *testing.T, err error, start time.Time, op string, reason error, after time.Duration) {
	t.Helper()
	transport := as[*hgwire.TransportError](t, err)
	if transport.Op != op || transport.Err != reason {
		t.Errorf("got %v; want %s: %v", err, op, reason)
	}
	look := min(after, hgwire.DefaultFrameTimeout) / 4
	if d := time.Since(start); d < after || d > after+look {
		t.Errorf("it has ended after %v; want %v", d, after)
	}
}

func TestIdleTimeout(t *testing.T) {
	const limit = 10 * time.Second
	for name, tt := range map[string]struct {
		ask   []time.Duration // when requests come, each with a handler that takes
		takes time.Duration
		want  time.Duration
	}{
		"nothing comes":                  {nil, 0, limit},
		"one request":                    {[]time.Duration{time.Second}, 0, time.Second + limit},
		"a request between looks":        {[]time.Duration{time.Second}, 8 * time.Second, 9*time.Second + limit},
		"a request across a look":        {[]time.Duration{9 * time.Second}, 2 * time.Second, 0},
		"a request that takes very long": {[]time.Duration{time.Second}, time.Hour, 0},
		"many requests":                  {[]time.Duration{5 * time.Second, 14 * time.Second, 23 * time.Second, 32 * time.Second}, 0, 32*time.Second + limit},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				start := time.Now()
				var last time.Time // when an answer was given
				peer, served := serveRaw(t, &hgwire.Server{Config: hgwire.Config{IdleTimeout: limit, FrameTimeout: -1, WriteTimeout: -1}, Handler: hgwire.HandlerFunc(func(context.Context, hgwire.ResponseWriter, *hgwire.Request) {
					time.Sleep(tt.takes)
					last = time.Now()
				})})
				for i, at := range tt.ask {
					time.Sleep(at - time.Since(start))
					begin := "0"
					if i == 0 {
						begin = "stream-begin"
					}
					peer.send("1 1 " + begin + " command-name eos a")
					peer.next()
				}
				err := <-served
				if tt.want > 0 {
					wantTimeout(t, err, start, "read", hgwire.ErrIdle, tt.want)
				} else if idle := time.Since(last); !errors.Is(err, hgwire.ErrIdle) || idle < limit || idle > 2*limit {
					t.Errorf("ended %v after the last answer: %v", idle, err)
				}
			})
		})
	}
}

// A client is idle for as long as it likes, unless it is told otherwise.
func TestClientIdleTimeout(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c, _ := clientOfRaw(t, hgwire.ClientConfig{})
		time.Sleep(24 * time.Hour)
		if err := c.Err(); err != nil {
			t.Error(err)
		}
		c, _ = clientOfRaw(t, hgwire.ClientConfig{Config: hgwire.Config{IdleTimeout: time.Minute}})
		start := time.Now()
		<-c.Done()
		wantTimeout(t, c.Err(), start, "read", hgwire.ErrIdle, time.Minute)
	})
}

// A frame that arrives octet by octet has to arrive in full all the same.
func TestFrameTimeout(t *testing.T) {
	const limit = 10 * time.Second
	frame := encode(t, "1 1 stream-begin command-name eos "+strings.Repeat("x", 100))
	for name, octets := range map[string]int{"stops": 3, "stops in the payload": 50, "drips": len(frame)} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				peer, served := serveRaw(t, &hgwire.Server{Config: hgwire.Config{FrameTimeout: limit}})
				peer.send("1 1 stream-begin command-name eos a")
				peer.next()
				time.Sleep(time.Hour / 20)
				start := time.Now()
				if name == "drips" {
					go func() {
						for i := range octets {
							peer.rw.Write(frame[i : i+1])
							time.Sleep(time.Second)
						}
					}()
				} else {
					peer.rw.Write(frame[:octets])
				}
				wantTimeout(t, <-served, start, "read", hgwire.ErrSlowFrame, limit)
				time.Sleep(time.Hour) // the writer above ends
			})
		})
	}
	bubble(t, func(t *testing.T) { // frames that take long one after the other do not add up
		peer, _ := serveRaw(t, &hgwire.Server{Config: hgwire.Config{FrameTimeout: limit}})
		for range 20 {
			peer.rw.Write(frame[:5])
			time.Sleep(9 * time.Second)
			peer.rw.Write(frame[5:])
			if got := peer.next(); !strings.Contains(got, "error-response application") {
				t.Fatal(got)
			}
		}
	})
}

// A client's frames time out as well, and its calls say so.
func TestClientFrameTimeout(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c, server := clientOfRaw(t, hgwire.ClientConfig{Config: hgwire.Config{FrameTimeout: time.Second}})
		call, err := c.Start(t.Context(), "a", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		server.rw.Write(make([]byte, 1))
		start := time.Now()
		_, err = call.Response()
		wantTimeout(t, err, start, "read", hgwire.ErrSlowFrame, time.Second)
		mentions(t, err, `"a"`, "request 1", "stream 1", "state waiting", "did not arrive in time")
	})
}

func TestWriteTimeout(t *testing.T) {
	const limit = 10 * time.Second
	bubble(t, func(t *testing.T) {
		near, far := pipe(1000)
		served := make(chan error, 1)
		failed := make(chan error, 1)
		go func() {
			served <- (&hgwire.Server{Config: hgwire.Config{WriteTimeout: limit}, Handler: hgwire.HandlerFunc(func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
				var err error
				for err == nil {
					_, err = w.Write(make([]byte, 10000))
				}
				failed <- err
			})}).ServeConn(far)
		}()
		peer := newRaw(t, near)
		time.Sleep(7 * time.Second)
		peer.send("1 1 stream-begin command-name eos a")
		start := time.Now()
		wantTimeout(t, <-failed, start, "write", hgwire.ErrSlowWrite, limit)
		wantTimeout(t, <-served, start, "write", hgwire.ErrSlowWrite, limit)
	})
	bubble(t, func(t *testing.T) {
		near, far := pipe(1000)
		defer far.Close()
		c, err := hgwire.NewClient(near, hgwire.ClientConfig{Config: hgwire.Config{WriteTimeout: limit}})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err = c.Call(t.Context(), "a", nil, strings.NewReader(strings.Repeat("x", 1<<20)))
		wantTimeout(t, err, start, "write", hgwire.ErrSlowWrite, limit)
		mentions(t, err, "request 1", "state data", "the peer does not read")
	})
}

// A refusal that the client does not read, or a client that stays, does not hold the server.
func TestRefusalIsNotRead(t *testing.T) {
	for _, size := range []int{10, 1 << 10} {
		bubble(t, func(t *testing.T) {
			near, far := pipe(size)
			served := make(chan error, 1)
			go func() { served <- (&hgwire.Server{}).ServeConn(far) }()
			go near.Write(encode(t, "1 2 stream-begin command-name eos a"))
			start := time.Now()
			err := <-served
			if d := time.Since(start); err == nil || d > hgwire.DefaultWriteTimeout*5/4 {
				t.Errorf("after %v: %v", d, err)
			}
			near.Close()
			synctest.Wait()
		})
	}
}
