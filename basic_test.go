package hgwire_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/hgwire/hgwire"
)

func TestBasic(t *testing.T) {
	a, b := net.Pipe()
	srv := &hgwire.Server{Handler: hgwire.HandlerFunc(func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
		fmt.Fprintf(w, "%s:", r.Command)
		for n, v := range r.Args() {
			fmt.Fprintf(w, "%s=%s,", n, v)
		}
		if r.Data != nil {
			io.Copy(w, r.Data)
		}
	})}
	done := make(chan error, 1)
	go func() { done <- srv.ServeConn(b) }()
	c, err := hgwire.NewClient(a, hgwire.ClientConfig{Config: hgwire.Config{Trace: hgwire.TraceTo(t.Output(), 2)}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		resp, err := c.Call(t.Context(), "hello", map[string]string{"a": "1", "b": strings.Repeat("x", 10*i)}, strings.NewReader(strings.Repeat("y", 40000*i)))
		if err != nil {
			t.Fatal(err)
		}
		body, err := resp.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		t.Log(len(body))
	}
	c.Close()
	t.Log(<-done)
}
