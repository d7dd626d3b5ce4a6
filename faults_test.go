package hgwire_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
)

// faulty is a transport with faults. Zero fields are none.
type faulty struct {
	*pipeEnd
	mu         sync.Mutex
	readAt     int  // most octets of a read
	writeAt    int  // most octets of a write
	silent     bool // short writes are not reported
	readErrAt  int  // octets after which reads fail
	writeErrAt int  // octets after which writes fail
	flipAt     int  // the octet of which a bit is flipped, plus 1
	flip       byte
	read, sent int
}

var errFault = errors.New("a fault")

func (f *faulty) Read(b []byte) (int, error) {
	f.mu.Lock()
	if f.readAt > 0 {
		b = b[:min(len(b), f.readAt)]
	}
	if f.readErrAt > 0 {
		if f.read >= f.readErrAt {
			f.mu.Unlock()
			return 0, errFault
		}
		b = b[:min(len(b), f.readErrAt-f.read)]
	}
	f.mu.Unlock()
	n, err := f.pipeEnd.Read(b)
	f.mu.Lock()
	defer f.mu.Unlock()
	if at := f.flipAt - 1 - f.read; f.flipAt > 0 && at >= 0 && at < n {
		b[at] ^= f.flip
	}
	f.read += n
	return n, err
}

func (f *faulty) Write(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var fault error
	if f.writeErrAt > 0 && f.sent+len(b) > f.writeErrAt {
		b, fault = b[:f.writeErrAt-f.sent], errFault
	}
	if f.writeAt > 0 && len(b) > f.writeAt {
		b = b[:f.writeAt]
		if !f.silent {
			fault = io.ErrShortWrite
		}
	}
	n, err := f.pipeEnd.Write(b)
	f.sent += n
	if err == nil {
		err = fault
	}
	return n, err
}

// exchange is a conversation with a bit of everything. Each call comes to an answer, or to an error, at
// once. It returns the errors.
func exchange(t *testing.T, m mode, near, far io.ReadWriteCloser) (errs []error, served error) {
	handler := commands(map[string]hgwire.HandlerFunc{
		"echo": echo,
		"text": func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
			io.WriteString(w, "before")
			w.WriteText(payload.Atom{Format: "%s\n", Args: []string{"x"}})
			value, _ := r.Arg("name")
			io.WriteString(w, value)
		},
		"fail": func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
			io.WriteString(w, "part")
			w.Fail("no")
		},
	})
	m.IdleTimeout, m.FrameTimeout, m.WriteTimeout = 20*time.Hour, 20*time.Hour, 20*time.Hour
	ended := make(chan error, 1)
	go func() { ended <- (&hgwire.Server{Handler: handler, Config: m.Config}).ServeConn(far) }()
	client, err := hgwire.NewClient(near, hgwire.ClientConfig{Config: m.Config, Text: func(*hgwire.Call, []payload.Atom) {}})
	if err != nil {
		t.Fatal(err)
	}
	results := make(chan error, 10)
	ask := func(command string, args map[string]string, data io.Reader, want string) {
		// What is corrupted may leave both sides waiting for each other.
		ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
		defer cancel()
		r, err := client.Call(ctx, command, args, data)
		var got []byte
		if err == nil {
			got, err = r.Bytes()
		}
		if failed, ok := errors.AsType[*hgwire.CommandError](err); ok && command == "fail" && failed.Message == "no" {
			err = nil
		}
		if err == nil && string(got) != want {
			err = fmt.Errorf("got %q; want %q", got, want)
		}
		results <- err
	}
	go ask("echo", nil, strings.NewReader(strings.Repeat("data", 20)), strings.Repeat("data", 20))
	synctest.Wait()
	go ask("text", map[string]string{"name": "value"}, nil, "beforevalue")
	synctest.Wait()
	go ask("fail", nil, nil, "part")
	synctest.Wait()
	go ask("echo", nil, plainReader{strings.NewReader("more")}, "more")
	for range 4 {
		errs = append(errs, <-results)
	}
	client.Close()
	return errs, <-ended
}

// faultModes are those in which faults are injected.
func faultModes() []mode {
	all := []mode{
		{name: "request-ids", Config: hgwire.Config{Revision: framing.RevisionRequestIDs, MaxSend: 50}},
		{name: "streams", Config: hgwire.Config{MaxSend: 50}},
	}
	for _, p := range encodings() {
		all = append(all, mode{name: p.Name(), Config: hgwire.Config{MaxSend: 100, Encoding: p, Profiles: encodings(), Streams: 2}})
	}
	return all
}

