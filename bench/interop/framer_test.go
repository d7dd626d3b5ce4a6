package interop

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/hgwire/hgwire/examples/http2/http2frame"
	"golang.org/x/net/http2"
)

const h2 = http2frame.RevisionH2

// random makes frames of HTTP/2 that are well formed.
type random struct{ *rand.Rand }

func (r random) octets(most int) []byte {
	b := make([]byte, r.IntN(most+1))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func (r random) flip() bool { return r.IntN(2) == 0 }

// stream returns a stream other than 0.
func (r random) stream() uint32 { return 1 + r.Uint32()%(1<<31-1) }

func (r random) priority() http2.PriorityParam {
	return http2.PriorityParam{StreamDep: r.Uint32() >> 1, Exclusive: r.flip(), Weight: uint8(r.Uint32())}
}

// writers write one frame of each type by the other implementation.
var writers = []func(*http2.Framer, random) error{
	func(w *http2.Framer, r random) error {
		if r.flip() {
			return w.WriteData(r.stream(), r.flip(), r.octets(300))
		}
		return w.WriteDataPadded(r.stream(), r.flip(), r.octets(300), make([]byte, r.IntN(256)))
	},
	func(w *http2.Framer, r random) error {
		p := http2.HeadersFrameParam{
			StreamID: r.stream(), BlockFragment: r.octets(300), EndStream: r.flip(), EndHeaders: true, PadLength: uint8(r.Uint32()),
		}
		if r.flip() {
			p.Priority = r.priority()
		}
		return w.WriteHeaders(p)
	},
	func(w *http2.Framer, r random) error { return w.WritePriority(r.stream(), r.priority()) },
	func(w *http2.Framer, r random) error {
		return w.WriteRSTStream(r.stream(), http2.ErrCode(r.Uint32()))
	},
	func(w *http2.Framer, r random) error {
		return w.WriteSettings(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: r.Uint32()}, http2.Setting{ID: 0x99, Val: r.Uint32()})
	},
	func(w *http2.Framer, _ random) error { return w.WriteSettingsAck() },
	func(w *http2.Framer, r random) error {
		return w.WritePushPromise(http2.PushPromiseParam{
			StreamID: r.stream(), PromiseID: r.stream(), BlockFragment: r.octets(300), EndHeaders: true, PadLength: uint8(r.Uint32()),
		})
	},
	func(w *http2.Framer, r random) error {
		return w.WritePing(r.flip(), [8]byte(binary.BigEndian.AppendUint64(nil, r.Uint64())))
	},
	func(w *http2.Framer, r random) error {
		return w.WriteGoAway(r.stream(), http2.ErrCode(r.Uint32()), r.octets(300))
	},
	func(w *http2.Framer, r random) error { return w.WriteWindowUpdate(r.Uint32()>>1, 1+r.Uint32()>>2) },
	func(w *http2.Framer, r random) error {
		stream := r.stream()
		if err := w.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: r.octets(300)}); err != nil {
			return err
		}
		return w.WriteContinuation(stream, true, r.octets(300))
	},
	func(w *http2.Framer, r random) error { // a type that no document defines
		return w.WriteRawFrame(http2.FrameType(32+r.IntN(224)), http2.Flags(r.Uint32()), r.Uint32()>>1, r.octets(300))
	},
}

