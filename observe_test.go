package hgwire_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/payload"
)

// events keeps what it is told, as text.
type events struct {
	mu   sync.Mutex
	list []string
}

func (e *events) Observe(event *hgwire.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := fmt.Sprintf("%v %v", event.Role, event.Kind)
	if event.Request != 0 {
		s += fmt.Sprintf(" %d %s", event.Request, event.Command)
	}
	if event.Conn == 0 {
		s += " without a connection"
	}
	e.list = append(e.list, fmt.Sprintf("%s %v <%d >%d %v", s, event.Duration, event.Received, event.Sent, event.Err))
}

func (e *events) take() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	list := e.list
	e.list = nil
	return list
}

func TestObserver(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var client, server events
		c := connect(t, &hgwire.Server{Config: hgwire.Config{Observer: &server}, Handler: commands(map[string]hgwire.HandlerFunc{
			"echo": func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
				time.Sleep(time.Second)
				echo(ctx, w, r)
			},
			"fail":  func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) { w.Fail("no") },
			"large": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) { w.Write(make([]byte, 120000)) },
		})}, hgwire.ClientConfig{Config: hgwire.Config{Observer: &client, SpoolOctets: 100000}})
		check := func(what string, wantClient, wantServer []string) {
			t.Helper()
			synctest.Wait()
			if got := client.take(); !slices.Equal(got, wantClient) {
				t.Errorf("%s: events of the client:\n%s", what, strings.Join(got, "\n"))
			}
			if got := server.take(); !slices.Equal(got, wantServer) {
				t.Errorf("%s: events of the server:\n%s", what, strings.Join(got, "\n"))
			}
		}
		check("begin", []string{"client conn-opened 0s <0 >0 <nil>"}, []string{"server conn-opened 0s <0 >0 <nil>"})
		c.want(t, "data", "echo", nil, strings.NewReader("data"))
		check("call", []string{"client request-started 1 echo 0s <0 >0 <nil>", "client request-ended 1 echo 1s <4 >4 <nil>"},
			[]string{"server request-started 1 echo 0s <0 >0 <nil>", "server request-ended 1 echo 1s <4 >4 <nil>"})
		c.ask(t, "fail", nil, nil)
		const failed = `command "fail" failed: no (request 3, stream 2)`
		check("failure", []string{"client request-started 3 fail 0s <0 >0 <nil>", "client request-ended 3 fail 0s <0 >0 " + failed},
			[]string{"server request-started 3 fail 0s <0 >0 <nil>", "server request-ended 3 fail 0s <0 >2 " + failed})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		_, err := c.Call(ctx, "echo", nil, nil)
		time.Sleep(time.Second)
		check("cancelled", []string{"client request-started 5 echo 0s <0 >0 <nil>", "client request-ended 5 echo 500ms <0 >0 " + fmt.Sprint(err)},
			[]string{"server request-started 5 echo 0s <0 >0 <nil>", "server request-ended 5 echo 1s <0 >7 <nil>"})
		call, err := c.Start(t.Context(), "large", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		r, err := call.Response()
		if err != nil {
			t.Fatal(err)
		}
		r.Bytes()
		check("stalled", []string{"client request-started 7 large 0s <0 >0 <nil>", "client spool-stalled 7  1s <0 >0 <nil>", "client request-ended 7 large 1s <120000 >0 <nil>"},
			[]string{"server request-started 7 large 0s <0 >0 <nil>", "server request-ended 7 large 0s <0 >120000 <nil>"})
		c.Close()
		synctest.Wait()
		last, lastServer := client.take(), server.take()
		if len(last) != 1 || !strings.HasPrefix(last[0], "client conn-closed ") || !strings.HasSuffix(last[0], " hgwire: closed") || len(lastServer) != 1 || !strings.HasSuffix(lastServer[0], "<nil>") {
			t.Errorf("the end: %s, %s", last, lastServer)
		}
		var r1, r2, s1, s2 int
		cut := func(s string) string {
			_, rest, _ := strings.Cut(s, "conn-closed ")
			rest, _, _ = strings.Cut(rest, " hgwire")
			return rest
		}
		fmt.Sscanf(cut(last[0]), "%s <%d >%d", new(string), &r1, &s1)
		fmt.Sscanf(cut(lastServer[0]), "%s <%d >%d", new(string), &r2, &s2)
		if r1 != s2 || r2 != s1 || r1 < 120000 {
			t.Errorf("octets: %s, %s", last, lastServer)
		}
	})
}

