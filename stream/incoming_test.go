package stream_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

// step is a received frame and what comes of it.
type step struct {
	line string
	row  string // of the machine
	// want is the payload that is left, "consumed", or the text of an error.
	want string
	open int
}

const (
	begin       = "begin"
	beginAndEnd = "begin-and-end"
	carry       = "carry"
	end         = "end"
	settings    = "settings"
)

var incomingTests = []struct {
	name   string
	limits framing.Limits
	steps  []step
}{
	{name: "a stream from begin to end", steps: []step{
		{"1 1 stream-begin command-name eos a", begin, "a", 1},
		{"3 1 0 command-name eos b", carry, "b", 1},
		{"5 1 stream-end command-name eos c", end, "c", 0},
		{"7 1 stream-begin command-name eos d", begin, "d", 1},
		{"9 1 stream-begin command-name eos e", begin, "e", 1},
		{"9 1 stream-begin|stream-end command-name eos f", beginAndEnd, "f", 0},
		{"9 1 stream-begin|stream-end command-name eos g", beginAndEnd, "g", 0},
	}},
	{name: "streams do not depend on each other", steps: []step{
		{"1 1 stream-begin command-data 0 a", begin, "a", 1},
		{"1 255 stream-begin command-data 0 b", begin, "b", 2},
		{"1 3 stream-begin|stream-end command-data 0 c", beginAndEnd, "c", 2},
		{"1 1 stream-end command-data 0 d", end, "d", 1},
		{"1 255 0 command-data 0 e", carry, "e", 1},
		{"1 1 0 command-data 0 f", "not-begun", "received frame on unknown inactive stream without beginning of stream flag set", 1},
	}},
	{name: "undefined flags mean nothing", steps: []step{
		{"1 1 stream-begin|248 command-data 0 a", begin, "a", 1},
		{"1 1 248 command-data 0 b", carry, "b", 1},
		{"1 1 stream-end|8 command-data 0 c", end, "c", 0},
	}},
	{name: "types of the server and unassigned ones are for the requests to refuse", steps: []step{
		{"1 1 stream-begin bytes-response eos a", begin, "a", 1},
		{"1 1 0 15 0 b", carry, "b", 1},
	}},
	{name: "an even stream", steps: []step{
		{"1 2 stream-begin command-name eos a", "own-stream-id", "received frame with even numbered stream ID: 2", 0},
	}},
	{name: "stream 0, with settings", steps: []step{
		{`1 0 stream-begin stream-settings 0 \x08identity`, "own-stream-id", "received frame with even numbered stream ID: 0", 0},
	}},
	{name: "the first frame does not begin", steps: []step{
		{"1 1 0 command-name eos a", "not-begun", "received frame on unknown inactive stream without beginning of stream flag set", 0},
	}},
	{name: "the first frame only ends", steps: []step{
		{"1 1 stream-end|encoded command-name eos a", "not-begun", "received frame on unknown inactive stream without beginning of stream flag set", 0},
	}},
	{name: "settings do not begin a closed stream", steps: []step{
		{`1 1 0 stream-settings 0 \x08identity`, "not-begun", "received frame on unknown inactive stream without beginning of stream flag set", 0},
	}},
	{name: "settings do not begin an open stream", steps: []step{
		{"1 1 stream-begin command-name eos a", begin, "a", 1},
		{`1 1 0 stream-settings 0 \x08identity`, "settings-without-begin", "received stream settings frame without beginning of stream flag set on stream: 1", 1},
	}},
	{name: "settings", steps: []step{
		{`0 1 stream-begin stream-settings 0 \x08identity`, settings, "consumed", 1},
		{`1 1 encoded command-data 0 a`, carry, "a", 1},
		{`0 3 stream-begin|stream-end stream-settings 0 \x04runs`, "settings-and-end", "consumed", 1},
		{`0 1 stream-begin|encoded stream-settings 0 \x04runs`, settings, "consumed", 1},
		{`1 1 encoded command-data 0 \x02a`, carry, "aa", 1},
		{`0 5 stream-begin stream-settings 0 \x04runsa`, settings, "consumed", 2},
		{`1 5 encoded command-data 0 \x02\x01`, carry, "bb", 2},
	}},
	{name: "an unknown profile", steps: []step{
		{`0 1 stream-begin stream-settings 0 \x04zlib`, settings, `unknown content encoding profile "zlib" on stream 1; known profiles: identity, runs`, 0},
	}},
	{name: "an unknown profile with a name unfit for a log", steps: []step{
		{`0 1 stream-begin stream-settings 0 \x04a\n\x1bb`, settings, `unknown content encoding profile "a\n\x1bb" on stream 1; known profiles: identity, runs`, 0},
	}},
	{name: "settings cut short", steps: []step{
		{`0 3 stream-begin stream-settings 0 \x04run`, settings, "malformed stream settings frame on stream 3: profile name is cut short: 3 of 4 octets", 0},
	}},
	{name: "settings that identity does not take", steps: []step{
		{`0 1 stream-begin stream-settings 0 \x08identity1`, settings, "malformed stream settings frame on stream 1: identity takes no settings", 0},
	}},
	{name: "settings that another profile does not take", steps: []step{
		{"1 1 stream-begin command-name eos a", begin, "a", 1},
		{`0 1 stream-begin|stream-end stream-settings 0 \x04runs12`, "settings-and-end", "malformed stream settings frame on stream 1: runs takes at most one octet of settings", 1},
	}},
	{name: "encoded payloads on a stream without settings are as they are", steps: []step{
		{`1 1 stream-begin|encoded command-data 0 \x02a`, begin, "\x02a", 1},
		{`1 1 encoded command-data 0 \x02a`, carry, "\x02a", 1},
	}},
	{name: "the context spans frames, plain ones in between", steps: []step{
		{`0 1 stream-begin stream-settings 0 \x04runs`, settings, "consumed", 1},
		{`1 1 encoded command-data 0 \x01a\x02\x01`, carry, "abb", 1},
		{`1 1 0 command-data 0 \x01\x01`, carry, "\x01\x01", 1},
		{`1 1 encoded command-data 0 `, carry, "", 1},
		{`1 1 encoded command-data 0 \x00\x01`, carry, "", 1},
		{`3 1 encoded command-data 0 \x01\x00`, carry, "c", 1},
	}},
	{name: "contexts of streams are their own", steps: []step{
		{`0 1 stream-begin stream-settings 0 \x04runs`, settings, "consumed", 1},
		{`0 3 stream-begin stream-settings 0 \x04runs`, settings, "consumed", 2},
		{`1 1 encoded command-data 0 \x01a`, carry, "a", 2},
		{`1 3 encoded command-data 0 \x01b`, carry, "b", 2},
		{`1 1 encoded command-data 0 \x01\x01`, carry, "b", 2},
		{`1 5 stream-begin|encoded command-data 0 \x01\x01`, begin, "\x01\x01", 3},
		{`1 3 encoded command-data 0 \x01\x01`, carry, "c", 3},
	}},
	{name: "begin drops settings and context", steps: []step{
		{`0 1 stream-begin stream-settings 0 \x04runs`, settings, "consumed", 1},
		{`1 1 encoded command-data 0 \x01a`, carry, "a", 1},
		{`0 1 stream-begin stream-settings 0 \x04runs`, settings, "consumed", 1},
		{`1 1 encoded command-data 0 \x01a`, carry, "a", 1},
		{`1 1 stream-begin|encoded command-data 0 \x01a`, begin, "\x01a", 1},
		{`1 1 encoded command-data 0 \x01a`, carry, "\x01a", 1},
	}},
	{name: "end drops the context after its frame", steps: []step{
		{`0 1 stream-begin stream-settings 0 \x04runs`, settings, "consumed", 1},
		{`1 1 encoded command-data 0 \x01a`, carry, "a", 1},
		{`1 1 stream-end|encoded command-data 0 \x02\x01`, end, "bb", 0},
		{`1 1 stream-begin|encoded command-data 0 \x01\x01`, begin, "\x01\x01", 1},
	}},
	{name: "an encoded payload that is malformed", steps: []step{
		{`0 1 stream-begin stream-settings 0 \x04runs`, settings, "consumed", 1},
		{`1 1 stream-end|encoded command-data 0 abc`, end, "cannot decode payload on stream 1 with profile runs: half a pair", 1},
	}},
	{name: "the limit on decoded octets", limits: framing.Limits{DecodedOctets: 4}, steps: []step{
		{`0 1 stream-begin stream-settings 0 \x04runs`, settings, "consumed", 1},
		{`1 1 encoded command-data 0 \x04a`, carry, "aaaa", 1},
		{`1 1 encoded command-data 0 \x03\x00\x01\x01`, carry, "aaab", 1},
		{`1 1 0 command-data 0 plain`, carry, "plain", 1},
		{`1 1 encoded command-data 0 \x05\x00`, carry, "decoded payload on stream 1 exceeds the limit of 4 octets", 1},
	}},
	{name: "the limit on decoded octets holds without an encoding", limits: framing.Limits{DecodedOctets: 4}, steps: []step{
		{`1 1 stream-begin|encoded command-data 0 four`, begin, "four", 1},
		{`1 1 encoded command-data 0 fifth`, carry, "decoded payload on stream 1 exceeds the limit of 4 octets", 1},
	}},
	{name: "the limit on open streams", limits: framing.Limits{OpenStreams: 2}, steps: []step{
		{"1 1 stream-begin command-data 0 a", begin, "a", 1},
		{"1 3 stream-begin command-data 0 b", begin, "b", 2},
		{"1 1 stream-begin command-data 0 c", begin, "c", 2},
		{"1 1 stream-end command-data 0 d", end, "d", 1},
		{`0 5 stream-begin stream-settings 0 \x04runs`, settings, "consumed", 2},
		{"1 7 stream-begin|stream-end command-data 0 e", beginAndEnd, "too many open streams: the limit is 2", 2},
	}},
	{name: "the limit on streams with settings", limits: framing.Limits{EncodedStreams: 2}, steps: []step{
		{`0 1 stream-begin stream-settings 0 \x04runs`, settings, "consumed", 1},
		{`0 3 stream-begin stream-settings 0 \x08identity`, settings, "consumed", 2},
		{`0 1 stream-begin stream-settings 0 \x04runs`, settings, "consumed", 2},
		{`0 1 stream-begin|stream-end stream-settings 0 \x04runs`, "settings-and-end", "consumed", 1},
		{"1 5 stream-begin command-data 0 a", begin, "a", 2},
		{`0 5 stream-begin stream-settings 0 \x04runs`, settings, "consumed", 2},
		{"1 5 stream-begin command-data 0 b", begin, "b", 2},
		{`0 7 stream-begin stream-settings 0 \x04runs`, settings, "consumed", 3},
		{"1 3 stream-end command-data 0 c", end, "c", 2},
		{`0 9 stream-begin stream-settings 0 \x04runs`, settings, "consumed", 3},
		{`0 11 stream-begin|stream-end stream-settings 0 \x04runs`, "settings-and-end", "too many streams with a content encoding: the limit is 2", 3},
	}},
}

