package http2_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/hgwire/hgwire/examples/http2"
	"github.com/hgwire/hgwire/examples/http2/http2frame"
	"github.com/hgwire/hgwire/examples/tap"
)

// pipe is a network of one connection, in memory, which both its sides record.
type pipe struct {
	client, server *tap.Conn
	accepted       chan net.Conn
	closed         chan struct{}
	once           sync.Once
}

func newPipe() *pipe {
	c, s := net.Pipe()
	p := &pipe{client: &tap.Conn{Conn: c}, server: &tap.Conn{Conn: s}, accepted: make(chan net.Conn, 1), closed: make(chan struct{})}
	p.accepted <- p.server
	return p
}

func (p *pipe) Accept() (net.Conn, error) {
	select {
	case c := <-p.accepted:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipe) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipe) Addr() net.Addr { return p.server.LocalAddr() }

func (p *pipe) dial(context.Context, string, string) (net.Conn, error) { return p.client, nil }

// session makes requests of an HTTP/2 server of net/http over one connection, and closes it.
func session(t *testing.T, handler http.HandlerFunc, requests ...func(*http.Client)) *pipe {
	t.Helper()
	p := newPipe()
	var h2c http.Protocols
	h2c.SetUnencryptedHTTP2(true)
	// With another limit, the client's frames would depend on whether the server's settings have come.
	config := &http.HTTP2Config{MaxReadFrameSize: http2frame.DefaultMaxFrameSize}
	server := &http.Server{Handler: handler, Protocols: &h2c, HTTP2: config}
	served := make(chan error)
	go func() { served <- server.Serve(p) }()
	transport := &http.Transport{DialContext: p.dial, Protocols: &h2c}
	for _, r := range requests {
		r(&http.Client{Transport: transport})
	}
	transport.CloseIdleConnections()
	if err := server.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-served; err != http.ErrServerClosed {
		t.Error(err)
	}
	return p
}

// fetch makes a request, and checks the body of what is answered.
func fetch(t *testing.T, body, want string, fields ...string) func(*http.Client) {
	return func(c *http.Client) {
		t.Helper()
		method := http.MethodGet
		if body != "" {
			method = http.MethodPost
		}
		req, err := http.NewRequestWithContext(t.Context(), method, "http://example.org/", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if body == "" {
			req.Body = nil
		}
		for _, f := range fields {
			req.Header.Set("field", f)
		}
		resp, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if got, err := io.ReadAll(resp.Body); err != nil || string(got) != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
}

// echo answers with the size of what it was sent, and repeats the header field.
func echo(w http.ResponseWriter, r *http.Request) {
	n, err := io.Copy(io.Discard, r.Body)
	w.Header().Set("field", r.Header.Get("field"))
	fmt.Fprint(w, n, " octets ", err)
}

// streams returns what a side has sent and received on the streams of a connection: directions,
// types, flags and streams, with successive frames that look alike as one.
func streams(t *testing.T, side http2frame.Role, pieces []tap.Piece) string {
	t.Helper()
	var b bytes.Buffer
	if err := http2.Follow(&b, side, pieces); err != nil {
		t.Errorf("%v follows: %v\n%s", side, err, &b)
	}
	var list []string
	for line := range strings.Lines(b.String()) {
		words := strings.Fields(line)[:4]
		short := strings.Join(words, " ")
		if words[3] != "0" && (len(list) == 0 || list[len(list)-1] != short) {
			list = append(list, short)
		}
	}
	return strings.Join(list, "\n")
}

// mirrored returns what the other side sees.
func mirrored(s string) string {
	return strings.NewReplacer("<", ">", ">", "<").Replace(s)
}

// TestFollow follows real connections through the machines of both sides: no row refuses a frame,
// and none is missing.
func TestFollow(t *testing.T) {
	long := strings.Repeat("x", 40000)
	for _, test := range []struct {
		name    string
		handler http.HandlerFunc
		request []func(*http.Client)
		want    string
	}{
		{"requests", echo, []func(*http.Client){fetch(t, "", "0 octets <nil>"), fetch(t, "hello", "5 octets <nil>")}, `
> headers end-stream|end-headers 1
< headers end-headers 1
< data end-stream 1
> headers end-headers 3
> data end-stream 3
< headers end-headers 3
< data end-stream 3`},
		{"long fields", echo, []func(*http.Client){fetch(t, "hello", "5 octets <nil>", long)}, `
> headers 0 1
> continuation 0 1
> continuation end-headers 1
> data end-stream 1
< headers 0 1
< continuation 0 1
< continuation end-headers 1
< data end-stream 1`},
		{"trailers", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Trailer", "sum")
			io.WriteString(w, "body")
			w.Header().Set("sum", "1")
		}, []func(*http.Client){fetch(t, "", "body")}, `
> headers end-stream|end-headers 1
< headers end-headers 1
< data 0 1
< headers end-stream|end-headers 1`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := session(t, test.handler, test.request...)
			want := strings.TrimPrefix(test.want, "\n")
			if got := streams(t, http2frame.RoleClient, p.client.Pieces()); got != want {
				t.Errorf("the client sees:\n%s\nwant:\n%s", got, want)
			}
			if got := streams(t, http2frame.RoleServer, p.server.Pieces()); got != mirrored(want) {
				t.Errorf("the server sees:\n%s\nwant:\n%s", got, mirrored(want))
			}
		})
	}
}

