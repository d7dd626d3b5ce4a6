package hgwire_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
)

var (
	modelSeed   = flag.Uint64("model.seed", 0, "run TestModel for this seed only")
	modelRounds = flag.Int("model.rounds", 300, "seeds that TestModel runs")
)

// TestModel has clients issue random calls to a server, with random settings on both sides. Every call
// that nobody cancels gets exactly what the model says.
func TestModel(t *testing.T) {
	leakCheck(t)
	if *modelSeed != 0 {
		runModel(t, *modelSeed)
		return
	}
	rounds := *modelRounds
	if testing.Short() {
		rounds = min(rounds, 50)
	}
	for seed := range uint64(rounds) {
		if runModel(t, seed+1); t.Failed() {
			t.Fatalf("replay with -run TestModel -model.seed %d", seed+1)
		}
	}
}

// FuzzModel is TestModel driven by a program: its octets are the choices.
func FuzzModel(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz"))
	f.Fuzz(func(t *testing.T, program []byte) {
		newModel(t, &choices{program: program}).run()
	})
}

func runModel(t *testing.T, seed uint64) {
	newModel(t, &choices{rng: rand.New(rand.NewPCG(seed, seed))}).run()
}

// choices are random, or those of a program, which ends with zeros.
type choices struct {
	rng     *rand.Rand
	program []byte
}

func (c *choices) intN(n int) int {
	if c.rng != nil {
		return c.rng.IntN(n)
	}
	v := 0
	for limit := 1; limit < n && len(c.program) > 0; limit <<= 8 {
		v = v<<8 | int(c.program[0])
		c.program = c.program[1:]
	}
	return v % n
}

func (c *choices) oneIn(n int) bool { return c.intN(n) == n-1 }

func choose[T any](c *choices, of ...T) T { return of[c.intN(len(of))] }

// model is one round: a connection, and what happens on it.
type model struct {
	*choices
	t      *testing.T
	client hgwire.ClientConfig
	server hgwire.Server
	frame  int // the size of a frame, about which sizes of data are chosen

	mu    sync.Mutex
	texts map[*hgwire.Call]*strings.Builder
}

func newModel(t *testing.T, c *choices) *model {
	m := &model{choices: c, t: t, texts: map[*hgwire.Call]*strings.Builder{}}
	rev := choose(c, framing.RevisionStreams, framing.RevisionStreams, framing.RevisionStreams, framing.RevisionRequestIDs)
	for _, cfg := range []*hgwire.Config{&m.client.Config, &m.server.Config} {
		cfg.Revision = rev
		cfg.Profiles = encodings()
		cfg.MaxSend = choose(c, 0, 0, 100, 1000, 65535)
		cfg.Streams = choose(c, 1, 1, 2, 4)
		if c.oneIn(2) {
			cfg.Encoding = choose(c, encodings()...)
			cfg.PlainBelow = choose(c, 0, 0, 50, 5000)
		}
		cfg.SpoolOctets = choose(c, 0, 0, 1, 1000, 100000)
		cfg.SpoolWait = time.Minute
	}
	m.frame = choose(c, 100, 1000, framing.DefaultMaxSend)
	m.client.Limits.InFlightRequests = choose(c, 0, 1, 3)
	m.client.Text = func(call *hgwire.Call, atoms []payload.Atom) {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.texts[call] == nil {
			m.texts[call] = new(strings.Builder)
		}
		for _, a := range atoms {
			m.texts[call].WriteString(a.Format)
		}
	}
	if m.server.MaxHandlers = choose(c, 0, 1, 2, 10); m.server.MaxHandlers > 0 {
		m.server.Config.SpoolOctets = 0 // what waits for its turn does not read: its data has to fit
	}
	m.server.Handler = hgwire.HandlerFunc(serveModel)
	return m
}

// size returns a size of data: often one at which something changes.
func (m *model) size() int {
	switch m.intN(8) {
	case 0, 1:
		return m.intN(3)
	case 2, 3, 4:
		return m.frame*m.intN(4) + m.intN(3)
	case 5:
		return max(0, m.frame-1)
	case 6:
		return m.intN(2000)
	default:
		return m.intN(300 << 10)
	}
}

// ask is a call of the model: what is asked for, and how.
type ask struct {
	args    map[string]string
	data    []byte
	hasData bool
	plain   bool // the data is not in memory, for all that the client knows
	piece   int  // in which the data comes, and the response is read
	text    int  // texts
	body    int  // octets of the response, beside the data
	fail    string
	cancel  time.Duration // when it is cancelled; 0 when it is not
	early   bool          // the response is closed after a part
}

func (m *model) ask() *ask {
	a := &ask{args: map[string]string{}, body: m.size(), piece: 1 + m.intN(1+m.frame)}
	for range m.intN(4) {
		a.args[fmt.Sprint("a", m.intN(50))] = string(octets(uint64(m.intN(100)), m.intN(500)))
	}
	if m.oneIn(2) {
		a.hasData, a.plain, a.data = true, m.oneIn(2), octets(uint64(m.intN(100)), m.size())
	}
	if m.oneIn(3) && m.client.Revision >= framing.RevisionStreams {
		a.text = 1 + m.intN(3)
	}
	if m.oneIn(8) {
		a.fail = fmt.Sprint("failure ", m.intN(100))
	}
	// A call that is cancelled when its data has been sent in part keeps its place for good.
	if m.oneIn(8) && (!a.hasData || m.client.Limits.InFlightRequests == 0 && m.server.MaxHandlers == 0) {
		a.cancel = time.Duration(1 + m.intN(3000)*1000)
	}
	a.early = m.oneIn(16)
	a.args["body"], a.args["piece"], a.args["text"], a.args["fail"] = strconv.Itoa(a.body), strconv.Itoa(a.piece), strconv.Itoa(a.text), a.fail
	return a
}

