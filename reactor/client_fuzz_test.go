package reactor

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
)

// serverFrame reads a frame like those of a server.
func (p *program) serverFrame() framing.Frame {
	f := p.frame()
	f.StreamID ^= 1
	if f.Type == framing.TypeTextOutput && len(f.Payload)%3 == 0 {
		f.Payload = []byte(textPayload)
		f.Length = uint32(len(f.Payload))
	}
	return f
}

// describeClient writes a result as the oracle does.
func describeClient(c *Client, f *framing.Frame, res ClientResult) string {
	switch res.Action {
	case WantFrame:
		return "wantframe " + res.State.String()
	case Error:
		return "error " + res.Err.Text
	case TextOutput:
		return fmt.Sprintf("textoutput %d %d", res.Request, len(c.Text()))
	default:
		return fmt.Sprintf("%s %d %q", res.Action, res.Request, f.Payload)
	}
}

func describeMisuse(err error, otherwise string) string {
	if usage, ok := errors.AsType[*framing.UsageError](err); ok {
		return "usage-error " + usage.Text
	}
	if err != nil {
		return "rule"
	}
	return otherwise
}

// checkClientRaises holds an error of Receive to what the schema says of the row that was applied.
func checkClientRaises(t *testing.T, c *Client, err *framing.ProtocolError) {
	t.Helper()
	machine, row := "client-connection", c.ConnectionTransition().String()
	if r := c.StreamTransition(); r != 0 {
		machine, row = "stream", r.String()
	}
	if r := c.Transition(); r != 0 {
		machine, row = "client-request", r.String()
	}
	if machine == "client-connection" && err.Code == framing.ErrFrameTooLarge {
		return // a limit on the header, not a row
	}
	if !raises()[machine][row][err.Code.Name()] {
		t.Fatalf("row %s of %s raised %s, which the schema does not say", row, machine, err.Code.Name())
	}
}

// runClientProgram runs the bytes through a Client and the oracle, and compares every result.
func runClientProgram(t *testing.T, p program) {
	mode := p.next()
	cfg := Config{Revision: framing.RevisionStreams}
	if mode&2 != 0 {
		cfg.Revision = framing.RevisionRequestIDs
	}
	if mode&4 != 0 {
		cfg.Limits = smallLimits
		cfg.Limits.InFlightRequests = 2
	}
	c, o := NewClient(cfg), newClientOracle(cfg)
	for step := 0; len(p) > 0 && step < 500; step++ {
		op := p.next()
		var got, want string
		switch {
		case op < 112:
			f := p.serverFrame()
			want = o.receive(f)
			res := c.Receive(&f)
			if got = describeClient(c, &f, res); res.Action == Error {
				checkClientRaises(t, c, res.Err)
			}
			for i := range f.Payload {
				f.Payload[i] ^= 0xff // nothing of it may have been kept
			}
		case op < 192:
			f := p.frame()
			want = o.send(f.Header)
			if got = describeMisuse(c.Sending(&f.Header), "sent"); want == "usage-error" {
				want += fmt.Sprintf(" unexpected call for request with ID %d", f.RequestID)
			}
		case op < 240:
			want = o.openRequest()
			id, err := c.Open()
			got = describeMisuse(err, fmt.Sprint(id))
		case op < 252:
			id := uint16(op & 7)
			want = o.release(id)
			got = describeMisuse(c.Release(id), "")
		default:
			want = fmt.Sprint(o.inFlight())
			got = fmt.Sprint(append([]uint16{}, c.EndInput()...))
		}
		if got != want && !(want == "error " && strings.HasPrefix(got, want)) {
			t.Fatalf("step %d: got %q, want %q", step, got, want)
		}
		if got, want := c.State().String(), o.state(); got != want {
			t.Fatalf("step %d: state %s, want %s", step, got, want)
		}
		if got, want := c.InFlight(), len(o.requests); got != want {
			t.Fatalf("step %d: %d requests in flight, want %d", step, got, want)
		}
		for id := range uint16(10) {
			if got, want := c.RequestState(id).String(), o.requestState(id); got != want {
				t.Fatalf("step %d: request %d is %s, want %s", step, id, got, want)
			}
		}
	}
}

