package hgwire_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

// wild sends on streams that begin, change their encodings and end as they like.
type wild struct {
	t       *testing.T
	rng     *rand.Rand
	streams []*stream.Outgoing
	wire    []byte
}

// frame appends a frame to the wire, on any stream, encoded or not.
func (w *wild) frame(id uint16, typ framing.FrameType, flags framing.Flags, payload []byte) {
	out := w.streams[w.rng.IntN(len(w.streams))]
	switch profiles := encodings(); w.rng.IntN(8) {
	case 0, 1:
		if err := out.SetEncoding(profiles[w.rng.IntN(len(profiles))]); err != nil {
			w.t.Fatal(err)
		}
	case 2:
		out.SetEncoding(nil)
	case 3, 4:
		out.End()
	}
	if f, ok := out.Settings(id); ok {
		w.append(&f)
	}
	f := framing.Frame{Header: framing.Header{RequestID: id, StreamID: out.ID(), Type: typ, Flags: flags}, Payload: payload}
	if out.Encodes() && w.rng.IntN(4) > 0 {
		var err error
		if f.Payload, err = out.AppendEncoded(nil, payload); err != nil {
			w.t.Fatal(err)
		}
		f.StreamFlags = framing.FlagEncoded
	}
	f.StreamFlags |= out.Next()
	w.append(&f)
}

func (w *wild) append(f *framing.Frame) {
	f.Length = uint32(len(f.Payload))
	var err error
	if w.wire, err = rev.AppendFrame(w.wire, f); err != nil {
		w.t.Fatal(err)
	}
}

// Requests whose frames go on any streams, which begin, change their encodings and end all the time,
// arrive as they were sent.
func TestStreamsBeginAndEndAtAnyTime(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { bubble(t, func(t *testing.T) { wildRound(t, seed) }) })
	}
}

func wildRound(t *testing.T, seed uint64) {
	w := &wild{t: t, rng: rand.New(rand.NewPCG(seed, 2))}
	counted := stream.NewEncodings(framing.Limits{})
	for i := range 1 + w.rng.IntN(10) {
		w.streams = append(w.streams, counted.NewOutgoing(uint8(2*i+1)))
	}
	want := map[uint16][]byte{}
	for i := range uint16(1 + w.rng.IntN(5)) {
		want[2*i+1] = octets(seed+uint64(i)<<32, w.rng.IntN(60000))
	}
	left := map[uint16][]byte{}
	for id, body := range want {
		w.frame(id, framing.TypeCommandName, framing.Flags(framing.CommandNameHaveData), []byte("a"))
		left[id] = body
	}
	for len(left) > 0 {
		for id, body := range left {
			n := min(len(body), w.rng.IntN(1<<w.rng.IntN(15)))
			flags := framing.Flags(framing.CommandDataContinuation)
			if left[id] = body[n:]; n == len(body) {
				flags = framing.Flags(framing.CommandDataEOS)
				delete(left, id)
			}
			w.frame(id, framing.TypeCommandData, flags, body[:n])
		}
	}
	for _, out := range w.streams {
		out.Close()
	}
	cut := len(w.wire)
	if w.rng.IntN(3) == 0 {
		cut = w.rng.IntN(cut + 1)
	}
	cfg := hgwire.Config{Profiles: encodings()}
	if w.rng.IntN(2) == 0 {
		cfg.SpoolOctets = 1000
	}
	near, far := pipe(1 + w.rng.IntN(1<<16))
	served := make(chan error, 1)
	go func() {
		served <- (&hgwire.Server{Config: cfg, Handler: hgwire.HandlerFunc(echo)}).ServeConn(far)
	}()
	go func() {
		near.Write(w.wire[:cut])
		near.CloseWrite()
	}()
	got := map[uint16][]byte{}
	ended := 0
	rd := framing.NewReader(near, rev)
	for {
		var f framing.Frame
		if err := rd.Next(&f); err != nil {
			if err != io.EOF && cut == len(w.wire) {
				t.Error(err)
			}
			break
		}
		if f.Type != framing.TypeBytesResponse {
			if cut == len(w.wire) {
				t.Errorf("%s", short(string(rev.AppendText(nil, &f))))
			}
			continue
		}
		got[f.RequestID] = append(got[f.RequestID], f.Payload...)
		if f.Flags == framing.Flags(framing.BytesResponseEOS) {
			ended++
			if !bytes.Equal(got[f.RequestID], want[f.RequestID]) {
				t.Errorf("request %d: %d octets; want %d", f.RequestID, len(got[f.RequestID]), len(want[f.RequestID]))
			}
		}
	}
	if cut == len(w.wire) && ended != len(want) {
		t.Errorf("%d of %d", ended, len(want))
	}
	near.Close()
	if err := <-served; err != nil && cut == len(w.wire) {
		t.Error(err)
	}
}
