package stream_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

// What is left to do with a frame after its header has been looked at.
func TestTask(t *testing.T) {
	in := stream.NewIncoming(framing.RoleServer, framing.Limits{}, runs{})
	for _, tt := range []struct {
		line                    string
		idle, decodes, consumed bool
		left                    string
	}{
		{"1 1 stream-begin command-name eos a", true, false, false, "a"},
		{"1 1 0 command-name eos a", true, false, false, "a"},
		{"1 1 encoded command-name eos a", false, false, false, "a"},
		{`0 1 stream-begin|encoded stream-settings 0 \x04runs`, false, false, true, "\x04runs"},
		{`1 1 encoded command-data 0 \x02a`, false, true, false, "aa"},
		{"1 1 0 command-data 0 plain", true, false, false, "plain"},
		{`0 1 stream-begin stream-settings 0 \x04runs`, false, false, true, "\x04runs"},
		{`1 1 stream-begin|encoded command-data 0 \x02a`, false, false, false, "\x02a"},
		{"1 1 stream-begin command-data 0 a", true, false, false, "a"},
		{`0 1 stream-begin stream-settings 0 \x04runs`, false, false, true, "\x04runs"},
		{"1 1 stream-begin command-data 0 a", false, false, false, "a"},
		{`0 1 stream-begin stream-settings 0 \x04runs`, false, false, true, "\x04runs"},
		{"1 1 stream-end command-data 0 a", false, false, false, "a"},
		{"1 1 stream-begin|stream-end command-data 0 a", true, false, false, "a"},
		{`0 3 stream-begin|stream-end stream-settings 0 \x04runs`, false, false, true, "\x04runs"},
	} {
		f := parse(t, tt.line)
		task, err := in.Admit(&f)
		if err != nil {
			t.Fatalf("%s: %v", tt.line, err)
		}
		if task.Idle() != tt.idle || task.Decodes() != tt.decodes || task.Consumed() != tt.consumed || task.Stream() != f.StreamID {
			t.Errorf("%s: idle %v, decodes %v, consumed %v, stream %d; want %v, %v, %v, %d", tt.line,
				task.Idle(), task.Decodes(), task.Consumed(), task.Stream(), tt.idle, tt.decodes, tt.consumed, f.StreamID)
		}
		if task.Idle() {
			continue // as a caller may
		}
		left, err := task.Run([]byte("dst"), f.Payload)
		if err != nil {
			t.Fatalf("%s: %v", tt.line, err)
		}
		want := tt.left
		if tt.decodes {
			want = "dst" + want
		}
		if string(left) != want {
			t.Errorf("%s: %q; want %q", tt.line, left, want)
		}
		checkCounts(t, in)
	}
}

// A client takes the even streams.
func TestAdmitAsClient(t *testing.T) {
	in := stream.NewIncoming(framing.RoleClient, framing.Limits{})
	f := parse(t, "1 2 stream-begin bytes-response eos a")
	if _, err := in.Admit(&f); err != nil {
		t.Error(err)
	}
	f = parse(t, "1 1 stream-begin bytes-response eos a")
	if _, err := in.Admit(&f); err == nil || err.Text != "received frame with odd numbered stream ID: 1" {
		t.Errorf("error %v; want one about the stream ID", err)
	}
}

// An error of the second phase is that of Receive, though the stream has gone on since.
func TestTaskErrors(t *testing.T) {
	in := stream.NewIncoming(framing.RoleServer, framing.Limits{DecodedOctets: 4}, runs{})
	var tasks []stream.Task
	var frames []framing.Frame
	for _, line := range []string{
		`0 1 stream-begin stream-settings 0 \x04runs`,
		`1 1 stream-end|encoded command-data 0 abc`,
		`1 1 stream-begin|encoded command-data 0 12345`,
		`0 1 stream-begin stream-settings 0 \x04zlib`,
	} {
		f := parse(t, line)
		task, err := in.Admit(&f)
		if err != nil {
			t.Fatal(err)
		}
		tasks, frames = append(tasks, task), append(frames, f)
	}
	for i, want := range []string{
		"",
		"cannot decode payload on stream 1 with profile runs: half a pair; state encoded",
		"decoded payload on stream 1 exceeds the limit of 4 octets; state closed",
		`unknown content encoding profile "zlib" on stream 1; known profiles: identity, runs; state open`,
	} {
		_, err := tasks[i].Run(nil, frames[i].Payload)
		got := ""
		if err != nil {
			got = err.Text + "; state " + err.State
			if err.Header != frames[i].Header {
				t.Errorf("frame %d: error about %v; want %v", i, err.Header, frames[i].Header)
			}
		}
		if got != want {
			t.Errorf("frame %d: error %q; want %q", i, got, want)
		}
	}
}

// Streams decode side by side, and beside admission.
func TestTasksOfStreamsConcurrently(t *testing.T) {
	const streams, frames = 8, 200
	in := stream.NewIncoming(framing.RoleServer, framing.Limits{}, runs{})
	type work struct {
		task    stream.Task
		payload []byte
	}
	var all sync.WaitGroup
	queues := make([]chan work, streams)
	decoded := make([]strings.Builder, streams)
	for i := range queues {
		queues[i] = make(chan work, 1)
		all.Go(func() {
			var buf []byte
			for w := range queues[i] {
				left, err := w.task.Run(buf[:0], w.payload)
				if err != nil {
					t.Error(err)
				}
				if w.task.Decodes() {
					buf = left
				}
				if !w.task.Consumed() {
					decoded[i].Write(left)
				}
			}
		})
	}
	for n := range frames {
		for i := range queues {
			line := fmt.Sprintf(`1 %d encoded command-data 0 \x01\x01`, 2*i+1)
			switch n % 50 {
			case 0:
				line = fmt.Sprintf(`0 %d stream-begin stream-settings 0 \x04runs%c`, 2*i+1, 'A'+i-1)
			case 49:
				line = fmt.Sprintf(`1 %d stream-end command-data 0 .`, 2*i+1)
			}
			f := parse(t, line)
			task, err := in.Admit(&f)
			if err != nil {
				t.Fatal(err)
			}
			queues[i] <- work{task, f.Payload}
		}
	}
	for _, q := range queues {
		close(q)
	}
	all.Wait()
	in.Close()
	for i := range decoded {
		var want strings.Builder
		for range 4 {
			for n := range 48 {
				want.WriteByte(byte('A' + i + n))
			}
			want.WriteByte('.')
		}
		if got := decoded[i].String(); got != want.String() {
			t.Errorf("stream %d: %q; want %q", 2*i+1, got, want.String())
		}
	}
}

func TestTaskAllocations(t *testing.T) {
	in := stream.NewIncoming(framing.RoleServer, framing.Limits{}, runs{})
	receive(t, in, `0 1 stream-begin stream-settings 0 \x04runs`)
	f := parse(t, `1 1 encoded command-data continuation \xff\x01`)
	buf := make([]byte, 0, 512)
	if got := testing.AllocsPerRun(100, func() {
		task, err := in.Admit(&f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := task.Run(buf, f.Payload); err != nil {
			t.Fatal(err)
		}
	}); got != 0 {
		t.Errorf("%v allocations per frame; want 0", got)
	}
}
