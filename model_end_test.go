package hgwire_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hgwire/hgwire"
)

// modelEnd is a way in which a connection ends while calls are under way.
type modelEnd int

const (
	endNot modelEnd = iota // calls end first
	endClient
	endServer
	endShutdown
	endSever // the network fails
	endPeer  // the server's end of the transport is closed
	endKinds
)

// modelEndFor returns how a round ends: mostly it does not, before its time.
func modelEndFor(rng *rand.Rand) modelEnd {
	if rng.IntN(3) > 0 {
		return endNot
	}
	return modelEnd(rng.IntN(int(endKinds)))
}

// after ends the connection after a time. Began reports whether it has begun to, and wait waits until
// that is done.
func (e modelEnd) after(t *testing.T, d time.Duration, b *both, far *pipeEnd) (began func() bool, wait func()) {
	var begun atomic.Bool
	done := make(chan struct{})
	time.AfterFunc(d, func() {
		defer close(done)
		begun.Store(true)
		switch e {
		case endClient:
			b.Close()
		case endServer:
			b.server.Close()
		case endShutdown:
			if err := b.server.Shutdown(context.Background()); err != nil {
				t.Errorf("Shutdown: %v", err)
			}
		case endSever:
			far.Sever(errFault)
		case endPeer:
			far.Close()
		}
	})
	return begun.Load, func() { <-done }
}

// explains reports whether a call may fail with an error because the connection ends like this.
func (e modelEnd) explains(err error) bool {
	if failed, ok := errors.AsType[*hgwire.CommandError](err); ok {
		return e == endShutdown && failed.Message == "server is shutting down"
	}
	call, ok := errors.AsType[*hgwire.CallError](err)
	if !ok || e == endNot {
		return false
	}
	_, transport := errors.AsType[*hgwire.TransportError](call.Err)
	return transport || e == endClient && call.Err == hgwire.ErrClosed
}

// served reports whether ServeConn may return an error. Early says that the connection was ended
// before the client had closed it.
func (e modelEnd) served(err error, early bool) bool {
	if err == hgwire.ErrServerClosed || early && (e == endServer || e == endShutdown) {
		return err == hgwire.ErrServerClosed && (e == endServer || e == endShutdown)
	}
	_, transport := errors.AsType[*hgwire.TransportError](err)
	return err == nil || transport
}
