package hgwire_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
)

// wantCancelled checks the error of a call whose context was cancelled with a cause.
func wantCancelled(t *testing.T, err, cause error) {
	t.Helper()
	call := as[*hgwire.CallError](t, err)
	if call.Err != cause {
		t.Errorf("%v: the cause is %v; want %v", err, call.Err, cause)
	}
}

var errCause = errors.New("the cause")

func TestCancelledBefore(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c, server := clientOfRaw(t, hgwire.ClientConfig{})
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errCause)
		_, err := c.Call(ctx, "a", nil, strings.NewReader("data"))
		wantCancelled(t, err, errCause)
		mentions(t, err, "not sent")
		c.Close()
		server.wantEnd() // and nothing before it
	})
}

// Calls wait for a place in the order in which they came, and can be cancelled.
func TestCancelledWhileWaiting(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		h := newHold()
		m.Limits.InFlightRequests = 1
		c := m.connect(t, h)
		ctx, cancel := context.WithCancelCause(t.Context())
		results := make(chan string, 10)
		for i := range 6 {
			go func() {
				ctx := ctx
				if i != 3 {
					ctx = t.Context()
				}
				r, err := c.Call(ctx, fmt.Sprint(i), nil, nil)
				if err != nil {
					results <- fmt.Sprint(i, " ", err)
					return
				}
				b, err := r.Bytes()
				results <- fmt.Sprint(i, " ", string(b), " ", err)
			}()
			synctest.Wait()
		}
		if len(h.begun) != 1 {
			t.Errorf("%d calls in flight; want 1", len(h.begun))
		}
		cancel(errCause)
		if got := <-results; got != `3 call "3": the cause (not sent)` {
			t.Errorf("got %s", got)
		}
		for _, i := range []int{0, 1, 2, 4, 5} {
			h.release <- struct{}{}
			got := <-results
			if got != fmt.Sprint(i, " done <nil>") {
				t.Errorf("got %s; want that of %d", got, i)
			}
		}
	})
}

// The ID of a call that was given up is used again when the old response has come in full.
func TestCancelledRequestID(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c, server := clientOfRaw(t, hgwire.ClientConfig{Config: hgwire.Config{Limits: framing.Limits{InFlightRequests: 1}}})
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() {
			server.want("1 1 stream-begin command-name eos a")
			cancel(errCause)
		}()
		_, err := c.Call(ctx, "a", nil, nil)
		wantCancelled(t, err, errCause)
		mentions(t, err, `"a"`, "request 1", "stream 1", "state waiting")
		next := make(chan error, 1)
		go func() {
			r, err := c.Call(t.Context(), "b", nil, nil)
			if err == nil {
				_, err = r.Bytes()
			}
			next <- err
		}()
		server.send("1 2 stream-begin bytes-response continuation old")
		synctest.Wait()
		if len(next) > 0 {
			t.Errorf("the next call has ended: %v", <-next)
		}
		server.send("1 2 0 text-output 0 \\x01\\x00\\x00\\x00x", "1 2 0 bytes-response eos old")
		server.want("3 1 0 command-name eos b")
		server.send("3 2 0 bytes-response eos new")
		if err := <-next; err != nil {
			t.Error(err)
		}
	})
}

func TestCancelledWhileReading(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		h := newHold()
		c := m.connect(t, commands(map[string]hgwire.HandlerFunc{
			"begin": func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
				io.WriteString(w, "first")
				w.Flush()
				h.ServeCommand(ctx, w, r)
			},
			"echo": echo,
		}))
		for _, how := range []string{"cancel", "close", "give up", "deadline"} {
			ctx, cancel := context.WithCancelCause(t.Context())
			if how == "deadline" {
				deadline, stop := context.WithTimeout(t.Context(), time.Minute)
				defer stop()
				ctx = deadline
			}
			call, err := c.Start(ctx, "begin", nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			if how == "give up" {
				call.Cancel()
			} else {
				r, err := call.Response()
				if err != nil {
					t.Fatal(err)
				}
				if n, err := r.Read(make([]byte, 3)); n != 3 || err != nil {
					t.Errorf("read %d, %v", n, err)
				}
				cause := errCause
				switch how {
				case "close":
					r.Close()
					cause = hgwire.ErrClosed
				case "deadline":
					cause = context.DeadlineExceeded
				case "cancel":
					time.AfterFunc(time.Second, func() { cancel(errCause) })
				}
				got, err := io.ReadAll(r)
				if how == "close" {
					if err != hgwire.ErrClosed || len(got) != 0 {
						t.Errorf("after Close: %q, %v", got, err)
					}
				} else {
					if string(got) != "st" {
						t.Errorf("read %q", got)
					}
					wantCancelled(t, err, cause)
				}
				if _, again := r.Read(make([]byte, 3)); again != err {
					t.Errorf("read again: %v; want %v", again, err)
				}
				if _, again := r.WriteTo(io.Discard); again != err {
					t.Errorf("read again: %v; want %v", again, err)
				}
				r.Close()
				call.Cancel()
			}
			c.want(t, "x", "echo", nil, strings.NewReader("x"))
			<-h.begun
			h.release <- struct{}{}
			c.want(t, "x", "echo", nil, strings.NewReader("x"))
			cancel(nil)
		}
	})
}

