package main

import (
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/reactor"
)

// exchanger issues a command in one frame and takes the octets of its response, in whose frames it
// puts the ID.
type exchanger interface {
	exchange(response []byte, begin bool) error
}

type floorExchanger struct {
	floorClient
	sent, received floorFrame
	out            []byte
}

func (e *floorExchanger) exchange(in []byte, begin bool) error {
	id, err := e.open()
	if err != nil {
		return err
	}
	e.sent = floorFrame{floorHeader: floorHeader{request: id, stream: 1, typ: 1, flags: 1}, payload: headsName}
	if begin {
		e.sent.streamFlags = 1
	}
	if err := e.sending(&e.sent.floorHeader); err != nil {
		return err
	}
	if e.out, err = floorAppendFrame(e.out[:0], &e.sent); err != nil {
		return err
	}
	for len(in) > 0 {
		n, err := floorParseFrame(&e.received, in)
		if err != nil {
			return err
		}
		in = in[n:]
		e.received.request = id
		if e.receive(&e.received) == floorError {
			return errFloorState
		}
	}
	return nil
}

type clientExchanger struct {
	*reactor.Client
	sent, received framing.Frame
	out            []byte
}

func (e *clientExchanger) exchange(in []byte, begin bool) error {
	id, err := e.Open()
	if err != nil {
		return err
	}
	e.sent = framing.Frame{Header: framing.Header{RequestID: id, StreamID: 1, Type: framing.TypeCommandName, Flags: framing.Flags(framing.CommandNameEOS)}, Payload: headsName}
	if begin {
		e.sent.StreamFlags = framing.FlagStreamBegin
	}
	if err := e.Sending(&e.sent.Header); err != nil {
		return err
	}
	if e.out, err = rev.AppendFrame(e.out[:0], &e.sent); err != nil {
		return err
	}
	for len(in) > 0 {
		n, err := rev.DecodeFrame(&e.received, in, framing.DefaultFramePayload)
		if err != nil {
			return err
		}
		in = in[n:]
		e.received.RequestID = id
		if res := e.Receive(&e.received); res.Action == reactor.Error {
			return res.Err
		}
	}
	return nil
}

var headsName = []byte("heads")

// answerOf is a response in n frames of 64 octets.
func answerOf(tb testing.TB, n int, begin bool) []byte {
	var out []byte
	for i := range n {
		f := framing.Frame{Header: framing.Header{
			StreamID: 2, Type: framing.TypeBytesResponse, Flags: framing.Flags(framing.BytesResponseContinuation),
		}, Payload: payloadOf(64)}
		if i == 0 && begin {
			f.StreamFlags = framing.FlagStreamBegin
		}
		if i == n-1 {
			f.Flags = framing.Flags(framing.BytesResponseEOS)
		}
		var err error
		if out, err = rev.AppendFrame(out, &f); err != nil {
			tb.Fatal(err)
		}
	}
	return out
}

func benchmarkExchange(b *testing.B, e exchanger, n, frames int) {
	if err := e.exchange(answerOf(b, 1, true), true); err != nil {
		b.Fatal(err)
	}
	in := answerOf(b, n, false)
	count := 0
	for b.Loop() {
		if err := e.exchange(in, false); err != nil {
			b.Fatal(err)
		}
		count += frames
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(count), "ns/op")
}

// BenchmarkClientOctetsToAction is the time of one frame of a long response, at a client.
func BenchmarkClientOctetsToAction(b *testing.B) {
	b.Run("floor", func(b *testing.B) { benchmarkExchange(b, &floorExchanger{}, 64, 65) })
	b.Run("hgwire", func(b *testing.B) {
		benchmarkExchange(b, &clientExchanger{Client: reactor.NewClient(reactor.Config{})}, 64, 65)
	})
}

// BenchmarkClientCommandAndResponse is the time of a one-frame command and its one-frame response, at a
// client.
func BenchmarkClientCommandAndResponse(b *testing.B) {
	b.Run("floor", func(b *testing.B) { benchmarkExchange(b, &floorExchanger{}, 1, 1) })
	b.Run("hgwire", func(b *testing.B) {
		benchmarkExchange(b, &clientExchanger{Client: reactor.NewClient(reactor.Config{})}, 1, 1)
	})
}

// BenchmarkPiecewiseResponse is CommandAndResponse with an answer whose frame the caller sends itself,
// after Begin and Sending.
func BenchmarkPiecewiseResponse(b *testing.B) {
	in := command(b)
	b.Run("floor", func(b *testing.B) { benchmarkFeed(b, &floorDriver{}, in, 1) })
	b.Run("hgwire", func(b *testing.B) {
		benchmarkFeed(b, &piecewiseDriver{Server: reactor.NewServer(reactor.Config{})}, in, 1)
	})
}

// piecewiseDriver answers by Begin and Sending.
type piecewiseDriver struct {
	*reactor.Server
	frame, answer framing.Frame
	out           []byte
}

func (d *piecewiseDriver) feed(in []byte) error {
	for len(in) > 0 {
		n, err := rev.DecodeFrame(&d.frame, in, framing.DefaultFramePayload)
		if err != nil {
			return err
		}
		in = in[n:]
		res := d.Receive(&d.frame)
		switch res.Action {
		case reactor.RunCommand:
			id := res.Request.ID
			d.answer = framing.Frame{Header: framing.Header{
				RequestID: id, StreamID: 2, StreamFlags: d.Outgoing(2).Next(),
				Type: framing.TypeBytesResponse, Flags: framing.Flags(framing.BytesResponseEOS),
			}, Payload: response}
			if err := d.Begin(id); err != nil {
				return err
			}
			if err := d.Sending(&d.answer.Header); err != nil {
				return err
			}
			if d.out, err = rev.AppendFrame(d.out[:0], &d.answer); err != nil {
				return err
			}
		case reactor.Error:
			return res.Err
		}
	}
	return nil
}

// TestExchangersAgree holds the hand-written client to the octets it is compared with, and answers frame
// by frame to those of the outbox.
func TestExchangersAgree(t *testing.T) {
	floor, ours := &floorExchanger{}, &clientExchanger{Client: reactor.NewClient(reactor.Config{})}
	for i, n := range []int{1, 1, 64, 2} {
		in := answerOf(t, n, i == 0)
		if err := floor.exchange(in, i == 0); err != nil {
			t.Fatal(err)
		}
		if err := ours.exchange(in, i == 0); err != nil {
			t.Fatal(err)
		}
		if got, want := string(floor.out), string(ours.out); got != want {
			t.Errorf("floor sent %q, hgwire %q", got, want)
		}
		if floor.inFlight != 0 || ours.InFlight() != 0 {
			t.Errorf("floor has %d in flight, hgwire %d, want none", floor.inFlight, ours.InFlight())
		}
	}
	pieces, outbox := &piecewiseDriver{Server: reactor.NewServer(reactor.Config{})}, &driver{Server: reactor.NewServer(reactor.Config{})}
	for _, in := range [][]byte{opening(t), command(t), script(t), command(t)} {
		if err := pieces.feed(in); err != nil {
			t.Fatal(err)
		}
		if err := outbox.feed(in); err != nil {
			t.Fatal(err)
		}
		if got, want := string(pieces.out), string(outbox.out); got != want {
			t.Errorf("frame by frame %q, outbox %q", got, want)
		}
	}
}
