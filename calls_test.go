package hgwire_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
)

func TestCalls(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		c := m.connect(t, commands(map[string]hgwire.HandlerFunc{
			"echo": echo,
			"args": func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
				for name, value := range r.Args() {
					fmt.Fprintf(w, "%s=%s;", name, value)
				}
				value, ok := r.Arg("b")
				octets, okOctets := r.ArgOctets("b")
				_, not := r.Arg("bb")
				fmt.Fprintf(w, "%d %s %v %s %v %v", r.NumArgs(), value, ok, octets, okOctets, not)
			},
			"nothing": func(context.Context, hgwire.ResponseWriter, *hgwire.Request) {},
		}))
		c.want(t, "", "nothing", nil, nil)
		c.want(t, "no data", "echo", nil, nil)
		c.want(t, "", "echo", nil, strings.NewReader(""))
		c.want(t, "a=1;b=;c=\x00\xff;3  true  true false", "args", map[string]string{"c": "\x00\xff", "b": "", "a": "1"}, nil)
		long := strings.Repeat("v", 65535)
		c.want(t, "b="+long+";1 "+long+" true "+long+" true false", "args", map[string]string{"b": long}, nil)
		max := m.maxPayload()
		for _, n := range []int{1, max - 1, max, max + 1, 2*max - 1, 2 * max, 2*max + 1, 5*max + 7} {
			data := octets(uint64(n), n)
			c.want(t, string(data), "echo", nil, bytes.NewReader(data))
			c.want(t, string(data), "echo", map[string]string{"x": "y"}, plainReader{bytes.NewReader(data)})
		}
	})
}

// plainReader hides the other methods of a reader.
type plainReader struct{ io.Reader }

// The ways to write a response and to read it come to the same.
func TestResponses(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		max := m.maxPayload()
		var body []byte
		writers := map[string]hgwire.HandlerFunc{
			"once": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
				if n, err := w.Write(body); n != len(body) || err != nil {
					panic(fmt.Sprint(n, err))
				}
			},
			"pieces": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
				for p := range slices.Chunk(body, 77) {
					w.Write(p)
				}
			},
			"flushed": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
				for p := range slices.Chunk(body, max/3+1) {
					w.Write(p)
					w.Flush()
					w.Flush()
				}
			},
			"copied": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
				n, err := io.Copy(w, plainReader{bytes.NewReader(body)}) // ReadFrom
				if n != int64(len(body)) || err != nil {
					panic(fmt.Sprint(n, err))
				}
			},
			"mixed": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
				n := min(len(body), max)
				w.Write(body[:n]) // leaves a full frame
				io.Copy(w, plainReader{bytes.NewReader(body[n:])})
			},
		}
		c := m.connect(t, commands(writers))
		for _, n := range []int{0, 1, max - 1, max, max + 1, 2 * max, 3*max + 5} {
			body = octets(uint64(n), n)
			for name := range writers {
				c.want(t, string(body), name, nil, nil)
			}
		}
	})
}

// A response ends with its last octets: an exact multiple of the frame size has no empty tail.
func TestNoEmptyTail(t *testing.T) {
	for _, n := range []int{0, 9, 10, 11, 20, 21} {
		bubble(t, func(t *testing.T) {
			var mu sync.Mutex
			var sizes []int
			server := &hgwire.Server{Config: hgwire.Config{MaxSend: 10, Trace: func(d hgwire.Direction, f *framing.Frame) {
				mu.Lock()
				defer mu.Unlock()
				if d == hgwire.Sent {
					sizes = append(sizes, len(f.Payload))
				}
			}}}
			server.Handler = commands(map[string]hgwire.HandlerFunc{
				"write": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) { w.Write(make([]byte, n)) },
				"copy": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
					io.Copy(w, plainReader{bytes.NewReader(make([]byte, n))})
				},
			})
			c := connect(t, server, hgwire.ClientConfig{})
			want := []int{}
			for rest := n; rest > 10; rest -= 10 {
				want = append(want, 10)
			}
			want = append(want, n-10*len(want))
			for _, command := range []string{"write", "copy"} {
				sizes = nil
				c.want(t, string(make([]byte, n)), command, nil, nil)
				synctest.Wait()
				if !slices.Equal(sizes, want) {
					t.Errorf("%s of %d octets in frames of %v; want %v", command, n, sizes, want)
				}
			}
		})
	}
}

