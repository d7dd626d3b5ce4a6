package message_test

import (
	"fmt"
	"strings"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/message"
	"github.com/hgwire/hgwire/stream"
)

func ExampleCommand() {
	c := message.Command{
		Name: "unbundle",
		Args: map[string]string{"heads": "force", "bookmark": "@"},
		Data: strings.NewReader("bundle"),
	}
	frames, err := c.Frames(1, stream.NewOutgoing(1))
	if err != nil {
		fmt.Println(err)
		return
	}
	for f, err := range frames {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s\n", framing.RevisionStreams.AppendText(nil, &f))
	}
	// Output:
	// 1 1 stream-begin command-name have-args|have-data unbundle
	// 1 1 0 command-argument 0 \x08\x00\x01\x00bookmark@
	// 1 1 0 command-argument eoa \x05\x00\x05\x00headsforce
	// 1 1 0 command-data eos bundle
}

func ExampleBytes() {
	out := stream.NewOutgoing(2)
	r := message.Bytes(1, out, []byte("0123456789"), 8)
	for f := range r.Frames() {
		fmt.Printf("%s\n", framing.RevisionStreams.AppendText(nil, &f))
	}
	octets, err := r.AppendTo(nil, framing.RevisionStreams)
	fmt.Printf("% x %v\n", octets, err)
	// Output:
	// 1 2 stream-begin bytes-response continuation 01234567
	// 1 2 0 bytes-response eos 89
	// 08 00 00 01 00 02 01 41 30 31 32 33 34 35 36 37 02 00 00 01 00 02 00 42 38 39 <nil>
}
