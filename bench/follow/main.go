// Command follow records a real connection, of net/http or of hashicorp/yamux, and prints its frames as
// the client sees them: a line each, sent (>) or received (<), in the human-readable form of the
// generated packages. Each frame goes through the client's machines.
//
//	cd bench && go run ./follow http2
//	cd bench && go run ./follow yamux
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/hashicorp/yamux"

	"github.com/hgwire/hgwire/examples/http2"
	"github.com/hgwire/hgwire/examples/http2/http2frame"
	"github.com/hgwire/hgwire/examples/tap"
	yamuxexample "github.com/hgwire/hgwire/examples/yamux"
	"github.com/hgwire/hgwire/examples/yamux/yamuxframe"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("follow: ")
	if len(os.Args) != 2 {
		log.Fatal("usage: follow http2|yamux")
	}
	if err := follow(os.Stdout, os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func follow(w io.Writer, protocol string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer listener.Close()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		return err
	}
	client := &tap.Conn{Conn: conn}
	defer client.Close()
	switch protocol {
	case "http2":
		if err := request(listener, client); err != nil {
			return err
		}
		return http2.Follow(w, http2frame.RoleClient, client.Pieces())
	case "yamux":
		if err := stream(listener, client); err != nil {
			return err
		}
		return yamuxexample.Follow(w, yamuxframe.RoleClient, client.Pieces())
	}
	return fmt.Errorf("unknown protocol %q: http2 or yamux", protocol)
}

// request makes an HTTP/2 request of a server that says hello.
func request(listener net.Listener, client net.Conn) error {
	var h2c http.Protocols
	h2c.SetUnencryptedHTTP2(true)
	server := &http.Server{Protocols: &h2c, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "hello")
	})}
	defer server.Close()
	go server.Serve(listener)
	dial := func(context.Context, string, string) (net.Conn, error) { return client, nil }
	c := &http.Client{Transport: &http.Transport{Protocols: &h2c, DialContext: dial}}
	resp, err := c.Get("http://example.org/")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// stream says hello on a stream of yamux, and hears it back.
func stream(listener net.Listener, client net.Conn) error {
	conn, err := listener.Accept()
	if err != nil {
		return err
	}
	config := yamux.DefaultConfig()
	config.LogOutput = io.Discard
	server, err := yamux.Server(conn, config)
	if err != nil {
		return err
	}
	defer server.Close()
	go func() {
		if s, err := server.Accept(); err == nil {
			io.Copy(s, s)
			s.Close()
		}
	}()
	session, err := yamux.Client(client, config)
	if err != nil {
		return err
	}
	defer session.Close()
	s, err := session.OpenStream()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(s, "hello"); err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, s)
	return err
}
