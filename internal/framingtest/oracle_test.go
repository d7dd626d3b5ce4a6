package framingtest

import (
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
)

// transition is what the generated transitions of all machines have in common, and what a row does.
type transition struct {
	name     string
	to       string // "" when the state stays
	err      string
	consumes bool
	do       func(*recorder) *framing.ProtocolError // nil when the machine has no actions
}

// machine is a generated machine behind functions that are the same for all.
type machine struct {
	states, events int
	state, event   func(i int) string
	initial        func(r framing.Role, key int) string // nil for a machine of the connection
	dispatch       func(r framing.Revision, c, s int, h *framing.Header) transition
	send           func(r framing.Revision, s int, h *framing.Header) transition // nil when nothing is sent
	call           func(s, e int) transition
	info           []framing.TransitionInfo
}

var machines = map[string]machine{
	"server-connection": {
		states: 3,
		state:  func(i int) string { return framing.ServerConnectionState(i).String() },
		dispatch: func(_ framing.Revision, _, s int, _ *framing.Header) transition {
			t := framing.DispatchServerConnection(framing.ServerConnectionState(s))
			r := t.Row()
			return transition{t.String(), target(r.To, r.Keep), r.Error.Name(), r.Consumes, nil}
		},
		info: framing.ServerConnectionTransitions(),
	},
	"client-connection": {
		states: 2,
		state:  func(i int) string { return framing.ClientConnectionState(i).String() },
		dispatch: func(_ framing.Revision, _, s int, _ *framing.Header) transition {
			t := framing.DispatchClientConnection(framing.ClientConnectionState(s))
			r := t.Row()
			return transition{t.String(), target(r.To, r.Keep), r.Error.Name(), r.Consumes, nil}
		},
		info: framing.ClientConnectionTransitions(),
	},
	"stream": {
		states:  6,
		state:   func(i int) string { return framing.StreamState(i).String() },
		initial: func(r framing.Role, key int) string { return framing.InitialStream(r, uint8(key)).String() },
		dispatch: func(_ framing.Revision, _, s int, h *framing.Header) transition {
			return streamTransition(framing.DispatchStream(framing.StreamState(s), h))
		},
		send: func(_ framing.Revision, s int, h *framing.Header) transition {
			return streamTransition(framing.SendStream(framing.StreamState(s), h))
		},
		info: framing.StreamTransitions(),
	},
	"server-request": {
		states:  9,
		events:  3,
		state:   func(i int) string { return framing.ServerRequestState(i).String() },
		event:   func(i int) string { return framing.ServerRequestEvent(i).String() },
		initial: func(_ framing.Role, key int) string { return framing.InitialServerRequest(uint16(key)).String() },
		dispatch: func(_ framing.Revision, c, s int, h *framing.Header) transition {
			return requestTransition(framing.DispatchServerRequest(framing.ServerConnectionState(c), framing.ServerRequestState(s), h))
		},
		send: func(r framing.Revision, s int, h *framing.Header) transition {
			return requestTransition(framing.SendServerRequest(r, framing.ServerRequestState(s), h))
		},
		call: func(s, e int) transition {
			return requestTransition(framing.CallServerRequest(framing.ServerRequestState(s), framing.ServerRequestEvent(e)))
		},
		info: framing.ServerRequestTransitions(),
	},
	"client-request": {
		states:  9,
		state:   func(i int) string { return framing.ClientRequestState(i).String() },
		initial: func(_ framing.Role, key int) string { return framing.InitialClientRequest(uint16(key)).String() },
		dispatch: func(r framing.Revision, _, s int, h *framing.Header) transition {
			return clientTransition(framing.DispatchClientRequest(r, framing.ClientRequestState(s), h))
		},
		send: func(_ framing.Revision, s int, h *framing.Header) transition {
			return clientTransition(framing.SendClientRequest(framing.ClientRequestState(s), h))
		},
		info: framing.ClientRequestTransitions(),
	},
}

func streamTransition(t framing.StreamTransition) transition {
	r := t.Row()
	return transition{t.String(), target(r.To, r.Keep), r.Error.Name(), r.Consumes,
		func(a *recorder) *framing.ProtocolError { return t.Do(a) }}
}

func clientTransition(t framing.ClientRequestTransition) transition {
	r := t.Row()
	return transition{t.String(), target(r.To, r.Keep), r.Error.Name(), r.Consumes,
		func(a *recorder) *framing.ProtocolError { return t.Do(a) }}
}

func requestTransition(t framing.ServerRequestTransition) transition {
	r := t.Row()
	return transition{t.String(), target(r.To, r.Keep), r.Error.Name(), r.Consumes,
		func(a *recorder) *framing.ProtocolError { return t.Do(a) }}
}

func target[S interface{ String() string }](to S, keep bool) string {
	if keep {
		return ""
	}
	return to.String()
}

