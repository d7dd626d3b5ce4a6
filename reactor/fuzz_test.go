package reactor

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
)

// program is a fuzzer's bytes, read as events for a reactor.
type program []byte

func (p *program) next() byte {
	if len(*p) == 0 {
		return 0
	}
	b := (*p)[0]
	*p = (*p)[1:]
	return b
}

func (p *program) take(n int) []byte {
	n = min(n, len(*p))
	b := (*p)[:n:n]
	*p = (*p)[n:]
	return slices.Clone(b)
}

// frame reads a frame with few different IDs, so that requests and streams meet again, and with
// plausible payloads among arbitrary ones.
func (p *program) frame() framing.Frame {
	shape := p.next()
	f := framing.Frame{Header: framing.Header{
		RequestID: uint16(shape & 7),
		StreamID:  shape >> 3 & 3,
		Type:      framing.FrameType(p.next() & 15),
		Flags:     framing.Flags(p.next() & 15),
	}}
	f.StreamFlags = framing.StreamFlags(p.next())
	if shape&0x20 != 0 {
		f.StreamID = 1
		f.StreamFlags = 1
	}
	switch n := int(p.next()); {
	case n < 64:
		f.Payload = p.take(n)
	case n < 128:
		f.Payload = []byte("\x03\x00\x03\x00foobar")[:min(n-64, 10)]
	case n < 160:
		f.Payload = append([]byte{1, 0, byte(n - 128), 0, 'k'}, p.take(n&7)...)
	case n < 192:
		f.Payload = []byte("\x08identity")
	default:
		f.Payload = p.take(n & 3)
	}
	f.Length = uint32(len(f.Payload))
	return f
}

// describe writes a result as the oracle does. Data that is not kept is the frame's.
func describe(res Result, f *framing.Frame) string {
	switch res.Action {
	case WantFrame:
		return "wantframe " + res.State.String()
	case Error:
		return "error " + res.Err.Text
	case TakeData:
		return fmt.Sprintf("takedata %d %q", res.Request.ID, f.Payload)
	case RunCommand, OpenCommand:
		r := res.Request
		line := fmt.Sprintf("%s %d %q", res.Action, r.ID, r.Command)
		for name, value := range r.Args() {
			line += fmt.Sprintf(" %q=%q", name, value)
		}
		switch {
		case res.Action == OpenCommand || !r.HasData():
		case r.Data != nil:
			line += fmt.Sprintf(" data %q", r.Data)
		default:
			line += fmt.Sprintf(" data %q", f.Payload)
		}
		return line
	default:
		return res.Action.String()
	}
}

func describeCall(res Result, err error) string {
	if usage, ok := errors.AsType[*framing.UsageError](err); ok {
		return "usage-error " + usage.Text
	}
	return describe(res, nil)
}

// smallLimits are within a short program's reach.
var smallLimits = framing.Limits{
	FramePayload: 48, ReceivingRequests: 2, ActiveRequests: 3, ArgumentOctets: 64, DataOctets: 96, OpenStreams: 1,
	DecodedOctets: 32,
}

