package hgwire_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
	"github.com/hgwire/hgwire/stream/compress"
)

var (
	modelRounds = flag.Int("rounds", 300, "rounds of TestModel")
	modelSeed   = flag.Uint64("seed", 0, "the only round of TestModel to play; 0 is all of them")
)

// TestModel plays random conversations: each call and what its handler does are planned, and whoever is
// not cancelled must get exactly what the plan says. A round that fails is played again with -seed.
func TestModel(t *testing.T) {
	play := func(t *testing.T, seed uint64) {
		bubble(t, func(t *testing.T) { playModel(t, rand.New(rand.NewPCG(seed, 7)), 300_000) })
	}
	if *modelSeed != 0 {
		play(t, *modelSeed)
		return
	}
	rounds := *modelRounds
	if testing.Short() {
		rounds = min(rounds, 100)
	}
	for seed := range uint64(rounds) {
		if !t.Run(fmt.Sprint("seed=", seed+1), func(t *testing.T) { play(t, seed+1) }) {
			return
		}
	}
}

// modelCall is the plan for a call.
type modelCall struct {
	args    map[string]string
	data    []byte // nil is none
	plain   bool   // the data is of a type that may block
	read    int    // octets of data that the handler reads before it answers; -1 is all
	steps   []modelStep
	failure string // "" is none

	cancel time.Duration // when the context is done, in lags of the transport; 0 is never
	close  int           // octets of the response after which it is closed; -1 is never
	sip    int           // octets that the client reads at a time
}

// modelStep is something that a handler does.
type modelStep struct {
	kind   int
	octets []byte
}

const (
	stepWrite = iota
	stepFlush
	stepReadFrom
	stepText
	stepEncoded
	stepKinds
)

func (c *modelCall) response() []byte {
	var b []byte
	for _, s := range c.steps {
		if s.kind == stepWrite || s.kind == stepReadFrom || s.kind == stepEncoded {
			b = append(b, s.octets...)
		}
	}
	return b
}

func (c *modelCall) texts() []string {
	var list []string
	for _, s := range c.steps {
		if s.kind == stepText {
			list = append(list, string(s.octets))
		}
	}
	return list
}

// pick returns one of the values.
func pick[T any](rng *rand.Rand, values ...T) T { return values[rng.IntN(len(values))] }

// modelConfig is what one side is set up with, in a revision.
func modelConfig(rng *rand.Rand, revision framing.Revision) hgwire.Config {
	cfg := hgwire.Config{
		Revision:   revision,
		MaxSend:    pick(rng, 0, 0, 200, 5000, 65535),
		Streams:    1 + rng.IntN(4),
		PlainBelow: pick(rng, 0, 100),
	}
	if revision == framing.RevisionStreams {
		cfg.Encoding = pick[stream.Profile](rng, nil, compress.Zlib{Level: 1}, compress.Zstd{Level: 1, Window: 64 << 10})
	}
	return cfg
}

// modelFrame is the most octets of a frame that a side sends.
func modelFrame(cfg hgwire.Config) int {
	n := cfg.MaxSend
	if n == 0 {
		n = framing.DefaultMaxSend
	}
	if cfg.Encoding != nil {
		n = maxPayload(cfg.Encoding, n)
	}
	return n
}

// modelSize is a number of octets, often one near the size of a frame.
func modelSize(rng *rand.Rand, frame, most int) int {
	n := 0
	switch rng.IntN(6) {
	case 0:
	case 1:
		n = 1 + rng.IntN(200)
	case 2:
		n = frame*rng.IntN(4) + rng.IntN(3) - 1
	case 3:
		n = rng.IntN(300_000)
	default:
		n = rng.IntN(3 * frame)
	}
	return max(0, min(n, most))
}

// modelPlan plans a call whose data, and each piece of whose response, has at most so many octets. Up
// and down are the most octets of a frame each way.
func modelPlan(rng *rand.Rand, revision framing.Revision, up, down, most int) *modelCall {
	c := &modelCall{args: map[string]string{}, close: -1, sip: 1 + rng.IntN(20_000)}
	for n := rng.IntN(4); len(c.args) < n; {
		c.args[fmt.Sprint("arg", rng.IntN(100))] = string(octets(rng.Uint64(), pick(rng, 0, 1, 50, rng.IntN(min(60_000, most)))))
	}
	if rng.IntN(2) == 0 {
		c.data = octets(rng.Uint64(), modelSize(rng, up, most))
		c.plain = rng.IntN(2) == 0
		c.read = pick(rng, -1, -1, -1, 0, rng.IntN(len(c.data)+1))
	}
	for range rng.IntN(6) {
		s := modelStep{kind: rng.IntN(stepKinds)}
		if s.kind == stepEncoded && (revision < framing.RevisionStreams || c.data != nil && c.read >= 0) {
			s.kind = stepWrite // there are no encodings, or the request may not be complete
		}
		switch s.kind {
		case stepText:
			s.octets = fmt.Appendf(nil, "text %d\n", rng.IntN(100))
		case stepWrite, stepReadFrom, stepEncoded:
			s.octets = octets(rng.Uint64(), modelSize(rng, down, most))
		}
		c.steps = append(c.steps, s)
	}
	if rng.IntN(5) == 0 {
		c.failure = fmt.Sprint("failure ", rng.IntN(100))
	}
	switch rng.IntN(8) {
	case 0:
		c.cancel = time.Duration(1 + rng.IntN(60))
	case 1:
		c.close = rng.IntN(len(c.response()) + 1)
	}
	return c
}
