package reactor_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/internal/replay"
)

// TestTranscripts plays the transcripts of testdata. With -rewrite it writes what came out.
func TestTranscripts(t *testing.T) {
	for _, rev := range framing.Revisions() {
		for _, folder := range []string{rev.String(), "client-" + rev.String()} {
			t.Run(folder, func(t *testing.T) {
				datadriven.Walk(t, filepath.Join("testdata", folder), func(t *testing.T, path string) {
					datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
						var p replay.Printer = replay.Human{Trace: d.HasArg("trace")}
						if d.HasArg("json") {
							p = replay.JSON{}
						}
						return play(t, d, rev, p)
					})
				})
			})
		}
	}
}

// play plays the script of a directive.
func play(t *testing.T, d *datadriven.TestData, rev framing.Revision, p replay.Printer) string {
	t.Helper()
	if d.Cmd != "replay" {
		d.Fatalf(t, "unknown directive %q", d.Cmd)
	}
	var out bytes.Buffer
	if err := replay.Play(&out, strings.NewReader(expand(d.Input)), rev, p); err != nil {
		d.Fatalf(t, "%v", err)
	}
	return collapse(out.String())
}

var repetition = regexp.MustCompile(`<(\d+)\*(.)>`)

// expand replaces <N*c> by N times c, which no real script means.
func expand(s string) string {
	return repetition.ReplaceAllStringFunc(s, func(match string) string {
		m := repetition.FindStringSubmatch(match)
		n, _ := strconv.Atoi(m[1])
		return strings.Repeat(m[2], n)
	})
}

// collapse replaces runs of 1000 and more of the same character by what expand understands.
func collapse(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		n := len(s) - len(strings.TrimLeft(s, s[:1]))
		if n < 1000 {
			b.WriteString(s[:n])
		} else {
			fmt.Fprintf(&b, "<%d*%c>", n, s[0])
		}
		s = s[n:]
	}
	return b.String()
}

// covered records the rows that outcomes went through, as "machine row". Of the frames that a server
// sent it checks that the schema has them sent, in the states in which the streams are.
type covered struct {
	t       *testing.T
	rev     framing.Revision
	rows    map[string]bool
	streams *[256]framing.StreamState
}

func newCovered(t *testing.T, rev framing.Revision, rows map[string]bool) covered {
	c := covered{t, rev, rows, new([256]framing.StreamState)}
	c.reset()
	return c
}

func (c covered) reset() {
	for id := range c.streams {
		c.streams[id] = framing.InitialStream(framing.RoleServer, uint8(id))
	}
}

func (c covered) AppendOutcome(dst []byte, e *replay.Event, o *replay.Outcome) []byte {
	if e.Op == replay.OpReset {
		c.reset()
	}
	for _, row := range o.Rows {
		c.rows[row.Machine+" "+row.ID] = true
	}
	for f := range o.Frames() {
		if err := c.rev.CheckSend(framing.RoleServer, &f.Header); err != nil {
			c.t.Error(err)
		}
		c.send(&f.Header)
	}
	return dst
}

// send takes a sent frame through the machines.
func (c covered) send(h *framing.Header) {
	if c.rev >= framing.RevisionStreams {
		state := &c.streams[h.StreamID]
		row := framing.SendStream(*state, h)
		c.rows["stream "+row.String()] = true
		if r := row.Row(); r.Error != 0 {
			c.t.Errorf("%+v: stream %s does not send this", h, *state)
		} else if !r.Keep {
			*state = r.To
		}
	}
	// The state of the request is not known here, only that some state sends the frame.
	state := framing.ServerRequestAnswered
	if h.Flags == framing.Flags(framing.ErrorResponseProtocol) && h.Type == framing.TypeErrorResponse {
		state = framing.ServerRequestInactive
	}
	row := framing.SendServerRequest(c.rev, state, h)
	c.rows["server-request "+row.String()] = true
	if row.Row().Error != 0 {
		c.t.Errorf("%+v: no %s request sends this", h, state)
	}
}

// rowsOf returns the rows of a machine, as "machine row".
func rowsOf(machine string, rows []framing.TransitionInfo) []string {
	names := make([]string, len(rows))
	for i, row := range rows {
		names[i] = machine + " " + row.ID
	}
	return names
}

// TestTransitionCoverage says which rows of the schema no transcript goes through, for servers and for
// clients.
func TestTransitionCoverage(t *testing.T) {
	streams := rowsOf("stream", framing.StreamTransitions())
	for _, role := range []struct {
		pattern string // of folders
		rows    []string
	}{
		{"%s", slices.Concat(rowsOf("server-connection", framing.ServerConnectionTransitions()), streams, rowsOf("server-request", framing.ServerRequestTransitions()))},
		{"client-%s", slices.Concat(rowsOf("client-connection", framing.ClientConnectionTransitions()), streams, rowsOf("client-request", framing.ClientRequestTransitions()))},
	} {
		seen := make(map[string]bool)
		for _, rev := range framing.Revisions() {
			datadriven.Walk(t, filepath.Join("testdata", fmt.Sprintf(role.pattern, rev)), func(t *testing.T, path string) {
				datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
					play(t, d, rev, newCovered(t, rev, seen))
					return d.Expected
				})
			})
		}
		for _, row := range role.rows {
			if !seen[row] {
				t.Errorf("no transcript of "+role.pattern+" goes through the row %q", "REVISION", row)
			}
		}
	}
}

var link = regexp.MustCompile(`\[([^\]]+)\]\(([^)]+)\)`)

// TestCaseTable checks the links of testdata/README.md: a transcript must have the subtest that
// the link's text ends with, and a Go file the function that is the link's text.
func TestCaseTable(t *testing.T) {
	readme, err := os.ReadFile("testdata/README.md")
	if err != nil {
		t.Fatal(err)
	}
	linked := make(map[string]bool)
	for _, m := range link.FindAllStringSubmatch(string(readme), -1) {
		text, target := m[1], m[2]
		content, err := os.ReadFile(filepath.Join("testdata", target))
		if err != nil {
			t.Errorf("link %s: %v", m[0], err)
			continue
		}
		want := "func " + text + "("
		if file, ok := strings.CutSuffix(target, ".txt"); ok {
			subtest, ok := strings.CutPrefix(text, file+"/")
			if !ok {
				t.Errorf("link %s: the text does not begin with %q", m[0], file+"/")
			}
			want = "\nsubtest " + subtest + "\n"
			linked[file] = true
		}
		if !strings.Contains(string(content), want) {
			t.Errorf("link %s: there is no %q", m[0], strings.TrimSpace(want))
		}
	}
	if len(linked) == 0 {
		t.Error("no link to a transcript")
	}
}