func TestIncoming(t *testing.T) {
	for _, tt := range incomingTests {
		t.Run(tt.name, func(t *testing.T) {
			in := stream.NewIncoming(framing.RoleServer, tt.limits, runs{})
			for _, s := range tt.steps {
				f := parse(t, s.line)
				before := in.State(f.StreamID)
				consumed, err := in.Receive(&f)
				got := string(f.Payload)
				if consumed {
					got = "consumed"
				}
				if err != nil {
					got = err.Text
					if err.Header != f.Header || err.State != before.String() {
						t.Errorf("%s: error about %v in state %q; want %v in %q", s.line, err.Header, err.State, f.Header, before)
					}
					if in.State(f.StreamID) != before {
						t.Errorf("%s: state %v after an error; want %v", s.line, in.State(f.StreamID), before)
					}
					if want := parse(t, s.line); string(f.Payload) != string(want.Payload) || f.Header != want.Header {
						t.Errorf("%s: the frame changed on an error", s.line)
					}
				}
				if got != s.want {
					t.Errorf("%s: %q; want %q", s.line, got, s.want)
				}
				if got := in.Last().String(); got != s.row {
					t.Errorf("%s: row %s; want %s", s.line, got, s.row)
				}
				if got := in.Open(); got != s.open {
					t.Errorf("%s: %d open streams; want %d", s.line, got, s.open)
				}
				checkCounts(t, in)
			}
		})
	}
}

