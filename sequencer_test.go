package hgwire_test

import (
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
	"github.com/hgwire/hgwire/stream"
)

// slow is a content encoding that changes nothing, and whose decoder takes a minute for each frame that
// begins with "slow", and fails for those that begin with "bad".
type slow struct {
	mu    sync.Mutex
	begun int // frames
}

func (*slow) Name() string { return "slow" }

func (s *slow) NewDecoder([]byte, int) (stream.Decoder, error) { return slowDecoder{s}, nil }

func (s *slow) NewEncoder() (stream.Encoder, []byte, error) {
	return nil, nil, errors.New("no encoder")
}

func (s *slow) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.begun
}

type slowDecoder struct{ *slow }

func (d slowDecoder) Decode(dst, payload []byte) ([]byte, error) {
	d.mu.Lock()
	d.begun++
	d.mu.Unlock()
	if strings.HasPrefix(string(payload), "slow") {
		time.Sleep(time.Minute)
	}
	if strings.Contains(string(payload), "bad") {
		return dst, errors.New("bad octets")
	}
	return append(dst, payload...), nil
}

func (slowDecoder) Close() {}

const slowBegin = `0 %d stream-begin stream-settings 0 \x04slow`

// arrivals is a handler that says which commands have come, and what data.
type arrivals chan string

func (a arrivals) ServeCommand(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
	text := r.Command
	if r.Data != nil {
		b, err := io.ReadAll(r.Data)
		text += fmt.Sprintf(" %s %v", b, err)
	}
	a <- text
}

func serveSlow(t *testing.T) (*raw, chan error, *slow, arrivals) {
	p, came := new(slow), make(arrivals, 1000)
	peer, served := serveRaw(t, &hgwire.Server{Handler: came, Config: hgwire.Config{Profiles: []stream.Profile{p}}})
	peer.send(fmt.Sprintf(slowBegin, 1), fmt.Sprintf(slowBegin, 3))
	return peer, served, p, came
}

// Frames of other streams are decoded meanwhile, and still wait for one that takes long.
func TestSlowDecoderKeepsOrder(t *testing.T) {
	bubble(t, func(t *testing.T) {
		peer, _, p, came := serveSlow(t)
		peer.send("1 1 0 command-name have-data a", "1 1 encoded command-data continuation slow ",
			"1 3 encoded command-data continuation quick ", "3 3 encoded command-name eos b", "1 1 encoded command-data eos end")
		synctest.Wait()
		if n := p.count(); n != 3 {
			t.Errorf("%d frames are being decoded, want 3: those of the other stream, and the slow one", n)
		}
		if len(came) > 0 {
			t.Errorf("too early: %s", <-came)
		}
		start := time.Now()
		one, other := <-came, <-came
		if one > other {
			one, other = other, one
		}
		if one != "a slow quick end <nil>" || other != "b" || time.Since(start) != time.Minute {
			t.Errorf("got %q and %q after %v", one, other, time.Since(start))
		}
	})
}

// What is decoded ahead is bounded.
func TestDecodedAhead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		peer, _, p, came := serveSlow(t)
		lines := []string{"1 1 encoded command-name eos slow"}
		for i := range 100 {
			lines = append(lines, fmt.Sprintf("%d 3 encoded command-name eos quick", 2*i+3))
		}
		peer.send(lines...)
		synctest.Wait()
		if n := p.count(); n < 10 || n > 20 {
			t.Errorf("%d frames have been decoded, want 16 or so", n)
		}
		if got := <-came; got != "slow" && got != "quick" {
			t.Errorf("got %s", got)
		}
		for range 100 {
			<-came
		}
	})
}

// The first frame that is wrong is the one that the server refuses, however long it takes to find out.
func TestFirstErrorIsRefused(t *testing.T) {
	for name, then := range map[string]string{
		"by its header": "1 2 0 command-name eos a",
		"by its state":  "1 3 0 command-data eos x",
		"undecodable":   "3 3 encoded command-name eos bad",
		"cut short":     "",
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				peer, served, _, came := serveSlow(t)
				peer.send("5 1 0 command-name eos first", "7 1 encoded command-name eos slow and bad")
				if then != "" {
					peer.send(then)
				} else {
					peer.rw.Write([]byte{1, 2, 3})
					peer.rw.(*pipeEnd).CloseWrite()
				}
				if got := <-came; got != "first" {
					t.Errorf("got %s, want first", got)
				}
				start := time.Now()
				perr := as[*framing.ProtocolError](t, <-served)
				if perr.Code != framing.ErrUndecodablePayload || perr.Header.RequestID != 7 {
					t.Errorf("got %v, want an error of request 7", perr)
				}
				if d := time.Since(start); d < time.Minute || d > time.Minute+2*time.Second {
					t.Errorf("it took %v, want a minute", d)
				}
				peer.next() // the answer of the first
				if got := peer.next(); !strings.HasPrefix(got, "7 254 stream-begin|stream-end error-response protocol ") {
					t.Errorf("refused with %s", got)
				}
			})
		})
	}
}

// Streams that end and begin again while frames of theirs are still being decoded keep their contexts
// apart.
func TestStreamBeginsAgainWhileDecoding(t *testing.T) {
	bubble(t, func(t *testing.T) {
		peer, _, _, came := serveSlow(t)
		peer.send("1 1 encoded|stream-end command-name eos slow", "3 1 stream-begin command-name eos plain bad",
			`0 1 stream-begin stream-settings 0 \x08identity`, "5 1 encoded|stream-end command-name eos bad as it is", fmt.Sprintf(slowBegin, 1), "7 1 encoded command-name eos again")
		got := map[string]bool{}
		for range 4 {
			got[<-came] = true
		}
		for _, want := range []string{"slow", "plain bad", "bad as it is", "again"} {
			if !got[want] {
				t.Errorf("got %v, want %q among them", got, want)
			}
		}
	})
}

// A connection that ends while a frame is being decoded fails what is pending at once, and ends when
// that is done.
func TestEndWhileDecoding(t *testing.T) {
	broken := errors.New("broken")
	for name, end := range map[string]func(c *both){
		"closed":        func(c *both) { c.Close() },
		"network fails": func(c *both) { c.far.(*pipeEnd).Sever(broken) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				p := new(slow)
				c, server := clientOfRaw(t, hgwire.ClientConfig{Config: hgwire.Config{Profiles: []stream.Profile{p}}})
				var calls []*hgwire.Call
				for range 2 {
					call, err := c.Start(t.Context(), "a", nil, nil)
					if err != nil {
						t.Fatal(err)
					}
					calls = append(calls, call)
				}
				server.send(fmt.Sprintf(slowBegin, 2), "1 2 encoded bytes-response eos slow", "3 2 0 bytes-response eos x")
				synctest.Wait()
				if p.count() != 1 {
					t.Fatal("nothing is being decoded")
				}
				start := time.Now()
				if end(c); name == "closed" {
					for _, call := range calls {
						if _, err := call.Response(); !errors.Is(err, hgwire.ErrClosed) {
							t.Errorf("got %v, want %v", err, hgwire.ErrClosed)
						}
					}
				} else { // what has arrived counts
					for _, call := range calls {
						if _, err := call.Response(); err != nil {
							t.Errorf("got %v, want the response", err)
						}
					}
					start = start.Add(time.Minute)
				}
				if d := time.Since(start); d != 0 {
					t.Errorf("the calls took %v longer than they may", d)
				}
				time.Sleep(time.Hour) // the decoder has returned
			})
		})
	}
}
