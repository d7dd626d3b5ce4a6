package reactor

import (
	"iter"
	"reflect"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/message"
	"github.com/hgwire/hgwire/payload"
	"github.com/hgwire/hgwire/stream"
)

// conversation is a client and a server that talk to each other, and what each is to hear from the
// other. A program says who does what next. Nothing of it may be an error of the protocol or of a
// caller.
type conversation struct {
	t      *testing.T
	p      program
	rev    framing.Revision
	client *Client
	server *Server
	toServer,
	toClient side
	orders  map[uint16]*order // in flight
	running []uint16          // that the server runs and has not answered
	begun   []uint16          // that it has answered in part, or whose answer waits in the outbox
	waiting bool              // something is in the outbox
}

// side is one direction of the connection.
type side struct {
	octets    []byte // on their way
	transfers []*transfer
	busy      [256]int // messages of which a frame is to be sent, by stream
	ending    [256]bool
}

// transfer is a message of which a frame is still to be sent.
type transfer struct {
	request uint16
	stream  uint8
	next    func() (framing.Frame, error, bool)
}

// order is a request as the client issued it, and what came of it.
type order struct {
	name   string
	args   map[string]string
	data   *string
	got    strings.Builder // data that the server took
	known  bool            // to the server's application
	ran    bool
	answer string // what the server says, after "!" an application error
	part   strings.Builder
	texts  [][]payload.Atom // on their way
}

func (c *conversation) pick(n int) int { return int(c.p.next()) % n }

// word returns a text of up to so many octets.
func (c *conversation) word(most int) string {
	return strings.Repeat(string('a'+rune(c.pick(26))), c.pick(most+1))
}

