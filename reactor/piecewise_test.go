package reactor

import (
	"errors"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
)

// TestStreamedRequestCutShortStaysAsItIs: its application may be looking at it.
func TestStreamedRequestCutShortStaysAsItIs(t *testing.T) {
	s := NewServer(Config{StreamData: true})
	res := receive(t, s, `1 1 stream-begin command-name have-args|have-data unbundle`, `1 1 0 command-argument eoa \x03\x00\x05\x00keyvalue`)
	cut := res.Request
	if res.Action != OpenCommand || !cut.HasData() || cut.Data != nil {
		t.Fatalf("got %s, has data %t, %q; want opencommand with data to come", res.Action, cut.HasData(), cut.Data)
	}
	if _, incomplete, err := s.EndInput(2); err != nil || len(incomplete) != 1 {
		t.Fatalf("got %d incomplete, %v, want 1", incomplete, err)
	}
	s.Take(nil)
	other := receive(t, s, `3 1 0 command-name have-args|have-data other`, `3 1 0 command-argument eoa \x03\x00\x05\x00keyother`).Request
	if value, _ := cut.Arg("key"); other == cut || cut.ID != 1 || string(cut.Command) != "unbundle" || string(value) != "value" {
		t.Errorf("the request is %d %q with key %q after another one has come", cut.ID, cut.Command, value)
	}
}

// TestStreamedRequestsAreReused: nothing of one shows in the next, of either kind.
func TestStreamedRequestsAreReused(t *testing.T) {
	s := NewServer(Config{StreamData: true})
	receive(t, s, `1 1 stream-begin command-name have-data c`)
	first := receive(t, s, `1 1 0 command-data eos x`).Request
	end := func() {
		t.Helper()
		if err := s.Begin(1); err != nil {
			t.Fatal(err)
		}
		last := frames(t, `1 2 stream-begin bytes-response eos x`)[0]
		if err := s.Sending(&last.Header); err != nil {
			t.Fatal(err)
		}
	}
	end()
	res := receive(t, s, `1 1 0 command-name have-args c`, `1 1 0 command-argument 0 \x01\x00\x01\x00bx`, `1 1 0 command-argument eoa \x01\x00\x01\x00ax`)
	if res.Request != first {
		t.Error("the memory of a request that has ended is not used again")
	}
	if _, ok := res.Request.Arg("b"); res.Action != RunCommand || res.Request.HasData() || !ok {
		t.Errorf("got %s, has data %t, arguments in order %t", res.Action, res.Request.HasData(), ok)
	}
	part := frames(t, `1 2 0 bytes-response continuation x`)[0]
	if _, err := s.Respond(1, 2, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Sending(&part.Header); !isUsage(err, framing.ErrAlreadyAnswered) {
		t.Errorf("got %v, want %v", err, framing.ErrAlreadyAnswered)
	}
}

// TestPiecewiseErrorsSayInWhichState, and change nothing.
func TestPiecewiseErrorsSayInWhichState(t *testing.T) {
	s := NewServer(Config{})
	receive(t, s, `1 1 stream-begin command-name eos c`)
	for line, want := range map[string]string{
		`1 2 0 bytes-response eos x`:            "idle, stream own-closed",
		`1 2 stream-begin bytes-response eos x`: "idle, request active",
		`3 2 stream-begin bytes-response eos x`: "idle, request inactive",
		`2 2 stream-begin text-output 0 x`:      "idle, request foreign",
	} {
		f := frames(t, line)[0]
		if err, ok := errors.AsType[*framing.UsageError](s.Sending(&f.Header)); !ok || err.State != want || err.Header != f.Header {
			t.Errorf("%s: got %v, want a usage error in state %q", line, err, want)
		}
	}
	if err, ok := errors.AsType[*framing.UsageError](s.Begin(3)); !ok || err.Code != framing.ErrNotActive || !strings.HasSuffix(err.State, "request inactive") {
		t.Errorf("got %v, want %v", err, framing.ErrNotActive)
	}
	if s.active != 1 || s.own.states[2] != framing.StreamOwnClosed {
		t.Errorf("%d active, stream 2 is %s", s.active, s.own.states[2])
	}
}

// TestServerReceiveDecoded compares the two ways to receive, up to an error.
func TestServerReceiveDecoded(t *testing.T) {
	for _, lines := range [][]string{
		{`0 1 stream-begin stream-settings 0 \x08identity`, `1 1 encoded command-name have-data c`, `1 1 0 command-data eos x`, `1 1 0 command-data eos x`, `3 1 0 command-name eos x`},
		{`0 1 stream-begin stream-settings 0 \x03own`},
		{`1 1 0 command-name eos c`, `1 1 stream-begin command-name eos c`},
	} {
		whole, parts := NewServer(Config{}), NewServer(Config{})
		for _, line := range lines {
			f, g := frames(t, line)[0], frames(t, line)[0]
			want := whole.Receive(&f)
			consumed, err := parts.Streams().Receive(&g)
			got := parts.ReceiveDecoded(&g, consumed, err)
			if got.Action != want.Action || got.State != want.State || string(f.Payload) != string(g.Payload) {
				t.Fatalf("%s: got %+v with %q, want %+v with %q", line, got, g.Payload, want, f.Payload)
			}
			if want.Err != nil && got.Err.Error() != want.Err.Error() {
				t.Errorf("%s: got %v, want %v", line, got.Err, want.Err)
			}
		}
	}
	s := NewServer(Config{Limits: framing.Limits{FramePayload: 8}})
	f := frames(t, `1 1 stream-begin command-name eos c`)[0]
	f.Length = 9
	if res := s.ReceiveDecoded(&f, true, nil); res.Action != Error || res.Err.Code != framing.ErrFrameTooLarge {
		t.Errorf("got %s, %v, want %v", res.Action, res.Err, framing.ErrFrameTooLarge)
	}
	if NewServer(Config{Revision: framing.RevisionRequestIDs}).Streams() != nil || NewClient(Config{Revision: framing.RevisionRequestIDs}).Streams() != nil {
		t.Error("there are streams in a revision without streams")
	}
}

// TestPiecewiseAllocatesNothing covers streamed data and answers frame by frame.
func TestPiecewiseAllocatesNothing(t *testing.T) {
	up := frames(t,
		`1 1 0 command-name have-args|have-data unbundle`,
		`1 1 0 command-argument eoa \x01\x00\x01\x00aa`,
		`1 1 0 command-data continuation first`,
		`1 1 0 command-data eos second`,
	)
	down := frames(t,
		`1 2 0 text-output 0 \x03\x00\x00\x00new`,
		`1 2 0 bytes-response continuation x`,
		`1 2 0 bytes-response eos x`,
	)
	s := NewServer(Config{StreamData: true})
	receive(t, s, `0 1 stream-begin stream-settings 0 \x08identity`)
	begin := frames(t, `0 2 stream-begin stream-settings 0 \x08identity`)[0]
	if err := s.Sending(&begin.Header); err != nil {
		t.Fatal(err)
	}
	got := testing.AllocsPerRun(1000, func() {
		for i := range up {
			if res := s.Receive(&up[i]); res.Action == Error {
				t.Fatal(res.Err)
			}
		}
		if err := s.Begin(1); err != nil {
			t.Fatal(err)
		}
		for i := range down {
			if err := s.Sending(&down[i].Header); err != nil {
				t.Fatal(err)
			}
		}
	})
	if got != 0 {
		t.Errorf("%v allocations for a request, want 0", got)
	}
}