// recorded returns the octets of frames that the other implementation has written.
func recorded(t *testing.T, seed uint64, frames int) []byte {
	t.Helper()
	r := random{rand.New(rand.NewPCG(seed, 7540))}
	var b bytes.Buffer
	w := http2.NewFramer(&b, nil)
	for i := range frames {
		if err := writers[i%len(writers)](w, r); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// same compares our frame with one that the other implementation has read from the same octets.
func same(got *http2frame.Frame, want http2.Frame) error {
	h := want.Header()
	if got.Length != h.Length || uint8(got.Type) != uint8(h.Type) || uint8(got.Flags) != uint8(h.Flags) || got.StreamID != h.StreamID || len(got.Payload) != int(h.Length) {
		return fmt.Errorf("got %+v with %d octets, want %v", got.Header, len(got.Payload), h)
	}
	return nil
}

// TestFramerWrites reads what the other implementation writes: with the same fields as it reads
// them itself, and back to the same octets.
func TestFramerWrites(t *testing.T) {
	octets := recorded(t, 1, 5000)
	theirs := http2.NewFramer(nil, bytes.NewReader(octets))
	ours := http2frame.NewReader(bytes.NewReader(octets), h2)
	var copied bytes.Buffer
	w := http2frame.NewWriter(&copied, h2)
	types := make(map[http2frame.FrameType]int)
	for n := 0; ; n++ {
		want, theirErr := theirs.ReadFrame()
		var got http2frame.Frame
		err := ours.Next(&got)
		if err == io.EOF && theirErr == io.EOF {
			break
		}
		if err != nil || theirErr != nil {
			t.Fatalf("frame %d: got %v, want %v", n, err, theirErr)
		}
		types[got.Type]++
		if err := same(&got, want); err != nil {
			t.Errorf("frame %d: %v", n, err)
		}
		line := h2.AppendText(nil, &got)
		parsed, err := h2.ParseText(string(line))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if err := w.WriteFrame(&parsed); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	if err := w.Flush(); err != nil || !bytes.Equal(copied.Bytes(), octets) {
		t.Errorf("our frames are not the octets they were read from: %v", err)
	}
	for typ := http2frame.TypeData; typ <= http2frame.TypeContinuation; typ++ {
		if types[typ] == 0 {
			t.Errorf("no %v frame", typ)
		}
	}
}

// TestFramerReads lets the other implementation read frames that are made of the schema's types and
// flags alone, and looks at what it makes of them.
func TestFramerReads(t *testing.T) {
	var octets []byte
	for _, test := range frames {
		f, err := h2.ParseText(test.line)
		if err != nil {
			t.Fatal(err)
		}
		if octets, err = h2.AppendFrame(octets, &f); err != nil {
			t.Fatal(err)
		}
	}
	theirs := http2.NewFramer(nil, bytes.NewReader(octets))
	for _, test := range frames {
		f, err := theirs.ReadFrame()
		if err != nil {
			t.Fatalf("%s: %v", test.line, err)
		}
		if got := test.show(f); got != test.want {
			t.Errorf("%s: got %s, want %s", test.line, got, test.want)
		}
	}
	if f, err := theirs.ReadFrame(); err != io.EOF {
		t.Errorf("got %v, %v, want the end", f, err)
	}
}

// frames are lines of ours, and what the other implementation reads of them.
var frames = []struct {
	line string
	show func(http2.Frame) string
	want string
}{
	{`data end-stream|padded 1 \x02hi\x00\x00`, func(f http2.Frame) string {
		d := f.(*http2.DataFrame)
		return fmt.Sprintf("%q %v", d.Data(), d.StreamEnded())
	}, `"hi" true`},
	{`headers end-stream|end-headers|padded|priority 2147483647 \x01\x80\x00\x00\x05\x0fabc\x00`, func(f http2.Frame) string {
		h := f.(*http2.HeadersFrame)
		return fmt.Sprintf("%q %v %v %v", h.HeaderBlockFragment(), h.StreamEnded(), h.HeadersEnded(), priority(h.Priority))
	}, `"abc" true true 5 true 15`},
	{`priority 0 3 \x00\x00\x00\x01\x10`, func(f http2.Frame) string {
		return priority(f.(*http2.PriorityFrame).PriorityParam)
	}, "1 false 16"},
	{`rst-stream 0 3 \x00\x00\x00\x08`, func(f http2.Frame) string { return f.(*http2.RSTStreamFrame).ErrCode.String() }, "CANCEL"},
	{`settings 0 0 \x00\x05\x00\x01\x00\x00`, func(f http2.Frame) string {
		return fmt.Sprint(f.(*http2.SettingsFrame).Setting(0), " ", f.(*http2.SettingsFrame).IsAck())
	}, "[MAX_FRAME_SIZE = 65536] false"},
	{`settings ack 0 `, func(f http2.Frame) string { return fmt.Sprint(f.(*http2.SettingsFrame).IsAck()) }, "true"},
	{`push-promise end-headers 1 \x00\x00\x00\x02abc`, func(f http2.Frame) string {
		p := f.(*http2.PushPromiseFrame)
		return fmt.Sprintf("%d %q %v", p.PromiseID, p.HeaderBlockFragment(), p.HeadersEnded())
	}, `2 "abc" true`},
	{`headers 0 1 abc`, func(f http2.Frame) string { return fmt.Sprint(f.(*http2.HeadersFrame).HeadersEnded()) }, "false"},
	{`continuation end-headers 1 def`, func(f http2.Frame) string {
		c := f.(*http2.ContinuationFrame)
		return fmt.Sprintf("%q %v", c.HeaderBlockFragment(), c.HeadersEnded())
	}, `"def" true`},
	{`ping ack 0 12345678`, func(f http2.Frame) string {
		p := f.(*http2.PingFrame)
		return fmt.Sprintf("%q %v", p.Data, p.IsAck())
	}, `"12345678" true`},
	{`goaway 0 0 \x00\x00\x00\x07\x00\x00\x00\x02bye`, func(f http2.Frame) string {
		g := f.(*http2.GoAwayFrame)
		return fmt.Sprintf("%d %v %q", g.LastStreamID, g.ErrCode, g.DebugData())
	}, `7 INTERNAL_ERROR "bye"`},
	{`window-update 0 0 \x7f\xff\xff\xff`, func(f http2.Frame) string {
		return fmt.Sprint(f.(*http2.WindowUpdateFrame).Increment)
	}, "2147483647"},
	{`200 255 2147483647 anything`, func(f http2.Frame) string {
		u := f.(*http2.UnknownFrame)
		return fmt.Sprintf("%d %d %q", u.Type, u.Flags, u.Payload())
	}, `200 255 "anything"`},
}

func priority(p http2.PriorityParam) string { return fmt.Sprint(p.StreamDep, p.Exclusive, p.Weight) }

// TestReservedBit sends the bit that means nothing (4.1): both read the same stream.
func TestReservedBit(t *testing.T) {
	octets := []byte{0, 0, 8, 6, 0, 0x80, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}
	want, err := http2.NewFramer(nil, bytes.NewReader(octets)).ReadFrame()
	if err != nil {
		t.Fatal(err)
	}
	got, rest, err := h2.ParseFrame(octets)
	if err != nil || len(rest) > 0 {
		t.Fatalf("got %d octets left, %v", len(rest), err)
	}
	if err := same(&got, want); err != nil {
		t.Error(err)
	}
}

// TestTooLarge announces a frame of 16385 octets, which neither reads on.
func TestTooLarge(t *testing.T) {
	octets := []byte{0, 0x40, 1, 0, 0, 0, 0, 0, 1}
	theirs := http2.NewFramer(nil, bytes.NewReader(octets))
	theirs.SetMaxReadFrameSize(http2frame.DefaultMaxFrameSize)
	if _, err := theirs.ReadFrame(); err != http2.ErrFrameTooLarge {
		t.Errorf("theirs: got %v, want %v", err, http2.ErrFrameTooLarge)
	}
	if _, _, err := h2.ParseFrame(octets); !errors.Is(err, http2frame.ErrFrameSizeError) {
		t.Errorf("ours: got %v, want %v", err, http2frame.ErrFrameSizeError)
	}
}
