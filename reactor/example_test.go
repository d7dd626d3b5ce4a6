package reactor_test

import (
	"fmt"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/message"
	"github.com/hgwire/hgwire/reactor"
)

// A server reads frames, runs commands and sends answers; the reactor says when.
func ExampleServer() {
	rev := framing.RevisionStreams
	server := reactor.NewServer(reactor.Config{Revision: rev})
	for _, line := range []string{
		`1 1 stream-begin command-name have-args lookup`,
		`3 1 0 command-name eos heads`,
		`1 1 0 command-argument eoa \x03\x00\x03\x00keytip`,
	} {
		frame, err := rev.ParseText(line)
		if err != nil {
			fmt.Println(err)
			return
		}
		switch res := server.Receive(&frame); res.Action {
		case reactor.WantFrame:
			fmt.Println("want another frame:", res.State)
		case reactor.RunCommand:
			fmt.Printf("run %s as request %d\n", res.Request.Command, res.Request.ID)
			if _, err := server.Respond(res.Request.ID, 2, []byte("done")); err != nil {
				fmt.Println(err)
			}
			fmt.Printf("send % x\n", server.Take(nil))
		case reactor.Error:
			fmt.Println(res.Err)
		}
	}
	// Output:
	// want another frame: command-receiving
	// run heads as request 3
	// send 04 00 00 03 00 02 01 42 64 6f 6e 65
	// run lookup as request 1
	// send 04 00 00 01 00 02 00 42 64 6f 6e 65
}

// Errors tell a peer's fault from a caller's, and can be asked for their reason.
func ExampleServer_Receive_error() {
	rev := framing.RevisionStreams
	server := reactor.NewServer(reactor.Config{Revision: rev})
	frame, _ := rev.ParseText(`1 1 stream-begin command-data eos data`)
	res := server.Receive(&frame)
	fmt.Println(res.Action, res.State)
	fmt.Println(res.Err.Text)
	fmt.Println(res.Err.Code == framing.ErrExpectedCommand)

	_, err := server.Respond(1, 2, []byte("nobody asked"))
	fmt.Println(err)
	// Output:
	// error errored
	// expected command frame; got 3
	// true
	// usage error: request with ID 1 is not active (not-active; request 1, stream 2; state errored, request inactive)
}

// A client sends commands and reads frames; the reactor says which request a frame is about.
func ExampleClient() {
	rev := framing.RevisionStreams
	client := reactor.NewClient(reactor.Config{Revision: rev})
	for _, name := range []string{"heads", "lookup"} {
		out, id, err := client.AppendCommand(nil, &message.Command{Name: name}, 1)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("send request %d: % x\n", id, out)
	}
	for _, line := range []string{
		`3 2 stream-begin bytes-response continuation fou`,
		`1 2 0 error-response application no heads`,
		`3 2 0 bytes-response eos nd`,
		`1 2 0 bytes-response eos too late`,
	} {
		frame, err := rev.ParseText(line)
		if err != nil {
			fmt.Println(err)
			return
		}
		switch res := client.Receive(&frame); res.Action {
		case reactor.Error:
			fmt.Println(res.Err)
		default:
			fmt.Printf("%s of request %d: %s\n", res.Action, res.Request, frame.Payload)
		}
	}
	// Output:
	// send request 1: 05 00 00 01 00 01 01 11 68 65 61 64 73
	// send request 3: 06 00 00 03 00 01 00 11 6c 6f 6f 6b 75 70
	// responsepart of request 3: fou
	// commandfailed of request 1: no heads
	// responseend of request 3: nd
	// protocol error: received frame for request that is not in flight: 1 (not-in-flight; request 1, stream 2, bytes-response eos; state live, request idle)
}

// A server can hand on the data of a request as it comes, and answer in frames of its caller's.
func ExampleConfig_streamData() {
	rev := framing.RevisionStreams
	server := reactor.NewServer(reactor.Config{Revision: rev, StreamData: true})
	for _, line := range []string{
		`1 1 stream-begin command-name have-data unbundle`,
		`1 1 0 command-data continuation first`,
		`1 1 0 command-data eos second`,
	} {
		frame, err := rev.ParseText(line)
		if err != nil {
			fmt.Println(err)
			return
		}
		res := server.Receive(&frame)
		if res.Action == reactor.OpenCommand {
			fmt.Printf("%s %s\n", res.Action, res.Request.Command)
		} else {
			fmt.Printf("%s of request %d: %s\n", res.Action, res.Request.ID, frame.Payload)
		}
	}
	if err := server.Begin(1); err != nil {
		fmt.Println(err)
	}
	for _, line := range []string{
		`1 2 stream-begin bytes-response continuation don`,
		`1 2 0 bytes-response eos e`,
		`1 2 0 bytes-response eos once more`,
	} {
		frame, _ := rev.ParseText(line)
		fmt.Println(server.Sending(&frame.Header))
	}
	// Output:
	// opencommand unbundle
	// takedata of request 1: first
	// runcommand of request 1: second
	// <nil>
	// <nil>
	// usage error: unexpected call for request with ID 1 (unexpected-call; request 1, stream 2, bytes-response eos; state idle, request inactive)
}
