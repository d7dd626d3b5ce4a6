package reactor

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/message"
	"github.com/hgwire/hgwire/stream"
)

// open takes n request IDs and returns the last.
func open(t testing.TB, c *Client, n int) (id uint16) {
	t.Helper()
	for range n {
		var err error
		if id, err = c.Open(); err != nil {
			t.Fatal(err)
		}
	}
	return id
}

// exchange issues a command of one frame and answers it in one.
func exchange(t testing.TB, c *Client) (id uint16) {
	t.Helper()
	id = open(t, c, 1)
	h := framing.Header{RequestID: id, StreamID: 1, StreamFlags: framing.FlagStreamBegin, Type: framing.TypeCommandName, Flags: framing.Flags(framing.CommandNameEOS)}
	if err := c.Sending(&h); err != nil {
		t.Fatal(err)
	}
	f := framing.Frame{Header: framing.Header{RequestID: id, StreamID: 2, StreamFlags: framing.FlagStreamBegin, Type: framing.TypeBytesResponse, Flags: framing.Flags(framing.BytesResponseEOS)}}
	if res := c.Receive(&f); res.Action != ResponseEnd || res.Request != id {
		t.Fatalf("got %s of request %d, %v, want responseend of %d", res.Action, res.Request, res.Err, id)
	}
	return id
}

// TestRequestIDsWrapAround goes through all IDs one after the other, then round again over those that
// are in use.
func TestRequestIDsWrapAround(t *testing.T) {
	c := NewClient(Config{})
	for want := 1; want < 1<<16; want += 2 {
		if got := exchange(t, c); int(got) != want {
			t.Fatalf("got request ID %d, want %d", got, want)
		}
	}
	for _, want := range []uint16{1, 3, 5} {
		if got := open(t, c, 1); got != want {
			t.Fatalf("got request ID %d, want %d", got, want)
		}
	}
	if err := c.Release(3); err != nil {
		t.Fatal(err)
	}
	for want := 7; want < 1<<16; want += 2 {
		if got := exchange(t, c); int(got) != want {
			t.Fatalf("got request ID %d, want %d", got, want)
		}
	}
	for _, want := range []uint16{3, 7, 9} { // 1 and 5 are in use
		if got := open(t, c, 1); got != want {
			t.Fatalf("got request ID %d, want %d", got, want)
		}
	}
}

// TestAllRequestIDsInFlight takes every ID, whatever the limit says.
func TestAllRequestIDsInFlight(t *testing.T) {
	c := NewClient(Config{Limits: framing.Limits{InFlightRequests: 1 << 20}})
	if got := open(t, c, allRequests); got != 1<<16-1 || c.InFlight() != allRequests {
		t.Fatalf("got ID %d with %d in flight, want 65535 with %d", got, c.InFlight(), allRequests)
	}
	_, err := c.Open()
	if !isUsage(err, framing.ErrTooManyInFlight) || !strings.Contains(err.Error(), "the limit is 32768") {
		t.Errorf("got %v, want %v with the limit 32768", err, framing.ErrTooManyInFlight)
	}
	if got := c.EndInput(); len(got) != allRequests || got[0] != 1 || got[allRequests-1] != 1<<16-1 {
		t.Errorf("%d requests are left, want all", len(got))
	}
	for _, id := range []uint16{4243, 1} {
		if err := c.Release(id); err != nil {
			t.Fatal(err)
		}
		if got := open(t, c, 1); got != id {
			t.Errorf("got ID %d, want %d, the only free one", got, id)
		}
	}
}

// TestInFlightLimit fills up to the default and to a limit of one's own.
func TestInFlightLimit(t *testing.T) {
	for limit, want := range map[int]int{0: framing.DefaultInFlightRequests, 3: 3} {
		c := NewClient(Config{Limits: framing.Limits{InFlightRequests: limit}})
		open(t, c, want)
		if id, err := c.Open(); id != 0 || !isUsage(err, framing.ErrTooManyInFlight) || c.InFlight() != want {
			t.Errorf("limit %d: got %d, %v with %d in flight, want %v", limit, id, err, c.InFlight(), framing.ErrTooManyInFlight)
		}
	}
}

