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

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

// counted is a content encoding that counts its contexts.
type counted struct {
	stream.Profile
	mu            sync.Mutex
	made, dropped int
	tooOften      bool
	fails         int // the encoder that cannot be made, counted from 1
	encoders      int
}

type countedEncoder struct {
	stream.Encoder
	*countedContext
}

type countedDecoder struct {
	stream.Decoder
	*countedContext
}

type countedContext struct {
	all    *counted
	inner  func()
	closed bool
}

func (c *counted) context(inner func()) *countedContext {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made++
	return &countedContext{all: c, inner: inner}
}

func (c *countedContext) Close() {
	c.all.mu.Lock()
	defer c.all.mu.Unlock()
	c.all.dropped++
	c.all.tooOften = c.all.tooOften || c.closed
	c.closed = true
	c.inner()
}

func (c *counted) NewEncoder() (stream.Encoder, []byte, error) {
	c.mu.Lock()
	c.encoders++
	fails := c.encoders == c.fails
	c.mu.Unlock()
	if fails {
		return nil, nil, errors.New("no more encoders")
	}
	e, settings, err := c.Profile.NewEncoder()
	return countedEncoder{e, c.context(e.Close)}, settings, err
}

func (c *counted) NewDecoder(settings []byte, limit int) (stream.Decoder, error) {
	d, err := c.Profile.NewDecoder(settings, limit)
	if err != nil {
		return nil, err
	}
	return countedDecoder{d, c.context(d.Close)}, nil
}

func (e countedEncoder) Close() { e.countedContext.Close() }
func (d countedDecoder) Close() { d.countedContext.Close() }

// check says whether all contexts have been dropped, once each.
func (c *counted) check(t *testing.T, atLeast int) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.made < atLeast || c.dropped != c.made || c.tooOften {
		t.Errorf("%d contexts made, %d dropped, one of them twice: %v; want all of at least %d, once", c.made, c.dropped, c.tooOften, atLeast)
	}
}

// Every context of a content encoding is dropped, once, however the connection ends.
func TestContextsAreDropped(t *testing.T) {
	body := octets(1, 10000)
	for name, end := range map[string]func(c *both){
		"client closes": func(c *both) { c.Close() },
		"end of input":  func(c *both) { c.CloseWrite() },
		"server closes": func(c *both) { c.server.Close() },
		"shutdown":      func(c *both) { c.server.Shutdown(context.Background()) },
		"network fails": func(c *both) { c.far.(*pipeEnd).Sever(errors.New("broken")) },
		"protocol error": func(c *both) {
			c.far.(*pipeEnd).in.write(make([]byte, 8))
		},
	} {
		for _, busy := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, busy %v", name, busy), func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					p := &counted{Profile: encodings()[1]}
					cfg := hgwire.Config{Encoding: p, Profiles: []stream.Profile{p}, Streams: 3}
					c := connect(t, &hgwire.Server{Config: cfg, Handler: commands(map[string]hgwire.HandlerFunc{
						"echo": echo,
						"cached": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
							w.WriteEncoded("zlib", strings.NewReader(string(compressed(t, []byte("cached"))["zlib"])))
						},
						"wait": func(ctx context.Context, _ hgwire.ResponseWriter, _ *hgwire.Request) { <-ctx.Done() },
						"write": func(ctx context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
							for range 500 { // more than is taken
								if _, err := w.Write(body); err != nil {
									return
								}
							}
							<-ctx.Done()
						},
					})}, hgwire.ClientConfig{Config: cfg})
					for range 3 {
						c.want(t, "data", "echo", nil, strings.NewReader("data"))
						c.want(t, "cached", "cached", nil, nil)
					}
					if busy && name != "end of input" && name != "shutdown" {
						for range 3 {
							go c.Call(t.Context(), "write", nil, nil)
							go c.Call(t.Context(), "wait", nil, bytes.NewReader(make([]byte, 5<<20)))
						}
						synctest.Wait()
					}
					end(c)
					<-c.served
					<-c.Done()
					synctest.Wait()
					p.check(t, 3+3+3+3)
				})
			})
		}
	}
}

// So it is when a connection cannot be set up, since not all of its streams can.
func TestContextsOfFailedSetup(t *testing.T) {
	for name, tt := range map[string]struct {
		fails int
		cfg   hgwire.Config
	}{
		"third encoder": {3, hgwire.Config{Streams: 4}},
		"limit":         {0, hgwire.Config{Streams: 4, Limits: framing.Limits{EncodingStreams: 3}}},
		"small frames":  {0, hgwire.Config{Streams: 4, MaxSend: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				p := &counted{Profile: encodings()[1], fails: tt.fails}
				tt.cfg.Encoding = p
				near, far := pipe(100)
				if _, err := hgwire.NewClient(near, hgwire.ClientConfig{Config: tt.cfg}); err == nil {
					t.Error("NewClient: got no error")
				}
				p.encoders = 0
				if err := (&hgwire.Server{Config: tt.cfg}).ServeConn(far); err == nil {
					t.Error("ServeConn: got no error")
				}
				if _, err := far.Read(make([]byte, 1)); err != io.ErrClosedPipe {
					t.Errorf("the connection: got %v, want it closed", err)
				}
				p.check(t, 2)
			})
		})
	}
}

// Nor are any left of a connection that comes when its server has been closed.
func TestContextsOfLateConnection(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := &counted{Profile: encodings()[1]}
		server := &hgwire.Server{Config: hgwire.Config{Encoding: p, Streams: 2}}
		server.Close()
		_, far := pipe(100)
		if err := server.ServeConn(far); err != hgwire.ErrServerClosed {
			t.Errorf("ServeConn: %v", err)
		}
		p.check(t, 2)
	})
}