// Every request that has started ends once, whatever happens.
func TestObserverCounts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var client, server events
		h := newHold()
		c := connect(t, &hgwire.Server{Config: hgwire.Config{Observer: &server}, Handler: h}, hgwire.ClientConfig{Config: hgwire.Config{Observer: &client}})
		pr, pw := io.Pipe()
		defer pw.Close()
		for i := range 10 {
			var data io.Reader
			if i%2 == 0 {
				data = pr
			}
			call, err := c.Start(t.Context(), "a", nil, data)
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				switch r, err := call.Response(); {
				case err == nil:
					r.Close()
					r.Close()
				case i == 3:
					call.Cancel()
				}
			}()
		}
		synctest.Wait()
		h.release <- struct{}{}
		synctest.Wait()
		c.far.(*pipeEnd).Sever(errors.New("broken"))
		close(h.release)
		synctest.Wait()
		for _, list := range [][]string{client.take(), server.take()} {
			counts := map[string]int{}
			for _, s := range list {
				counts[strings.Fields(s)[1]]++
			}
			if counts["request-started"] != 10 || counts["request-ended"] != 10 || counts["conn-opened"] != 1 || counts["conn-closed"] != 1 {
				t.Errorf("events: %v", counts)
			}
		}
	})
}

func TestTrace(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var client, server bytes.Buffer
		near, far := pipe(1 << 16)
		cfg := hgwire.Config{Encoding: runs{}, Profiles: encodings(), PlainBelow: 5}
		cfg.Trace = hgwire.TraceTo(&server, rev)
		s := &hgwire.Server{Config: cfg, Handler: commands(map[string]hgwire.HandlerFunc{
			"say": func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
				w.WriteText(payload.Atom{Format: "hi\n"})
				value, _ := r.Arg("what")
				io.WriteString(w, value+strings.Repeat("o", 10))
			},
			"long": func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
				w.Write(bytes.Repeat([]byte("ab"), 40))
			},
		})}
		cfg.Trace = hgwire.TraceTo(&client, rev)
		c := connectOver(t, s, hgwire.ClientConfig{Config: cfg}, near, far)
		c.want(t, "xoooooooooo", "say", map[string]string{"what": "x"}, nil)
		c.want(t, strings.Repeat("ab", 40), "long", nil, nil)
		c.ask(t, "none", nil, nil)
		c.Close()
		<-c.served
		const want = `> 0 1 stream-begin stream-settings 0 \x04runs\x07
> 1 1 0 command-name have-args say
> 1 1 encoded command-argument eoa \x01\xfd\x01\xfc\x01\x01\x01\xff\x01w\x01\xf1\x01\xf9\x01\x13\x01\x04
< 0 2 stream-begin stream-settings 0 \x04runs\x07
< 1 2 encoded text-output 0 \x01\xfc\x03\xfd\x01h\x01\x01\x01\xa1
< 1 2 encoded bytes-response eos \x01n\n\xf7
> 3 1 0 command-name eos long
< 3 2 encoded bytes-response eos \x01\xf2\x01\x01\x01\xff\x01\x01\x01\xff\x01\x01\x01\xff\x01\x01\x01\xff\x01\x01\x01\xff\x01\x01\x01\xff\x01\x01\x01\xff\x01\x01\x01\xff\x01\x01\x01\xff\x01\x01\x01\xff\x01\x01\x01\xff\x01\x01\x01\xff\x01\x01\x01\xff\x01\x01\x01\xff\x01\x01\x01\xff\x01\x01...
> 5 1 0 command-name eos none
< 5 2 encoded error-response application SOME
`
		lines := strings.Split(strings.TrimSpace(client.String()), "\n")
		wants := strings.Split(strings.TrimSpace(want), "\n")
		last := len(wants) - 1
		if len(lines) != len(wants) || !slices.Equal(lines[:last], wants[:last]) || !strings.HasPrefix(lines[last], strings.TrimSuffix(wants[last], "SOME")) {
			t.Errorf("the client's trace:\n%s", &client)
		}
		mirrored := strings.NewReplacer("\n<", "\n>", "\n>", "\n<").Replace("\n" + server.String())[1:]
		if mirrored != client.String() {
			t.Errorf("the server's trace:\n%s", &server)
		}
	})
}
