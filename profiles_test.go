package hgwire_test

import (
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

// custom is a content encoding of the application, whose contexts are runs but for what the test changes.
type custom struct {
	runs
	decode func(dst, payload []byte) ([]byte, error) // nil for that of runs
	encode func(dst, payload []byte) ([]byte, error) // likewise
	open   *atomic.Int64                             // contexts that have not been closed; may be nil
}

func (p custom) NewDecoder(settings []byte, limit int) (stream.Decoder, error) {
	d, err := p.runs.NewDecoder(settings, limit)
	return customContext{p, d, nil}.opened(), err
}

func (p custom) NewEncoder() (stream.Encoder, []byte, error) {
	e, settings, err := p.runs.NewEncoder()
	return customContext{p, nil, e}.opened(), settings, err
}

type customContext struct {
	p       custom
	decoder stream.Decoder
	stream.Encoder
}

func (c customContext) opened() customContext {
	if c.p.open != nil {
		c.p.open.Add(1)
	}
	return c
}

func (c customContext) Decode(dst, payload []byte) ([]byte, error) {
	if c.p.decode != nil {
		return c.p.decode(dst, payload)
	}
	return c.decoder.Decode(dst, payload)
}

func (c customContext) Encode(dst, payload []byte) ([]byte, error) {
	if c.p.encode != nil {
		return c.p.encode(dst, payload)
	}
	return c.Encoder.Encode(dst, payload)
}

func (c customContext) Close() {
	if c.p.open != nil {
		c.p.open.Add(-1)
	}
}

// ServeConn may be called by a goroutine that is locked to its thread, whatever the client's encoding.
func TestServeOnLockedThread(t *testing.T) {
	for _, p := range encodings() {
		t.Run(p.Name(), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				near, far := pipe(64 << 10)
				server := &hgwire.Server{Handler: hgwire.HandlerFunc(echo)}
				server.Config.Profiles = encodings()
				served := make(chan error, 1)
				go func() {
					runtime.LockOSThread()
					served <- server.ServeConn(far)
				}()
				client, err := hgwire.NewClient(near, hgwire.ClientConfig{Config: hgwire.Config{Encoding: p}})
				if err != nil {
					t.Fatal(err)
				}
				c := &both{Client: client}
				c.want(t, "data", "a", nil, strings.NewReader("data"))
				client.Close()
				if err := <-served; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// After an error the decoder of a stream is only ever closed, even if more of the stream has arrived.
func TestNothingIsDecodedAfterAnError(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var calls, open atomic.Int64
		p := custom{open: &open, decode: func(dst, _ []byte) ([]byte, error) {
			calls.Add(1)
			return dst, errors.New("wrong")
		}}
		r, served := serveRaw(t, &hgwire.Server{Config: hgwire.Config{Profiles: []stream.Profile{p}}})
		r.send(`1 1 stream-begin stream-settings 0 \x04runs`,
			"1 1 encoded command-name eos a", "3 1 encoded command-name eos a", "5 1 encoded command-name eos a")
		if err := <-served; !errors.Is(err, framing.ErrUndecodablePayload) {
			t.Errorf("ServeConn: %v", err)
		}
		if n := calls.Load(); n != 1 {
			t.Errorf("decoded %d times", n)
		}
		if n := open.Load(); n != 0 {
			t.Errorf("%d contexts are open", n)
		}
	})
}

// All that send on a stream whose encoder fails get the reason.
func TestEncoderFails(t *testing.T) {
	for range 100 {
		bubble(t, func(t *testing.T) {
			broken := errors.New("broken")
			cfg := hgwire.Config{Encoding: custom{encode: func(dst, _ []byte) ([]byte, error) { return dst, broken }}}
			c := connect(t, &hgwire.Server{}, hgwire.ClientConfig{Config: cfg})
			var calls sync.WaitGroup
			for range 10 {
				calls.Go(func() {
					if _, err := c.ask(t, "a", nil, nil); !errors.Is(err, broken) {
						t.Error(err)
					}
				})
			}
			calls.Wait()
		})
	}
}

// An encoder that exceeds the size of a frame ends the connection.
func TestEncoderReturnsTooMuch(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for _, size := range []int{1001, 1<<24 + 1} {
			cfg := hgwire.Config{MaxSend: 1000, Encoding: custom{encode: func(dst, _ []byte) ([]byte, error) {
				return append(dst, make([]byte, size)...), nil
			}}}
			c := connect(t, &hgwire.Server{Config: hgwire.Config{Profiles: encodings()}}, hgwire.ClientConfig{Config: cfg})
			_, err := c.ask(t, "a", nil, nil)
			mentions(t, err, "runs", "1000")
		}
	})
}

// A content encoding that panics ends the connection, like one that fails, and nothing else.
func TestEncodingPanics(t *testing.T) {
	panics := func(dst, _ []byte) ([]byte, error) { panic("at the disco") }
	t.Run("decoder", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			r, served := serveRaw(t, &hgwire.Server{Config: hgwire.Config{Profiles: []stream.Profile{custom{decode: panics}}}})
			r.send(`1 1 stream-begin stream-settings 0 \x04runs`, "1 1 encoded command-name eos a")
			err := <-served
			if !errors.Is(err, framing.ErrUndecodablePayload) {
				t.Errorf("ServeConn: %v", err)
			}
			mentions(t, err, "at the disco")
		})
	})
	t.Run("client", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			c := connect(t, &hgwire.Server{}, hgwire.ClientConfig{Config: hgwire.Config{Encoding: custom{encode: panics}}})
			_, err := c.ask(t, "a", nil, nil)
			mentions(t, err, "at the disco")
			<-c.Done()
			mentions(t, c.Err(), "at the disco")
		})
	})
	t.Run("server", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			c := connect(t, &hgwire.Server{Config: hgwire.Config{Encoding: custom{encode: panics}}}, hgwire.ClientConfig{})
			if _, err := c.ask(t, "a", nil, nil); err == nil {
				t.Error("no error")
			}
			mentions(t, <-c.served, "at the disco")
		})
	})
}

// Why a decoder fails is told to the peer in one frame that it takes, however long that is.
func TestDecoderFailsAtLength(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := custom{decode: func(dst, _ []byte) ([]byte, error) { return dst, errors.New(strings.Repeat("wrong ", 20000)) }}
		c := connect(t, &hgwire.Server{Config: hgwire.Config{Profiles: []stream.Profile{p}}}, hgwire.ClientConfig{Config: hgwire.Config{Encoding: runs{}}})
		_, err := c.ask(t, "a", nil, nil)
		if refused := as[*hgwire.RefusedError](t, err); len(refused.Message) != framing.DefaultMaxSend {
			t.Errorf("a text of %d octets", len(refused.Message))
		}
	})
}
