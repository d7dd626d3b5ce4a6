package hgwire_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
)

// A response that nobody reads costs its spool, and holds up the others for as long as it may.
func TestSlowReader(t *testing.T) {
	for _, wait := range []time.Duration{-1, 3 * time.Second, 0} {
		eachMode(t, func(t *testing.T, m mode) {
			m.SpoolOctets, m.SpoolWait = 30000, wait
			if wait == 0 {
				wait = hgwire.DefaultSpoolWait
			}
			h := newHold()
			c := m.connect(t, commands(map[string]hgwire.HandlerFunc{
				"large": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) { w.Write(make([]byte, 1<<18)) },
				"small": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) { io.WriteString(w, "small") },
				"hold":  h.ServeCommand,
			}))
			start := time.Now()
			large, err := c.Start(t.Context(), "large", nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			c.want(t, "small", "small", nil, nil)
			if d := time.Since(start); d != max(0, wait) {
				t.Errorf("the other call took %v; want %v", d, wait)
			}
			r, err := large.Response()
			if err == nil {
				_, err = r.Bytes()
			}
			call := as[*hgwire.CallError](t, err)
			if call.Err != hgwire.ErrSpoolFull {
				t.Errorf("the slow call: %v", err)
			}
			c.want(t, "small", "small", nil, nil)

			if wait < 0 {
				return
			}
			// A reader that is slow, but not too slow, gets all.
			r, err = c.Call(t.Context(), "large", nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(wait / 2)
			if n, err := r.WriteTo(io.Discard); n != 1<<18 || err != nil {
				t.Errorf("%d octets, %v", n, err)
			}
		})
	}
}

// A response that is given up makes room at once.
func TestSlowReaderGivesUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, &hgwire.Server{Handler: hgwire.HandlerFunc(func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
			if r.Command == "large" {
				w.Write(octets(1, 10<<20))
			}
		})}, hgwire.ClientConfig{})
		r, err := c.Call(t.Context(), "large", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		start := time.Now()
		time.AfterFunc(time.Second, func() { r.Close() })
		c.want(t, "", "small", nil, nil)
		if d := time.Since(start); d != time.Second {
			t.Errorf("the other call took %v", d)
		}
	})
}

// The same at the server, for data that a handler does not read.
func TestSlowHandler(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		m.SpoolOctets, m.SpoolWait = 100000, 3*time.Second
		h := newHold()
		read := make(chan error, 1)
		c := m.connect(t, commands(map[string]hgwire.HandlerFunc{
			"slow": func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
				h.ServeCommand(ctx, w, r)
				_, err := io.Copy(io.Discard, r.Data)
				read <- err
				w.Fail("slow: " + err.Error())
			},
			"echo": echo,
			"drop": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) { io.WriteString(w, "dropped") },
		}))
		slow, err := c.Start(t.Context(), "slow", nil, plainReader{strings.NewReader(strings.Repeat("x", 1<<20))})
		if err != nil {
			t.Fatal(err)
		}
		<-h.begun
		synctest.Wait()
		start := time.Now()
		c.want(t, "x", "echo", nil, strings.NewReader("x"))
		if d := time.Since(start); d > 3*time.Second {
			t.Errorf("the other call took %v", d)
		}
		h.release <- struct{}{}
		if err := <-read; err != hgwire.ErrSpoolFull {
			t.Errorf("the handler has read %v", err)
		}
		r, err := slow.Response()
		if err == nil {
			_, err = r.Bytes()
		}
		if failed := as[*hgwire.CommandError](t, err); !strings.Contains(failed.Message, "the spool is full") {
			t.Error(err)
		}
		start = time.Now()
		c.want(t, "dropped", "drop", nil, strings.NewReader(strings.Repeat("x", 1<<20)))
		if d := time.Since(start); d > 0 {
			t.Errorf("data that is dropped took %v", d)
		}
	})
}

