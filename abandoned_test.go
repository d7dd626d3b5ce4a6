package hgwire_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/hgwire/hgwire"
)

// loopback returns both ends of a TCP connection.
func loopback(t *testing.T) (client, server net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err = net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if server, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	return client, server
}

// A call whose data broke off is refused by the server at the end of input. That is about this call
// alone: others are answered.
func TestAbandonedCallDoesNotEndOthers(t *testing.T) {
	leakCheck(t)
	here, there := loopback(t)
	release := make(chan struct{})
	broken := make(chan error, 1)
	server := &hgwire.Server{Handler: hgwire.Commands{
		"slow": hgwire.HandlerFunc(func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
			<-release
			io.WriteString(w, "answered")
		}),
		"upload": hgwire.HandlerFunc(func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
			_, err := io.Copy(io.Discard, r.Data)
			broken <- err
		}),
	}}
	served := make(chan error, 1)
	go func() { served <- server.ServeConn(there) }()
	client, err := hgwire.NewClient(here, hgwire.ClientConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	slow, err := client.Start(t.Context(), "slow", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	cause := errors.New("disk on fire")
	data := io.MultiReader(strings.NewReader(strings.Repeat("x", 100_000)), iotest.ErrReader(cause))
	_, err = client.Call(t.Context(), "upload", nil, data)
	if call, ok := errors.AsType[*hgwire.CallError](err); !ok || call.Err != cause || call.Request != 3 {
		t.Errorf("got %v, want a CallError of request 3 for %v", err, cause)
	}
	if err := client.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if err := <-broken; err != io.ErrUnexpectedEOF {
		t.Errorf("the handler's data ends with %v, want %v", err, io.ErrUnexpectedEOF)
	}
	close(release)
	response, err := slow.Response()
	if err != nil {
		t.Fatal(err)
	}
	if text, err := response.Bytes(); string(text) != "answered" || err != nil {
		t.Errorf("got %q, %v, want an answer", text, err)
	}
	if err := <-served; err != nil {
		t.Errorf("ServeConn returns %v, want nil", err)
	}
}

// A client all of whose places are taken by calls that broke off does not keep others waiting for ever.
func TestAllCallsIncomplete(t *testing.T) {
	leakCheck(t)
	here, there := loopback(t)
	served := make(chan error, 1)
	go func() { served <- (&hgwire.Server{}).ServeConn(there) }()
	cfg := hgwire.ClientConfig{}
	cfg.Limits.InFlightRequests = 2
	client, err := hgwire.NewClient(here, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	cause := errors.New("disk on fire")
	for range 2 {
		if err := client.Err(); err != nil {
			t.Fatal(err)
		}
		_, err := client.Call(t.Context(), "upload", nil, iotest.ErrReader(cause))
		if !errors.Is(err, cause) {
			t.Errorf("got %v, want %v", err, cause)
		}
	}
	if _, err := client.Call(t.Context(), "other", nil, nil); !errors.Is(err, hgwire.ErrIncompleteCalls) {
		t.Errorf("got %v, want %v", err, hgwire.ErrIncompleteCalls)
	}
	<-served
}
