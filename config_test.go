package hgwire_test

import (
	"net"
	"strings"
	"testing"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/stream/compress"
)

// An encoding that cannot be set up is an error where it is configured, not one that clients see.
func TestWrongEncoding(t *testing.T) {
	const want = "zstd level 9"
	cfg := hgwire.Config{Encoding: compress.Zstd{Level: 9}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := (&hgwire.Server{Config: cfg}).Serve(l); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("Serve: got %v, want %q in it", err, want)
	}
	if _, err := l.Accept(); err == nil {
		t.Error("the listener is open; want it closed")
	}
	near, far := net.Pipe()
	if err := (&hgwire.Server{Config: cfg}).ServeConn(far); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("ServeConn: got %v, want %q in it", err, want)
	}
	if _, err := near.Write([]byte("x")); err == nil {
		t.Error("the connection is open; want it closed")
	}
	if _, err := hgwire.NewClient(near, hgwire.ClientConfig{Config: cfg}); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("NewClient: got %v, want %q in it", err, want)
	}
	cfg = hgwire.Config{Encoding: compress.Zstd{}, MaxSend: 20}
	if _, err := hgwire.NewClient(near, hgwire.ClientConfig{Config: cfg}); err == nil || !strings.Contains(err.Error(), "too small") {
		t.Errorf("NewClient with frames of 20 octets: got %v, want one that says they are too small", err)
	}
}
