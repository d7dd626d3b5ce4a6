package hgwire_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hgwire/hgwire"
)

// Shutdown answers what runs and what waits for its turn, refuses what is new, and ends connections.
func TestShutdown(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		h := newHold()
		near, far := m.over()
		server := &hgwire.Server{Config: m.Config, MaxHandlers: 2, Handler: commands(map[string]hgwire.HandlerFunc{"hold": h.ServeCommand, "echo": echo})}
		c := connectOver(t, server, hgwire.ClientConfig{Config: m.Config}, near, far)
		idle := connect(t, server, hgwire.ClientConfig{Config: m.Config})
		idle.want(t, "x", "echo", nil, strings.NewReader("x"))
		var calls []*hgwire.Call
		for range 3 {
			call, err := c.Start(t.Context(), "hold", nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			calls = append(calls, call)
		}
		synctest.Wait()
		down := make(chan error, 1)
		go func() { down <- server.Shutdown(t.Context()) }()
		idle.wantEnd(t, hgwire.ErrServerClosed)
		<-idle.Done()
		if err := idle.Err(); !errors.Is(err, io.EOF) {
			t.Errorf("the idle client: %v", err)
		}
		if _, err := idle.Call(t.Context(), "echo", nil, nil); !errors.Is(err, io.EOF) {
			t.Errorf("a call of the idle client: %v", err)
		}
		late, err := c.Start(t.Context(), "echo", nil, strings.NewReader("data"))
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(down) > 0 {
			t.Error("Shutdown has returned")
		}
		for range 3 {
			h.release <- struct{}{}
		}
		if err := <-down; err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		c.wantEnd(t, hgwire.ErrServerClosed)
		for _, call := range calls {
			r, err := call.Response()
			if err != nil {
				t.Fatal(err)
			}
			if got, err := r.Bytes(); string(got) != "done" || err != nil {
				t.Errorf("got %q, %v", got, err)
			}
		}
		_, err = late.Response()
		if failed := as[*hgwire.CommandError](t, err); failed.Message != "server is shutting down" {
			t.Error(err)
		}
		if err := server.ServeConn(far); err != hgwire.ErrServerClosed {
			t.Errorf("ServeConn after Shutdown: %v", err)
		}
		if err := server.Shutdown(t.Context()); err != nil {
			t.Errorf("Shutdown again: %v", err)
		}
		server.Close()
	})
}

// A shutdown waits for data that is on its way, and can be given up.
func TestShutdownGivenUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		server := &hgwire.Server{Handler: hgwire.HandlerFunc(echo)}
		c := connect(t, server, hgwire.ClientConfig{})
		pr, pw := io.Pipe()
		defer pw.Close()
		call, err := c.Start(t.Context(), "a", nil, pr)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := server.Shutdown(ctx); err != context.DeadlineExceeded {
			t.Errorf("Shutdown: %v", err)
		}
		server.Close()
		c.wantEnd(t, hgwire.ErrServerClosed)
		_, err = call.Response()
		mentions(t, err, "request 1", "state data")
		as[*hgwire.TransportError](t, err)
	})
}

// A client that ends its input while the server shuts down is still told which requests it has cut short.
func TestShutdownAndEndOfInput(t *testing.T) {
	for range 100 { // the last handler and the end of input race
		bubble(t, func(t *testing.T) {
			h := newHold()
			server := &hgwire.Server{Handler: h}
			peer, served := serveRaw(t, server)
			peer.send("1 1 stream-begin command-name eos a", "3 1 0 command-name have-args b", "5 1 0 command-name have-data c")
			synctest.Wait()
			go server.Shutdown(t.Context())
			synctest.Wait()
			peer.rw.(*pipeEnd).CloseWrite()
			synctest.Wait()
			close(h.release)
			answers := []string{peer.next()}
			for !strings.HasPrefix(answers[len(answers)-1], "error: ") {
				answers = append(answers, peer.next())
			}
			const refused = "error-response protocol input ended before request "
			got := strings.Join(answers, "\n")
			for _, want := range []string{"1 2 stream-begin bytes-response eos done", "3 254 stream-begin " + refused + "3", "5 254 0 " + refused + "5"} {
				if !strings.Contains(got, want) {
					t.Fatalf("got\n%s\nwant %s", got, want)
				}
			}
			if err := <-served; err != hgwire.ErrServerClosed {
				t.Errorf("ServeConn: %v", err)
			}
		})
	}
}

