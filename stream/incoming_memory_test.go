package stream_test

import (
	"fmt"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

func TestIncomingClosesContexts(t *testing.T) {
	const set = `0 1 stream-begin stream-settings 0 \x04runs`
	tests := []struct {
		name  string
		lines []string
		open  int // contexts before Close
		made  int
	}{
		{"begin afresh", []string{set, set, "1 1 stream-begin command-data 0 "}, 0, 2},
		{"end", []string{set, "1 1 stream-end command-data 0 "}, 0, 1},
		{"settings alone", []string{`0 1 stream-begin|stream-end stream-settings 0 \x04runs`}, 0, 1},
		{"open", []string{set, `0 3 stream-begin stream-settings 0 \x04runs`}, 2, 2},
		{"no encoding", []string{"1 1 stream-begin command-data 0 "}, 0, 0},
	}
	for _, tt := range tests {
		opened, closed := 0, 0
		in := stream.NewIncoming(framing.RoleServer, framing.Limits{}, runs{opened: &opened, closed: &closed})
		for _, line := range tt.lines {
			receive(t, in, line)
		}
		if got := opened - closed; got != tt.open || opened != tt.made {
			t.Errorf("%s: %d contexts, %d of them open; want %d, %d", tt.name, opened, got, tt.made, tt.open)
		}
		in.Close()
		if opened != closed {
			t.Errorf("%s: %d contexts closed after Close; want %d", tt.name, closed, opened)
		}
		in.Close()
		if opened != closed {
			t.Errorf("%s: %d contexts closed after the second Close; want %d", tt.name, closed, opened)
		}
	}
}

// Every context is closed, and each once, however many streams have one.
func TestIncomingClosesEachContextOnce(t *testing.T) {
	var counts []*int
	in := stream.NewIncoming(framing.RoleServer, framing.Limits{EncodedStreams: 128}, counted{&counts})
	for id := 1; id < 1<<8; id += 2 {
		receive(t, in, fmt.Sprintf(`0 %d stream-begin stream-settings 0 \x07counted`, id))
	}
	receive(t, in, `0 1 stream-begin stream-settings 0 \x07counted`)      // closes the one before
	receive(t, in, "1 255 stream-end command-data 0 ")                    // closes its own
	receive(t, in, "1 3 stream-begin|stream-end|encoded command-data 0 ") // closes the one before
	in.Close()
	in.Close()
	if got, want := len(counts), 1<<7+1; got != want {
		t.Errorf("%d contexts; want %d", got, want)
	}
	for i, closed := range counts {
		if *closed != 1 {
			t.Errorf("context %d was closed %d times; want 1", i, *closed)
		}
	}
}

// counted is runs with a count of Close for every context.
type counted struct{ counts *[]*int }

func (counted) Name() string { return "counted" }

func (p counted) NewDecoder(settings []byte, limit int) (stream.Decoder, error) {
	closed := new(int)
	*p.counts = append(*p.counts, closed)
	return runs{closed: closed}.NewDecoder(settings, limit)
}

func (counted) NewEncoder() (stream.Encoder, []byte, error) { return runs{}.NewEncoder() }

// What a decoded payload may be used for, and until when.
func TestIncomingMemory(t *testing.T) {
	in := stream.NewIncoming(framing.RoleServer, framing.Limits{}, runs{})
	s := parse(t, `0 1 stream-begin stream-settings 0 \x04runsA`)
	if _, err := in.Receive(&s); err != nil {
		t.Fatal(err)
	}
	clear(s.Payload[:cap(s.Payload)]) // the settings belong to the caller again

	f := parse(t, `1 1 encoded command-data 0 \x03\x01`)
	wire := f.Payload
	if _, err := in.Receive(&f); err != nil {
		t.Fatal(err)
	}
	clear(wire)
	if got, want := string(f.Payload), "BBB"; got != want {
		t.Errorf("payload %q after the wire octets changed; want %q", got, want)
	}
	if len(f.Payload) != cap(f.Payload) {
		t.Errorf("decoded payload has room for %d more octets; want none", cap(f.Payload)-len(f.Payload))
	}

	plain := parse(t, `1 1 0 command-data 0 plain`)
	if _, err := in.Receive(&plain); err != nil {
		t.Fatal(err)
	}
	if got, want := string(plain.Payload), "plain"; got != want {
		t.Errorf("payload %q; want %q", got, want)
	}
}

func TestIncomingAllocations(t *testing.T) {
	in := stream.NewIncoming(framing.RoleServer, framing.Limits{}, runs{})
	receive(t, in, "1 1 stream-begin command-name eos a")
	receive(t, in, `0 3 stream-begin stream-settings 0 \x04runs`)
	for _, line := range []string{
		"1 1 0 command-data continuation a",
		"1 1 stream-begin command-name eos a",
		"1 5 stream-begin|stream-end command-name eos a",
		`1 3 encoded command-data continuation \xff\x01`,
	} {
		first := parse(t, line)
		if got := testing.AllocsPerRun(100, func() {
			f := first
			if _, err := in.Receive(&f); err != nil {
				t.Fatal(err)
			}
		}); got != 0 {
			t.Errorf("%s: %v allocations; want 0", line, got)
		}
	}
}

func BenchmarkIncoming(b *testing.B) {
	for _, bb := range []struct{ name, line string }{
		{"plain", "1 1 0 command-data continuation a"},
		{"begin", "1 1 stream-begin command-data continuation a"},
		{"encoded", `1 3 encoded command-data continuation \x01\x01`},
	} {
		b.Run(bb.name, func(b *testing.B) {
			in := stream.NewIncoming(framing.RoleServer, framing.Limits{}, runs{})
			receive(b, in, "1 1 stream-begin command-name eos a")
			receive(b, in, `0 3 stream-begin stream-settings 0 \x04runs`)
			first := parse(b, bb.line)
			f := first
			for b.Loop() {
				f.Payload = first.Payload
				if _, err := in.Receive(&f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
