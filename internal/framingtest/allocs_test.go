package framingtest

import (
	"io"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
)

func TestNoAllocations(t *testing.T) {
	const rev = framing.RevisionStreams
	frame := benchFrame(64)
	octets, err := rev.AppendFrame(nil, frame)
	if err != nil {
		t.Fatal(err)
	}
	line := rev.AppendText(nil, frame)
	large := benchFrame(60000)
	reader := framing.NewReader(&endless{octets: octets}, rev)
	writer := framing.NewWriter(io.Discard, rev)
	buf := make([]byte, 0, 1<<10)
	var f framing.Frame
	var state framing.ServerRequestState
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, run := range map[string]func(){
		"ParseHeader":  func() { _, err := rev.ParseHeader(octets); must(err) },
		"DecodeHeader": func() { must(rev.DecodeHeader(&f.Header, octets)) },
		"AppendHeader": func() { _, err := rev.AppendHeader(buf, &frame.Header); must(err) },
		"ParseFrame":   func() { _, _, err := rev.ParseFrame(octets); must(err) },
		"DecodeFrame":  func() { _, err := rev.DecodeFrame(&f, octets, 100); must(err) },
		"AppendFrame":  func() { _, err := rev.AppendFrame(buf, frame); must(err) },
		"AppendText":   func() { rev.AppendText(buf, frame) },
		"Next":         func() { must(reader.Next(&f)) },
		"WriteFrame":   func() { must(writer.WriteFrame(frame)) },
		"WriteFrame of a large frame": func() {
			must(writer.WriteFrame(large))
			must(writer.Flush())
		},
		"ErrShort": func() {
			if _, err := rev.DecodeFrame(&f, octets[:20], 100); err != framing.ErrShort {
				t.Fatal(err)
			}
		},
		"Dispatch": func() {
			row := framing.DispatchServerRequest(framing.ServerConnectionIdle, state, &frame.Header).Row()
			row = framing.CallServerRequest(state, framing.ServerRequestEventFail).Row()
			framing.DispatchStream(framing.StreamOpen, &frame.Header).Row()
			state = row.To
		},
	} {
		run() // buffers grow once
		if got := testing.AllocsPerRun(2000, run); got != 0 {
			t.Errorf("%s: %v allocations, want none", name, got)
		}
	}
	if got := testing.AllocsPerRun(100, func() { _, _ = rev.ParseText(string(line)) }); got > 3 {
		t.Errorf("ParseText: %v allocations, want at most 3", got)
	}
}
