package hgwire_test

import (
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream/compress"
)

// An encoding that cannot be set up is an error where it is configured, not one that clients see.
func TestWrongEncoding(t *testing.T) {
	for want, cfg := range map[string]hgwire.Config{
		"zstd level 9": {Encoding: compress.Zstd{Level: 9}},
		"too small":    {Encoding: compress.Zstd{}, MaxSend: 20},
		"limit is 2":   {Encoding: compress.Zlib{}, Streams: 3, Limits: framing.Limits{EncodingStreams: 2}},
	} {
		t.Run(want, func(t *testing.T) { wantWrongEncoding(t, cfg, want) })
	}
}

func wantWrongEncoding(t *testing.T, cfg hgwire.Config, want string) {
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
}

// A revision without encodings does not care for one.
func TestEncodingWithoutStreams(t *testing.T) {
	server := &hgwire.Server{Config: hgwire.Config{Revision: framing.RevisionRequestIDs, Encoding: compress.Zstd{Level: 9}}}
	broken := errors.New("broken")
	if err := server.Serve(&listener{errs: []error{broken}}); err != broken {
		t.Errorf("Serve: got %v, want %v", err, broken)
	}
}