// faults runs the exchange with a fault on either side, for n = 1, 2, 3 ... until the exchange is over
// before the fault comes.
func faults(t *testing.T, f func(n int) *faulty) {
	for _, m := range faultModes() {
		for _, side := range []string{"client", "server"} {
			t.Run(m.name+"/"+side, func(t *testing.T) {
				whole := 0
				bubble(t, func(t *testing.T) {
					near, far := faultyPipe(side, &faulty{})
					if errs, _ := exchange(t, m, near, far); errors.Join(errs...) != nil {
						t.Fatal(errs)
					}
					whole = max(sizeOf(near), sizeOf(far))
				})
				for n := 1; n <= whole+1; n++ {
					bubble(t, func(t *testing.T) {
						start := time.Now()
						near, far := faultyPipe(side, f(n))
						errs, served := exchange(t, m, near, far)
						for i, err := range errs {
							if err == nil {
								continue
							}
							if _, ok := errors.AsType[*hgwire.CallError](err); !ok && f(n).flip == 0 {
								t.Errorf("fault at %d: call %d: %v", n, i, err)
							}
						}
						if d := time.Since(start); d > 0 && f(n).flip == 0 {
							t.Errorf("fault at %d: it took %v: %v, %v", n, d, errs, served)
						}
					})
				}
			})
		}
	}
}

func faultyPipe(side string, f *faulty) (near, far io.ReadWriteCloser) {
	a, b := pipe(64 << 10)
	other := &faulty{}
	if side == "client" {
		f.pipeEnd, other.pipeEnd = a, b
		return f, other
	}
	other.pipeEnd, f.pipeEnd = a, b
	return other, f
}

func sizeOf(rw io.ReadWriteCloser) int {
	f := rw.(*faulty)
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.read
}

// Whatever pieces octets come in, nothing changes.
func TestPieces(t *testing.T) {
	for _, m := range faultModes() {
		for _, side := range []string{"client", "server"} {
			for _, n := range []int{1, 2, 3, 7, 50} {
				bubble(t, func(t *testing.T) {
					near, far := faultyPipe(side, &faulty{readAt: n})
					if errs, _ := exchange(t, m, near, far); errors.Join(errs...) != nil {
						t.Errorf("%s, %s, %d octets: %v", m.name, side, n, errs)
					}
				})
			}
		}
	}
}

// A write that is cut short without an error is one all the same.
func TestShortWrites(t *testing.T) {
	for _, m := range faultModes() {
		for _, side := range []string{"client", "server"} {
			for _, silent := range []bool{false, true} {
				bubble(t, func(t *testing.T) {
					near, far := faultyPipe(side, &faulty{writeAt: 3, silent: silent})
					errs, served := exchange(t, m, near, far)
					if side == "server" {
						errs = []error{served}
					}
					for _, err := range errs {
						transport := as[*hgwire.TransportError](t, err)
						if side == "server" && (transport.Op != "write" || transport.Err != io.ErrShortWrite) {
							t.Error(err)
						}
					}
				})
			}
		}
	}
}

func TestReadErrors(t *testing.T)  { faults(t, func(n int) *faulty { return &faulty{readErrAt: n} }) }
func TestWriteErrors(t *testing.T) { faults(t, func(n int) *faulty { return &faulty{writeErrAt: n} }) }

// Every octet of the exchange is corrupted, a bit at a time.
func TestCorruption(t *testing.T) {
	for bit := range 8 {
		if testing.Short() && bit != 0 {
			continue
		}
		t.Run(fmt.Sprint("bit ", bit), func(t *testing.T) {
			faults(t, func(n int) *faulty { return &faulty{flipAt: n, flip: 1 << bit} })
		})
	}
}

// The connection is cut at every octet, as if the peer had closed it.
func TestCuts(t *testing.T) {
	faults(t, func(n int) *faulty { return &faulty{writeErrAt: n, readErrAt: n} })
	for _, m := range faultModes() {
		var recorded bytes.Buffer
		bubble(t, func(t *testing.T) {
			near, far := pipe(64 << 10)
			exchange(t, m, recorder{near, &recorded}, far)
		})
		for n := range recorded.Len() + 1 {
			bubble(t, func(t *testing.T) {
				near, far := pipe(64 << 10)
				served := make(chan error, 1)
				go func() {
					served <- (&hgwire.Server{Handler: hgwire.HandlerFunc(echo), Config: m.Config}).ServeConn(far)
				}()
				near.Write(recorded.Bytes()[:n])
				near.CloseWrite()
				io.Copy(io.Discard, near)
				err := <-served
				if err == nil {
					return // between frames
				}
				var short *framing.ShortError
				if as[*hgwire.TransportError](t, err); !errors.As(err, &short) {
					t.Errorf("cut at %d: %v", n, err)
				}
			})
		}
	}
}

// recorder keeps what is written.
type recorder struct {
	*pipeEnd
	to *bytes.Buffer
}

func (r recorder) Write(b []byte) (int, error) {
	r.to.Write(b)
	return r.pipeEnd.Write(b)
}
