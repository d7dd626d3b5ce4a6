package hgwire_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
	"github.com/hgwire/hgwire/stream/compress"
)

// modelServer does what the plans say.
type modelServer struct {
	t     *testing.T
	plans []*modelCall
	end   modelEnd
	lag   time.Duration // of the transport
}

func (m *modelServer) ServeCommand(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
	i, _ := strconv.Atoi(r.Command)
	c := m.plans[i]
	got := map[string]string{}
	for name, value := range r.Args() {
		got[name] = value
	}
	if fmt.Sprint(got) != fmt.Sprint(c.args) || (r.Data == nil) != (c.data == nil) {
		m.t.Errorf("call %d: the handler has other arguments, or data: %v, want %v", i, r.Data != nil, c.data != nil)
	}
	if r.Data != nil && c.read != 0 {
		if !m.readData(i, c, r.Data) {
			return // the call was cancelled
		}
	}
	for _, s := range c.steps {
		switch s.kind {
		case stepWrite:
			w.Write(s.octets)
		case stepFlush:
			w.Flush()
		case stepReadFrom:
			io.Copy(w, plainReader{bytes.NewReader(s.octets)})
		case stepText:
			w.WriteText(payload.Atom{Format: string(s.octets)})
		case stepEncoded:
			w.WriteEncoded("zlib", bytes.NewReader(modelEncoded(s.octets)))
		}
	}
	if c.failure != "" {
		w.Fail(c.failure)
	}
}

// modelEncoded returns octets as a cache may keep them.
func modelEncoded(octets []byte) []byte {
	encoder, _, err := compress.Zlib{}.NewEncoder()
	if err != nil {
		panic(err)
	}
	defer encoder.Close()
	encoded, err := encoder.Encode(nil, octets)
	if err != nil {
		panic(err)
	}
	return encoded
}

// readData reads as much as the plan says, and reports whether it came.
func (m *modelServer) readData(i int, c *modelCall, r io.Reader) bool {
	want := c.data
	if c.read >= 0 {
		want = want[:c.read]
		r = io.LimitReader(r, int64(c.read))
	}
	got, err := io.ReadAll(r)
	if err != nil && (c.cancel > 0 || m.end != endNot) {
		return false
	}
	if err != nil || !bytes.Equal(got, want) {
		m.t.Errorf("call %d: the handler reads %d octets of data, %v; want %d", i, len(got), err, len(want))
	}
	return true
}

