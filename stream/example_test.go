package stream_test

import (
	"fmt"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

func ExampleIncoming() {
	in := stream.NewIncoming(framing.RoleServer, framing.Limits{}, runs{})
	defer in.Close()
	for _, line := range []string{
		`1 1 stream-begin stream-settings 0 \x04runs`,
		`1 1 encoded command-name eos \x01h\x01\xfd\x02\x07\x01\x03`,
		`3 1 stream-end command-name eos plain`,
		`5 1 0 command-name eos late`,
	} {
		f, err := framing.RevisionStreams.ParseText(line)
		if err != nil {
			fmt.Println(err)
			return
		}
		consumed, perr := in.Receive(&f)
		switch {
		case perr != nil:
			fmt.Printf("%v: %s\n", in.Last(), perr.Text)
		case consumed:
			fmt.Printf("%v: consumed\n", in.Last())
		default:
			fmt.Printf("%v: %s\n", in.Last(), f.Payload)
		}
	}
	// Output:
	// settings: consumed
	// carry: hello
	// end: plain
	// not-begun: received frame on unknown inactive stream without beginning of stream flag set
}
