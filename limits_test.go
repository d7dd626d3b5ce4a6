package hgwire_test

import (
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

// taken returns how many octets of what was sent to a pipe's other end have been read there.
func taken(p *pipeEnd, sent int) int {
	p.out.mu.Lock()
	defer p.out.mu.Unlock()
	return sent - len(p.out.octets)
}

// What a slow reader leaves unread costs its spool and what the connection reads ahead, whichever side it
// is on, and however large the frames are.
func TestSpoolIsBounded(t *testing.T) {
	const spool, readAhead = 200_000, 70_000
	for _, payload := range []int{1, 100, 5_000, 20_000, 65_535} {
		frames := func(line string) []byte {
			one := encode(t, line+strings.Repeat("x", payload))
			n := 900_000 / len(one)
			return []byte(strings.Repeat(string(one), n))
		}
		check := func(t *testing.T, p *pipeEnd, line string) {
			b := frames(line)
			p.Write(b)
			synctest.Wait()
			per := (payload + 8) / payload // octets on the wire for each of payload, at most
			if got, most := taken(p, len(b)), per*(spool+payload)+8*spool/payload+readAhead; got > most || got < spool {
				t.Errorf("frames of %d octets: %d octets have been taken; want %d to %d", payload, got, spool, most)
			}
		}
		t.Run(fmt.Sprintf("server/%d", payload), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				h := newHold()
				peer, _ := serveRaw(t, &hgwire.Server{Handler: h, Config: hgwire.Config{SpoolOctets: spool, SpoolWait: time.Hour}})
				peer.send("1 1 stream-begin command-name have-data a")
				<-h.begun
				check(t, peer.rw.(*pipeEnd), "1 1 0 command-data continuation ")
				close(h.release)
			})
		})
		t.Run(fmt.Sprintf("client/%d", payload), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c, server := clientOfRaw(t, hgwire.ClientConfig{Config: hgwire.Config{SpoolOctets: spool, SpoolWait: time.Hour}})
				call, err := c.Start(t.Context(), "a", nil, nil)
				if err != nil {
					t.Fatal(err)
				}
				server.send("1 2 stream-begin bytes-response continuation x")
				check(t, server.rw.(*pipeEnd), "1 2 0 bytes-response continuation ")
				call.Cancel()
			})
		})
	}
}

// A response that failed since its spool was full is dropped to its end. Then its ID, and its place,
// are free again.
func TestIDAfterSpoolFull(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c, server := clientOfRaw(t, hgwire.ClientConfig{Config: hgwire.Config{SpoolOctets: 10, SpoolWait: -1, Limits: framing.Limits{InFlightRequests: 1}}})
		call, err := c.Start(t.Context(), "a", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		server.want("1 1 stream-begin command-name eos a")
		server.send("1 2 stream-begin bytes-response continuation 0123456789", "1 2 0 bytes-response continuation x")
		synctest.Wait()
		_, err = call.Response()
		mentions(t, err, `"a"`, "request 1", "stream 1", "state responding", "the spool is full")
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := c.Start(ctx, "b", nil, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a call while the old response is still coming: got %v, want %v", err, context.DeadlineExceeded)
		}
		server.send("1 2 0 bytes-response continuation dropped", "1 2 0 error-response application dropped")
		if _, err := c.Start(t.Context(), "b", nil, nil); err != nil {
			t.Error(err)
		}
		server.want("3 1 0 command-name eos b")
	})
}

// IDs are given out in turn, and go round past one that is still in flight.
func TestRequestIDsGoRound(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := newHold()
		var last uint16
		c := connect(t, &hgwire.Server{Handler: commands(map[string]hgwire.HandlerFunc{
			"hold": h.ServeCommand,
			"id":   func(_ context.Context, _ hgwire.ResponseWriter, r *hgwire.Request) { last = r.ID },
		})}, hgwire.ClientConfig{})
		held, err := c.Start(t.Context(), "hold", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		<-h.begun
		for want := 3; want < 1<<16; want += 2 {
			if c.want(t, "", "id", nil, nil); int(last) != want {
				t.Fatalf("got ID %d, want %d", last, want)
			}
		}
		if c.want(t, "", "id", nil, nil); last != 3 { // 1 is in flight
			t.Errorf("after the last ID: got %d, want 3", last)
		}
		close(h.release)
		r, err := held.Response()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Bytes(); string(got) != "done" || err != nil {
			t.Errorf("got %q, %v; want done", got, err)
		}
	})
}

// What decodes to more than it may ends the connection, at a server and at a client, before the rest
// is decoded.
func TestBomb(t *testing.T) {
	bomb := strings.NewReader(strings.Repeat("x", 1<<20))
	for _, p := range encodings() {
		t.Run(p.Name(), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				bomb.Seek(0, io.SeekStart)
				large := hgwire.Config{Encoding: p, Profiles: encodings(), MaxSend: 1 << 20}
				small := hgwire.Config{Profiles: encodings(), Limits: framing.Limits{DecodedOctets: 50_000}}
				c := connect(t, &hgwire.Server{Handler: hgwire.HandlerFunc(echo), Config: small}, hgwire.ClientConfig{Config: large})
				_, err := c.ask(t, "a", nil, bomb)
				refused := as[*hgwire.RefusedError](t, err)
				c.wantEnd(t, framing.ErrDecodedTooLarge)
				if !strings.Contains(refused.Message, "50000") {
					t.Errorf("got %v, want one that tells the limit", err)
				}
				c = connect(t, &hgwire.Server{Config: large, Handler: hgwire.HandlerFunc(func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
					w.Write(make([]byte, 1<<20))
				})}, hgwire.ClientConfig{Config: small})
				if _, err := c.ask(t, "a", nil, nil); !errors.Is(err, framing.ErrDecodedTooLarge) {
					t.Errorf("the client: got %v, want %v", err, framing.ErrDecodedTooLarge)
				}
			})
		})
	}
}