// playModel plays a round, in which each piece of what is sent has at most so many octets.
func playModel(t *testing.T, rng *rand.Rand, most int) {
	revision := pick(rng, framing.RevisionStreams, framing.RevisionStreams, framing.RevisionRequestIDs)
	up, down := modelConfig(rng, revision), modelConfig(rng, revision)
	size := pick(rng, 1, 100, 10_000, 1<<20) // of the pipe
	most = min(most, 2000*size)
	m := &modelServer{t: t, end: modelEndFor(rng), lag: pick(rng, 1, time.Microsecond, 20*time.Microsecond)}
	if size == 1 {
		m.lag = 1 // it is slow enough
	}
	incomplete := 0 // calls that may stay so, each with a place and a handler of its own
	for range 1 + rng.IntN(12) {
		c := modelPlan(rng, revision, modelFrame(up), modelFrame(down), most)
		m.plans = append(m.plans, c)
		if c.cancel > 0 {
			incomplete++
		}
	}
	var events modelEvents
	up.Observer, down.Observer = &events, &events
	server := &hgwire.Server{Handler: m, Config: down, HalfDuplex: rng.IntN(6) == 0}
	client := hgwire.ClientConfig{Config: up}
	if !server.HalfDuplex {
		client.SpoolOctets = pick(rng, 0, 2000)
		if n := pick(rng, 0, 0, 1, 3); n > 0 {
			client.Limits.InFlightRequests = n + incomplete
		}
		if n := pick(rng, 0, 0, 1, 2); n > 0 {
			server.MaxHandlers = n + incomplete
		} else {
			server.Config.SpoolOctets = pick(rng, 0, 2000) // every request has its reader
		}
	}
	var mu sync.Mutex
	texts := map[*hgwire.Call][]string{}
	client.Text = func(call *hgwire.Call, atoms []payload.Atom) {
		mu.Lock()
		defer mu.Unlock()
		texts[call] = append(texts[call], string(payload.AppendPlain(nil, atoms)))
	}
	near, far := pipe(size)
	b := connectOver(t, server, client, newFaultLag(near, rng.Uint64(), m.lag), newFaultLag(far, rng.Uint64(), m.lag))
	began, wait := m.end.after(t, m.lag*time.Duration(rng.IntN(60)), b, far)
	var started, ended sync.WaitGroup
	for i, c := range m.plans {
		started.Add(1)
		ended.Go(func() {
			call, ctx, err := m.start(t, b.Client, i, c)
			started.Done()
			if err == nil {
				m.receive(t, i, c, ctx, call, func() []string {
					mu.Lock()
					defer mu.Unlock()
					return texts[call]
				}, revision)
			}
		})
	}
	if server.HalfDuplex {
		started.Wait()
		if err := b.CloseWrite(); err != nil && m.end == endNot {
			t.Errorf("CloseWrite: %v", err)
		}
	}
	ended.Wait()
	early := began() && !server.HalfDuplex // otherwise the server may have ended before
	b.Close()
	if err := <-b.served; !m.end.served(err, early) {
		t.Errorf("ServeConn: %v", err)
	}
	wait()
	synctest.Wait()
	events.check(t)
	if t.Failed() {
		t.Logf("pipe %d, lag %v, end %d, half-duplex %v, handlers %d\nclient %+v\nserver %+v", size, m.lag, m.end, server.HalfDuplex, server.MaxHandlers, client.Config, server.Config)
	}
}

func (m *modelServer) start(t *testing.T, client *hgwire.Client, i int, c *modelCall) (*hgwire.Call, context.Context, error) {
	ctx := t.Context()
	if c.cancel > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		time.AfterFunc(c.cancel*m.lag, cancel)
	}
	var data io.Reader
	if c.data != nil {
		data = bytes.NewReader(c.data)
		if c.plain {
			data = plainReader{data}
		}
	}
	call, err := client.Start(ctx, fmt.Sprint(i), c.args, data)
	if err != nil && !m.end.explains(err) && (c.cancel == 0 || !errors.Is(err, context.Canceled)) {
		t.Errorf("call %d: Start: %v", i, err)
	}
	return call, ctx, err
}

// receive compares what comes of a call with its plan.
func (m *modelServer) receive(t *testing.T, i int, c *modelCall, ctx context.Context, call *hgwire.Call, texts func() []string, rev framing.Revision) {
	var got []byte
	failure := c.failure
	response, err := call.Response()
	for err == nil && len(got) != c.close {
		buf := make([]byte, c.sip)
		if c.close > 0 {
			buf = buf[:min(len(buf), c.close-len(got))]
		}
		var n int
		n, err = response.Read(buf)
		got = append(got, buf[:n]...)
	}
	if err == nil {
		response.Close()
		err, failure = io.EOF, ""
	}
	want := c.response()
	if c.close >= 0 && len(got) == c.close {
		want = want[:c.close]
	}
	if m.end.explains(err) || c.cancel > 0 && errors.Is(err, context.Canceled) {
		if !bytes.HasPrefix(want, got) {
			t.Errorf("call %d: broken off after %d octets that are not the response", i, len(got))
		}
		return
	}
	if failure == "" && err != io.EOF {
		t.Errorf("call %d: %v after %d of %d octets", i, err, len(got), len(want))
		return
	}
	if failed, ok := errors.AsType[*hgwire.CommandError](err); failure != "" && (!ok || failed.Message != failure) {
		t.Errorf("call %d: %v, want the failure %q", i, err, failure)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("call %d: got %d octets, want %d, or others", i, len(got), len(want))
	}
	if list := c.texts(); rev == framing.RevisionStreams && c.close < 0 && !slices.Equal(texts(), list) {
		t.Errorf("call %d: texts %q, want %q", i, strings.Join(texts(), ""), strings.Join(list, ""))
	}
}