func (c *conversation) check(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// stream chooses an own stream of a side that no message is about to end, and sometimes has the
// message that follows end it.
func (c *conversation) stream(s *side, first uint8, outgoing func(uint8) *stream.Outgoing) (uint8, bool) {
	if c.rev < framing.RevisionStreams {
		return 0, true
	}
	id := first + 2*uint8(c.pick(3))
	if s.ending[id] {
		return 0, false
	}
	if s.busy[id] == 0 && c.pick(4) == 0 {
		outgoing(id).End()
		s.ending[id] = true
	}
	return id, true
}

// start sends the first frame of a message.
func (c *conversation) start(s *side, request uint16, id uint8, frames iter.Seq2[framing.Frame, error], sending func(*framing.Header) error) {
	next, _ := iter.Pull2(frames)
	s.transfers = append(s.transfers, &transfer{request, id, next})
	s.busy[id]++
	c.step(s, len(s.transfers)-1, sending)
}

// step sends a frame of a message, or takes note that it has had its last.
func (c *conversation) step(s *side, i int, sending func(*framing.Header) error) {
	m := s.transfers[i]
	f, err, ok := m.next()
	c.check(err)
	if !ok {
		s.transfers = append(s.transfers[:i], s.transfers[i+1:]...)
		if s.busy[m.stream]--; s.busy[m.stream] == 0 {
			s.ending[m.stream] = false
		}
		return
	}
	c.check(sending(&f.Header))
	s.octets, err = c.rev.AppendFrame(s.octets, &f)
	c.check(err)
}

// issue sends a command, or the first frame of one.
func (c *conversation) issue() {
	if c.client.InFlight() >= c.client.limits.InFlightRequests {
		return
	}
	o := &order{name: "c" + c.word(9), args: map[string]string{}}
	cmd := &message.Command{Name: o.name, Args: o.args, MaxSend: 12 + c.pick(30)}
	for range c.pick(4) {
		o.args[c.word(3)] = c.word(50)
	}
	if c.pick(2) == 0 {
		data := c.word(90)
		o.data, cmd.Data = &data, strings.NewReader(data)
	}
	id, ok := c.stream(&c.toServer, 1, c.client.Outgoing)
	if !ok {
		return
	}
	if c.pick(4) == 0 {
		octets, request, err := c.client.AppendCommand(c.toServer.octets, cmd, id)
		c.check(err)
		c.toServer.octets, c.orders[request] = octets, o
		c.toServer.ending[id] = false
		return
	}
	request, err := c.client.Open()
	c.check(err)
	frames, err := cmd.Frames(request, c.client.Outgoing(id))
	c.check(err)
	c.orders[request] = o
	c.start(&c.toServer, request, id, frames, c.client.Sending)
}

// serve has the server receive a frame.
func (c *conversation) serve() {
	f, ok := c.arrive(&c.toServer)
	if !ok {
		return
	}
	var res Result
	if in := c.server.Streams(); in != nil && c.pick(2) == 0 {
		consumed, err := in.Receive(&f)
		res = c.server.ReceiveDecoded(&f, consumed, err)
	} else {
		res = c.server.Receive(&f)
	}
	data := string(f.Payload)
	clear(f.Payload)
	if res.Action == Error {
		c.t.Fatalf("%+v: %v", f.Header, res.Err)
	}
	if res.Action == WantFrame {
		return
	}
	r, o := res.Request, c.orders[res.Request.ID]
	if !o.known {
		o.known = true
		if streamed := c.server.streamData && o.data != nil; streamed != (res.Action == OpenCommand) {
			c.t.Fatalf("request %d becomes known by %s", r.ID, res.Action)
		}
	}
	args := map[string]string{}
	for name, value := range r.Args() {
		args[string(name)] = string(value)
	}
	if string(r.Command) != o.name || !reflect.DeepEqual(args, o.args) || r.HasData() != (o.data != nil) {
		c.t.Fatalf("request %d came as %q %v, want %q %v", r.ID, r.Command, args, o.name, o.args)
	}
	if c.server.streamData && o.data != nil && res.Action != OpenCommand {
		o.got.WriteString(data)
	}
	if res.Action != RunCommand {
		return
	}
	o.ran = true
	if !c.server.streamData && o.data != nil {
		o.got.WriteString(string(r.Data))
	}
	if o.data != nil && o.got.String() != *o.data {
		c.t.Fatalf("data %q of request %d, want %q", o.got.String(), r.ID, *o.data)
	}
	c.running = append(c.running, r.ID)
}

// arrive takes the next frame off a side.
func (c *conversation) arrive(s *side) (f framing.Frame, ok bool) {
	if len(s.octets) == 0 {
		return f, false
	}
	n, err := c.rev.DecodeFrame(&f, s.octets, 1<<16)
	c.check(err)
	s.octets = s.octets[n:]
	return f, true
}

// answer has the server answer a request: at once, by the outbox, or frame by frame.
func (c *conversation) answer() {
	if len(c.running) == 0 {
		return
	}
	i := c.pick(len(c.running))
	request := c.running[i]
	o := c.orders[request]
	id, ok := c.stream(&c.toClient, 2, c.server.Outgoing)
	if !ok || c.waiting && id == outboxStream {
		return
	}
	c.running = append(c.running[:i], c.running[i+1:]...)
	text, fails := c.word(100), c.pick(3) == 0
	o.answer = text
	if fails {
		o.answer = "!" + text
	}
	if c.pick(2) == 0 {
		c.begun = append(c.begun, request)
		c.check(c.server.Begin(request))
		c.start(&c.toClient, request, id, c.frames(request, id, text, fails), c.server.Sending)
		return
	}
	if c.pick(2) == 0 && c.toClient.busy[id] == 0 && !c.toClient.ending[id] && c.rev >= framing.RevisionStreams {
		id = outboxStream
	}
	var res Result
	var err error
	if fails {
		res, err = c.server.Fail(request, id, text)
	} else {
		res, err = c.server.Respond(request, id, []byte(text))
	}
	c.check(err)
	if res.Action != SendFrames {
		c.t.Fatalf("an answer came to %s", res.Action)
	}
	c.toClient.ending[id] = false
	c.waiting = true
	if id != outboxStream || c.pick(2) == 0 {
		c.take()
	}
}

// frames returns the frames of an answer. A command fails at once, or after a part of a response, if
// that does not end the stream.
func (c *conversation) frames(request uint16, id uint8, text string, fails bool) iter.Seq2[framing.Frame, error] {
	out, size := c.server.Outgoing(id), 1+c.pick(30)
	if !fails {
		response := message.Bytes(request, out, []byte(text), size)
		return errorless(response.Frames())
	}
	if c.toClient.ending[id] || c.pick(2) == 0 {
		response, err := message.ApplicationError(request, out, text)
		c.check(err)
		return errorless(response.Frames())
	}
	part := message.Bytes(request, out, make([]byte, 3*size), size)
	return func(yield func(framing.Frame, error) bool) {
		for f := range part.Frames() {
			if f.Flags == framing.Flags(framing.BytesResponseContinuation) && !yield(f, nil) {
				return
			}
		}
		response, err := message.ApplicationError(request, out, text)
		c.check(err)
		for f := range response.Frames() {
			yield(f, nil)
		}
	}
}

// outboxStream is where answers wait in the outbox.
const outboxStream = 8

func (c *conversation) take() {
	c.toClient.octets = c.server.Take(c.toClient.octets)
	c.waiting = false
}

func errorless(frames iter.Seq[framing.Frame]) iter.Seq2[framing.Frame, error] {
	return func(yield func(framing.Frame, error) bool) {
		for f := range frames {
			if !yield(f, nil) {
				return
			}
		}
	}
}

// say has the server send text for people with a request that is not answered in full.
func (c *conversation) say() {
	list := c.running
	for _, m := range c.toClient.transfers {
		if c.server.requests.find(m.request) != nil {
			list = append(list[:len(list):len(list)], m.request)
		}
	}
	if len(list) == 0 || c.rev < framing.RevisionStreams {
		return
	}
	request := list[c.pick(len(list))]
	id, ok := c.stream(&c.toClient, 2, c.server.Outgoing)
	if !ok {
		return
	}
	atoms := []payload.Atom{{Format: c.word(5) + "%s", Args: []string{c.word(9)}, Labels: []string{c.word(4)}}}
	response, err := message.TextOutput(request, c.server.Outgoing(id), atoms)
	c.check(err)
	o := c.orders[request]
	o.texts = append(o.texts, atoms)
	c.start(&c.toClient, 0, id, errorless(response.Frames()), c.server.Sending)
}

// hear has the client receive a frame.
func (c *conversation) hear() {
	f, ok := c.arrive(&c.toClient)
	if !ok {
		return
	}
	var res ClientResult
	if in := c.client.Streams(); in != nil && c.pick(2) == 0 {
		consumed, err := in.Receive(&f)
		res = c.client.ReceiveDecoded(&f, consumed, err)
	} else {
		res = c.client.Receive(&f)
	}
	text := string(f.Payload)
	clear(f.Payload)
	o := c.orders[res.Request]
	switch res.Action {
	case ResponsePart:
		o.part.WriteString(text)
		return
	case TextOutput:
		if len(o.texts) == 0 || !reflect.DeepEqual(c.client.Text(), o.texts[0]) {
			c.t.Fatalf("request %d says %v, want %v", res.Request, c.client.Text(), o.texts)
		}
		o.texts = o.texts[1:]
		return
	case ResponseEnd:
		text = o.part.String() + text
	case CommandFailed:
		text = "!" + text
	default:
		c.t.Fatalf("%+v: %s, %v", f.Header, res.Action, res.Err)
	}
	if text != o.answer || len(o.texts) > 0 {
		c.t.Fatalf("request %d was answered %q, want %q; texts on their way: %v", res.Request, text, o.answer, o.texts)
	}
	delete(c.orders, res.Request)
}

// act does the next thing.
func (c *conversation) act(what int) {
	switch {
	case what < 2:
		c.issue()
	case what < 5 && len(c.toServer.transfers) > 0:
		c.step(&c.toServer, c.pick(len(c.toServer.transfers)), c.client.Sending)
	case what < 9:
		c.serve()
	case what < 11:
		c.answer()
	case what < 13 && len(c.toClient.transfers) > 0:
		c.step(&c.toClient, c.pick(len(c.toClient.transfers)), c.server.Sending)
	case what < 14:
		c.say()
	case what < 15:
		c.take()
	default:
		c.hear()
	}
}
