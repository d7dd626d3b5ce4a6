package framingtest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
)

// handHeader is a header as one would write it for this protocol alone.
type handHeader struct {
	length      uint32
	requestID   uint16
	streamID    uint8
	streamFlags uint8
	typ         uint8
	flags       uint8
}

var errHand = errors.New("hand-written codec: no")

//go:noinline
func (h *handHeader) decode(b []byte) error {
	if len(b) < 8 {
		return errHand
	}
	w := binary.LittleEndian.Uint64(b)
	h.length = uint32(w) & 0xffffff
	h.requestID = uint16(w >> 24)
	h.streamID = uint8(w >> 40)
	h.streamFlags = uint8(w >> 48)
	h.typ = uint8(w >> 60)
	h.flags = uint8(w>>56) & 0xf
	return nil
}

//go:noinline
func (h *handHeader) append(dst []byte) ([]byte, error) {
	if h.length > 0xffffff || h.typ > 0xf || h.flags > 0xf {
		return dst, errHand
	}
	return binary.LittleEndian.AppendUint64(dst, uint64(h.length)|uint64(h.requestID)<<24|uint64(h.streamID)<<40|
		uint64(h.streamFlags)<<48|uint64(h.typ<<4|h.flags)<<56), nil
}

// handFrame is a frame as one would write it for this protocol alone.
type handFrame struct {
	handHeader
	payload []byte
}

//go:noinline
func (f *handFrame) decode(b []byte, limit int) (int, error) {
	if len(b) < 8 {
		return 0, errHand
	}
	w := binary.LittleEndian.Uint64(b)
	n := int(w & 0xffffff)
	f.length = uint32(n)
	f.requestID = uint16(w >> 24)
	f.streamID = uint8(w >> 40)
	f.streamFlags = uint8(w >> 48)
	f.typ = uint8(w >> 60)
	f.flags = uint8(w>>56) & 0xf
	if n > limit || len(b)-8 < n {
		return 0, errHand
	}
	f.payload = b[8 : 8+n : 8+n]
	return 8 + n, nil
}

//go:noinline
func (f *handFrame) append(dst []byte) ([]byte, error) {
	if len(f.payload) > 0xffffff || f.typ > 0xf || f.flags > 0xf {
		return dst, errHand
	}
	dst = binary.LittleEndian.AppendUint64(dst, uint64(len(f.payload))|uint64(f.requestID)<<24|uint64(f.streamID)<<40|
		uint64(f.streamFlags)<<48|uint64(f.typ<<4|f.flags)<<56)
	return append(dst, f.payload...), nil
}

var benchHeader = framing.Header{
	Length: 64, RequestID: 0x1234, StreamID: 3, StreamFlags: framing.FlagStreamBegin,
	Type: framing.TypeCommandData, Flags: framing.Flags(framing.CommandDataEOS),
}

func benchFrame(size int) *framing.Frame {
	return &framing.Frame{Header: benchHeader, Payload: bytes.Repeat([]byte{'x'}, size)}
}

func BenchmarkHeader(b *testing.B) {
	const rev = framing.RevisionStreams
	octets, err := rev.AppendHeader(nil, &benchHeader)
	if err != nil {
		b.Fatal(err)
	}
	hand := handHeader{64, 0x1234, 3, 1, 3, 2}
	b.Run("decode/generated", func(b *testing.B) {
		var h framing.Header
		for b.Loop() {
			if rev.DecodeHeader(&h, octets) != nil {
				b.Fatal("decode")
			}
		}
	})
	b.Run("decode/hand-written", func(b *testing.B) {
		var h handHeader
		for b.Loop() {
			if h.decode(octets) != nil {
				b.Fatal("decode")
			}
		}
	})
	b.Run("parse/generated", func(b *testing.B) {
		for b.Loop() {
			if _, err := rev.ParseHeader(octets); err != nil {
				b.Fatal(err)
			}
		}
	})
	buf := make([]byte, 0, 64)
	b.Run("append/generated", func(b *testing.B) {
		for b.Loop() {
			if _, err := rev.AppendHeader(buf, &benchHeader); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("append/hand-written", func(b *testing.B) {
		for b.Loop() {
			if _, err := hand.append(buf); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkFrame(b *testing.B) {
	const rev = framing.RevisionStreams
	f := benchFrame(64)
	octets, err := rev.AppendFrame(nil, f)
	if err != nil {
		b.Fatal(err)
	}
	hand := handFrame{handHeader{64, 0x1234, 3, 1, 3, 2}, f.Payload}
	buf := make([]byte, 0, 128)
	b.Run("decode/generated", func(b *testing.B) {
		var f framing.Frame
		for b.Loop() {
			if _, err := rev.DecodeFrame(&f, octets, framing.DefaultFramePayload); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("decode/hand-written", func(b *testing.B) {
		var f handFrame
		for b.Loop() {
			if _, err := f.decode(octets, 65535); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("append/generated", func(b *testing.B) {
		for b.Loop() {
			if _, err := rev.AppendFrame(buf, f); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("append/hand-written", func(b *testing.B) {
		for b.Loop() {
			if _, err := hand.append(buf); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// endless repeats its octets for ever.
type endless struct {
	octets []byte
	at     int
}

func (r *endless) Read(b []byte) (int, error) {
	n := 0
	for n < len(b) {
		m := copy(b[n:], r.octets[r.at:])
		n += m
		r.at = (r.at + m) % len(r.octets)
	}
	return n, nil
}

// stream returns frames with payloads of one size, without end.
func stream(b *testing.B, size int) *endless {
	octets, err := framing.RevisionStreams.AppendFrame(nil, benchFrame(size))
	if err != nil {
		b.Fatal(err)
	}
	return &endless{octets: bytes.Repeat(octets, max(1, 1<<18/len(octets)))}
}

func BenchmarkReader(b *testing.B) {
	for _, size := range []int{0, 64, 1 << 10, 4 << 10, 16 << 10, 32 << 10, 65535} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			r := framing.NewReader(stream(b, size), framing.RevisionStreams)
			b.SetBytes(int64(size))
			var f framing.Frame
			for b.Loop() {
				if err := r.Next(&f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCopy reads the same octets in the same pieces, a payload and the header after it, without
// looking at them: the floor of BenchmarkReader.
func BenchmarkCopy(b *testing.B) {
	for _, size := range []int{16 << 10, 32 << 10, 65535} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			r := stream(b, size)
			r.at = framing.RevisionStreams.HeaderSize()
			buf := make([]byte, size+r.at)
			b.SetBytes(int64(size))
			for b.Loop() {
				if _, err := io.ReadFull(r, buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkWriter(b *testing.B) {
	for _, size := range []int{0, 64, 1 << 10, 16 << 10, 32 << 10, 65535} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			f := benchFrame(size)
			w := framing.NewWriter(io.Discard, framing.RevisionStreams)
			b.SetBytes(int64(size))
			for b.Loop() {
				if err := w.WriteFrame(f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDispatch(b *testing.B) {
	h := &framing.Header{Type: framing.TypeCommandData, Flags: framing.Flags(framing.CommandDataContinuation)}
	for b.Loop() {
		t := framing.DispatchServerRequest(framing.ServerConnectionCommandReceiving, framing.ServerRequestData, h)
		if t != framing.ServerRequestTransitionDataContinues {
			b.Fatal(t)
		}
	}
}
