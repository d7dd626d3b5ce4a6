package message_test

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/message"
	"github.com/hgwire/hgwire/stream"
)

// A test gives frames in human-readable form in the revision `streams`, and outgoing in both.

// outgoing returns the stream that frames of a revision go out on.
func outgoing(rev framing.Revision, id uint8) *stream.Outgoing {
	if rev == framing.RevisionRequestIDs {
		return nil
	}
	return stream.NewOutgoing(id)
}

// in returns a frame of the revision `streams` as the given revision writes it.
func in(t *testing.T, rev framing.Revision, line string) string {
	t.Helper()
	f, err := framing.RevisionStreams.ParseText(line)
	if err != nil {
		t.Fatal(err)
	}
	if rev == framing.RevisionRequestIDs {
		f.StreamID, f.StreamFlags = 0, 0
	}
	return string(rev.AppendText(nil, &f))
}

// commandLines returns the frames of a command in human-readable form, and the error that ended
// them.
func commandLines(rev framing.Revision, frames iter.Seq2[framing.Frame, error]) (lines []string, err error) {
	for f, err := range frames {
		if err != nil {
			return lines, err
		}
		if int(f.Length) != len(f.Payload) || cap(f.Payload) != len(f.Payload) {
			return lines, fmt.Errorf("frame says %d octets and has %d with room for %d", f.Length, len(f.Payload), cap(f.Payload))
		}
		lines = append(lines, string(rev.AppendText(nil, &f)))
	}
	return lines, nil
}

func responseLines(rev framing.Revision, r message.Response) (lines []string) {
	for f := range r.Frames() {
		lines = append(lines, string(rev.AppendText(nil, &f)))
	}
	return lines
}

// compare reports where lines of frames differ, without the bulk of long ones.
func compare(t *testing.T, rev framing.Revision, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		if i >= len(want) {
			t.Errorf("%v: frame %d is %.80s; want no more", rev, i, got[i])
			continue
		}
		want := in(t, rev, want[i])
		if i >= len(got) {
			t.Errorf("%v: frame %d is missing; want %.80s", rev, i, want)
			continue
		}
		if got[i] != want {
			t.Errorf("%v: frame %d is %.80s (%d octets); want %.80s (%d octets)", rev, i, got[i], len(got[i]), want, len(want))
		}
	}
}

// flatten returns the octets of frames.
func flatten(t testing.TB, rev framing.Revision, frames iter.Seq[framing.Frame]) []byte {
	t.Helper()
	var b []byte
	for f := range frames {
		if int(f.Length) != len(f.Payload) || cap(f.Payload) != len(f.Payload) {
			t.Fatalf("frame says %d octets and has %d with room for %d", f.Length, len(f.Payload), cap(f.Payload))
		}
		var err error
		if b, err = rev.AppendFrame(b, &f); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

var revisions = []framing.Revision{framing.RevisionRequestIDs, framing.RevisionStreams}

// x returns a run of octets.
func x(n int) string { return strings.Repeat("x", n) }

// list returns its arguments, for tables.
func list(lines ...string) []string { return slices.Clip(lines) }
