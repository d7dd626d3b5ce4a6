package connection

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"testing"
)

// A contestant starts a new connection for each contest that it takes part in. The others are nil.
type contestant struct {
	name  string
	call  func() (caller, error)
	small func() (sender, error)
	bulk  func() (sender, error)
}

// A caller is a client, with a server that answers each request with the same octets.
type caller interface {
	// call sends request and fills response, which has the length of the answer. Any number of
	// goroutines may call; request and response are the caller's again once it returns no error.
	call(ctx context.Context, request, response []byte) error
	// close ends both sides, while nobody calls.
	close() error
}

// A sender is one end of a connection, with a receiver at the other.
type sender interface {
	// send sends message(0) to message(n-1) one way, and returns once receive has had all of it. Where the
	// contestant keeps messages apart, receive gets them one by one, otherwise any pieces of them;
	// whichever is only good until receive returns. Messages are not to change. A sender sends once.
	send(n int, message func(i int) []byte, receive func(piece []byte)) error
	// close ends both sides.
	close() error
}

// contestants are all, in the order of the table.
var contestants = []contestant{
	{name: "floor", call: floorCall, small: floorSmall, bulk: socketBulk},
	{name: "floor-inline", call: floorInlineCall},
	{name: "floor-frames", bulk: floorBulk},
	{name: "hgwire", call: hgwireCall, small: hgwireSmall, bulk: hgwireBulk},
	{name: "grpc", call: grpcCall, small: grpcSend, bulk: grpcSend},
	{name: "net-rpc", call: netRPCCall},
	{name: "http2", call: http2Call, small: http2Small, bulk: http2Bulk},
	{name: "drpc", call: drpcCall, small: drpcSend, bulk: drpcSend},
	{name: "yamux", call: yamuxCall, small: yamuxSmall, bulk: yamuxBulk},
}

// TestMain lets garbage grow to five times what is in use, unless GOGC says otherwise. Next to nothing is
// in use here, so that the collector would run many times as often as in a program of some size, at
// the cost of those who allocate.
func TestMain(m *testing.M) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	os.Exit(m.Run())
}

// echo is the handler of the servers: it appends the response to dst.
func echo(dst, request []byte) []byte { return append(dst, request...) }

func sameLength(got, want []byte) error {
	if len(got) != len(want) {
		return fmt.Errorf("response of %d octets, want %d", len(got), len(want))
	}
	return nil
}