func TestAppendCommand(t *testing.T) {
	for _, rev := range framing.Revisions() {
		c := NewClient(Config{Revision: rev, MaxSend: 8})
		cmd := message.Command{Name: "unbundle", Args: map[string]string{"k": "value"}, Data: strings.NewReader("123456789")}
		out, id, err := c.AppendCommand([]byte("before"), &cmd, 3)
		if err != nil || id != 1 {
			t.Fatalf("%s: got request %d, %v", rev, id, err)
		}
		if got := c.RequestState(1); got != framing.ClientRequestWaiting {
			t.Errorf("%s: request 1 is %s, want waiting", rev, got)
		}
		s := NewServer(Config{Revision: rev})
		var res Result
		sizes, rest := 0, strings.TrimPrefix(string(out), "before")
		for len(rest) > 0 {
			var f framing.Frame
			n, err := rev.DecodeFrame(&f, []byte(rest), 8)
			if err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
			sizes++
			res = s.Receive(&f)
		}
		if res.Action != RunCommand || string(res.Request.Data) != "123456789" || sizes != 5 {
			t.Errorf("%s: %d frames came to %s, %v", rev, sizes, res.Action, res.Err)
		}
	}
}

// TestAppendCommandFails in every way, and leaves everything as it was.
func TestAppendCommandFails(t *testing.T) {
	broken := errors.New("broken")
	tests := []struct {
		name   string
		cmd    message.Command
		stream uint8
		want   error // nil: a *framing.RuleError
	}{
		{"an even stream", message.Command{Name: "c"}, 2, nil},
		{"a long name", message.Command{Name: "command"}, 1, framing.ErrCommandTooLarge},
		{"data that breaks off", message.Command{Name: "c", Data: iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("123456")))}, 1, iotest.ErrTimeout},
		{"data that breaks off after frames", message.Command{Name: "c", Args: map[string]string{"k": "v"}, Data: iotest.ErrReader(broken)}, 1, broken},
	}
	c := NewClient(Config{MaxSend: 6, Limits: framing.Limits{InFlightRequests: 1}})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, _, err := c.AppendCommand([]byte("before"), &tt.cmd, tt.stream)
			rule, isRule := errors.AsType[*framing.RuleError](err)
			if tt.want == nil && (!isRule || rule.Field != "stream-id") || tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if string(out) != "before" || c.InFlight() != 0 || c.RequestState(1) != framing.ClientRequestIdle {
				t.Errorf("got %q with %d in flight, request 1 is %s", out, c.InFlight(), c.RequestState(1))
			}
		})
	}
	if got := c.own.states[1]; got != framing.StreamOwnClosed {
		t.Errorf("stream 1 is %s, want own-closed: nothing was sent on it", got)
	}
	out, id, err := c.AppendCommand(nil, &message.Command{Name: "c"}, 1)
	if err != nil || id != 1 || framing.StreamFlags(out[6]) != framing.FlagStreamBegin {
		t.Errorf("afterwards: request %d, % x, %v; want request 1 on a stream that begins", id, out, err)
	}
	if _, _, err := c.AppendCommand(nil, &message.Command{Name: "c"}, 1); !isUsage(err, framing.ErrTooManyInFlight) {
		t.Errorf("got %v, want %v", err, framing.ErrTooManyInFlight)
	}
}

// TestClientErrorsSayInWhichState covers an error of each origin, of the peer and of ours.
func TestClientErrorsSayInWhichState(t *testing.T) {
	tests := []struct{ name, want, line string }{
		{"stream", "live, stream closed", `1 2 0 bytes-response eos c`},
		{"row", "live, request idle", `1 2 stream-begin bytes-response eos c`},
		{"action", "live, request waiting", `3 2 stream-begin text-output 0 c`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := NewClient(Config{})
			open(t, c, 2)
			for _, f := range frames(t, `3 1 stream-begin command-name eos c`) {
				if err := c.Sending(&f.Header); err != nil {
					t.Fatal(err)
				}
			}
			f := frames(t, tt.line)[0]
			res := c.Receive(&f)
			if res.Action != Error || res.Err.State != tt.want {
				t.Fatalf("got %s in state %q, want an error in state %q", res.Action, res.Err.State, tt.want)
			}
			if res = c.Receive(&f); res.Err.Code != framing.ErrClientAlreadyErrored || res.Err.State != "errored" {
				t.Errorf("then got %v, want %v", res.Err, framing.ErrClientAlreadyErrored)
			}
		})
	}
	c := NewClient(Config{})
	for line, want := range map[string]string{
		`1 1 0 command-name eos c`:            "live, stream own-closed",
		`1 1 stream-begin command-name eos c`: "live, request idle",
		`2 1 stream-begin command-name eos c`: "live, request foreign",
	} {
		f := frames(t, line)[0]
		if err, ok := errors.AsType[*framing.UsageError](c.Sending(&f.Header)); !ok || err.State != want || err.Header != f.Header {
			t.Errorf("%s: got %v, want a usage error in state %q", line, err, want)
		}
	}
}

