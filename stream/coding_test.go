package stream_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

// sender sends frames on one stream, and holds each to the machine of streams and to what a peer makes
// of it.
type sender struct {
	t     *testing.T
	out   *stream.Outgoing
	state framing.StreamState
	peer  *stream.Incoming
	seen  map[framing.StreamTransition]bool
	log   []string
}

func newSender(t *testing.T, out *stream.Outgoing) *sender {
	return &sender{
		t: t, out: out,
		state: framing.InitialStream(framing.RoleServer, out.ID()),
		peer:  stream.NewIncoming(framing.RoleClient, framing.Limits{EncodedStreams: 1}, runs{}),
		seen:  map[framing.StreamTransition]bool{},
	}
}

// send sends a frame and returns its payload at the peer.
func (s *sender) send(f framing.Frame) string {
	s.t.Helper()
	f.Length = uint32(len(f.Payload))
	s.log = append(s.log, string(framing.RevisionStreams.AppendText(nil, &f)))
	row := framing.SendStream(s.state, &f.Header)
	s.seen[row] = true
	if row.Row().Error != 0 {
		s.t.Fatalf("%q: the last frame is sent while the stream is %v", s.log, s.state)
	}
	if !row.Row().Keep {
		s.state = row.Row().To
	}
	if _, err := s.peer.Receive(&f); err != nil {
		s.t.Fatalf("%q: %v", s.log, err)
	}
	return string(f.Payload)
}

// data sends a payload as a conforming sender does.
func (s *sender) data(payload string) {
	s.t.Helper()
	if f, ok := s.out.Settings(1); ok {
		s.send(f)
	}
	f := framing.Frame{Header: framing.Header{RequestID: 1, StreamID: s.out.ID(), Type: framing.TypeBytesResponse}, Payload: []byte(payload)}
	var encoded framing.StreamFlags
	if s.out.Encodes() {
		var err error
		if f.Payload, err = s.out.AppendEncoded(nil, f.Payload); err != nil {
			s.t.Fatal(err)
		}
		encoded = framing.FlagEncoded
	}
	f.StreamFlags = s.out.Next() | encoded
	if got := s.send(f); got != payload {
		s.t.Fatalf("%q: the peer gets %q; want %q", s.log, got, payload)
	}
}

// plain sends a payload without regard for an encoding.
func (s *sender) plain(payload string) {
	s.t.Helper()
	s.send(framing.Frame{Header: framing.Header{RequestID: 1, StreamID: s.out.ID(), StreamFlags: s.out.Next(), Type: framing.TypeBytesResponse}, Payload: []byte(payload)})
}