// answer is what the model says that the response is: the arguments, the data, then octets.
func (a *ask) answer() []byte {
	var b bytes.Buffer
	fmt.Fprintln(&b, len(a.args))
	for _, name := range sortedKeys(a.args) {
		fmt.Fprintf(&b, "%s=%s\n", name, a.args[name])
	}
	b.Write(a.data)
	b.Write(octets(9, a.body))
	return b.Bytes()
}

// serveModel is the same as a handler.
func serveModel(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
	number := func(name string) int {
		value, _ := r.Arg(name)
		n, _ := strconv.Atoi(value)
		return n
	}
	body, piece, text := number("body"), number("piece"), number("text")
	fail, _ := r.Arg("fail")
	fmt.Fprintln(w, r.NumArgs())
	for name, value := range r.Args() {
		fmt.Fprintf(w, "%s=%s\n", name, value)
	}
	if r.Data != nil {
		if piece%2 == 0 {
			io.Copy(w, r.Data)
		} else {
			w.(io.ReaderFrom).ReadFrom(plainReader{r.Data})
		}
	}
	rest := octets(9, body)
	for range text {
		n := len(rest) / 2
		w.Write(rest[:n])
		rest = rest[n:]
		w.WriteText(payload.Atom{Format: "text;"})
	}
	for len(rest) > 0 {
		n := min(piece, len(rest))
		w.Write(rest[:n])
		if piece%3 == 0 && body/piece < 1000 {
			w.Flush()
		}
		rest = rest[n:]
	}
	if fail != "" {
		w.Fail(fail)
	}
}

func (m *model) run() {
	near, far := choose(m.choices,
		func() (io.ReadWriteCloser, io.ReadWriteCloser) { return pipe(64 << 10) },
		func() (io.ReadWriteCloser, io.ReadWriteCloser) { return pipe(333) },
		func() (io.ReadWriteCloser, io.ReadWriteCloser) { return net.Pipe() },
	)()
	served := make(chan error, 1)
	go func() { served <- m.server.ServeConn(far) }()
	client, err := hgwire.NewClient(near, m.client)
	if err != nil {
		m.t.Fatal(err)
	}
	var callers sync.WaitGroup
	for range 1 + m.intN(6) {
		var asks []*ask
		for range 1 + m.intN(5) {
			asks = append(asks, m.ask())
		}
		callers.Go(func() {
			for _, a := range asks {
				m.call(client, a)
			}
		})
	}
	callers.Wait()
	if err := client.Err(); err != nil {
		m.t.Errorf("the connection has ended: %v", err)
	}
	client.Close()
	<-served
}

// call does what was chosen, and compares the outcome.
func (m *model) call(client *hgwire.Client, a *ask) {
	ctx := context.Background()
	if a.cancel > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, a.cancel, errCause)
		defer cancel()
	}
	var data io.Reader
	if a.hasData {
		data = bytes.NewReader(a.data)
		if a.plain {
			data = &pieces{data, a.piece}
		}
	}
	fails := func(what string, err error) {
		call, ok := errors.AsType[*hgwire.CallError](err)
		switch failed, isFailure := errors.AsType[*hgwire.CommandError](err); {
		case isFailure && failed.Message == a.fail && a.fail != "":
		case a.cancel > 0 && ok && call.Err == errCause:
		default:
			m.t.Errorf("%s: %v", what, err)
		}
	}
	call, err := client.Start(ctx, "model", a.args, data)
	if err != nil {
		fails("Start", err)
		return
	}
	r, err := call.Response()
	if err != nil {
		fails("Response", err)
		return
	}
	want := a.answer()
	if a.early {
		n, err := io.ReadFull(r, make([]byte, min(len(want), a.piece)))
		if err != nil && a.cancel == 0 && a.fail == "" {
			m.t.Errorf("%d octets: %v", n, err)
		}
		r.Close()
		return
	}
	var got bytes.Buffer
	if a.piece%2 == 0 {
		_, err = io.CopyBuffer(struct{ io.Writer }{&got}, plainReader{r}, make([]byte, a.piece))
	} else {
		_, err = r.WriteTo(&got)
	}
	if !bytes.HasPrefix(want, got.Bytes()) {
		m.t.Errorf("got %d octets that are not the answer; want %d", got.Len(), len(want))
	}
	if err != nil {
		fails("reading", err)
		return
	}
	if a.fail != "" || got.Len() != len(want) {
		m.t.Errorf("got %d octets; want %d, failure %q", got.Len(), len(want), a.fail)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if text := strings.Repeat("text;", a.text); a.text > 0 && m.texts[call].String() != text {
		m.t.Errorf("got text %q; want %q", m.texts[call], text)
	}
}

// pieces reads no more than so much at once.
type pieces struct {
	io.Reader
	size int
}

func (p *pieces) Read(b []byte) (int, error) { return p.Reader.Read(b[:min(len(b), p.size)]) }