func FuzzClient(f *testing.F) {
	f.Add([]byte("\x00\xc0\x70\x21\x01\x01\x00\x05heads\x00\x21\x04\x01\x00\x05found\x00\x21\x04\x02\x00\x00"))
	f.Add([]byte("\x02\xc0\x70\x21\x01\x06\x00\x05heads\x70\x21\x02\x02\x00\x4a\x70\x21\x03\x02\x00\x04data\x00\x21\x05\x02\x00\x04fail\xff"))
	f.Add([]byte("\x04\xc0\xc0\xc0\xf1\xc0\x70\x23\x01\x04\x00\x00\xff"))
	f.Add([]byte("\x00\xc0\x70\x21\x01\x01\x00\x00\x00\x21\x06\x00\x00\x00\x00\x21\x08\x00\x00\xa0\x00\x21\x05\x01\x00\x02no"))
	f.Fuzz(func(t *testing.T, b []byte) { runClientProgram(t, b) })
}

// TestRandomClientPrograms runs programs that a fuzzer would take long to find: requests are opened,
// sent and answered, mostly as they should.
func TestRandomClientPrograms(t *testing.T) {
	const programs = 8000
	rng := rand.New(rand.NewPCG(1, 2))
	pick := func(octets ...byte) byte { return octets[rng.IntN(len(octets))] }
	for range programs {
		p := program{byte(rng.IntN(8))}
		for range 1 + rng.IntN(40) {
			shape := byte(0x20 | 1 + 2*rng.IntN(3))
			switch n := rng.IntN(20); {
			case n < 4:
				p = append(p, 192)
			case n < 11:
				p = append(p, 112, shape, pick(1, 1, 2, 3), pick(0, 1, 1, 2, 2, 4, 6), 0, 64+pick(0, 6))
			case n < 17:
				p = append(p, 0, shape, pick(4, 4, 4, 5, 6), pick(1, 1, 1, 2, 2, 2, byte(rng.IntN(16))), 0, 64+pick(0, 6))
			case n < 18:
				p = append(p, pick(0, 112), byte(rng.IntN(256)), byte(rng.IntN(16)), byte(rng.IntN(16)), byte(rng.IntN(8)), byte(rng.IntN(256)))
			case n < 19:
				p = append(p, 240+byte(rng.IntN(12)))
			default:
				p = append(p, 255)
			}
		}
		runClientProgram(t, p)
	}
}

// TestEveryFrameInEveryClientState sends and receives all types and flags in each state.
func TestEveryFrameInEveryClientState(t *testing.T) {
	send := func(typ, flags byte) []byte { return []byte{112, 0x21, typ, flags, 0, 0} }
	openings := map[string][]byte{
		"idle":            {},
		"taken":           {192},
		"args":            slices.Concat([]byte{192}, send(1, 2)),
		"value":           slices.Concat([]byte{192}, send(1, 2), send(2, 1)),
		"args-then-data":  slices.Concat([]byte{192}, send(1, 6)),
		"value-then-data": slices.Concat([]byte{192}, send(1, 6), send(2, 1)),
		"data":            slices.Concat([]byte{192}, send(1, 4)),
		"waiting":         slices.Concat([]byte{192}, send(1, 1)),
		"responding":      slices.Concat([]byte{192}, send(1, 1), []byte{0, 0x21, 4, 1, 0, 0}),
	}
	for name, opening := range openings {
		t.Run(name, func(t *testing.T) {
			for mode := byte(0); mode < 8; mode += 2 {
				for octet := range 256 {
					for _, op := range []byte{0, 112} {
						for _, payload := range []byte{64, 68, 74} {
							p := append(program{mode}, opening...)
							p = append(p, op, 0x21, byte(octet>>4), byte(octet&15), 0, payload)
							runClientProgram(t, append(p, 192, 241, 255))
						}
					}
				}
			}
		})
	}
}

// TestClientActionsAreExactlyTheSchemas fails for a method of clientActions that no row can name.
func TestClientActionsAreExactlyTheSchemas(t *testing.T) {
	got, want := methods[*clientActions](), methods[framing.ClientRequestActions]()
	if len(got) != len(want) {
		t.Errorf("clientActions has the exported methods %v, the schema %v", got, want)
	}
}

// TestWhatWeDoRaisesNothingOfThePeer: the results of actions are not looked at where a row is for a
// call or a sent frame.
func TestWhatWeDoRaisesNothingOfThePeer(t *testing.T) {
	for machine, rows := range map[string][]framing.TransitionInfo{
		"server-request": framing.ServerRequestTransitions(),
		"client-request": framing.ClientRequestTransitions(),
		"stream":         framing.StreamTransitions(),
	} {
		for _, row := range rows {
			ours := len(row.Send) > 0 || strings.HasPrefix(strings.Join(row.On, " "), "api:")
			if ours && row.Error == "" && len(raises()[machine][row.ID]) > 0 {
				t.Errorf("row %s of %s raises %v", row.ID, machine, raises()[machine][row.ID])
			}
		}
	}
}
