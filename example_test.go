package hgwire_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
	"github.com/hgwire/hgwire/reactor"
	"github.com/hgwire/hgwire/stream/compress"
)

func Example() {
	greet := func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
		name, _ := r.Arg("name")
		fmt.Fprintf(w, "hello %s", name)
	}
	here, there := net.Pipe() // or a connection of any kind
	server := &hgwire.Server{Handler: hgwire.Commands{"greet": hgwire.HandlerFunc(greet)}}
	go server.ServeConn(there)

	client, err := hgwire.NewClient(here, hgwire.ClientConfig{})
	if err != nil {
		panic(err)
	}
	defer client.Close()
	response, err := client.Call(context.Background(), "greet", map[string]string{"name": "world"}, nil)
	if err != nil {
		panic(err)
	}
	io.Copy(os.Stdout, response)
	// Output:
	// hello world
}

// Without I/O: frames in, frames out.
func Example_sansIO() {
	rev := framing.RevisionStreams
	frame, err := rev.ParseText(`1 1 stream-begin command-name eos heads`)
	if err != nil {
		panic(err)
	}
	server := reactor.NewServer(reactor.Config{Revision: rev})
	if res := server.Receive(&frame); res.Action == reactor.RunCommand {
		server.Respond(res.Request.ID, 2, []byte("e21c1f31e6b0"))
		fmt.Printf("% x\n", server.Take(nil))
	}
	// Output:
	// 0c 00 00 01 00 02 01 42 65 32 31 63 31 66 33 31 65 36 62 30
}

// serveWith returns a client of a server with the handler, and what closes both.
func serveWith(handler hgwire.HandlerFunc, cfg hgwire.ClientConfig) (*hgwire.Client, func()) {
	here, there := net.Pipe()
	done := make(chan struct{})
	go func() {
		(&hgwire.Server{Handler: handler}).ServeConn(there)
		close(done)
	}()
	client, err := hgwire.NewClient(here, cfg)
	if err != nil {
		panic(err)
	}
	return client, func() {
		client.Close()
		<-done
	}
}

// What the server sends is compressed, across all responses of a stream.
func ExampleServer_Serve() {
	handler := hgwire.HandlerFunc(func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
		io.WriteString(w, strings.Repeat("all of this is alike. ", 1000))
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	server := &hgwire.Server{Handler: handler, Config: hgwire.Config{
		Encoding: compress.Zstd{}, // of what the server sends; clients know zlib and zstd-8mb by themselves
		Streams:  runtime.NumCPU(),
	}}
	go server.Serve(listener)

	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		panic(err)
	}
	client, err := hgwire.NewClient(conn, hgwire.ClientConfig{})
	if err != nil {
		panic(err)
	}
	response, err := client.Call(context.Background(), "text", nil, nil)
	if err != nil {
		panic(err)
	}
	text, err := response.Bytes()
	fmt.Printf("%d octets, %v\n", len(text), err)
	client.Close()
	fmt.Println(server.Shutdown(context.Background()))
	// Output:
	// 22000 octets, <nil>
	// <nil>
}

// Data is read by the handler as it arrives, and the response by the caller.
func ExampleClient_Call() {
	client, stop := serveWith(func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
		n, err := io.Copy(io.Discard, r.Data)
		if err != nil {
			return
		}
		fmt.Fprintf(w, "%d octets", n)
	}, hgwire.ClientConfig{})
	defer stop()
	response, err := client.Call(context.Background(), "count", nil, strings.NewReader(strings.Repeat("x", 1<<20)))
	if err != nil {
		panic(err)
	}
	text, err := response.Bytes()
	fmt.Printf("%s, %v\n", text, err)
	// Output:
	// 1048576 octets, <nil>
}

// A failed command is told from everything else that can go wrong.
func ExampleCommandError() {
	client, stop := serveWith(func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
		w.Fail("no such revision")
	}, hgwire.ClientConfig{})
	defer stop()
	_, err := client.Call(context.Background(), "lookup", nil, nil)
	if failed, ok := errors.AsType[*hgwire.CommandError](err); ok {
		fmt.Println(failed.Message)
	}
	fmt.Println(err)
	// Output:
	// no such revision
	// command "lookup" failed: no such revision (request 1, stream 2)
}

// Many calls of one goroutine are in flight at once, and leave in few writes.
func ExampleClient_Start() {
	client, stop := serveWith(func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
		io.WriteString(w, strings.ToUpper(r.Command))
	}, hgwire.ClientConfig{})
	defer stop()
	var calls []*hgwire.Call
	for _, command := range []string{"heads", "branches", "tags"} {
		call, err := client.Start(context.Background(), command, nil, nil)
		if err != nil {
			panic(err)
		}
		calls = append(calls, call)
	}
	for _, call := range calls {
		response, err := call.Response()
		if err != nil {
			panic(err)
		}
		text, err := response.Bytes()
		fmt.Printf("%s, %v\n", text, err)
	}
	// Output:
	// HEADS, <nil>
	// BRANCHES, <nil>
	// TAGS, <nil>
}

// Text for people comes while a command runs, with labels that name styles.
func ExampleClientConfig_text() {
	styles := payload.Styles{"progress": "32"}
	client, stop := serveWith(func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
		w.WriteText(payload.Atom{Format: "%s of %s\n", Args: []string{"1", "2"}, Labels: []string{"progress"}})
		io.WriteString(w, "done")
	}, hgwire.ClientConfig{
		Text: func(call *hgwire.Call, atoms []payload.Atom) {
			fmt.Printf("%s: %q\n", call.Command(), styles.AppendText(nil, atoms))
		},
	})
	defer stop()
	response, err := client.Call(context.Background(), "pull", nil, nil)
	if err != nil {
		panic(err)
	}
	text, err := response.Bytes()
	fmt.Printf("%s, %v\n", text, err)
	// Output:
	// pull: "\x1b[32m1 of 2\x1b[0m\n"
	// done, <nil>
}

// The frames of a conversation, as a trace.
func ExampleTraceTo() {
	client, stop := serveWith(func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
		io.WriteString(w, "e21c1f31e6b0")
	}, hgwire.ClientConfig{Config: hgwire.Config{Trace: hgwire.TraceTo(os.Stdout, framing.RevisionStreams)}})
	defer stop()
	response, err := client.Call(context.Background(), "lookup", map[string]string{"key": "tip"}, nil)
	if err != nil {
		panic(err)
	}
	response.Bytes()
	// Output:
	// > 1 1 stream-begin command-name have-args lookup
	// > 1 1 0 command-argument eoa \x03\x00\x03\x00keytip
	// < 1 2 stream-begin bytes-response eos e21c1f31e6b0
}