// TestClientSizeIsCheckedWhateverTheHeaderSays takes the larger of the header's length and the
// payload's, and of a decoded frame the header's.
func TestClientSizeIsCheckedWhateverTheHeaderSays(t *testing.T) {
	long, announced := frames(t, `1 2 stream-begin error-response protocol no`)[0], frames(t, `1 2 stream-begin error-response protocol no`)[0]
	long.Payload = make([]byte, 9)
	announced.Length = 9
	tests := map[string]struct {
		f       framing.Frame
		decoded bool
		want    Action
	}{
		"payload":                   {long, false, Error},
		"header":                    {announced, false, Error},
		"header, decoded":           {announced, true, Error},
		"payload grown by decoding": {long, true, Refused},
	}
	for name, tt := range tests {
		for _, consumed := range []bool{false, true} {
			if consumed && (!tt.decoded || tt.want != Error) {
				continue
			}
			c := NewClient(Config{Limits: framing.Limits{FramePayload: 8}})
			var res ClientResult
			if tt.decoded {
				res = c.ReceiveDecoded(&tt.f, consumed, nil)
			} else {
				res = c.Receive(&tt.f)
			}
			if res.Action != tt.want || tt.want == Error && res.Err.Code != framing.ErrFrameTooLarge {
				t.Errorf("%s: got %s, %v, want %s", name, res.Action, res.Err, tt.want)
			}
		}
	}
}

// TestReceiveDecoded compares the two ways to receive, frame by frame, up to an error.
func TestReceiveDecoded(t *testing.T) {
	for _, lines := range [][]string{
		{`0 2 stream-begin stream-settings 0 \x07counted`, `1 2 encoded bytes-response continuation abc`, `1 2 0 bytes-response eos def`, `1 2 0 bytes-response eos def`, `1 2 0 bytes-response eos def`},
		{`0 2 stream-begin stream-settings 0 \x03own`},
		{`1 2 0 bytes-response eos abc`, `1 2 0 bytes-response eos abc`},
	} {
		opened := 0
		profiles := []stream.Profile{counted{&opened}}
		whole, parts := NewClient(Config{Profiles: profiles}), NewClient(Config{Profiles: profiles})
		for _, c := range []*Client{whole, parts} {
			if _, _, err := c.AppendCommand(nil, &message.Command{Name: "c"}, 1); err != nil {
				t.Fatal(err)
			}
		}
		for _, line := range lines {
			f, g := frames(t, line)[0], frames(t, line)[0]
			want := whole.Receive(&f)
			consumed, err := parts.Streams().Receive(&g)
			got := parts.ReceiveDecoded(&g, consumed, err)
			if got.Action != want.Action || got.State != want.State || got.Request != want.Request || string(f.Payload) != string(g.Payload) {
				t.Fatalf("%s: got %+v with %q, want %+v with %q", line, got, g.Payload, want, f.Payload)
			}
			if want.Err != nil && got.Err.Error() != want.Err.Error() {
				t.Errorf("%s: got %v, want %v", line, got.Err, want.Err)
			}
		}
		whole.Close()
		parts.Close()
		if opened != 0 {
			t.Errorf("%d decoders are open after Close, want 0", opened)
		}
	}
}

// TestClientDecodes receives what a server has encoded with a profile of the application.
func TestClientDecodes(t *testing.T) {
	opened := 0
	c := NewClient(Config{Profiles: []stream.Profile{counted{&opened}}})
	if _, _, err := c.AppendCommand(nil, &message.Command{Name: "c"}, 1); err != nil {
		t.Fatal(err)
	}
	want := []struct{ line, payload string }{
		{`0 2 stream-begin stream-settings 0 \x07counted`, "\x07counted"},
		{`1 2 encoded bytes-response continuation abc`, "ABC"},
		{`1 2 0 bytes-response continuation abc`, "abc"},
		{`1 4 stream-begin|encoded bytes-response continuation abc`, "abc"}, // another stream
		{`1 2 encoded error-response application no`, "NO"},
	}
	for _, w := range want {
		f := frames(t, w.line)[0]
		if res := c.Receive(&f); res.Action == Error || string(f.Payload) != w.payload {
			t.Errorf("%s: got %s, %q, %v, want %q", w.line, res.Action, f.Payload, res.Err, w.payload)
		}
	}
	c.Close()
	c.Close()
	if opened != 0 {
		t.Errorf("%d decoders are open after Close, want 0", opened)
	}
}

