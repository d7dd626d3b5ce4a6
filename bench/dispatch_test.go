package main

import (
	"context"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/looplab/fsm"
	"github.com/qmuntal/stateless"
)

// What is dispatched: a request that takes argument frames and goes round `args`, `value`, `args`.
// The libraries get only the states and events that are needed, one event a frame kind.

var (
	argOpens = framing.Header{RequestID: 1, Type: framing.TypeCommandArgument, Flags: framing.Flags(framing.CommandArgumentContinuation)}
	argEnds  = framing.Header{RequestID: 1, Type: framing.TypeCommandArgument}
)

// floorDispatch is the request machine's argument and data frames as nested switches.
func floorDispatch(receiving bool, state framing.ServerRequestState, h *framing.Header) (framing.ServerRequestState, bool) {
	if !receiving {
		return state, false
	}
	switch state {
	case framing.ServerRequestArgs, framing.ServerRequestArgsThenData:
		if h.Type == framing.TypeCommandArgument {
			switch h.Flags & 3 {
			case 0:
				return state, true
			case 1:
				return state + 1, true
			case 2:
				if state == framing.ServerRequestArgs {
					return framing.ServerRequestActive, true
				}
				return framing.ServerRequestData, true
			}
		}
	case framing.ServerRequestValue, framing.ServerRequestValueThenData:
		if h.Type == framing.TypeCommandArgument {
			switch h.Flags & 3 {
			case 0:
				return state - 1, true
			case 1:
				return state, true
			case 2:
				if state == framing.ServerRequestValue {
					return framing.ServerRequestActive, true
				}
				return framing.ServerRequestData, true
			}
		}
	case framing.ServerRequestData:
		if h.Type == framing.TypeCommandData {
			switch {
			case h.Flags&1 != 0:
				return state, true
			case h.Flags&2 != 0:
				return framing.ServerRequestActive, true
			}
		}
	}
	return state, false
}

func BenchmarkDispatch(b *testing.B) {
	headers := [2]*framing.Header{&argOpens, &argEnds}
	b.Run("floor", func(b *testing.B) { // nested switches
		state, i := framing.ServerRequestArgs, 0
		for b.Loop() {
			next, ok := floorDispatch(true, state, headers[i&1])
			if !ok {
				b.Fatal("refused")
			}
			state = next
			i++
		}
	})
	b.Run("hgwire", func(b *testing.B) {
		state, i := framing.ServerRequestArgs, 0
		for b.Loop() {
			row := framing.DispatchServerRequest(framing.ServerConnectionCommandReceiving, state, headers[i&1]).Row()
			if row.Error != 0 {
				b.Fatal(row.Error)
			}
			state = row.To
			i++
		}
	})
	b.Run("qmuntal-stateless", func(b *testing.B) {
		m := stateless.NewStateMachine("args")
		m.Configure("args").Permit("opens", "value").PermitReentry("whole")
		m.Configure("value").Permit("ends", "args").PermitReentry("continues")
		events := [2]string{"opens", "ends"}
		i := 0
		for b.Loop() {
			if err := m.Fire(events[i&1]); err != nil {
				b.Fatal(err)
			}
			i++
		}
	})
	b.Run("looplab-fsm", func(b *testing.B) {
		m := fsm.NewFSM("args", fsm.Events{
			{Name: "opens", Src: []string{"args"}, Dst: "value"},
			{Name: "ends", Src: []string{"value"}, Dst: "args"},
		}, nil)
		events := [2]string{"opens", "ends"}
		ctx := context.Background()
		i := 0
		for b.Loop() {
			if err := m.Event(ctx, events[i&1]); err != nil {
				b.Fatal(err)
			}
			i++
		}
	})
}