// Every row for received frames is in the table above.
func TestIncomingCoverage(t *testing.T) {
	seen := map[string]bool{}
	for _, tt := range incomingTests {
		for _, s := range tt.steps {
			seen[s.row] = true
		}
	}
	for _, info := range framing.StreamTransitions() {
		if !seen[info.ID] && info.Send == nil {
			t.Errorf("no test for row %s", info.ID)
		}
	}
}

// Receive does not run the row `carry` for payloads that are not encoded, because of what this
// test says about it.
func TestCarryOnlyDecodes(t *testing.T) {
	for _, info := range framing.StreamTransitions() {
		if info.ID == framing.StreamTransitionCarry.String() {
			if got := strings.Join(info.Do, " "); got != "decode" {
				t.Errorf("row carry does %q; want decode alone", got)
			}
		}
	}
	row := framing.StreamTransitionCarry.Row()
	if !row.Keep || row.Error != 0 || row.Consumes {
		t.Errorf("row carry is %+v; want the state to stay, without an error, not consuming", row)
	}
}

// careless is runs without regard for the limit.
type careless struct{ runs }

func (p careless) NewDecoder(settings []byte, limit int) (stream.Decoder, error) {
	return p.runs.NewDecoder(settings, 1<<20)
}

func TestIncomingCarelessProfile(t *testing.T) {
	in := stream.NewIncoming(framing.RoleServer, framing.Limits{DecodedOctets: 4}, careless{})
	receive(t, in, `0 1 stream-begin stream-settings 0 \x04runs`)
	f := parse(t, `1 1 encoded command-data 0 \x05a`)
	if _, err := in.Receive(&f); !errors.Is(err, framing.ErrDecodedTooLarge) {
		t.Errorf("5 octets with a limit of 4: %v; want %v", err, framing.ErrDecodedTooLarge)
	}
}