// On a half-duplex transport answers wait for the end of input, also those of a server that shuts down.
func TestShutdownHalfDuplex(t *testing.T) {
	bubble(t, func(t *testing.T) {
		server := &hgwire.Server{HalfDuplex: true, Handler: hgwire.HandlerFunc(echo)}
		idle, idleServed := serveRaw(t, server)
		peer, served := serveRaw(t, server)
		peer.send("1 1 stream-begin command-name eos a")
		synctest.Wait()
		down := make(chan error, 1)
		go func() { down <- server.Shutdown(t.Context()) }()
		idle.wantEnd()
		if err := <-idleServed; err != hgwire.ErrServerClosed {
			t.Errorf("ServeConn: %v", err)
		}
		time.Sleep(time.Minute)
		near := peer.rw.(*pipeEnd)
		near.in.mu.Lock()
		if n := len(near.in.octets); n != 0 {
			t.Errorf("%d octets before the end of input", n)
		}
		near.in.mu.Unlock()
		peer.send("3 1 0 command-name eos a")
		near.CloseWrite()
		peer.want("1 2 stream-begin bytes-response eos no data", "3 2 0 error-response application server is shutting down")
		peer.wantEnd()
		if err := <-served; err != hgwire.ErrServerClosed {
			t.Errorf("ServeConn: %v", err)
		}
		if err := <-down; err != nil {
			t.Errorf("Shutdown: %v", err)
		}
	})
}

// A transport that takes its time to close holds nobody up.
func TestSlowClose(t *testing.T) {
	bubble(t, func(t *testing.T) {
		near, far := pipe(1000)
		c := connectOver(t, &hgwire.Server{Handler: newHold()}, hgwire.ClientConfig{}, slowCloser{near}, slowCloser{far})
		call, err := c.Start(t.Context(), "a", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		go c.Close()
		start := time.Now()
		if _, err := call.Response(); !errors.Is(err, hgwire.ErrClosed) {
			t.Error(err)
		}
		if d := time.Since(start); d != 0 {
			t.Errorf("the call returned after %v", d)
		}
		close(c.server.Handler.(hold).release)
		c.wantEnd(t, nil)
	})
}

type slowCloser struct{ *pipeEnd }

func (s slowCloser) Close() error {
	time.Sleep(time.Minute)
	return s.pipeEnd.Close()
}

// Handlers learn of the end, with its reason.
func TestHandlersLearnOfTheEnd(t *testing.T) {
	for name, end := range map[string]struct {
		f    func(c *both)
		want string
	}{
		"server closes":  {func(c *both) { c.server.Close() }, "hgwire: server closed"},
		"network fails":  {func(c *both) { c.far.(*pipeEnd).Sever(errors.New("no network")) }, "transport error: read: no network"},
		"protocol error": {func(c *both) { c.far.(*pipeEnd).in.write(make([]byte, 8)) }, "protocol error: "},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				begun, cause := make(chan bool), make(chan string, 1)
				c := connect(t, &hgwire.Server{Handler: hgwire.HandlerFunc(func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
					begun <- true
					<-ctx.Done()
					_, err := io.WriteString(w, "x")
					if err == nil {
						err = w.Flush()
					}
					cause <- fmt.Sprint(context.Cause(ctx), " / ", err)
				})}, hgwire.ClientConfig{})
				go c.Call(t.Context(), "a", nil, nil)
				<-begun
				end.f(c)
				got := <-cause
				one, other, _ := strings.Cut(got, " / ")
				if !strings.HasPrefix(one, end.want) || !strings.HasPrefix(other, end.want) {
					t.Errorf("the cause and the error of a write are %s; want %s", got, end.want)
				}
			})
		})
	}
}

type connKey struct{}

func TestServe(t *testing.T) {
	leakCheck(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &hgwire.Server{
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, conn.RemoteAddr().String())
		},
		Handler: hgwire.HandlerFunc(func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
			fmt.Fprint(w, ctx.Value(connKey{}))
		}),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	var clients []*hgwire.Client
	for range 3 {
		conn, client := dial(t, l)
		clients = append(clients, client)
		b := both{Client: client}
		b.want(t, conn.LocalAddr().String(), "who", nil, nil)
	}
	if err := server.Shutdown(t.Context()); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	if err := <-served; err != hgwire.ErrServerClosed {
		t.Errorf("Serve: %v", err)
	}
	for _, c := range clients {
		<-c.Done()
		if !errors.Is(c.Err(), io.EOF) {
			t.Errorf("a client: %v", c.Err())
		}
	}
	l, err = net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Serve(l); err != hgwire.ErrServerClosed {
		t.Errorf("Serve again: %v", err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener is open: %v", err)
	}
}

func TestServeListenerFails(t *testing.T) {
	bubble(t, func(t *testing.T) {
		broken := errors.New("broken")
		l := &listener{errs: []error{temporaryError{}, temporaryError{}, broken}}
		start := time.Now()
		if err := new(hgwire.Server).Serve(l); err != broken {
			t.Errorf("Serve: %v", err)
		}
		if d := time.Since(start); d != 15*time.Millisecond || !l.closed {
			t.Errorf("after %v, closed: %v", d, l.closed)
		}
	})
}

type listener struct {
	errs   []error
	closed bool
}

func (l *listener) Accept() (net.Conn, error) {
	err := l.errs[0]
	l.errs = l.errs[1:]
	return nil, err
}

func (l *listener) Close() error {
	l.closed = true
	return nil
}

func (*listener) Addr() net.Addr { return nil }

type temporaryError struct{}

func (temporaryError) Error() string   { return "for now" }
func (temporaryError) Temporary() bool { return true }
