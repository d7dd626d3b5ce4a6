package framingtest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"testing"
	"testing/iotest"

	"github.com/hgwire/hgwire/generated/framing"
)

// conversation returns frames of all sizes and their octets.
func conversation(t testing.TB, r framing.Revision) (frames []framing.Frame, octets []byte) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{0, 1, 64, 5, 8191, 8192, 40000, 7, 65535, 65535, 0, 0, 4096, 32768, 32768, 32768, 3, 60000, 1000, 1000} {
		f := framing.Frame{Header: framing.Header{RequestID: uint16(len(frames)), Type: 3, Flags: 1}}
		if r >= framing.RevisionStreams {
			f.StreamID = uint8(rnd.Uint32())
		}
		for range size {
			f.Payload = append(f.Payload, byte(rnd.Uint32()))
		}
		f.Length = uint32(size)
		frames = append(frames, f)
		var err error
		if octets, err = r.AppendFrame(octets, &f); err != nil {
			t.Fatal(err)
		}
	}
	return frames, octets
}

// expectFrames reads frames and compares them and their offsets.
func expectFrames(t *testing.T, r *framing.Reader, rev framing.Revision, frames []framing.Frame) {
	t.Helper()
	var f framing.Frame
	var offset int64
	for i, want := range frames {
		if got := r.Offset(); got != offset {
			t.Errorf("frame %d: got offset %d, want %d", i, got, offset)
		}
		if err := r.Next(&f); err != nil {
			t.Fatalf("frame %d: %v", i, err)
		}
		if f.Header != want.Header || !bytes.Equal(f.Payload, want.Payload) {
			t.Fatalf("frame %d: got %+v with %d octets, want %+v", i, f.Header, len(f.Payload), want.Header)
		}
		offset += int64(rev.HeaderSize() + len(want.Payload))
	}
	if got := r.Offset(); got != offset {
		t.Errorf("at the end: got offset %d, want %d", got, offset)
	}
}

func TestReader(t *testing.T) {
	for _, rev := range framing.Revisions() {
		frames, octets := conversation(t, rev)
		for name, source := range map[string]io.Reader{
			"at once":        bytes.NewReader(octets),
			"octet by octet": iotest.OneByteReader(bytes.NewReader(octets)),
			"by halves":      iotest.HalfReader(bytes.NewReader(octets)),
			"data with EOF":  iotest.DataErrReader(bytes.NewReader(octets)),
		} {
			t.Run(fmt.Sprint(rev, "/", name), func(t *testing.T) {
				r := framing.NewReader(source, rev)
				expectFrames(t, r, rev, frames)
				for range 2 {
					if err := r.Next(new(framing.Frame)); err != io.EOF {
						t.Errorf("at the end: got error %v, want io.EOF", err)
					}
				}
			})
		}
	}
}

// TestReaderCutOff ends the stream after every octet of a few frames.
func TestReaderCutOff(t *testing.T) {
	for _, rev := range framing.Revisions() {
		size := rev.HeaderSize()
		var octets []byte
		var starts []int
		for _, payload := range []string{"", "a", "some more"} {
			starts = append(starts, len(octets))
			var err error
			if octets, err = rev.AppendFrame(octets, &framing.Frame{Payload: []byte(payload)}); err != nil {
				t.Fatal(err)
			}
		}
		starts = append(starts, len(octets))
		for n := range octets {
			r := framing.NewReader(iotest.OneByteReader(bytes.NewReader(octets[:n])), rev)
			var f framing.Frame
			var err error
			whole := 0
			for err = r.Next(&f); err == nil; err = r.Next(&f) {
				whole++
			}
			start := starts[whole]
			if n == start {
				if err != io.EOF {
					t.Errorf("%s: cut after %d: got error %v, want io.EOF", rev, n, err)
				}
				continue
			}
			want := framing.ShortError{Offset: int64(start), Have: n - start, Need: size}
			if n-start >= size {
				want.Need = starts[whole+1] - start
			}
			short, ok := errors.AsType[*framing.ShortError](err)
			if !ok || *short != want || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%s: cut after %d: got error %v, want %v", rev, n, err, &want)
			}
			if again := r.Next(&f); again != err {
				t.Errorf("%s: cut after %d: then got error %v, want the same", rev, n, again)
			}
			if r.Offset() != int64(start) {
				t.Errorf("%s: cut after %d: got offset %d, want %d", rev, n, r.Offset(), start)
			}
		}
	}
}

// headerOnly delivers a header and fails the test when more is read.
type headerOnly struct {
	t      *testing.T
	header []byte
}

func (r *headerOnly) Read(b []byte) (int, error) {
	if len(r.header) == 0 {
		r.t.Error("the payload of a refused frame is being read")
		return 0, io.EOF
	}
	n := copy(b, r.header)
	r.header = r.header[n:]
	return n, nil
}

func TestReaderRefusesFromHeader(t *testing.T) {
	for _, tt := range []struct {
		header string
		limit  int
	}{
		{"00 00 01 01 00 01 01 11", 0},
		{"ff ff ff 01 00 01 01 11", 0},
		{"ff ff ff 01 00 01 01 11", 0xfffffe},
		{"0b 00 00 01 00 01 01 11", 10},
	} {
		r := framing.NewReader(&headerOnly{t, octetsOf(t, tt.header)}, framing.RevisionStreams)
		r.MaxPayload = tt.limit
		var f framing.Frame
		err := r.Next(&f)
		if !errors.Is(err, framing.ErrFrameTooLarge) {
			t.Errorf("%s: got error %v, want frame-too-large", tt.header, err)
		}
		if again := r.Next(&f); again != err || r.Offset() != 0 {
			t.Errorf("%s: then got error %v at %d, want the same at 0", tt.header, again, r.Offset())
		}
	}
}