// checkCounts holds the numbers of streams to their states.
func checkCounts(t *testing.T, in *stream.Incoming) {
	t.Helper()
	open, encoded := 0, 0
	for id := range 256 {
		if in.State(uint8(id)).CountsOpenStreams() {
			open++
		}
		if in.State(uint8(id)).CountsEncodedStreams() {
			encoded++
		}
	}
	if in.Open() != open || in.Encoded() != encoded {
		t.Errorf("%d open streams, %d encoded; want %d, %d", in.Open(), in.Encoded(), open, encoded)
	}
}

func parse(t testing.TB, line string) framing.Frame {
	t.Helper()
	f, err := framing.RevisionStreams.ParseText(line)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func receive(t testing.TB, in *stream.Incoming, line string) {
	t.Helper()
	f := parse(t, line)
	if _, err := in.Receive(&f); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
}

// A client receives on even streams, and nobody but itself sends on odd ones.
func TestIncomingOfAClient(t *testing.T) {
	in := stream.NewIncoming(framing.RoleClient, framing.Limits{}, runs{})
	receive(t, in, `0 2 stream-begin stream-settings 0 \x04runs`)
	if got := in.State(2); got != framing.StreamEncoded {
		t.Errorf("stream 2 is %s, want encoded", got)
	}
	f, err := framing.RevisionStreams.ParseText(`1 3 stream-begin bytes-response eos x`)
	if err != nil {
		t.Fatal(err)
	}
	const want = "received frame with odd numbered stream ID: 3"
	if _, err := in.Receive(&f); err == nil || err.Code != framing.ErrOwnStreamID || err.Text != want {
		t.Errorf("got %v, want %q", err, want)
	}
}
