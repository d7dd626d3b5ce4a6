package yamux_test

import (
	"fmt"

	"github.com/hgwire/hgwire/examples/yamux"
	"github.com/hgwire/hgwire/examples/yamux/yamuxframe"
)

func ExampleSession() {
	client := yamux.NewSession(yamuxframe.RoleClient)
	for _, line := range []string{
		"0 window-update syn 1 0",
		"0 data fin 1 hello",
		"0 data 0 1 more",
	} {
		f, err := yamuxframe.RevisionVersion0.ParseText(line)
		if err == nil {
			err = client.Send(&f)
		}
		fmt.Println(client.State(1), err)
	}
	// Output:
	// opening <nil>
	// opening-ended <nil>
	// opening-ended usage error: data frame with flags 0 cannot be sent on stream 1 (misuse; data, stream 1; state opening-ended)
}
