package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"golang.org/x/net/http2"
)

const rev = framing.RevisionStreams

func payloadOf(n int) []byte { return bytes.Repeat([]byte{'x'}, n) }

// sample is a data frame with n octets of payload.
func sample(n int) framing.Frame {
	return framing.Frame{
		Header: framing.Header{
			Length: uint32(n), RequestID: 41, StreamID: 1,
			Type: framing.TypeCommandData, Flags: framing.Flags(framing.CommandDataContinuation),
		},
		Payload: payloadOf(n),
	}
}

func floorSample(n int) floorFrame {
	return floorFrame{floorHeader{uint32(n), 41, 1, 0, 3, 1}, payloadOf(n)}
}

func octets(tb testing.TB, n int) []byte {
	f := sample(n)
	b, err := rev.AppendFrame(nil, &f)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// What is parsed goes to package variables, so that no contestant's work is optimized away.
var (
	floorHeaderOut floorHeader
	headerOut      framing.Header
	floorFrameOut  floorFrame
	frameOut       framing.Frame
	octetsOut      []byte
)

// The contestants learn the revision at run time.
var (
	streams  = true
	revision = rev
)

func BenchmarkHeaderParse(b *testing.B) {
	in := octets(b, 64)
	b.Run("floor", func(b *testing.B) {
		for b.Loop() {
			if err := floorParseEither(streams, &floorHeaderOut, in); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("floor-of-one-revision", func(b *testing.B) { // small enough to be inlined
		for b.Loop() {
			if err := floorParseHeader(&floorHeaderOut, in); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("hgwire", func(b *testing.B) {
		for b.Loop() {
			if err := revision.DecodeHeader(&headerOut, in); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkHeaderAppend(b *testing.B) {
	dst := make([]byte, 0, 64)
	b.Run("floor", func(b *testing.B) {
		h := floorSample(64).floorHeader
		for b.Loop() {
			var err error
			if octetsOut, err = floorAppendEither(streams, dst, &h); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("floor-of-one-revision", func(b *testing.B) {
		h := floorSample(64).floorHeader
		for b.Loop() {
			var err error
			if octetsOut, err = floorAppendHeader(dst, &h); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("hgwire", func(b *testing.B) {
		h := sample(64).Header
		for b.Loop() {
			var err error
			if octetsOut, err = revision.AppendHeader(dst, &h); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkFrameParse64(b *testing.B) {
	in := octets(b, 64)
	b.Run("floor", func(b *testing.B) {
		for b.Loop() {
			if _, err := floorParseFrameEither(streams, &floorFrameOut, in); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("floor-of-one-revision", func(b *testing.B) {
		for b.Loop() {
			if _, err := floorParseFrame(&floorFrameOut, in); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("hgwire", func(b *testing.B) {
		for b.Loop() {
			if _, err := revision.DecodeFrame(&frameOut, in, framing.DefaultFramePayload); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// repeat serves the same octets for ever.
type repeat struct {
	octets []byte
	at     int
}

func (r *repeat) Read(p []byte) (n int, err error) {
	for n < len(p) {
		c := copy(p[n:], r.octets[r.at:])
		n += c
		if r.at += c; r.at == len(r.octets) {
			r.at = 0
		}
	}
	return n, nil
}

// http2Frames returns enough DATA frames of n octets to fill a read.
func http2Frames(tb testing.TB, n int) []byte {
	var out bytes.Buffer
	fr := http2.NewFramer(&out, nil)
	for out.Len() < 64<<10 {
		if err := fr.WriteData(1, false, payloadOf(n)); err != nil {
			tb.Fatal(err)
		}
	}
	return out.Bytes()
}

func ourFrames(tb testing.TB, n int) []byte {
	var out []byte
	for one := octets(tb, n); len(out) < 64<<10; {
		out = append(out, one...)
	}
	return out
}

func benchmarkRead(b *testing.B, n int) {
	in := ourFrames(b, n)
	b.Run("floor", func(b *testing.B) {
		b.SetBytes(int64(n))
		r := floorReader{r: &repeat{octets: in}, buf: make([]byte, 64<<10)}
		var f floorFrame
		for b.Loop() {
			if err := r.next(&f); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("hgwire", func(b *testing.B) {
		b.SetBytes(int64(n))
		r := framing.NewReader(&repeat{octets: in}, rev)
		var f framing.Frame
		for b.Loop() {
			if err := r.Next(&f); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("x-net-http2-framer", func(b *testing.B) {
		b.SetBytes(int64(n))
		fr := http2.NewFramer(io.Discard, bufio.NewReaderSize(&repeat{octets: http2Frames(b, n)}, 64<<10))
		fr.SetReuseFrames()
		for b.Loop() {
			if _, err := fr.ReadFrame(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkFrameRead64(b *testing.B)  { benchmarkRead(b, 64) }
func BenchmarkFrameRead16K(b *testing.B) { benchmarkRead(b, 16<<10) }

func BenchmarkFrameAppend64(b *testing.B) {
	dst := make([]byte, 0, 128)
	b.Run("floor", func(b *testing.B) {
		f := floorSample(64)
		for b.Loop() {
			var err error
			if octetsOut, err = floorAppendFrameEither(streams, dst, &f); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("floor-of-one-revision", func(b *testing.B) {
		f := floorSample(64)
		for b.Loop() {
			var err error
			if octetsOut, err = floorAppendFrame(dst, &f); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("hgwire", func(b *testing.B) {
		f := sample(64)
		for b.Loop() {
			var err error
			if octetsOut, err = rev.AppendFrame(dst, &f); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("x-net-http2-framer", func(b *testing.B) {
		var out bytes.Buffer
		fr := http2.NewFramer(&out, nil)
		p := payloadOf(64)
		for b.Loop() {
			out.Reset()
			if err := fr.WriteData(1, false, p); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// At large sizes everything is a copy: the floor is one.
func benchmarkAppendLarge(b *testing.B, n int) {
	dst := make([]byte, 0, n+64)
	b.Run("floor", func(b *testing.B) { // copies of a ready-made header and of the payload
		b.SetBytes(int64(n))
		header, payload := octets(b, n)[:8:8], payloadOf(n)
		for b.Loop() {
			dst = append(append(dst[:0], header...), payload...)
		}
	})
	b.Run("hgwire", func(b *testing.B) {
		b.SetBytes(int64(n))
		f := sample(n)
		for b.Loop() {
			if _, err := rev.AppendFrame(dst[:0], &f); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkFrameAppend16K(b *testing.B) { benchmarkAppendLarge(b, 16<<10) }
func BenchmarkFrameAppend32K(b *testing.B) { benchmarkAppendLarge(b, 32<<10) }

// TestFloorsAgree holds the floors to the octets they are compared with.
func TestFloorsAgree(t *testing.T) {
	for _, n := range []int{0, 1, 64, 255, 256, 16 << 10, 65535} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			ff := floorSample(n)
			got, err := floorAppendFrame(nil, &ff)
			if err != nil {
				t.Fatal(err)
			}
			either, err := floorAppendFrameEither(true, nil, &ff)
			if err != nil || !bytes.Equal(got, either) {
				t.Errorf("the two floors differ: %v", err)
			}
			if want := octets(t, n); !bytes.Equal(got, want) {
				t.Errorf("floor frame starts %x, hgwire's %x", got[:8], want[:8])
			}
			var back floorFrame
			if _, err := floorParseFrame(&back, got); err != nil {
				t.Fatal(err)
			}
			if back.floorHeader != ff.floorHeader || !bytes.Equal(back.payload, ff.payload) {
				t.Errorf("floor parsed %+v, want %+v", back.floorHeader, ff.floorHeader)
			}
		})
	}
}

// TestFloorOfBothRevisionsAgrees does so for the revision that the other floors leave out.
func TestFloorOfBothRevisionsAgrees(t *testing.T) {
	h := sample(64).Header
	want, err := framing.RevisionRequestIDs.AppendHeader(nil, &framing.Header{Length: h.Length, RequestID: h.RequestID, Type: h.Type, Flags: h.Flags})
	if err != nil {
		t.Fatal(err)
	}
	floor := floorSample(64).floorHeader
	floor.stream = 0
	got, err := floorAppendEither(false, nil, &floor)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %x, %v; want %x", got, err, want)
	}
	var back floorHeader
	if err := floorParseEither(false, &back, got); err != nil || back != floor {
		t.Errorf("parsed %+v, %v; want %+v", back, err, floor)
	}
}