// TestClientKeepsNothingOfFrames scribbles over payloads and headers as soon as a call has returned.
func TestClientKeepsNothingOfFrames(t *testing.T) {
	c := NewClient(Config{})
	open(t, c, 1)
	f := frames(t, `1 1 stream-begin command-name eos c`)[0]
	if err := c.Sending(&f.Header); err != nil {
		t.Fatal(err)
	}
	f.Header = framing.Header{}
	f = frames(t, `1 2 stream-begin text-output 0 \x06\x00\x01\x01\x05\x03\x00foo %slabelarg`)[0]
	if res := c.Receive(&f); res.Action != TextOutput {
		t.Fatal(res.Err)
	}
	for i := range f.Payload {
		f.Payload[i] = 'x'
	}
	f.Header = framing.Header{}
	text := c.Text()
	g := frames(t, `1 2 0 text-output 0 \x03\x00\x00\x00new`)[0]
	if res := c.Receive(&g); res.Action != TextOutput {
		t.Fatal(res.Err)
	}
	if len(text) != 1 || text[0].Format != "foo %s" || text[0].Labels[0] != "label" || text[0].Args[0] != "arg" {
		t.Errorf("after another text: got %q", text)
	}
	if got := c.Text(); len(got) != 1 || got[0].Format != "new" {
		t.Errorf("got text %q, want new", got)
	}
	if _, err := c.Open(); err != nil || c.RequestState(1) != framing.ClientRequestWaiting {
		t.Errorf("request 1 is %s, %v", c.RequestState(1), err)
	}
}

// TestClientSteadyStateAllocatesNothing covers commands of every shape and answers of all kinds, except
// text, which is copied.
func TestClientSteadyStateAllocatesNothing(t *testing.T) {
	for _, rev := range framing.Revisions() {
		c := NewClient(Config{Revision: rev})
		up := frames(t,
			`1 1 0 command-name have-args|have-data unbundle`,
			`1 1 0 command-argument continuation \x03\x00\x06\x00keyval`,
			`1 1 0 command-argument eoa ue1`,
			`1 1 0 command-data continuation first`,
			`1 1 0 command-data eos second`,
		)
		down := frames(t,
			`1 2 0 bytes-response continuation first`,
			`1 2 0 bytes-response continuation second`,
			`1 2 0 bytes-response eos third`,
		)
		fail := frames(t, `1 2 0 error-response application no`)[0]
		round := func(begin framing.StreamFlags) {
			for i := range 2 {
				id := open(t, c, 1)
				for j := range up {
					up[j].RequestID, up[j].StreamFlags = id, begin
					if err := c.Sending(&up[j].Header); err != nil {
						t.Fatal(err)
					}
				}
				answer := down
				if i == 1 {
					fail.RequestID, fail.StreamFlags = id, begin
					answer = down[:1]
				}
				for j := range answer {
					answer[j].RequestID, answer[j].StreamFlags = id, begin
					if res := c.Receive(&answer[j]); res.Action == Error {
						t.Fatal(res.Err)
					}
				}
				if i == 1 {
					if res := c.Receive(&fail); res.Action != CommandFailed {
						t.Fatal(res.Err)
					}
				}
			}
		}
		for range allRequests / 2 {
			round(framing.FlagStreamBegin) // until all pages are there
		}
		if got := testing.AllocsPerRun(1000, func() { round(0) }); got != 0 {
			t.Errorf("%s: %v allocations for two requests, want 0", rev, got)
		}
	}
}

func TestUnknownRevisionOfAClientPanics(t *testing.T) {
	defer func() {
		if got, want := recover(), "reactor: unknown revision Revision(9)"; got != want {
			t.Errorf("got %v, want %q", got, want)
		}
	}()
	NewClient(Config{Revision: 9})
}
