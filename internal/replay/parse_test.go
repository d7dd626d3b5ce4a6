package replay

import (
	"reflect"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/reactor"
)

func TestParse(t *testing.T) {
	streams, ids := framing.RevisionStreams, framing.RevisionRequestIDs
	command := framing.Header{Length: 1, RequestID: 1, StreamID: 1, StreamFlags: framing.FlagStreamBegin, Type: framing.TypeCommandName, Flags: framing.Flags(framing.CommandNameEOS)}
	plain := framing.Header{Length: 1, RequestID: 1, Type: framing.TypeCommandName, Flags: framing.Flags(framing.CommandNameEOS)}
	for _, test := range []struct {
		rev  framing.Revision
		line string
		want Event
	}{
		{streams, "reset", Event{Op: OpReset, Role: framing.RoleServer, Config: reactor.Config{Revision: streams}}},
		{streams, "reset  defer  ", Event{Op: OpReset, Role: framing.RoleServer, Config: reactor.Config{Revision: streams, DeferOutput: true}}},
		{ids, "reset max-send=5 defer", Event{Op: OpReset, Role: framing.RoleServer, Config: reactor.Config{Revision: ids, DeferOutput: true, MaxSend: 5}}},
		{streams, "reset open-streams=2147483647", Event{Op: OpReset, Role: framing.RoleServer, Config: reactor.Config{Revision: streams, Limits: framing.Limits{OpenStreams: 1<<31 - 1}}}},
		{ids, "reset stream-data max-send=5", Event{Op: OpReset, Role: framing.RoleServer, Config: reactor.Config{Revision: ids, StreamData: true, MaxSend: 5}}},
		{streams, "reset  client", Event{Op: OpReset, Role: framing.RoleClient, Config: reactor.Config{Revision: streams}}},
		{ids, "reset client in-flight-requests=2", Event{Op: OpReset, Role: framing.RoleClient, Config: reactor.Config{Revision: ids, Limits: framing.Limits{InFlightRequests: 2}}}},
		{streams, "open", Event{Op: OpOpen}},
		{streams, "release 1", Event{Op: OpRelease, Request: 1}},
		{streams, "begin 65535", Event{Op: OpBegin, Request: 65535}},
		{ids, "send 1 command-name eos x", Event{Op: OpSend, Frame: framing.Frame{Header: plain, Payload: []byte("x")}}},
		{streams, "frame 1 1 stream-begin command-name eos x", Event{Op: OpFrame, Frame: framing.Frame{Header: command, Payload: []byte("x")}}},
		{ids, "frame 1 command-name eos x", Event{Op: OpFrame, Frame: framing.Frame{Header: plain, Payload: []byte("x")}}},
		{streams, "hex 00 fF", Event{Op: OpHex, Octets: []byte{0, 0xff}}},
		{streams, "hex", Event{Op: OpHex, Octets: []byte{}}},
		{streams, "respond 1 2 a b ", Event{Op: OpRespond, Request: 1, Stream: 2, Payload: []byte("a b ")}},
		{streams, "respond 65535 255  a", Event{Op: OpRespond, Request: 65535, Stream: 255, Payload: []byte(" a")}},
		{streams, "respond 1 2 ", Event{Op: OpRespond, Request: 1, Stream: 2, Payload: []byte{}}},
		{streams, "respond 1 2", Event{Op: OpRespond, Request: 1, Stream: 2, Payload: []byte{}}},
		{ids, "respond 1 2 x", Event{Op: OpRespond, Request: 1, Payload: []byte("2 x")}},
		{ids, "respond 1", Event{Op: OpRespond, Request: 1, Payload: []byte{}}},
		{streams, `fail 1 2 no\n`, Event{Op: OpFail, Request: 1, Stream: 2, Payload: []byte("no\n")}},
		{streams, `ready 1 2 \x00`, Event{Op: OpReady, Request: 1, Stream: 2, Payload: []byte{0}}},
		{streams, "take", Event{Op: OpTake}},
		{streams, "call respond 1", Event{Op: OpCall, Call: framing.ServerRequestEventRespond, Request: 1}},
		{streams, "call fail 3", Event{Op: OpCall, Call: framing.ServerRequestEventFail, Request: 3}},
		{streams, "sent 1 2 0 error-response application x", Event{Op: OpSent, Frame: framing.Frame{
			Header:  framing.Header{Length: 1, RequestID: 1, StreamID: 2, Type: framing.TypeErrorResponse, Flags: framing.Flags(framing.ErrorResponseApplication)},
			Payload: []byte("x"),
		}}},
		{streams, "eof  ", Event{Op: OpEOF}},
	} {
		test.want.Text = test.line
		got, err := Parse(test.rev, test.line)
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q: got %+v, %v, want %+v", test.line, got, err, test.want)
		}
	}
}

// TestSettings checks that every limit can be set, and that each setting sets its own field.
func TestSettings(t *testing.T) {
	limits := reflect.TypeFor[framing.Limits]().NumField()
	if got, want := len(Settings), limits+1; got != want {
		t.Errorf("got %d settings, want %d: max-send and all limits", got, want)
	}
	for _, s := range Settings {
		line := "reset " + s.Name + "=7"
		if s.Role == framing.RoleClient {
			line = "reset client " + s.Name + "=7"
		}
		e, err := Parse(framing.LatestRevision, line)
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
			continue
		}
		cfg := e.Config
		name := strings.ReplaceAll(s.Name, "-", "")
		field := reflect.ValueOf(cfg.Limits).FieldByNameFunc(func(f string) bool { return strings.EqualFold(f, name) })
		if s.Name == "max-send" {
			field = reflect.ValueOf(cfg.MaxSend)
		}
		if !field.IsValid() || field.Int() != 7 {
			t.Errorf("%s: got %+v, want 7 in the field of that name", s.Name, cfg)
		}
		if s.Default() <= 0 {
			t.Errorf("%s: got default %d, want a positive number", s.Name, s.Default())
		}
	}
}

// TestParseMistakes checks that a number that an event takes is refused with the words with which
// package framing refuses the same number in a frame.
func TestParseMistakes(t *testing.T) {
	for _, word := range []string{"", "x", "-1", "+1", "0x1", "1_0", "65536", "99999999999999999999999"} {
		for _, test := range []struct{ event, frame string }{
			{"respond " + word + " 2 x", "frame " + word + " 1 0 command-name eos x"},
			{"fail 1 " + word + " x", "frame 1 " + word + " 0 command-name eos x"},
		} {
			_, got := Parse(framing.RevisionStreams, test.event)
			_, want := Parse(framing.RevisionStreams, test.frame)
			if want == nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%q: got %v, want %v as of %q", test.event, got, want, test.frame)
			}
		}
	}
}