// TestFollowCancel follows a request that the client gives up.
func TestFollowCancel(t *testing.T) {
	gone := make(chan struct{})
	p := session(t, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "first")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		close(gone)
	}, func(c *http.Client) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://example.org/", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if _, err := io.ReadFull(resp.Body, make([]byte, 5)); err != nil {
			t.Error(err)
		}
		cancel()
		<-gone
	})
	want := `> headers end-stream|end-headers 1
< headers end-headers 1
< data 0 1
> rst-stream 0 1`
	if got := streams(t, http2frame.RoleClient, p.client.Pieces()); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// TestFollowLargeFrame sends a frame that is as long as the receiver's settings allow.
func TestFollowLargeFrame(t *testing.T) {
	settings := []byte{0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0x80, 0} // SETTINGS_MAX_FRAME_SIZE 32768
	data := append([]byte{0, 0x80, 0, 200, 0, 0, 0, 0, 1}, make([]byte, 32768)...)
	pieces := []tap.Piece{{Octets: []byte(http2.Preface)}, {Sent: true, Octets: settings}, {Octets: data}}
	var b bytes.Buffer
	if err := http2.Follow(&b, http2frame.RoleServer, pieces); err != nil || strings.Count(b.String(), "\n") != 2 {
		t.Errorf("got %.200s, %v, want 2 frames", &b, err)
	}
	pieces[1].Sent, pieces[2].Sent = false, true
	if err := http2.Follow(&b, http2frame.RoleServer, pieces); err == nil || strings.Contains(err.Error(), "FRAME_SIZE") {
		t.Errorf("got %v, want that the stream is idle", err)
	}
}

func TestFollowBad(t *testing.T) {
	preface := tap.Piece{Octets: []byte(http2.Preface)}
	data := tap.Piece{Octets: []byte{0, 0, 0, 0, 0, 0, 0, 0, 0}}
	large := tap.Piece{Octets: []byte{0, 0x40, 1, 0, 0, 0, 0, 0, 1}}
	for _, test := range []struct {
		pieces []tap.Piece
		want   string
	}{
		{[]tap.Piece{{Octets: []byte("GET / HTTP/1.1\r\nHost: example.org\r\n")}}, "no preface of HTTP/2"},
		{[]tap.Piece{preface, large}, "frame 1: protocol error: FRAME_SIZE_ERROR: data frame of 16385 octets on stream 1 (frame-size-error; data 0, stream 1)"},
		{[]tap.Piece{preface, data}, "frame 1: protocol error: PROTOCOL_ERROR: data frame on stream 0, which is the connection (stream-zero; state connection)"},
	} {
		err := http2.Follow(io.Discard, http2frame.RoleServer, test.pieces)
		if err == nil || err.Error() != test.want {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}
