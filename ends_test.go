package hgwire_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hgwire/hgwire"
)

// hold is a handler that says when it has begun, and then waits.
type hold struct{ begun, release chan struct{} }

func newHold() hold { return hold{make(chan struct{}, 100), make(chan struct{})} }

func (h hold) ServeCommand(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
	h.begun <- struct{}{}
	<-h.release
	io.WriteString(w, "done")
}

// A server that is closed while data arrives faster than it is read does not look at what is left.
func TestCloseWhileDataArrives(t *testing.T) {
	for _, wait := range []time.Duration{-1, time.Hour} {
		bubble(t, func(t *testing.T) {
			server := &hgwire.Server{MaxHandlers: 1, Config: hgwire.Config{SpoolOctets: 100, SpoolWait: wait, IdleTimeout: -1}}
			h := newHold()
			server.Handler = h
			peer, served := serveRaw(t, server)
			lines := []string{"1 1 stream-begin command-name have-data a"}
			for range 10 {
				lines = append(lines, "1 1 0 command-data continuation "+strings.Repeat("x", 60))
			}
			lines = append(lines, "1 1 0 command-data eos ", "3 1 0 command-name have-data b")
			for range 10 {
				lines = append(lines, "3 1 0 command-data continuation "+strings.Repeat("x", 60))
			}
			peer.send(append(lines, "3 1 0 command-data eos ")...)
			<-h.begun
			synctest.Wait()
			start := time.Now()
			server.Close()
			synctest.Wait()
			close(h.release)
			if err := <-served; err != hgwire.ErrServerClosed {
				t.Errorf("ServeConn: %v", err)
			}
			if d := time.Since(start); d > 0 {
				t.Errorf("ServeConn returned after %v", d)
			}
		})
	}
}

// A client that is closed while a response waits for its reader ends at once.
func TestCloseWhileResponseWaits(t *testing.T) {
	for _, last := range []string{"continuation", "eos"} {
		bubble(t, func(t *testing.T) {
			c, server := clientOfRaw(t, hgwire.ClientConfig{Config: hgwire.Config{SpoolOctets: 10, SpoolWait: time.Hour}})
			call, err := c.Start(t.Context(), "a", nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			server.send("1 2 stream-begin bytes-response continuation 0123456789", "1 2 0 bytes-response "+last+" 0123456789")
			synctest.Wait()
			start := time.Now()
			c.Close()
			server.wantEnds()
			if d := time.Since(start); d > 0 {
				t.Errorf("the connection has ended after %v", d)
			}
			r, err := call.Response()
			var got []byte
			if err == nil {
				got, err = r.Bytes()
			}
			if last == "eos" && (err != nil || len(got) != 20) || last != "eos" && !errors.Is(err, hgwire.ErrClosed) {
				t.Errorf("%s: got %q, %v", last, got, err)
			}
		})
	}
}

// wantEnds receives until the end.
func (r *raw) wantEnds() {
	for !strings.HasPrefix(r.next(), "error: ") {
	}
}

// Close may come at any time.
func TestCloseAtOnce(t *testing.T) {
	for range 100 {
		leakCheck(t)
		server := &hgwire.Server{Handler: hgwire.HandlerFunc(echo)}
		near, far := pipe(1000)
		served := make(chan error, 1)
		go func() { served <- server.ServeConn(far) }()
		go server.Close()
		client, err := hgwire.NewClient(near, hgwire.ClientConfig{})
		if err != nil {
			t.Fatal(err)
		}
		go client.Call(t.Context(), "a", nil, nil)
		if err := <-served; err != hgwire.ErrServerClosed {
			t.Fatal(err)
		}
		<-client.Done()
	}
}

// CloseWrite does not wait for a call that will never be sent in full.
func TestCloseWriteAfterBrokenData(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		c := m.connect(t, hgwire.HandlerFunc(echo))
		broken := errors.New("broken")
		_, err := c.Call(t.Context(), "a", nil, io.MultiReader(bytes.NewReader(octets(1, 100000)), errorReader{broken}))
		if !errors.Is(err, broken) {
			t.Errorf("Call: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		pr, _ := io.Pipe()
		call, err := c.Start(ctx, "b", nil, pr)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		cancel()
		if _, err := call.Response(); !errors.Is(err, context.Canceled) {
			t.Errorf("Response: %v", err)
		}
		if err := c.CloseWrite(); err != nil {
			t.Errorf("CloseWrite: %v", err)
		}
	})
}

// Nor does it leave calls waiting for a turn that they will not have.
func TestCloseWriteWhileCallsWait(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		m.Limits.InFlightRequests = 1
		h := newHold()
		c := m.connect(t, h)
		call, err := c.Start(t.Context(), "a", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		const waiting = 3
		errs := make(chan error, waiting)
		for range waiting {
			go func() {
				_, err := c.Call(t.Context(), "b", nil, nil)
				errs <- err
			}()
		}
		synctest.Wait()
		if err := c.CloseWrite(); err != nil {
			t.Errorf("CloseWrite: %v", err)
		}
		for range waiting {
			if err := <-errs; !errors.Is(err, hgwire.ErrClosed) {
				t.Errorf("a call that waits: %v; want %v", err, hgwire.ErrClosed)
			}
		}
		close(h.release)
		r, err := call.Response()
		if err != nil {
			t.Fatal(err)
		}
		if b, err := r.Bytes(); string(b) != "done" || err != nil {
			t.Errorf("got %q, %v", b, err)
		}
	})
}