// runProgram runs the bytes through a Server and the oracle, and compares every result.
func runProgram(t *testing.T, p program) {
	mode := p.next()
	cfg := Config{Revision: framing.RevisionStreams, DeferOutput: mode&1 != 0, StreamData: mode&8 != 0}
	if mode&2 != 0 {
		cfg.Revision = framing.RevisionRequestIDs
	}
	if mode&4 != 0 {
		cfg.Limits = smallLimits
	}
	s, o := NewServer(cfg), newOracle(cfg)
	for step := 0; len(p) > 0 && step < 500; step++ {
		op := p.next()
		var got, want string
		switch {
		case op < 176:
			f := p.frame()
			want = o.receive(f)
			res := s.Receive(&f)
			if got = describe(res, &f); res.Action == Error {
				checkRaises(t, s, res.Err)
			}
			for i := range f.Payload {
				f.Payload[i] ^= 0xff // nothing of it may have been kept
			}
		case op < 184:
			want = o.begin(uint16(op & 7))
			got = describeMisuse(s.Begin(uint16(op&7)), "begun")
		case op < 192:
			f := p.frame()
			f.StreamID ^= 1
			want = o.send(f.Header)
			got = describeMisuse(s.Sending(&f.Header), "sent")
		case op < 216:
			id, stream := uint16(op&7), p.next()&7
			want = o.answer(id, stream, "bytes-response eos", "response")
			got = describeCall(s.Respond(id, stream, []byte("response")))
		case op < 232:
			id, stream := uint16(op&7), p.next()&7
			want = o.answer(id, stream, "error-response application", "failure")
			got = describeCall(s.Fail(id, stream, "failure"))
		case op < 248:
			want = strings.Join(o.take(), "\n")
			var lines []string
			for f := range s.Frames() {
				lines = append(lines, string(s.revision.AppendText(nil, &f)))
			}
			got = strings.Join(lines, "\n")
			size := 0
			for _, line := range lines {
				f, err := s.revision.ParseText(line)
				if err != nil {
					t.Fatalf("step %d: sent frame %q: %v", step, line, err)
				}
				size += s.revision.HeaderSize() + len(f.Payload)
			}
			if taken := len(s.Take(nil)); taken != size {
				t.Fatalf("step %d: took %d octets, want %d", step, taken, size)
			}
		default:
			stream := p.next() & 3
			want = o.end(stream)
			res, incomplete, err := s.EndInput(stream)
			got = describeCall(res, err)
			if len(incomplete) > 0 && res.Action != SendFrames {
				t.Fatalf("step %d: incomplete requests %d are not answered", step, incomplete)
			}
		}
		if got != want && !(want == "error " && strings.HasPrefix(got, want)) {
			t.Fatalf("step %d: got %q, want %q", step, got, want)
		}
		checkInvariants(t, s, o)
	}
}

// checkInvariants compares what the reactor counts with what its table holds.
func checkInvariants(t *testing.T, s *Server, o *oracle) {
	t.Helper()
	receiving, active, held := 0, 0, 0
	for r := range s.requests.all {
		if r.state.Receiving() {
			receiving++
			if o.receiving[r.ID] == nil {
				t.Fatalf("request %d is received, which the oracle does not know", r.ID)
			}
		} else {
			active++
			if _, ok := o.active[r.ID]; !ok {
				t.Fatalf("request %d is in state %s, not active for the oracle", r.ID, r.state)
			}
		}
		held += r.held
		if size := len(r.octets) + len(r.data) + len(r.Command); size > r.held {
			t.Fatalf("request %d holds %d octets, counted %d", r.ID, size, r.held)
		}
	}
	if receiving != s.receiving || receiving != len(o.receiving) {
		t.Fatalf("%d requests are received, counted %d, oracle %d", receiving, s.receiving, len(o.receiving))
	}
	if active != s.active || active != len(o.active) {
		t.Fatalf("%d requests are active, counted %d, oracle %d", active, s.active, len(o.active))
	}
	if s.state != framing.ServerConnectionErrored && held != s.buffered {
		t.Fatalf("%d octets are held, counted %d", held, s.buffered)
	}
	if got, want := s.State().String(), o.state(); got != want {
		t.Fatalf("state %s, want %s", got, want)
	}
	if receiving > s.limits.ReceivingRequests || active > s.limits.ActiveRequests || held > s.limits.BufferedOctets {
		t.Fatalf("limits passed: %d receiving, %d active, %d octets", receiving, active, held)
	}
}

func FuzzServer(f *testing.F) {
	f.Add([]byte("\x00\x00\x21\x01\x01\x00\x05heads\xc1\x02\xe8"))
	f.Add([]byte("\x02\x00\x21\x01\x06\x00\x05heads\x00\x21\x02\x02\x00\x4a\x00\x21\x03\x02\x00\x04data\xc1\x02\xe8\xff"))
	f.Add([]byte("\x01\x00\x21\x01\x02\x00\x00\x00\x21\x02\x01\x00\x82kk\x00\x21\x02\x00\x00\x00\xf9"))
	f.Add([]byte("\x04\x00\x23\x01\x04\x00\x00\x00\x25\x01\x04\x00\x00\x00\x27\x01\x04\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) { runProgram(t, b) })
}
