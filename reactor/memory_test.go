package reactor

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
)

// frames parses human-readable frames.
func frames(t testing.TB, lines ...string) []framing.Frame {
	t.Helper()
	list := make([]framing.Frame, len(lines))
	for i, line := range lines {
		var err error
		if list[i], err = framing.RevisionStreams.ParseText(line); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// receive feeds frames that must not fail and returns the last result.
func receive(t testing.TB, s *Server, lines ...string) (res Result) {
	t.Helper()
	for _, f := range frames(t, lines...) {
		if res = s.Receive(&f); res.Action == Error {
			t.Fatalf("%s: %v", framing.RevisionStreams.AppendText(nil, &f), res.Err)
		}
	}
	return res
}

// TestRequestKeepsNothingOfFrames scribbles over every payload as soon as Receive has returned,
// and over taken output: neither may show in a request or in an answer.
func TestRequestKeepsNothingOfFrames(t *testing.T) {
	s := NewServer(Config{})
	var requests []*Request
	for _, f := range frames(t,
		`1 1 stream-begin command-name have-args|have-data command`,
		`3 1 0 command-name eos other`,
		`1 1 0 command-argument continuation \x03\x00\x06\x00keyval`,
		`1 1 0 command-argument eoa ue1`,
		`1 1 0 command-data continuation first`,
		`1 1 0 command-data eos second`,
	) {
		res := s.Receive(&f)
		if res.Action == RunCommand {
			requests = append(requests, res.Request)
		}
		clear(f.Payload)
	}
	if len(requests) != 2 {
		t.Fatalf("%d requests, want 2", len(requests))
	}
	other, command := requests[0], requests[1]
	if got := string(other.Command); got != "other" {
		t.Errorf("command %q, want other", got)
	}
	if got, _ := command.Arg("key"); string(command.Command) != "command" || string(got) != "value1" || string(command.Data) != "firstsecond" {
		t.Errorf("command %q, argument %q, data %q", command.Command, got, command.Data)
	}
	if _, err := s.Respond(3, 2, []byte("one")); err != nil {
		t.Fatal(err)
	}
	out := s.Take(nil)
	clear(out)
	if got, _ := command.Arg("key"); string(got) != "value1" {
		t.Errorf("after another request has ended: argument %q, want value1", got)
	}
}

// TestAppendingToARequestDoesNotSpill grows what a request gives out: nothing else may change.
func TestAppendingToARequestDoesNotSpill(t *testing.T) {
	s := NewServer(Config{})
	res := receive(t, s,
		`1 1 stream-begin command-name have-args c`,
		`1 1 0 command-argument 0 \x01\x00\x01\x00av`,
		`1 1 0 command-argument eoa \x01\x00\x01\x00bw`,
	)
	a, _ := res.Request.Arg("a")
	_ = append(a, "spilt"...)
	if b, ok := res.Request.Arg("b"); !ok || string(b) != "w" {
		t.Errorf("argument b is %q, want w", b)
	}
	res = receive(t, s, `3 1 0 command-name have-data c`, `3 1 0 command-data continuation abc`, `3 1 0 command-data eos d`)
	grown := append(res.Request.Data, 'x')
	if &grown[0] == &res.Request.Data[0] {
		t.Error("appending to Data writes to memory of the reactor")
	}
}

func TestDataIsNilOnlyWhenAbsent(t *testing.T) {
	tests := []struct {
		name  string
		lines []string
		want  bool // nil
	}{
		{"absent", []string{`1 1 stream-begin command-name eos c`}, true},
		{"empty", []string{`1 1 stream-begin command-name have-data c`, `1 1 0 command-data eos `}, false},
	}
	s := NewServer(Config{})
	for range 2 { // the second time with memory of the first
		for _, tt := range tests {
			res := receive(t, s, tt.lines...)
			if got := res.Request.Data == nil; got != tt.want || len(res.Request.Data) != 0 {
				t.Errorf("%s: data is %#v", tt.name, res.Request.Data)
			}
			if _, err := s.Respond(1, 2, nil); err != nil {
				t.Fatal(err)
			}
			s.Take(nil)
		}
	}
}

// TestSteadyStateAllocatesNothing covers commands of every shape with their answers.
func TestSteadyStateAllocatesNothing(t *testing.T) {
	list := frames(t,
		`1 1 0 command-name eos heads`,
		`3 1 0 command-name have-args|have-data unbundle`,
		`3 1 0 command-argument continuation \x03\x00\x06\x00keyval`,
		`3 1 0 command-argument 0 ue1`,
		`3 1 0 command-argument 0 \x01\x00\x01\x00zz`,
		`3 1 0 command-argument eoa \x01\x00\x01\x00aa`,
		`3 1 0 command-data continuation first`,
		`3 1 0 command-data eos second`,
	)
	s := NewServer(Config{})
	receive(t, s, `1 1 stream-begin command-name eos heads`)
	payload := []byte(strings.Repeat("x", 100))
	out := make([]byte, 0, 4096)
	if _, err := s.Respond(1, 2, payload); err != nil {
		t.Fatal(err)
	}
	s.Take(out)
	got := testing.AllocsPerRun(1000, func() {
		for i := range list {
			if res := s.Receive(&list[i]); res.Action == RunCommand {
				if _, err := s.Respond(res.Request.ID, 2, payload); err != nil {
					t.Fatal(err)
				}
				s.Take(out)
			} else if res.Action != WantFrame {
				t.Fatal(res.Err)
			}
		}
	})
	if got != 0 {
		t.Errorf("%v allocations for %d frames, want 0", got, len(list))
	}
}

// TestHostileDuplicatesAreSettledQuickly sends as many arguments as the limit admits, all with one
// name; the last must win.
func TestHostileDuplicatesAreSettledQuickly(t *testing.T) {
	s := NewServer(Config{})
	receive(t, s, `1 1 stream-begin command-name have-args c`)
	n := framing.DefaultArgumentOctets / (argumentHeader + 2)
	add := frames(t, `1 1 0 command-argument 0 \x01\x00\x01\x00ka`)[0]
	for range n - 1 {
		if res := s.Receive(&add); res.Action != WantFrame {
			t.Fatal(res.Err)
		}
	}
	res := receive(t, s, `1 1 0 command-argument eoa \x01\x00\x01\x00kb`)
	if value, _ := res.Request.Arg("k"); res.Request.NumArgs() != 1 || string(value) != "b" {
		t.Errorf("%d arguments, k is %q; want 1, b", res.Request.NumArgs(), value)
	}
}

// TestBufferedOctets reaches the limit of the connection with requests that are each within theirs.
func TestBufferedOctets(t *testing.T) {
	s := NewServer(Config{Limits: framing.Limits{BufferedOctets: 40}})
	receive(t, s,
		`1 1 stream-begin command-name have-data c`,
		`3 1 0 command-name have-data c`,
		`1 1 0 command-data continuation 0123456789`,
		`3 1 0 command-data continuation 0123456789`,
		`1 1 0 command-data eos 0123456789`,
	)
	f := frames(t, `3 1 0 command-data eos 0123456789`)[0]
	if res := s.Receive(&f); res.Action != Error || !errors.Is(res.Err, framing.ErrBufferedTooLarge) {
		t.Fatalf("got %v, want %v", res.Err, framing.ErrBufferedTooLarge)
	}
	if _, err := s.Respond(1, 2, nil); err != nil {
		t.Errorf("an active request can be answered after an error, got %v", err)
	}
}

// TestEndedRequestsGiveTheirOctetsBack runs more than the limit through one connection.
func TestEndedRequestsGiveTheirOctetsBack(t *testing.T) {
	s := NewServer(Config{Limits: framing.Limits{BufferedOctets: 16}})
	receive(t, s, `1 1 stream-begin command-name eos first`)
	for i := range 100 {
		if _, err := s.Respond(1, 2, nil); err != nil {
			t.Fatal(err)
		}
		s.Take(nil)
		if s.buffered != 0 {
			t.Fatalf("after request %d: %d octets are counted, want 0", i, s.buffered)
		}
		receive(t, s, `1 1 0 command-name have-data c`, `1 1 0 command-data eos 0123456789`)
	}
}

func isUsage(err error, code framing.ErrorCode) bool {
	usage, ok := errors.AsType[*framing.UsageError](err)
	return ok && errors.Is(err, code) && usage.Code == code
}

// TestReusedRequestsStartAfresh ends a request and opens it again: nothing of the first may count or
// show in the second, and what was large is let go.
func TestReusedRequestsStartAfresh(t *testing.T) {
	s := NewServer(Config{Limits: framing.Limits{ArgumentOctets: 6}})
	receive(t, s, `1 1 stream-begin command-name eos first`)
	for i := range 3 {
		if _, err := s.Respond(1, 2, nil); err != nil {
			t.Fatal(err)
		}
		s.Take(nil)
		res := receive(t, s, `1 1 0 command-name have-args c`, `1 1 0 command-argument eoa \x01\x00\x01\x00kv`)
		if res.Request.NumArgs() != 1 || res.Request.Data != nil || string(res.Request.Command) != "c" {
			t.Fatalf("round %d: %d arguments, data %q, command %q", i, res.Request.NumArgs(), res.Request.Data, res.Request.Command)
		}
	}
}

// TestLargeRequestsLeaveNothingBehind looks at the memory that ended requests leave to the next.
func TestLargeRequestsLeaveNothingBehind(t *testing.T) {
	s := NewServer(Config{})
	receive(t, s, `1 1 stream-begin command-name eos c`)
	for id := 3; id < 1000; id += 2 {
		f := frames(t, `3 1 0 command-name have-data c`, `3 1 0 command-data eos `)
		f[0].RequestID, f[1].RequestID = uint16(id), uint16(id)
		f[1].Payload = make([]byte, 2*keptOctets)
		for i := range f {
			if res := s.Receive(&f[i]); res.Action == Error {
				t.Fatal(res.Err)
			}
		}
		if _, err := s.Respond(uint16(id), 2, nil); err != nil {
			t.Fatal(err)
		}
	}
	s.Take(nil)
	if got := len(s.requests.spare); got != maxSpare {
		t.Errorf("%d ended requests are kept, want %d", got, maxSpare)
	}
	for _, r := range s.requests.spare {
		if cap(r.data) > keptOctets {
			t.Fatalf("a buffer of %d octets is kept", cap(r.data))
		}
	}
}

// TestLastOfDuplicatesWins mixes names whose order a sort that is not stable would lose.
func TestLastOfDuplicatesWins(t *testing.T) {
	s := NewServer(Config{})
	receive(t, s, `1 1 stream-begin command-name have-args c`)
	var res Result
	for i := range 100 {
		flags := "0"
		if i == 99 {
			flags = "eoa"
		}
		res = receive(t, s, fmt.Sprintf(`1 1 0 command-argument %s \x01\x00\x01\x00%c%c`, flags, 'a'+i%10, '0'+i/10))
	}
	if got := res.Request.NumArgs(); got != 10 {
		t.Errorf("%d arguments, want 10", got)
	}
	for name, value := range res.Request.Args() {
		if string(value) != "9" {
			t.Errorf("argument %s is %s, want 9", name, value)
		}
	}
}

// TestChangingARequestsIDIsHarmless: the field is for reading, but an application can write to it.
func TestChangingARequestsIDIsHarmless(t *testing.T) {
	s := NewServer(Config{})
	other := receive(t, s, `1 1 stream-begin command-name eos c`, `3 1 0 command-name eos c`).Request
	one := s.requests.find(1)
	one.ID, other.ID = 3, 999
	for _, id := range []uint16{1, 3} {
		if _, err := s.Respond(id, 2, nil); err != nil {
			t.Fatal(err)
		}
	}
	s.Take(nil)
	receive(t, s, `1 1 0 command-name eos c`, `3 1 0 command-name eos c`)
}
