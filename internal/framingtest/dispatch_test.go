package framingtest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
)

// TestDispatch compares every cell of every table with the oracle: every state of the connection,
// state, type, flags and, for machines that look at them, stream flags, in every revision.
func TestDispatch(t *testing.T) {
	for o, m := range oracles(t) {
		for _, r := range framing.Revisions() {
			if o.Since == "streams" && r == framing.RevisionRequestIDs {
				continue
			}
			o.compareTables(t, r, m)
		}
	}
}

func (o *oracle) compareTables(t *testing.T, r framing.Revision, m machine) {
	outer := 1
	if o.outer != nil {
		outer = len(o.outer.States)
	}
	streamFlags := 1
	if o.Guard == "stream-flags" {
		streamFlags = 256
	}
	for c := range outer {
		for s := range o.States {
			for i := range 256 * streamFlags {
				h := &framing.Header{
					Type:        framing.FrameType(i >> 4 & 0xf),
					Flags:       framing.Flags(i & 0xf),
					StreamFlags: framing.StreamFlags(i >> 8),
				}
				o.compare(t, m.dispatch(r, c, s, h), o.decide(t, r, c, s, h, false))
				if m.send != nil && o.possible(c, s) {
					o.compare(t, m.send(r, s, h), o.decide(t, r, c, s, h, true))
				}
				if t.Failed() {
					t.Fatalf("%s: %+v in state %s, connection state %d, revision %s", o.Name, h, o.States[s].Name, c, r)
				}
			}
		}
	}
}

// decide returns the row for a frame, or one that stands for none.
func (o *oracle) decide(t *testing.T, r framing.Revision, c, s int, h *framing.Header, send bool) row {
	rows := o.find(r, c, s, h, send)
	switch {
	case len(rows) == 1:
		return rows[0]
	case len(rows) > 1:
		t.Fatalf("%s: rows %s and %s both admit %+v in %s", o.Name, rows[0].ID, rows[1].ID, h, o.States[s].Name)
	case send:
		return row{ID: "misuse", Error: o.Misuse}
	}
	return row{ID: "otherwise", Error: o.Otherwise}
}

func TestCalls(t *testing.T) {
	for o, m := range oracles(t) {
		for s, state := range o.States {
			for e, event := range o.Events {
				want := row{ID: "misuse", Error: o.Misuse}
				for _, r := range o.Rows {
					if has(r.From, state.Name) && slices.Contains(strings.Fields(r.On), "api:"+event.Name) {
						want = r
					}
				}
				o.compare(t, m.call(s, e), want)
				if t.Failed() {
					t.Fatalf("%s: %s in state %s", o.Name, event.Name, state.Name)
				}
			}
		}
	}
}

// compare compares a transition with its row, its actions included.
func (o *oracle) compare(t *testing.T, got transition, want row) {
	t.Helper()
	if want.Error != "" {
		want.To = ""
	}
	if got.name != want.ID || got.to != want.To || got.err != want.Error || got.consumes != want.Consumes {
		t.Errorf("got %s to %q error %q consumes %v, want %s to %q error %q consumes %v",
			got.name, got.to, got.err, got.consumes, want.ID, want.To, want.Error, want.Consumes)
	}
	if got.do == nil {
		if len(want.Do) > 0 {
			t.Errorf("%s: got no actions, want %q", want.ID, want.Do)
		}
		return
	}
	for stop := range len(want.Do) + 1 {
		rec := &recorder{stop: stop}
		err := got.do(rec)
		if failed := stop > 0; failed != (err == errStop) {
			t.Errorf("%s: got error %v after %d actions", want.ID, err, stop)
		}
		done := want.Do
		if stop > 0 {
			done = want.Do[:stop]
		}
		if !slices.Equal(rec.done, done) {
			t.Errorf("%s: got actions %q, want %q", want.ID, rec.done, done)
		}
	}
}