// What Flush sends is there before the command ends, and the frame before it as well.
func TestStreamedResponse(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		next := make(chan string)
		c := m.connect(t, commands(map[string]hgwire.HandlerFunc{
			"stream": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
				for s := range next {
					io.WriteString(w, s)
					if err := w.Flush(); err != nil {
						t.Error(err)
					}
				}
			},
		}))
		go func() { next <- "first" }()
		r, err := c.Call(t.Context(), "stream", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{"first", "second", strings.Repeat("third", 1000)} {
			if s != "first" {
				next <- s
			}
			got := make([]byte, len(s))
			if _, err := io.ReadFull(r, got); err != nil || string(got) != s {
				t.Fatalf("got %s, %v; want %s", short(string(got)), err, short(s))
			}
		}
		close(next)
		if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF {
			t.Errorf("at the end: %d, %v; want EOF", n, err)
		}
		if n, err := r.WriteTo(io.Discard); n != 0 || err != nil {
			t.Errorf("after the end: %d, %v", n, err)
		}
	})
}

// The handler reads while the client writes.
func TestStreamedData(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		seen := make(chan string)
		c := m.connect(t, commands(map[string]hgwire.HandlerFunc{
			"take": func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
				buf := make([]byte, m.maxPayload())
				for {
					n, err := io.ReadFull(r.Data, buf)
					seen <- fmt.Sprint(n, err)
					if err != nil {
						w.Write(buf[:n])
						return
					}
				}
			},
		}))
		pr, pw := io.Pipe()
		call, err := c.Start(t.Context(), "take", nil, pr)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			pw.Write(make([]byte, m.maxPayload()))
			if got, want := <-seen, fmt.Sprint(m.maxPayload(), nil); got != want {
				t.Fatalf("the handler has read %s; want %s", got, want)
			}
		}
		io.WriteString(pw, "end")
		pw.Close()
		if got := <-seen; got != "3 unexpected EOF" {
			t.Errorf("the handler has read %s", got)
		}
		r, err := call.Response()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Bytes(); string(got) != "end" || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

// A handler that writes on after it has returned learns so, and does not get into another answer.
func TestWriteAfterReturn(t *testing.T) {
	for _, how := range []string{"returns", "fails", "panics"} {
		bubble(t, func(t *testing.T) {
			var kept hgwire.ResponseWriter
			peer, _ := serveRaw(t, &hgwire.Server{Config: hgwire.Config{MaxSend: 10}, Handler: hgwire.HandlerFunc(func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
				if kept == nil {
					kept = w
					switch how {
					case "fails":
						w.Fail("no")
					case "panics":
						panic("oh no")
					}
					return
				}
				_, err := kept.Write(make([]byte, 30))
				_, err2 := kept.(io.ReaderFrom).ReadFrom(strings.NewReader(strings.Repeat("x", 30)))
				for i, err := range []error{err, err2, kept.Flush(), kept.WriteText(payload.Atom{Format: "x"}), kept.WriteEncoded("identity", strings.NewReader("x")), kept.Fail("again")} {
					if err != hgwire.ErrAnswered {
						t.Errorf("%s: write %d: %v", how, i, err)
					}
				}
				io.WriteString(w, "mine")
			})})
			peer.send("1 1 stream-begin command-name eos keep")
			peer.next()
			peer.send("1 1 0 command-name eos write") // the ID is used again
			peer.want("1 2 0 bytes-response eos mine")
		})
	}
}