// Data that blocks holds up neither its own call, when that is cancelled, nor others.
func TestCancelledWhileDataBlocks(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		c := m.connect(t, hgwire.HandlerFunc(echo))
		for _, begun := range []int{0, 1, 50000} {
			pr, pw := io.Pipe()
			ctx, cancel := context.WithCancelCause(t.Context())
			call, err := c.Start(ctx, "a", nil, pr)
			if err != nil {
				t.Fatal(err)
			}
			pw.Write(make([]byte, begun))
			synctest.Wait()
			cancel(errCause)
			_, err = call.Response()
			wantCancelled(t, err, errCause)
			mentions(t, err, "state data")
			if _, err := pw.Write([]byte("x")); err != io.ErrClosedPipe {
				t.Errorf("the data is still open: %v", err)
			}
			c.want(t, "x", "a", nil, strings.NewReader("x"))
		}
	})
}

// A server that reads nothing leaves calls without room.
func TestCancelledWithoutRoom(t *testing.T) {
	for _, m := range modes() {
		bubble(t, func(t *testing.T) {
			near, far := pipe(1000)
			defer far.Close()
			m.Streams = 1
			c, err := hgwire.NewClient(near, hgwire.ClientConfig{Config: m.Config})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			data := make([]byte, 1<<20)
			for i := range 3 {
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(time.Second, func() { cancel(errCause) })
				start := time.Now()
				_, err := c.Call(ctx, "a", nil, bytes.NewReader(data))
				wantCancelled(t, err, errCause)
				if d := time.Since(start); d != time.Second {
					t.Errorf("call %d returned after %v", i, d)
				}
				args := map[string]string{"a": string(data[:60000]), "b": string(data[:60000]), "c": string(data[:60000])}
				ctx, cancel = context.WithCancelCause(t.Context())
				time.AfterFunc(time.Second, func() { cancel(errCause) })
				_, err = c.Call(ctx, "a", args, nil)
				wantCancelled(t, err, errCause)
			}
		})
	}
}

// Causes are those of other calls, say in a group of which the first failure cancels the rest. They
// are not mistaken for what became of this one.
func TestCancelledByOtherFailure(t *testing.T) {
	for _, cause := range []error{io.EOF, &hgwire.CommandError{Command: "other"}, &hgwire.CallError{Command: "other", Err: io.EOF}} {
		bubble(t, func(t *testing.T) {
			h := newHold()
			c := connect(t, &hgwire.Server{Handler: commands(map[string]hgwire.HandlerFunc{
				"wait": h.ServeCommand,
				"begin": func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
					io.WriteString(w, "first")
					w.Flush()
					h.ServeCommand(ctx, w, r)
				},
			})}, hgwire.ClientConfig{})
			defer close(h.release)
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(time.Second, func() { cancel(cause) })
			pr, _ := io.Pipe()
			go func() {
				_, err := c.Call(ctx, "wait", nil, pr)
				wantCancelled(t, err, cause)
			}()
			r, err := c.Call(ctx, "begin", nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, err = r.Bytes()
			wantCancelled(t, err, cause)
			_, err = c.Call(ctx, "wait", nil, nil)
			wantCancelled(t, err, cause)
			data := errorReader{&hgwire.CommandError{Command: "other"}} // such as the response of another call
			_, err = c.Call(t.Context(), "wait", nil, data)
			wantCancelled(t, err, data.err)
		})
	}
}

// blocked is data that cannot be closed, and comes when it is released.
type blocked chan struct{}

func (b blocked) Read(p []byte) (int, error) {
	<-b
	return copy(p, "late"), io.EOF
}

// A call that is cancelled while its data is read is over, even if reading takes for ever: neither CloseWrite
// nor other calls wait for it.
func TestCancelledWhileDataIsRead(t *testing.T) {
	start := func(t *testing.T, limit int) (*both, *raw, blocked) {
		data := make(blocked)
		c, server := clientOfRaw(t, hgwire.ClientConfig{Config: hgwire.Config{Limits: framing.Limits{InFlightRequests: limit}}})
		for range 2 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if _, err := c.Call(ctx, "a", nil, data); !errors.Is(err, context.DeadlineExceeded) {
				t.Fatal(err)
			}
		}
		server.want("1 1 stream-begin command-name have-data a", "3 1 0 command-name have-data a")
		return c, server, data
	}
	t.Run("close", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			c, server, data := start(t, 3)
			if err := c.CloseWrite(); err != nil {
				t.Errorf("CloseWrite: %v", err)
			}
			close(data)
			server.wantEnd()
		})
	})
	t.Run("all places", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			c, _, data := start(t, 2)
			if _, err := c.Call(t.Context(), "b", nil, nil); !errors.Is(err, hgwire.ErrIncompleteCalls) {
				t.Errorf("Call: %v; want %v", err, hgwire.ErrIncompleteCalls)
			}
			close(data)
		})
	})
	t.Run("one place left", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			c, server, data := start(t, 3)
			close(data)
			synctest.Wait() // what comes late goes nowhere
			call, err := c.Start(t.Context(), "b", nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			server.want("5 1 0 command-name eos b")
			server.send("5 2 stream-begin bytes-response eos x")
			r, err := call.Response()
			if err != nil {
				t.Fatal(err)
			}
			if b, err := r.Bytes(); string(b) != "x" || err != nil {
				t.Errorf("got %q, %v", b, err)
			}
		})
	})
}