func TestOutgoingEncoding(t *testing.T) {
	s := newSender(t, stream.NewOutgoing(2))
	s.data("a")
	if err := s.out.SetEncoding(runs{}); err != nil {
		t.Fatal(err)
	}
	if s.out.Encodes() || s.out.MaxPayload(10) != 0 || s.out.Encoding() == nil {
		t.Error("the stream encodes before its settings; want it to have an encoding and not to encode")
	}
	s.data("ab")
	if got := s.out.MaxPayload(10); got != 5 {
		t.Errorf("at most %d octets for 10 encoded; want 5", got)
	}
	s.plain("plain")
	s.data("b")
	s.out.End()
	s.data("c")
	s.data("d")
	if err := s.out.SetEncoding(nil); err != nil {
		t.Fatal(err)
	}
	s.data("e")
	s.data("f")
	want := []string{
		"1 2 stream-begin bytes-response 0 a",
		`1 2 stream-begin stream-settings 0 \x04runs`,
		`1 2 encoded bytes-response 0 \x01a\x01\x01`,
		"1 2 0 bytes-response 0 plain",
		`1 2 encoded bytes-response 0 \x01\x00`,
		`1 2 stream-end|encoded bytes-response 0 \x01\x01`,
		`1 2 stream-begin stream-settings 0 \x04runs`,
		`1 2 encoded bytes-response 0 \x01d`,
		"1 2 stream-begin bytes-response 0 e",
		"1 2 0 bytes-response 0 f",
	}
	if got := strings.Join(s.log, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("frames\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

// Whatever is done to a stream, in whatever order, the peer understands it, contexts are closed, and the
// count of streams with an encoding is never below the peer's.
func TestOutgoingEncodingInEveryOrder(t *testing.T) {
	const steps = 6
	ops := []func(s *sender, p stream.Profile){
		func(s *sender, _ stream.Profile) { s.data("aab") },
		func(s *sender, _ stream.Profile) { s.plain("b") },
		func(s *sender, _ stream.Profile) { s.out.End() },
		func(s *sender, p stream.Profile) {
			if err := s.out.SetEncoding(p); err != nil {
				t.Fatal(err)
			}
		},
		func(s *sender, _ stream.Profile) {
			if err := s.out.SetEncoding(nil); err != nil {
				t.Fatal(err)
			}
		},
		func(s *sender, _ stream.Profile) {
			if f, ok := s.out.Settings(0); ok {
				s.send(f)
			}
		},
	}
	seen := map[framing.StreamTransition]bool{}
	all := 1
	for range steps {
		all *= len(ops)
	}
	for n := range all {
		limits := framing.Limits{EncodingStreams: 1}
		encodings := stream.NewEncodings(limits)
		s := newSender(t, encodings.NewOutgoing(2))
		s.seen = seen
		encoders := counter{}
		for i := n; i > 0; i /= len(ops) {
			ops[i%len(ops)](s, counting{runs{}, &encoders})
			if s.peer.Encoded() == 1 && encodings.NewOutgoing(4).SetEncoding(runs{}) == nil {
				t.Fatalf("%q: another stream may be encoded, while this one is at the peer", s.log)
			}
		}
		s.out.Close()
		s.out.Close()
		if encoders.made != encoders.closed {
			t.Fatalf("%q: %d encoders closed; want %d", s.log, encoders.closed, encoders.made)
		}
		if err := encodings.NewOutgoing(6).SetEncoding(runs{}); err != nil {
			t.Fatalf("%q: after Close: %v", s.log, err)
		}
	}
	for row := framing.StreamTransitionSendBegin; row <= framing.StreamTransitionSendSettings; row++ {
		if !seen[row] {
			t.Errorf("no frame went by row %v", row)
		}
	}
}

type counter struct{ made, closed int }

// counting is runs with a count of encoders, each of which is closed once.
type counting struct {
	runs
	encoders *counter
}

type countingEncoder struct {
	stream.Encoder
	encoders *counter
	closed   bool
}

func (p counting) NewEncoder() (stream.Encoder, []byte, error) {
	enc, settings, err := p.runs.NewEncoder()
	p.encoders.made++
	return &countingEncoder{enc, p.encoders, false}, settings, err
}

func (e *countingEncoder) Close() {
	if e.closed {
		panic("closed twice")
	}
	e.closed = true
	e.encoders.closed++
	e.Encoder.Close()
}

func TestSetEncodingErrors(t *testing.T) {
	encodings := stream.NewEncodings(framing.Limits{EncodingStreams: 1})
	first, second := encodings.NewOutgoing(2), encodings.NewOutgoing(4)
	for range 2 {
		if err := first.SetEncoding(runs{}); err != nil {
			t.Fatal(err)
		}
	}
	err := second.SetEncoding(runs{})
	usage, ok := errors.AsType[*framing.UsageError](err)
	if !ok || usage.Text != "cannot encode stream 4: the limit is 1 streams with a content encoding" {
		t.Errorf("error %v; want one about the limit", err)
	}
	if second.Encoding() != nil {
		t.Error("the stream has an encoding after an error")
	}
	var none *stream.Outgoing
	for i, err := range []error{
		none.SetEncoding(runs{}),
		(&stream.Outgoing{}).SetEncoding(runs{}),
		first.SetEncoding(runs{name: strings.Repeat("x", 256)}),
		first.SetEncoding(failing{new(int)}),
	} {
		if err == nil {
			t.Errorf("case %d: no error", i)
		}
	}
	if _, err := none.AppendEncoded(nil, nil); err == nil {
		t.Error("nothing encodes; want an error")
	}
	if f, ok := first.Settings(1); !ok || string(f.Payload) != "\x04runs" {
		t.Errorf("settings %q, %v, after errors; want the same as before", f.Payload, ok)
	}
	none.Close()
}

// failing makes so many encoders, which encode nothing.
type failing struct{ left *int }

func (failing) Name() string                                   { return "failing" }
func (failing) NewDecoder([]byte, int) (stream.Decoder, error) { return nil, errors.New("no decoder") }
func (failing) Encode(dst, payload []byte) ([]byte, error) {
	return append(dst, "junk"...), errors.New("broken")
}
func (failing) MaxPayload(limit int) int { return limit }
func (failing) Close()                   {}
func (p failing) NewEncoder() (stream.Encoder, []byte, error) {
	if *p.left--; *p.left < 0 {
		return nil, nil, errors.New("no encoder")
	}
	return p, nil, nil
}

// A stream whose encoder fails goes on without.
func TestEncoderFails(t *testing.T) {
	out := stream.NewOutgoing(2)
	left := 1
	if err := out.SetEncoding(failing{&left}); err != nil {
		t.Fatal(err)
	}
	if _, ok := out.Settings(1); !ok {
		t.Fatal("no settings")
	}
	got, err := out.AppendEncoded([]byte("dst"), []byte("a"))
	if string(got) != "dst" || err == nil || err.Error() != "stream: encoding with profile failing: broken" {
		t.Errorf("%q, %v; want dst as it was and an error", got, err)
	}
	if _, ok := out.Settings(1); ok || out.Encodes() || out.Next() != framing.FlagStreamBegin || out.Next() != 0 {
		t.Error("want the stream to begin without settings")
	}
}

func TestPreEncoded(t *testing.T) {
	s := newSender(t, stream.NewOutgoing(2))
	if err := s.out.SetEncoding(stream.PreEncoded("runs", []byte("A"))); err != nil {
		t.Fatal(err)
	}
	f, _ := s.out.Settings(1)
	s.send(f)
	wire, err := s.out.AppendEncoded(nil, []byte("\x02\x01"))
	if err != nil {
		t.Fatal(err)
	}
	got := s.send(framing.Frame{Header: framing.Header{StreamID: 2, StreamFlags: s.out.Next() | framing.FlagEncoded, Type: framing.TypeBytesResponse}, Payload: wire})
	if got != "BB" || s.out.MaxPayload(7) != 7 {
		t.Errorf("the peer gets %q, payloads of at most %d octets; want BB, 7", got, s.out.MaxPayload(7))
	}
	if _, err := stream.PreEncoded("runs", nil).NewDecoder(nil, 1); err == nil {
		t.Error("a pre-encoded profile decodes; want an error")
	}
}

func ExampleOutgoing_SetEncoding() {
	out := stream.NewOutgoing(2)
	if err := out.SetEncoding(runs{}); err != nil {
		fmt.Println(err)
		return
	}
	settings, _ := out.Settings(1)
	fmt.Printf("%s %q\n", settings.StreamFlags, settings.Payload)
	encoded, err := out.AppendEncoded(nil, []byte("aaaa"))
	fmt.Printf("%s %q %v\n", out.Next()|framing.FlagEncoded, encoded, err)
	// Output:
	// stream-begin "\x04runs"
	// encoded "\x04a" <nil>
}