func TestFailures(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		var log bytes.Buffer
		m.Logger = slog.New(slog.NewTextHandler(&log, nil))
		c := m.connect(t, commands(map[string]hgwire.HandlerFunc{
			"fail": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
				if err := w.Fail("no such thing"); err != nil {
					t.Error(err)
				}
				_, err := w.Write([]byte("x"))
				_, err2 := w.(io.ReaderFrom).ReadFrom(strings.NewReader("x"))
				for _, err := range []error{err, err2, w.Flush(), w.Fail("again")} {
					if err != hgwire.ErrAnswered {
						t.Errorf("after Fail: %v", err)
					}
				}
			},
			"late": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
				io.WriteString(w, "part")
				w.Fail("too late")
			},
			"panic": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
				io.WriteString(w, "part")
				panic("oh no")
			},
			"echo": echo,
		}))
		for _, tt := range []struct{ command, body, text string }{
			{"fail", "", "no such thing"},
			{"late", "part", "too late"},
			{"panic", "part", "internal error"},
			{"other", "", "unknown wire protocol command: other"},
		} {
			got, err := c.ask(t, tt.command, nil, strings.NewReader("data that nobody reads"))
			failed, ok := errors.AsType[*hgwire.CommandError](err)
			if !ok || failed.Message != tt.text || failed.Command != tt.command || failed.Request == 0 || got != tt.body {
				t.Errorf("%s: got %q, %v; want %q and then %q", tt.command, got, err, tt.body, tt.text)
			}
			if m.Revision != framing.RevisionRequestIDs && failed.Stream == 0 {
				t.Errorf("%v: no stream", err)
			}
			c.want(t, "still here", "echo", nil, strings.NewReader("still here"))
		}
		if !strings.Contains(log.String(), "oh no") {
			t.Errorf("the panic is not in the log: %s", &log)
		}
	})
}

// A failure that does not fit in a frame is cut. It stays a failure.
func TestLongFailure(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		long := strings.Repeat("f", 40000)
		c := m.connect(t, commands(map[string]hgwire.HandlerFunc{
			"fail": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) { w.Fail(long) },
		}))
		_, err := c.ask(t, "fail", nil, nil)
		failed, ok := errors.AsType[*hgwire.CommandError](err)
		want := 32768
		if m.MaxSend != 0 {
			want = m.MaxSend
		}
		if !ok || failed.Message != long[:want] {
			t.Errorf("got %.50v; want %d octets of it", err, want)
		}
		unknown := strings.Repeat("u", m.maxPayload())
		if _, err := c.ask(t, unknown, nil, nil); err == nil {
			t.Error("an unknown command with a long name succeeds")
		}
	})
}

func TestManyHandlers(t *testing.T) {
	const limit, calls = 3, 10
	eachMode(t, func(t *testing.T, m mode) {
		var mu sync.Mutex
		running, most := 0, 0
		order := []string{}
		release := make(chan bool)
		near, far := m.over()
		c := connectOver(t, &hgwire.Server{MaxHandlers: limit, Config: m.Config, Handler: hgwire.HandlerFunc(func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
			mu.Lock()
			running++
			most = max(most, running)
			order = append(order, r.Command)
			mu.Unlock()
			<-release
			mu.Lock()
			running--
			mu.Unlock()
			io.WriteString(w, r.Command)
		})}, hgwire.ClientConfig{Config: m.Config}, near, far)
		var pending []*hgwire.Call
		for i := range calls {
			call, err := c.Start(t.Context(), fmt.Sprint(i), nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			pending = append(pending, call)
			synctest.Wait()
		}
		if len(order) != limit {
			t.Errorf("%v run at once; want %d", order, limit)
		}
		for range calls {
			release <- true
			synctest.Wait()
		}
		for i, call := range pending {
			r, err := call.Response()
			if err != nil {
				t.Fatal(err)
			}
			if got, err := r.Bytes(); string(got) != fmt.Sprint(i) || err != nil {
				t.Errorf("call %d: %q, %v", i, got, err)
			}
		}
		if most != limit || !slices.Equal(order, []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}) {
			t.Errorf("at most %d at once, in the order %v", most, order)
		}
	})
}
