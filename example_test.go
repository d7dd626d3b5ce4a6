package hgwire_test

import (
	"fmt"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/reactor"
)

func Example() {
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
