package reactor

import (
	"math/rand/v2"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
)

// runConversation has a client and a server do what the program says, and then come to an end.
func runConversation(t *testing.T, p program) {
	mode := p.next()
	cfg := Config{Revision: framing.RevisionStreams, MaxSend: 20, StreamData: mode&1 != 0}
	if mode&2 != 0 {
		cfg.Revision = framing.RevisionRequestIDs
	}
	cfg.Limits.InFlightRequests = 1 + int(mode>>2)%8
	c := &conversation{t: t, p: p, rev: cfg.Revision, client: NewClient(cfg), server: NewServer(cfg), orders: map[uint16]*order{}}
	for range 2000 {
		if len(c.p) == 0 {
			break
		}
		c.act(c.pick(18))
	}
	c.p = nil
	for len(c.toServer.transfers) > 0 {
		c.step(&c.toServer, 0, c.client.Sending)
	}
	for len(c.toServer.octets) > 0 {
		c.serve()
	}
	for len(c.toClient.transfers) > 0 {
		c.step(&c.toClient, 0, c.server.Sending)
	}
	for len(c.running) > 0 {
		c.answer()
		for len(c.toClient.transfers) > 0 {
			c.step(&c.toClient, 0, c.server.Sending)
		}
	}
	c.take()
	for len(c.toClient.octets) > 0 {
		c.hear()
	}
	if ids := c.client.EndInput(); len(ids) > 0 || len(c.orders) > 0 || c.client.InFlight() > 0 {
		t.Fatalf("requests %d are in flight, of %d the answers have not come; %d counted", ids, len(c.orders), c.client.InFlight())
	}
	if res, ids, err := c.server.EndInput(2); err != nil || len(ids) > 0 || res.Action != Noop {
		t.Fatalf("the server is left with %d, %s, %v", ids, res.Action, err)
	}
	if s := c.server; s.active != 0 || s.receiving != 0 || s.buffered != 0 {
		t.Fatalf("the server counts %d active, %d receiving, %d octets", s.active, s.receiving, s.buffered)
	}
}

func FuzzConversation(f *testing.F) {
	rng := rand.New(rand.NewPCG(5, 6))
	for mode := range byte(4) {
		p := []byte{mode | 12}
		for range 400 {
			p = append(p, byte(rng.IntN(256)))
		}
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, b []byte) { runConversation(t, b) })
}

func TestRandomConversations(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 1000 {
		p := program{byte(rng.IntN(32))}
		for range rng.IntN(2000) {
			p = append(p, byte(rng.IntN(256)))
		}
		runConversation(t, p)
	}
}
