package hgwire_test

import (
	"context"
	"errors"
	"io"
	"runtime"
	"testing"

	"github.com/hgwire/hgwire"
)

// A handler that ends its goroutine fails its request, as one that panics does; others wait for their turn,
// and get it.
func TestHandlerGoexit(t *testing.T) {
	leakCheck(t)
	here, there := loopback(t)
	server := &hgwire.Server{MaxHandlers: 1, Handler: hgwire.HandlerFunc(func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
		if r.Command == "exit" {
			runtime.Goexit()
		}
		io.WriteString(w, "well")
	})}
	served := make(chan error, 1)
	go func() { served <- server.ServeConn(there) }()
	client, err := hgwire.NewClient(here, hgwire.ClientConfig{})
	if err != nil {
		t.Fatal(err)
	}
	var calls []*hgwire.Call
	for _, command := range []string{"exit", "stay", "exit", "stay"} {
		call, err := client.Start(t.Context(), command, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		calls = append(calls, call)
	}
	for _, call := range calls {
		response, err := call.Response()
		failed, _ := errors.AsType[*hgwire.CommandError](err)
		switch {
		case call.Command() == "exit" && (failed == nil || failed.Message != "internal error"):
			t.Errorf("exit: got %v, want an internal error", err)
		case call.Command() == "stay" && err != nil:
			t.Errorf("stay: %v", err)
		case err == nil:
			response.Close()
		}
	}
	client.Close()
	if err := <-served; err != nil {
		t.Errorf("ServeConn returns %v, want nil", err)
	}
}
