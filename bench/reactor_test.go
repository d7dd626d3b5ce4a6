package main

import (
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/reactor"
)

// script is a request of 16 frames on an open stream: a command, 14 data frames of 64 octets, and
// a last one.
func script(tb testing.TB) []byte {
	var out []byte
	add := func(t framing.FrameType, flags framing.Flags, payload []byte) {
		var err error
		f := framing.Frame{Header: framing.Header{RequestID: 41, StreamID: 1, Type: t, Flags: flags}, Payload: payload}
		if out, err = rev.AppendFrame(out, &f); err != nil {
			tb.Fatal(err)
		}
	}
	add(framing.TypeCommandName, framing.Flags(framing.CommandNameHaveData), []byte("unbundle"))
	for range 14 {
		add(framing.TypeCommandData, framing.Flags(framing.CommandDataContinuation), payloadOf(64))
	}
	add(framing.TypeCommandData, framing.Flags(framing.CommandDataEOS), payloadOf(64))
	return out
}

// opening is a one-frame command that begins the stream.
func opening(tb testing.TB) []byte {
	f := framing.Frame{Header: framing.Header{
		RequestID: 1, StreamID: 1, StreamFlags: framing.FlagStreamBegin,
		Type: framing.TypeCommandName, Flags: framing.Flags(framing.CommandNameEOS),
	}, Payload: []byte("heads")}
	out, err := rev.AppendFrame(nil, &f)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// command is a one-frame command on an open stream.
func command(tb testing.TB) []byte {
	out := opening(tb)
	out[6] = 0
	return out
}

// floorDriver feeds octets to the hand-written reactor, and driver to ours; both answer a request
// as soon as it is complete.
type floorDriver struct {
	floorReactor
	frame floorFrame
	out   []byte
}

var response = payloadOf(64)

func (d *floorDriver) feed(in []byte) error {
	for len(in) > 0 {
		n, err := floorParseFrame(&d.frame, in)
		if err != nil {
			return err
		}
		in = in[n:]
		switch d.receive(&d.frame) {
		case floorRun:
			if d.out, err = d.respond(d.out[:0], d.frame.request, response); err != nil {
				return err
			}
		case floorError:
			return errFloorState
		}
	}
	return nil
}

type driver struct {
	*reactor.Server
	frame framing.Frame
	out   []byte
}

func (d *driver) feed(in []byte) error {
	for len(in) > 0 {
		n, err := rev.DecodeFrame(&d.frame, in, framing.DefaultFramePayload)
		if err != nil {
			return err
		}
		in = in[n:]
		res := d.Receive(&d.frame)
		switch res.Action {
		case reactor.RunCommand:
			if _, err := d.Respond(res.Request.ID, 2, response); err != nil {
				return err
			}
			d.out = d.Take(d.out[:0])
		case reactor.Error:
			return res.Err
		}
	}
	return nil
}

type feeder interface{ feed([]byte) error }

// benchmarkFeed reports the time of one frame: in holds n of them.
func benchmarkFeed(b *testing.B, d feeder, in []byte, n int) {
	if err := d.feed(opening(b)); err != nil {
		b.Fatal(err)
	}
	frames := 0
	for b.Loop() {
		if err := d.feed(in); err != nil {
			b.Fatal(err)
		}
		frames += n
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(frames), "ns/op")
}

// BenchmarkOctetsToAction is the time of one frame of a long request.
func BenchmarkOctetsToAction(b *testing.B) {
	in := script(b)
	b.Run("floor", func(b *testing.B) { benchmarkFeed(b, &floorDriver{}, in, 16) })
	b.Run("hgwire", func(b *testing.B) {
		benchmarkFeed(b, &driver{Server: reactor.NewServer(reactor.Config{})}, in, 16)
	})
}

// BenchmarkCommandAndResponse is the time of a one-frame command and its one-frame response.
func BenchmarkCommandAndResponse(b *testing.B) {
	in := command(b)
	b.Run("floor", func(b *testing.B) { benchmarkFeed(b, &floorDriver{}, in, 1) })
	b.Run("hgwire", func(b *testing.B) {
		benchmarkFeed(b, &driver{Server: reactor.NewServer(reactor.Config{})}, in, 1)
	})
}

// TestDriversAgree holds the hand-written reactor to the octets it is compared with.
func TestDriversAgree(t *testing.T) {
	floor, ours := &floorDriver{}, &driver{Server: reactor.NewServer(reactor.Config{})}
	for _, in := range [][]byte{opening(t), command(t), script(t), command(t)} {
		if err := floor.feed(in); err != nil {
			t.Fatal(err)
		}
		if err := ours.feed(in); err != nil {
			t.Fatal(err)
		}
		if got, want := string(floor.out), string(ours.out); got != want {
			t.Errorf("floor answered %q, hgwire %q", got, want)
		}
	}
}