type errorReader struct{ err error }

func (r errorReader) Read([]byte) (int, error) { return 0, r.err }

// closes counts how often it is closed.
type closes struct {
	io.Reader
	n int
}

func (c *closes) Close() error {
	c.n++
	if r, ok := c.Reader.(io.Closer); ok {
		r.Close()
	}
	return nil
}

// Data is closed once, whatever becomes of its call.
func TestDataIsClosedOnce(t *testing.T) {
	for name, f := range map[string]func(t *testing.T, c *both, data io.Reader, w *io.PipeWriter){
		"answered": func(t *testing.T, c *both, data io.Reader, w *io.PipeWriter) {
			go w.Close()
			c.want(t, "", "echo", nil, data)
		},
		"usage error": func(t *testing.T, c *both, data io.Reader, w *io.PipeWriter) {
			if _, err := c.Call(t.Context(), strings.Repeat("x", 1<<20), nil, data); err == nil {
				t.Error("no error")
			}
		},
		"cancelled": func(t *testing.T, c *both, data io.Reader, w *io.PipeWriter) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if _, err := c.Call(ctx, "echo", nil, data); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
		},
		"cancelled before": func(t *testing.T, c *both, data io.Reader, w *io.PipeWriter) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := c.Call(ctx, "echo", nil, data); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		},
		"given up": func(t *testing.T, c *both, data io.Reader, w *io.PipeWriter) {
			call, err := c.Start(t.Context(), "echo", nil, data)
			if err != nil {
				t.Fatal(err)
			}
			call.Cancel()
			call.Cancel()
		},
		"broken data": func(t *testing.T, c *both, data io.Reader, w *io.PipeWriter) {
			go w.CloseWithError(errors.New("broken"))
			if _, err := c.Call(t.Context(), "echo", nil, data); err == nil {
				t.Error("no error")
			}
		},
		"connection dies": func(t *testing.T, c *both, data io.Reader, w *io.PipeWriter) {
			call, err := c.Start(t.Context(), "echo", nil, data)
			if err != nil {
				t.Fatal(err)
			}
			c.far.(*pipeEnd).Sever(io.ErrUnexpectedEOF)
			_, err = call.Response()
			as[*hgwire.TransportError](t, err)
		},
		"closed": func(t *testing.T, c *both, data io.Reader, w *io.PipeWriter) {
			c.Close()
			if _, err := c.Call(t.Context(), "echo", nil, data); !errors.Is(err, hgwire.ErrClosed) {
				t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := connect(t, &hgwire.Server{Handler: commands(map[string]hgwire.HandlerFunc{"echo": echo})}, hgwire.ClientConfig{})
				pr, pw := io.Pipe()
				data := &closes{Reader: pr}
				f(t, c, data, pw)
				synctest.Wait()
				if data.n != 1 {
					t.Errorf("closed %d times", data.n)
				}
			})
		})
	}
}

// A connection that the server ends is written to its end, although the client has ended its input.
func TestEndsAfterInputHasEnded(t *testing.T) {
	for name, tt := range map[string]struct {
		shutdown bool
		last     string // frame of the client
		want     string // of the server
	}{
		"refused":   {false, "2 1 0 command-name eos a", "2 254 stream-begin|stream-end error-response protocol received command frame with even numbered request ID: 2"},
		"shut down": {true, "3 1 0 command-name eos a", "1 2 0 bytes-response eos end"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				near, far := pipe(100)
				server := &hgwire.Server{Config: hgwire.Config{MaxSend: 1000}, Handler: hgwire.HandlerFunc(func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
					w.Write(make([]byte, 10000)) // more than fits in the pipe
					io.WriteString(w, "end")
				})}
				served := make(chan error, 1)
				go func() { served <- server.ServeConn(far) }()
				peer := newRaw(t, near)
				peer.send("1 1 stream-begin command-name eos a")
				synctest.Wait()
				if tt.shutdown {
					go server.Shutdown(t.Context())
					synctest.Wait()
				}
				peer.send(tt.last)
				near.CloseWrite()
				synctest.Wait()
				for range 10 {
					if got := peer.next(); !strings.Contains(got, "bytes-response continuation") {
						t.Errorf("got frame %s; want a part of the answer", short(got))
					}
				}
				if !tt.shutdown {
					peer.want("1 2 0 bytes-response eos end")
				}
				peer.want(tt.want)
				peer.wantEnd()
				<-served
			})
		})
	}
}
