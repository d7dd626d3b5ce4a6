package hgwire_test

import (
	"sync"
	"testing"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
)

// modelEvents counts what both sides say that happens.
type modelEvents struct {
	mu     sync.Mutex
	counts map[modelEvent]int
}

type modelEvent struct {
	role framing.Role
	kind hgwire.EventKind
}

func (e *modelEvents) Observe(event *hgwire.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.counts == nil {
		e.counts = map[modelEvent]int{}
	}
	e.counts[modelEvent{event.Role, event.Kind}]++
}

// check fails the test unless all that has begun has ended, once.
func (e *modelEvents) check(t *testing.T) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for begun, ended := range map[hgwire.EventKind]hgwire.EventKind{
		hgwire.ConnOpened:     hgwire.ConnClosed,
		hgwire.RequestStarted: hgwire.RequestEnded,
	} {
		for _, role := range []framing.Role{framing.RoleClient, framing.RoleServer} {
			if n, m := e.counts[modelEvent{role, begun}], e.counts[modelEvent{role, ended}]; n != m {
				t.Errorf("%s: %d times %s, %d times %s", role, n, begun, m, ended)
			}
		}
	}
}
