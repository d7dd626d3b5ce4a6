package reactor_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/reactor"
	"github.com/hgwire/hgwire/stream"
	"github.com/hgwire/hgwire/stream/compress"
)

// request takes a one-frame command with the given ID.
func request(t *testing.T, s *reactor.Server, id int) {
	t.Helper()
	f, err := framing.RevisionStreams.ParseText(fmt.Sprintf("%d 1 stream-begin command-name eos cat", id))
	if err != nil {
		t.Fatal(err)
	}
	if res := s.Receive(&f); res.Action != reactor.RunCommand {
		t.Fatalf("request %d: %v %v", id, res.Action, res.Err)
	}
}

// client collects responses as a client gets them.
type client struct {
	in        *stream.Incoming
	responses map[uint16][]byte
	frames    int
	settings  int
}

func newClient() *client {
	return &client{in: stream.NewIncoming(framing.RoleClient, framing.Limits{EncodedStreams: 2}, compress.Profiles()...), responses: map[uint16][]byte{}}
}

func (c *client) take(t *testing.T, wire []byte) {
	t.Helper()
	var f framing.Frame
	for len(wire) > 0 {
		n, err := framing.RevisionStreams.DecodeFrame(&f, wire, framing.DefaultMaxSend)
		if err != nil {
			t.Fatal(err)
		}
		wire = wire[n:]
		consumed, perr := c.in.Receive(&f)
		if perr != nil {
			t.Fatal(perr)
		}
		if consumed {
			c.settings++
			continue
		}
		c.frames++
		c.responses[f.RequestID] = append(c.responses[f.RequestID], f.Payload...)
	}
}

// Responses of all sizes on encoded and plain streams come to what was answered, by Frames and by Take.
func TestEncodedResponses(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, p := range []stream.Profile{compress.Zlib{}, compress.Zstd{}, stream.Identity{}} {
		s := reactor.NewServer(reactor.Config{})
		for _, id := range []uint8{2, 4} {
			if err := s.Outgoing(id).SetEncoding(p); err != nil {
				t.Fatal(err)
			}
		}
		c := newClient()
		want := map[uint16][]byte{}
		for n := range 60 {
			id := uint16(2*n + 1)
			response := make([]byte, r.IntN(100_000)>>r.IntN(17))
			for i := range response {
				response[i] = byte(r.IntN(1 + n*4))
			}
			want[id] = bytes.Clone(response)
			request(t, s, int(id))
			out := uint8(2 + n%3*2) // 2 and 4 are encoded, 6 is not
			if n%10 == 9 {
				s.Outgoing(out).End()
			}
			var err error
			if n%7 == 6 {
				want[id] = []byte("no such file")
				_, err = s.Fail(id, out, "no such file")
			} else {
				_, err = s.Respond(id, out, response)
			}
			if err != nil {
				t.Fatal(err)
			}
			if out != 6 {
				clear(response) // it has been encoded
			}
			var wire []byte
			for range 2 { // Frames changes nothing
				wire = nil
				for f := range s.Frames() {
					if wire, err = framing.RevisionStreams.AppendFrame(wire, &f); err != nil {
						t.Fatal(err)
					}
				}
			}
			if took := s.Take(nil); !bytes.Equal(took, wire) {
				t.Fatalf("%s, response %d: Take gives %d octets, Frames %d others", p.Name(), n, len(took), len(wire))
			}
			c.take(t, wire)
		}
		for id := range want {
			if !bytes.Equal(c.responses[id], want[id]) {
				t.Errorf("%s: response %d has %d octets, which differ; want %d", p.Name(), id, len(c.responses[id]), len(want[id]))
			}
		}
		if c.settings != 6 { // two streams, and four that began again
			t.Errorf("%s: %d settings frames; want 6", p.Name(), c.settings)
		}
		s.Close()
	}
}