// oracle interprets a machine of schema.toml row by row.
type oracle struct {
	*machineBlock
	schema *schemaFile
	outer  *machineBlock // the machine of the connection, or nil
}

// possible reports whether the connection can be in its state.
func (o *oracle) possible(c, s int) bool {
	return o.outer == nil || o.outer.States[c].When != "none-receiving" || !o.States[s].Receiving
}

// find returns the rows that admit a frame that is received, or sent, in a state: none where the
// connection cannot be in its state.
func (o *oracle) find(r framing.Revision, c, s int, h *framing.Header, send bool) (rows []row) {
	state := o.States[s]
	if !o.possible(c, s) {
		return nil
	}
	typ := h.Type.String()
	for _, f := range o.schema.Frames {
		if f.Name == typ && f.Since == "streams" && r == framing.RevisionRequestIDs {
			typ = "of no known type"
		}
	}
	for _, r := range o.Rows {
		on := r.On
		if send {
			on = r.Send
		}
		if on == "" || strings.Contains(on, "api:") || !has(r.From, state.Name) || !has(on, typ) {
			continue
		}
		if r.While != "" && !has(r.While, o.outer.States[c].Name) {
			continue
		}
		if o.admits(r.Flags, h) {
			rows = append(rows, r)
		}
	}
	return rows
}

// admits reports whether a header has all flags `a` and none of the flags `!b`.
func (o *oracle) admits(guard string, h *framing.Header) bool {
	for word := range strings.FieldsSeq(guard) {
		name, clear := strings.CutPrefix(word, "!")
		set := o.bit(name, h)
		if set == clear {
			return false
		}
	}
	return true
}

// bit reports whether the flag of that name is set.
func (o *oracle) bit(name string, h *framing.Header) bool {
	if o.Guard == "stream-flags" {
		for _, f := range o.schema.FlagSets[0].Flags {
			if f.Name == name {
				return h.StreamFlags>>f.Bit&1 != 0
			}
		}
	}
	for _, frame := range o.schema.Frames {
		for _, f := range frame.Flags {
			if frame.ID == int(h.Type) && f.Name == name {
				return h.Flags>>f.Bit&1 != 0
			}
		}
	}
	return false
}

// oracles returns the machines of schema.toml with the generated ones.
func oracles(t *testing.T) map[*oracle]machine {
	t.Helper()
	s := readSchema(t)
	found := make(map[*oracle]machine)
	for _, m := range s.Machines {
		generated, ok := machines[m.Name]
		if !ok {
			t.Fatalf("machine %s of the schema is missing in this test", m.Name)
		}
		o := &oracle{machineBlock: m, schema: s}
		for _, other := range s.Machines {
			if other.Name == m.Within {
				o.outer = other
			}
		}
		found[o] = generated
	}
	return found
}

// recorder writes down the actions of all machines, and fails at one of them.
type recorder struct {
	done []string
	stop int // the action that fails, from 1
}

var errStop = framing.NewProtocolError(framing.ErrUnexpectedFrame, nil)

func (r *recorder) step(name string) *framing.ProtocolError {
	r.done = append(r.done, name)
	if len(r.done) == r.stop {
		return errStop
	}
	return nil
}

func (r *recorder) Begin() *framing.ProtocolError          { return r.step("begin") }
func (r *recorder) Decode() *framing.ProtocolError         { return r.step("decode") }
func (r *recorder) Apply() *framing.ProtocolError          { return r.step("apply") }
func (r *recorder) End() *framing.ProtocolError            { return r.step("end") }
func (r *recorder) BeginCommand() *framing.ProtocolError   { return r.step("begin-command") }
func (r *recorder) ExpectData() *framing.ProtocolError     { return r.step("expect-data") }
func (r *recorder) AddArgument() *framing.ProtocolError    { return r.step("add-argument") }
func (r *recorder) OpenArgument() *framing.ProtocolError   { return r.step("open-argument") }
func (r *recorder) ExtendArgument() *framing.ProtocolError { return r.step("extend-argument") }
func (r *recorder) CloseArgument() *framing.ProtocolError  { return r.step("close-argument") }
func (r *recorder) AddData() *framing.ProtocolError        { return r.step("add-data") }
func (r *recorder) RunCommand() *framing.ProtocolError     { return r.step("run-command") }
func (r *recorder) Answer() *framing.ProtocolError         { return r.step("answer") }
func (r *recorder) Refuse() *framing.ProtocolError         { return r.step("refuse") }
func (r *recorder) Forget() *framing.ProtocolError         { return r.step("forget") }
func (r *recorder) Deliver() *framing.ProtocolError        { return r.step("deliver") }
func (r *recorder) Finish() *framing.ProtocolError         { return r.step("finish") }
func (r *recorder) Fail() *framing.ProtocolError           { return r.step("fail") }
func (r *recorder) ShowText() *framing.ProtocolError       { return r.step("show-text") }
