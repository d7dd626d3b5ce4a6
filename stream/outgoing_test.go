package stream_test

import (
	"fmt"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

func TestOutgoing(t *testing.T) {
	const (
		none  = framing.StreamFlags(0)
		begin = framing.FlagStreamBegin
		end   = framing.FlagStreamEnd
	)
	tests := []struct {
		name  string
		out   *stream.Outgoing
		endAt []int // frames before which End is called
		id    uint8
		want  []framing.StreamFlags
	}{
		{"a client's", stream.NewOutgoing(1), nil, 1, []framing.StreamFlags{begin, none, none}},
		{"a server's", stream.NewOutgoing(2), nil, 2, []framing.StreamFlags{begin, none, none}},
		{"with ID 0", stream.NewOutgoing(0), []int{1}, 0, []framing.StreamFlags{begin, end, begin, none}},
		{"ended", stream.NewOutgoing(255), []int{2}, 255, []framing.StreamFlags{begin, none, end, begin, none}},
		{"of one frame", stream.NewOutgoing(1), []int{0}, 1, []framing.StreamFlags{begin | end, begin, none}},
		{"of one frame, twice", stream.NewOutgoing(1), []int{0, 1}, 1, []framing.StreamFlags{begin | end, begin | end, begin}},
		{"that is nil", nil, []int{1}, 0, []framing.StreamFlags{none, none, none}},
		{"that is zero", &stream.Outgoing{}, []int{0, 1}, 0, []framing.StreamFlags{none, none, none}},
	}
	for _, tt := range tests {
		if got := tt.out.ID(); got != tt.id {
			t.Errorf("stream %s: ID %d; want %d", tt.name, got, tt.id)
		}
		for i, want := range tt.want {
			for _, at := range tt.endAt {
				if at == i {
					tt.out.End()
				}
			}
			if got := tt.out.Next(); got != want {
				t.Errorf("stream %s: flags of frame %d: %v; want %v", tt.name, i, got, want)
			}
		}
	}
}

// TestOutgoingKeepsToTheSchema sends frames in every order of Next and End, up to 12 calls, and
// takes each through the machine of streams.
func TestOutgoingKeepsToTheSchema(t *testing.T) {
	seen := make(map[framing.StreamTransition]bool)
	for calls := range 1 << 12 {
		out, state := stream.NewOutgoing(2), framing.InitialStream(framing.RoleServer, 2)
		for i := range 12 {
			if calls>>i&1 != 0 {
				out.End()
				continue
			}
			h := framing.Header{StreamID: out.ID(), StreamFlags: out.Next(), Type: framing.TypeBytesResponse}
			row := framing.SendStream(state, &h)
			seen[row] = true
			if row.Row().Error != 0 {
				t.Fatalf("calls %012b: frame with %v while the stream is %v", calls, h.StreamFlags, state)
			}
			if !row.Row().Keep {
				state = row.Row().To
			}
		}
	}
	for _, row := range []framing.StreamTransition{
		framing.StreamTransitionSendBegin, framing.StreamTransitionSendBeginAndEnd,
		framing.StreamTransitionSendCarry, framing.StreamTransitionSendEnd,
	} {
		if !seen[row] {
			t.Errorf("no frame went by row %v", row)
		}
	}
}

func TestOutgoingAllocations(t *testing.T) {
	out := stream.NewOutgoing(1)
	if got := testing.AllocsPerRun(100, func() {
		out.End()
		out.Next()
	}); got != 0 {
		t.Errorf("%v allocations per frame; want 0", got)
	}
}

func BenchmarkOutgoing(b *testing.B) {
	out := stream.NewOutgoing(1)
	for b.Loop() {
		out.Next()
	}
}

func ExampleOutgoing() {
	out := stream.NewOutgoing(1)
	fmt.Println(out.Next())
	fmt.Println(out.Next())
	out.End()
	fmt.Println(out.Next())
	// Output:
	// stream-begin
	// 0
	// stream-end
}
