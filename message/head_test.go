package message_test

import (
	"errors"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/message"
)

// A Head walks what Frames yields, used again and again, and without memory of its own for it.
func TestHeadIsUsedAgain(t *testing.T) {
	var h message.Head
	if h.More() || h.Next(new(framing.Frame)) {
		t.Error("the zero Head has a frame")
	}
	for _, tt := range commandTests {
		command := tt.command
		if err := h.Reset(&command, 0, 0); err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		h.Bind(1, 1)
		frames, err := command.Frames(1, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got framing.Frame
		for want := range frames {
			want.StreamID = 1
			if !h.More() || !h.Next(&got) || got.Header != want.Header || string(got.Payload) != string(want.Payload) {
				t.Fatalf("%s: %+v; want %+v", tt.name, got.Header, want.Header)
			}
		}
		if h.More() || h.Next(&got) {
			t.Errorf("%s: another frame: %+v", tt.name, got.Header)
		}
	}
	wrong := message.Command{Name: "c", Args: map[string]string{"\xff": ""}}
	if err := h.Reset(&wrong, 1, 1); !errors.Is(err, framing.ErrArgumentNotASCII) || h.More() {
		t.Errorf("an argument that is not ASCII: %v, more frames: %v; want %v, none", err, h.More(), framing.ErrArgumentNotASCII)
	}
	command := message.Command{Name: "c", Args: map[string]string{"a": "1", "b": "2"}}
	var f framing.Frame
	if n := testing.AllocsPerRun(100, func() {
		h.Reset(&command, 1, 1)
		for h.Next(&f) {
		}
	}); n != 0 {
		t.Errorf("%v allocations a command; want 0", n)
	}
}