// Deferred answers are encoded in the order in which they came, which is that of their frames.
func TestEncodedResponsesDeferred(t *testing.T) {
	s := reactor.NewServer(reactor.Config{DeferOutput: true})
	defer s.Close()
	if err := s.Outgoing(2).SetEncoding(compress.Zstd{}); err != nil {
		t.Fatal(err)
	}
	for _, id := range []int{1, 3, 5} {
		request(t, s, id)
	}
	for _, id := range []uint16{3, 1, 5} {
		if _, err := s.Respond(id, 2, fmt.Appendf(nil, "response %d", id)); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := s.EndInput(2); err != nil {
		t.Fatal(err)
	}
	c := newClient()
	c.take(t, s.Take(nil))
	for _, id := range []uint16{1, 3, 5} {
		if got, want := string(c.responses[id]), fmt.Sprintf("response %d", id); got != want {
			t.Errorf("%q; want %q", got, want)
		}
	}
}

// Responses that come encoded from a cache go out as they are, each a compressed stream of its own.
func TestPreEncodedResponses(t *testing.T) {
	want := bytes.Repeat([]byte("a response that was compressed long ago, "), 20_000)
	var cached bytes.Buffer
	w, err := zlib.NewWriterLevel(&cached, zlib.HuffmanOnly)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(want); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	s := reactor.NewServer(reactor.Config{})
	defer s.Close()
	c := newClient()
	for _, id := range []uint16{1, 3} {
		request(t, s, int(id))
		if err := s.Outgoing(2).SetEncoding(stream.PreEncoded("zlib", nil)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Respond(id, 2, cached.Bytes()); err != nil {
			t.Fatal(err)
		}
		c.take(t, s.Take(nil))
		if !bytes.Equal(c.responses[id], want) {
			t.Errorf("response %d has %d octets, which differ; want %d", id, len(c.responses[id]), len(want))
		}
	}
	if frames := (cached.Len() + framing.DefaultMaxSend - 1) / framing.DefaultMaxSend; c.frames != 2*frames || frames < 2 {
		t.Errorf("%d frames; want %d, more than one for each", c.frames, 2*frames)
	}
}

func TestEncodingStreamsLimit(t *testing.T) {
	s := reactor.NewServer(reactor.Config{Limits: framing.Limits{EncodingStreams: 1}})
	defer s.Close()
	if err := s.Outgoing(2).SetEncoding(compress.Zlib{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Outgoing(4).SetEncoding(compress.Zlib{}); !errors.Is(err, framing.ErrTooManyEncodingStreams) {
		t.Errorf("error %v; want %v", err, framing.ErrTooManyEncodingStreams)
	}
}

// A client's encoded frames are decoded before requests see them.
func TestEncodedRequests(t *testing.T) {
	for _, p := range compress.Profiles() {
		s := reactor.NewServer(reactor.Config{Profiles: compress.Profiles()})
		out := stream.NewOutgoing(1)
		if err := out.SetEncoding(p); err != nil {
			t.Fatal(err)
		}
		f, _ := out.Settings(1)
		if res := s.Receive(&f); res.Action != reactor.WantFrame {
			t.Fatalf("%s: %v %v", p.Name(), res.Action, res.Err)
		}
		data := bytes.Repeat([]byte("data "), 1000)
		for i, part := range [][]byte{[]byte("unbundle"), data} {
			wire, err := out.AppendEncoded(nil, part)
			if err != nil {
				t.Fatal(err)
			}
			f := framing.Frame{Header: framing.Header{RequestID: 1, StreamID: 1, StreamFlags: out.Next() | framing.FlagEncoded,
				Type: framing.TypeCommandName, Flags: framing.Flags(framing.CommandNameHaveData)}, Payload: wire}
			if i == 1 {
				f.Type, f.Flags = framing.TypeCommandData, framing.Flags(framing.CommandDataEOS)
			}
			res := s.Receive(&f)
			if res.Action == reactor.Error {
				t.Fatalf("%s: %v", p.Name(), res.Err)
			}
			if i == 1 && (string(res.Request.Command) != "unbundle" || !bytes.Equal(res.Request.Data, data)) {
				t.Errorf("%s: command %q with %d octets of data", p.Name(), res.Request.Command, len(res.Request.Data))
			}
		}
		s.Close()
		out.Close()
	}
}
