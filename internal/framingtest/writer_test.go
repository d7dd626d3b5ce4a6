package framingtest

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
)

// sink records the sizes of writes and what was written; it fails after a number of writes.
type sink struct {
	bytes.Buffer
	sizes []int
	fail  int // the write that fails, from 1
	seen  [][]byte
}

var errSink = errors.New("sink is full")

func (s *sink) Write(b []byte) (int, error) {
	s.sizes = append(s.sizes, len(b))
	s.seen = append(s.seen, b)
	if len(s.sizes) == s.fail {
		return 0, errSink
	}
	return s.Buffer.Write(b)
}

func TestWriter(t *testing.T) {
	for _, rev := range framing.Revisions() {
		frames, octets := conversation(t, rev)
		var out sink
		w := framing.NewWriter(&out, rev)
		for i := range frames {
			f := frames[i]
			f.Length = 12345 // derived from the payload
			if err := w.WriteFrame(&f); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Bytes(), octets) {
			t.Errorf("%s: the octets written are not those of the frames in order", rev)
		}
		for _, n := range out.sizes {
			if n == 0 || n > 65535 {
				t.Errorf("%s: a write of %d octets", rev, n)
			}
		}
	}
}

func TestWriterGathersSmallFrames(t *testing.T) {
	var out sink
	w := framing.NewWriter(&out, framing.RevisionStreams)
	f := &framing.Frame{Payload: make([]byte, 64)}
	for range 2000 {
		if err := w.WriteFrame(f); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range out.sizes {
		if n < 48<<10-72 || n > 48<<10 {
			t.Errorf("a write of %d octets, want one close to 48 KiB", n)
		}
	}
	if got, want := len(out.sizes), 2000*72/(48<<10); got != want {
		t.Errorf("got %d writes, want %d", got, want)
	}
}

// TestWriterDoesNotCopyLargePayloads looks for the payload's own memory among the writes.
func TestWriterDoesNotCopyLargePayloads(t *testing.T) {
	for _, before := range []int{0, 10, 40000, 49152 - 8, 49152 - 2, 49152} {
		var out sink
		w := framing.NewWriter(&out, framing.RevisionStreams)
		payload := make([]byte, 60000)
		if before > 0 {
			if err := w.WriteFrame(&framing.Frame{Payload: make([]byte, before-8)}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.WriteFrame(&framing.Frame{Payload: payload}); err != nil {
			t.Fatal(err)
		}
		last := out.seen[len(out.seen)-1]
		if len(last) != len(payload) || &last[0] != &payload[0] {
			t.Errorf("after %d octets: the payload was copied", before)
		}
		for _, n := range out.sizes[:len(out.sizes)-1] {
			if n > 48<<10 {
				t.Errorf("after %d octets: a write of %d octets, want at most 48 KiB", before, n)
			}
		}
		if got, want := out.Len(), before+8+len(payload); got != want {
			t.Errorf("after %d octets: wrote %d octets, want %d", before, got, want)
		}
	}
}

func TestWriterErrors(t *testing.T) {
	big, small := make([]byte, 60000), make([]byte, 8)
	for _, fail := range []int{1, 2} {
		out := sink{fail: fail}
		w := framing.NewWriter(&out, framing.RevisionStreams)
		if err := w.WriteFrame(&framing.Frame{Payload: big}); err != errSink {
			t.Errorf("write %d fails: got error %v, want that of the sink", fail, err)
		}
		if err := w.WriteFrame(&framing.Frame{Payload: small}); err != errSink {
			t.Errorf("write %d fails: then got error %v, want the same", fail, err)
		}
		if err := w.Flush(); err != errSink {
			t.Errorf("write %d fails: on Flush got error %v, want the same", fail, err)
		}
		if len(out.sizes) != fail {
			t.Errorf("write %d fails: got %d writes, want none after it", fail, len(out.sizes))
		}
	}
}

// shortWriter takes all but one octet and says nothing.
type shortWriter struct{}

func (shortWriter) Write(b []byte) (int, error) { return len(b) - 1, nil }

func TestWriterShortWrite(t *testing.T) {
	w := framing.NewWriter(shortWriter{}, framing.RevisionStreams)
	if err := w.WriteFrame(&framing.Frame{}); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != io.ErrShortWrite {
		t.Errorf("got error %v, want io.ErrShortWrite", err)
	}
}

// TestWriterRefuses checks that a frame that cannot be written leaves the stream whole.
func TestWriterRefuses(t *testing.T) {
	var out sink
	w := framing.NewWriter(&out, framing.RevisionStreams)
	good := &framing.Frame{Header: framing.Header{RequestID: 1}, Payload: []byte("good")}
	bad := framing.Header{Type: 99}
	for _, f := range []*framing.Frame{
		good,
		{Header: bad},
		{Header: bad, Payload: make([]byte, 20<<10)},
		{Header: bad, Payload: make([]byte, 30<<10)},
		{Header: bad, Payload: make([]byte, 60000)},
		{Payload: make([]byte, 1<<24)},
		good,
	} {
		err := w.WriteFrame(f)
		_, refused := errors.AsType[*framing.FieldError](err)
		if refused != (f != good) {
			t.Errorf("type %d, %d octets: got error %v", f.Type, len(f.Payload), err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	r := framing.NewReader(&out, framing.RevisionStreams)
	good.Length = 4
	expectFrames(t, r, framing.RevisionStreams, []framing.Frame{*good, *good})
	if err := r.Next(new(framing.Frame)); err != io.EOF {
		t.Errorf("got error %v, want io.EOF", err)
	}
}