// TestReaderNeverTrustsLength announces 16 MiB, sends little, and looks at what was allocated.
func TestReaderNeverTrustsLength(t *testing.T) {
	octets := append(octetsOf(t, "ff ff ff 01 00 01 01 11"), make([]byte, 10000)...)
	r := framing.NewReader(bytes.NewReader(octets), framing.RevisionStreams)
	r.MaxPayload = 1 << 24
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := r.Next(new(framing.Frame))
	runtime.ReadMemStats(&after)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got error %v, want io.ErrUnexpectedEOF", err)
	}
	if got := after.TotalAlloc - before.TotalAlloc; got > 100000 {
		t.Errorf("allocated %d octets for a frame of which 10000 came", got)
	}
}

func TestReaderError(t *testing.T) {
	broken := errors.New("broken")
	_, octets := conversation(t, framing.RevisionStreams)
	for _, n := range []int{0, 3, 8, 20} {
		r := framing.NewReader(io.MultiReader(bytes.NewReader(octets[:n]), iotest.ErrReader(broken)), framing.RevisionStreams)
		var f framing.Frame
		var err error
		for err == nil {
			err = r.Next(&f)
		}
		if err != broken {
			t.Errorf("after %d octets: got error %v, want that of the reader", n, err)
		}
		if again := r.Next(&f); again != broken {
			t.Errorf("after %d octets: then got error %v, want the same", n, again)
		}
	}
}

// stuck never delivers anything.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestReaderNoProgress(t *testing.T) {
	if err := framing.NewReader(stuck{}, framing.RevisionStreams).Next(new(framing.Frame)); err != io.ErrNoProgress {
		t.Errorf("got error %v, want io.ErrNoProgress", err)
	}
}

// TestReaderPoll takes what has arrived with Poll and waits with Next, whatever the sizes in which
// octets come.
func TestReaderPoll(t *testing.T) {
	for _, rev := range framing.Revisions() {
		frames, octets := conversation(t, rev)
		for _, cut := range []int{1, 7, 100, 5000, 70000} {
			r := framing.NewReader(iotest.OneByteReader(bytes.NewReader(nil)), rev)
			if r.Poll(new(framing.Frame)) {
				t.Fatal("Poll has a frame though nothing was read")
			}
			r = framing.NewReader(&inPieces{octets, cut}, rev)
			var f framing.Frame
			polled := 0
			var before, payload []byte // of the frame before: what it was, and what is in the reader's memory
			for i, want := range frames {
				if r.Poll(&f) {
					polled++
					if !bytes.Equal(payload, before) {
						t.Fatalf("%s, pieces of %d: Poll of frame %d changes the payload before", rev, cut, i)
					}
				} else if err := r.Next(&f); err != nil {
					t.Fatal(err)
				}
				before, payload = want.Payload, f.Payload
				if f.Header != want.Header || !bytes.Equal(f.Payload, want.Payload) {
					t.Fatalf("%s, pieces of %d: frame %d is %+v, want %+v", rev, cut, i, f.Header, want.Header)
				}
			}
			if got := r.Buffered(); got != 0 {
				t.Errorf("%s, pieces of %d: %d octets are left, want none", rev, cut, got)
			}
			if cut == 70000 && polled == 0 {
				t.Errorf("%s: Poll never had a frame", rev)
			}
		}
	}
}

// inPieces delivers octets in pieces of a size.
type inPieces struct {
	rest []byte
	size int
}

func (p *inPieces) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.rest[:min(p.size, len(p.rest))])
	p.rest = p.rest[n:]
	return n, nil
}

// TestReaderSwap keeps every payload without copying it, and gives the Reader memory that was
// scribbled over: all payloads are as they came.
func TestReaderSwap(t *testing.T) {
	for _, rev := range framing.Revisions() {
		frames, octets := conversation(t, rev)
		for _, room := range []int{0, 1, 64 << 10, 128 << 10} {
			r := framing.NewReader(&inPieces{octets, 50000}, rev)
			var kept []framing.Frame
			swapped := 0
			for range frames {
				var f framing.Frame
				if err := r.Next(&f); err != nil {
					t.Fatal(err)
				}
				before := r.Buffered()
				if old := r.Swap(bytes.Repeat([]byte{0xee}, room)); old == nil {
					if room >= before {
						t.Fatalf("%s: no swap for %d octets into %d", rev, before, room)
					}
					f.Payload = bytes.Clone(f.Payload)
				} else {
					swapped++
				}
				if r.Buffered() != before {
					t.Fatalf("%s: %d octets are left after a swap, want %d", rev, r.Buffered(), before)
				}
				kept = append(kept, f)
			}
			for i, want := range frames {
				if kept[i].Header != want.Header || !bytes.Equal(kept[i].Payload, want.Payload) {
					t.Errorf("%s, room for %d: frame %d has changed", rev, room, i)
				}
			}
			if swapped == 0 {
				t.Errorf("%s, room for %d: no memory was swapped", rev, room)
			}
		}
	}
}