func TestMachineNames(t *testing.T) {
	for o, m := range oracles(t) {
		if m.states != len(o.States) || m.events != len(o.Events) {
			t.Errorf("%s has %d states and %d events, this test %d and %d", o.Name, len(o.States), len(o.Events), m.states, m.events)
		}
		for i, s := range o.States {
			if got := m.state(i); got != s.Name {
				t.Errorf("%s: state %d is %q, want %q", o.Name, i, got, s.Name)
			}
		}
		for i, e := range o.Events {
			if got := m.event(i); got != e.Name {
				t.Errorf("%s: event %d is %q, want %q", o.Name, i, got, e.Name)
			}
		}
		for key := range 256 {
			for _, role := range []framing.Role{framing.RoleClient, framing.RoleServer} {
				for _, in := range o.Initial {
					own := (key%2 != 0) == (role == framing.RoleClient)
					if o.Role != "" && o.Role != role.String() || (in.Keys == "own") != own {
						continue
					}
					if got := m.initial(role, key); got != in.State {
						t.Errorf("%s: key %d of the %s starts in %s, want %s", o.Name, key, role, got, in.State)
					}
				}
			}
		}
	}
	for got, want := range map[string]string{
		framing.ServerRequestState(9).String():         "ServerRequestState(9)",
		framing.ServerRequestEvent(200).String():       "ServerRequestEvent(200)",
		framing.StreamTransition(99).String():          "StreamTransition(99)",
		framing.ServerConnectionState(3).String():      "ServerConnectionState(3)",
		framing.ServerRequestTransition(0).String():    "otherwise",
		framing.ServerRequestTransitionRun.String():    "run",
		framing.StreamTransition(0).String():           "otherwise",
		framing.ServerRequestTransitionMisuse.String(): "misuse",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestReceiving(t *testing.T) {
	for _, m := range readSchema(t).Machines {
		for i, s := range m.States {
			switch m.Name {
			case "server-request":
				if got := framing.ServerRequestState(i).Receiving(); got != s.Receiving {
					t.Errorf("%s: got receiving %v, want %v", s.Name, got, s.Receiving)
				}
			case "server-connection":
				for _, tt := range []struct {
					receiving int
					failed    bool
					when      string
				}{{0, false, "none-receiving"}, {1, false, "some-receiving"}, {300, false, "some-receiving"}, {0, true, "error"}, {1, true, "error"}} {
					if got := framing.ServerConnectionStateOf(tt.receiving, tt.failed); (got.String() == s.Name) != (tt.when == s.When) {
						t.Errorf("%d receiving, failed %v: got %s", tt.receiving, tt.failed, got)
					}
				}
			}
		}
	}
}

// TestCounts compares which states count for limits with the schema.
func TestCounts(t *testing.T) {
	counts := map[string]func(i int) bool{
		"receiving-requests": func(i int) bool { return framing.ServerRequestState(i).CountsReceivingRequests() },
		"active-requests":    func(i int) bool { return framing.ServerRequestState(i).CountsActiveRequests() },
		"in-flight-requests": func(i int) bool { return framing.ClientRequestState(i).CountsInFlightRequests() },
		"open-streams":       func(i int) bool { return framing.StreamState(i).CountsOpenStreams() },
		"encoded-streams":    func(i int) bool { return framing.StreamState(i).CountsEncodedStreams() },
		"encoding-streams":   func(i int) bool { return framing.StreamState(i).CountsEncodingStreams() },
	}
	s := readSchema(t)
	for _, l := range s.Limits {
		for _, m := range s.Machines {
			if m.Name != l.Machine {
				continue
			}
			for i, st := range m.States {
				if got, want := counts[l.Name](i), has(l.Counts, st.Name); got != want {
					t.Errorf("limit %s, state %s: got %v, want %v", l.Name, st.Name, got, want)
				}
			}
			delete(counts, l.Name)
		}
	}
	for name := range counts {
		t.Errorf("the schema has no limit %s that counts states", name)
	}
}

// TestTransitionInfo compares the tables as data with the schema.
func TestTransitionInfo(t *testing.T) {
	for o, m := range oracles(t) {
		if len(m.info) != len(o.Rows) {
			t.Fatalf("%s: got %d rows, want %d", o.Name, len(m.info), len(o.Rows))
		}
		for i, r := range o.Rows {
			got := m.info[i]
			if got.ID != r.ID || got.To != r.To || got.Error != r.Error || got.Consumes != r.Consumes || got.Abnormal != r.Abnormal || !slices.Equal(got.Do, r.Do) || got.Doc == "" {
				t.Errorf("%s: got %+v, want %+v", o.Name, got, r)
			}
			if on := strings.Join(got.On, " "); on != r.On {
				t.Errorf("%s %s: got on %q, want %q", o.Name, r.ID, on, r.On)
			}
			if send := strings.Join(got.Send, " "); send != r.Send {
				t.Errorf("%s %s: got send %q, want %q", o.Name, r.ID, send, r.Send)
			}
			if !sameWords(got.Flags, r.Flags) {
				t.Errorf("%s %s: got flags %q, want %q", o.Name, r.ID, got.Flags, r.Flags)
			}
			for _, s := range o.States {
				if slices.Contains(got.From, s.Name) != has(r.From, s.Name) {
					t.Errorf("%s %s: got from %q, want %q", o.Name, r.ID, got.From, r.From)
				}
			}
			if o.outer == nil || strings.Contains(r.On, "api:") {
				continue
			}
			for _, s := range o.outer.States {
				if slices.Contains(got.While, s.Name) != (r.While == "" || has(r.While, s.Name)) {
					t.Errorf("%s %s: got while %q, want %q", o.Name, r.ID, got.While, r.While)
				}
			}
		}
	}
}

func sameWords(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// TestTransitionErrors raises the error of every row, as a reactor does.
func TestTransitionErrors(t *testing.T) {
	h := &framing.Header{RequestID: 1, StreamID: 1, Type: framing.TypeCommandName}
	for o, m := range oracles(t) {
		for _, r := range m.info {
			if r.Error == "" {
				continue
			}
			code, err := framing.ParseErrorCode(r.Error)
			if err != nil {
				t.Errorf("%s %s: %v", o.Name, r.ID, err)
			}
			raised := framing.NewProtocolError(code, h)
			if !errors.Is(raised, code) || strings.ContainsAny(raised.Text, "<>%{}") {
				t.Errorf("%s %s: the text %q has a placeholder left", o.Name, r.ID, raised.Text)
			}
		}
	}
}