// Memory is bounded also for a response, or text, in the smallest of frames.
func TestSpoolOfSmallFrames(t *testing.T) {
	t.Run("octets", func(t *testing.T) { spoolOfSmallFrames(t, "bytes-response continuation x", 1) })
	t.Run("text", func(t *testing.T) { spoolOfSmallFrames(t, `text-output 0 \x00\x00\x00\x00`, 4) })
	t.Run("atoms", func(t *testing.T) {
		spoolOfSmallFrames(t, `text-output 0 `+strings.Repeat(`\x00\x00\x00\x00`, 1000), 4000)
	})
}

func spoolOfSmallFrames(t *testing.T, frame string, size int) {
	const n = 1 << 20
	near, far := pipe(1 << 16)
	defer far.Close()
	c, err := hgwire.NewClient(near, hgwire.ClientConfig{Config: hgwire.Config{SpoolWait: -1}, Text: func(*hgwire.Call, []payload.Atom) {}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	call, err := c.Start(t.Context(), "a", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	before := heap()
	far.Write(encode(t, "1 2 stream-begin bytes-response continuation x"))
	for range (n - 1<<17) / size {
		far.Write(encode(t, "1 2 0 "+frame))
	}
	other, err := c.Start(t.Context(), "b", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	far.Write(encode(t, "3 2 0 bytes-response eos x"))
	if _, err := other.Response(); err != nil { // so all before it has arrived
		t.Fatal(err)
	}
	if grown := heap() - before; grown > 4*n {
		t.Errorf("%d octets take %d octets of memory", n, grown)
	}
	call.Cancel()
}

// Limits that a client exceeds end its connection, with an error that says which.
func TestLimits(t *testing.T) {
	for name, tt := range map[string]struct {
		limits framing.Limits
		lines  []string
		code   framing.ErrorCode
	}{
		"active requests": {framing.Limits{ActiveRequests: 2}, []string{"1 1 stream-begin command-name eos hold", "3 1 0 command-name eos hold", "5 1 0 command-name eos hold"}, framing.ErrTooManyActive},
		"receiving requests": {framing.Limits{ReceivingRequests: 2}, []string{"1 1 stream-begin command-name have-args hold", "3 1 0 command-name have-data hold", "5 1 0 command-name have-args hold"},
			framing.ErrTooManyReceiving},
		"frame payload": {framing.Limits{FramePayload: 10}, []string{"1 1 stream-begin command-name eos 01234567890"}, framing.ErrFrameTooLarge},
		"open streams": {framing.Limits{OpenStreams: 2}, []string{"1 1 stream-begin command-name eos hold", "3 3 stream-begin command-name eos hold", "5 5 stream-begin command-name eos hold"},
			framing.ErrTooManyStreams},
		"encoded streams": {framing.Limits{EncodedStreams: 1}, []string{`0 1 stream-begin stream-settings 0 \x04runs\x07`, `0 3 stream-begin stream-settings 0 \x04runs\x07`}, framing.ErrTooManyEncodedStreams},
		"arguments":       {framing.Limits{ArgumentOctets: 10}, []string{"1 1 stream-begin command-name have-args hold", `1 1 0 command-argument eoa \x01\x00\x06\x00a123456`}, framing.ErrArgumentsTooLarge},
		"buffered":        {framing.Limits{BufferedOctets: 10}, []string{"1 1 stream-begin command-name have-args hold", "3 1 0 command-name have-args 7654321"}, framing.ErrBufferedTooLarge},
		"decoded": {framing.Limits{DecodedOctets: 10}, []string{`0 1 stream-begin stream-settings 0 \x04runs\x07`, `1 1 encoded command-name eos \xff\x00`},
			framing.ErrDecodedTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				h := newHold()
				peer, served := serveRaw(t, &hgwire.Server{Handler: h, Config: hgwire.Config{Limits: tt.limits, Profiles: encodings()}})
				peer.send(tt.lines...)
				synctest.Wait()
				close(h.release)
				err := <-served
				if !errors.Is(err, tt.code) {
					t.Errorf("ServeConn: %v; want %v", err, tt.code)
				}
				refusal := peer.next()
				if want := as[*framing.ProtocolError](t, err).Text; !strings.Contains(refusal, " error-response protocol "+want) {
					t.Errorf("refused with %s; want %s", refusal, want)
				}
				peer.wantEnd()
			})
		})
	}
}
