package reactor

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hgwire/hgwire/generated/framing"
)

// oracle is a server reactor written straight from the protocol's prose: maps, strings and nested
// ifs. It shares nothing with the generated tables but the constants.
type oracle struct {
	streams   bool
	deferred  bool
	streamed  bool // data is handed on as it comes
	limits    framing.Limits
	errored   bool
	open      map[uint8]bool
	receiving map[uint16]*oracleRequest
	active    map[uint16]bool // value: answered
	begun     map[uint8]bool  // by answers of the outbox
	own       map[uint8]bool  // streams of ours that are open, as far as frames have been sent
	pieces    map[uint16]bool // requests that are answered frame by frame
	held      []oracleAnswer  // deferred, or not taken yet
	ready     int
}

type oracleRequest struct {
	command   string
	args      map[string]string
	data      *string
	wantArgs  bool // argument frames may still come
	wantData  bool // data was announced
	name      string
	value     string
	missing   int
	inValue   bool
	argsSpent int
}

type oracleAnswer struct {
	id     uint16
	line   string
	refuse bool
	begins bool // its stream
	stream uint8
}

func newOracle(cfg Config) *oracle {
	return &oracle{
		streams:  cfg.Revision != framing.RevisionRequestIDs,
		deferred: cfg.DeferOutput,
		streamed: cfg.StreamData,
		limits:   cfg.Limits.WithDefaults(),
		open:     map[uint8]bool{}, receiving: map[uint16]*oracleRequest{},
		active: map[uint16]bool{}, begun: map[uint8]bool{}, own: map[uint8]bool{}, pieces: map[uint16]bool{},
	}
}

func (o *oracle) state() string {
	switch {
	case o.errored:
		return "errored"
	case len(o.receiving) > 0:
		return "command-receiving"
	default:
		return "idle"
	}
}

// receive returns the result as a line: "error TEXT", "wantframe STATE" or "runcommand ...".
func (o *oracle) receive(f framing.Frame) string {
	if o.errored {
		return o.fail("server already errored")
	}
	if len(f.Payload) > o.limits.FramePayload {
		return o.fail(fmt.Sprintf("frame payload of %d octets exceeds the limit of %d octets", len(f.Payload), o.limits.FramePayload))
	}
	if o.streams {
		begin, end := f.StreamFlags&1 != 0, f.StreamFlags&2 != 0
		settings := f.Type == 8
		if f.StreamID%2 == 0 {
			return o.fail(fmt.Sprintf("received frame with even numbered stream ID: %d", f.StreamID))
		}
		if !o.open[f.StreamID] && !begin {
			return o.fail("received frame on unknown inactive stream without beginning of stream flag set")
		}
		if settings && !begin {
			return o.fail(fmt.Sprintf("received stream settings frame without beginning of stream flag set on stream: %d", f.StreamID))
		}
		if !o.open[f.StreamID] && len(o.open) >= o.limits.OpenStreams {
			return o.fail(fmt.Sprintf("too many open streams: the limit is %d", o.limits.OpenStreams))
		}
		// Only identity is known here, so an encoded payload is as it is.
		if f.StreamFlags&4 != 0 && len(f.Payload) > o.limits.DecodedOctets {
			return o.fail(fmt.Sprintf("decoded payload on stream %d exceeds the limit of %d octets", f.StreamID, o.limits.DecodedOctets))
		}
		if settings && string(f.Payload) != "\x08identity" {
			return o.fail("") // any text
		}
		if end {
			delete(o.open, f.StreamID)
		} else {
			o.open[f.StreamID] = true
		}
		if settings {
			return "wantframe " + o.state()
		}
	}
	id, r := f.RequestID, o.receiving[f.RequestID]
	_, active := o.active[id]
	if f.Type == 1 {
		eos, args, data := f.Flags&1 != 0, f.Flags&2 != 0, f.Flags&4 != 0
		switch {
		case id%2 == 0:
			return o.fail(fmt.Sprintf("received command frame with even numbered request ID: %d", id))
		case r != nil:
			return o.fail(fmt.Sprintf("request with ID %d already received", id))
		case active:
			return o.fail(fmt.Sprintf("request with ID %d is already active", id))
		case !eos && !args && !data:
			return o.fail("missing frame flags on command frame")
		case eos && (args || data):
			return o.fail("command frame flag eos excludes have-args and have-data")
		}
		r = &oracleRequest{command: string(f.Payload), args: map[string]string{}, wantArgs: args, wantData: data}
		if data {
			r.data = new(string)
		}
		if eos {
			return o.run(id, r)
		}
		if len(o.receiving) >= o.limits.ReceivingRequests {
			return o.fail(fmt.Sprintf("too many requests are being received: the limit is %d", o.limits.ReceivingRequests))
		}
		o.receiving[id] = r
		if o.streamed && !args {
			return "opencommand " + r.describe(id)
		}
		return "wantframe command-receiving"
	}
	switch {
	case len(o.receiving) == 0:
		return o.fail(fmt.Sprintf("expected command frame; got %d", f.Type))
	case active:
		return o.fail(fmt.Sprintf("received frame for request that is still active: %d", id))
	case r == nil:
		return o.fail(fmt.Sprintf("received frame for request that is not receiving: %d", id))
	}
	switch f.Type {
	case 2:
		return o.argument(id, r, f)
	case 3:
		return o.data(id, r, f)
	}
	return o.fail(fmt.Sprintf("unexpected frame type %d while receiving request: %d", uint8(f.Type), id))
}

func (o *oracle) argument(id uint16, r *oracleRequest, f framing.Frame) string {
	continuation, last := f.Flags&1 != 0, f.Flags&2 != 0
	p := string(f.Payload)
	if !r.wantArgs {
		return o.fail(fmt.Sprintf("received command argument frame for request that is not expecting arguments: %d", id))
	}
	if continuation && last {
		return o.fail("command argument frame flags continuation and eoa exclude each other")
	}
	if !r.inValue {
		if len(p) < 4 {
			return o.fail("malformed argument frame: partial argument header")
		}
		name, value := int(p[0])|int(p[1])<<8, int(p[2])|int(p[3])<<8
		if p = p[4:]; len(p) < name {
			return o.fail("malformed argument frame: partial argument name")
		}
		if r.name, p = p[:name], p[name:]; len(p) > value || !continuation && len(p) < value {
			return o.fail("malformed argument frame: partial argument value")
		}
		for _, c := range []byte(r.name) {
			if c >= 0x80 {
				return o.fail("malformed argument frame: argument name is not ASCII")
			}
		}
		if r.argsSpent += 4 + name + value; r.argsSpent > o.limits.ArgumentOctets {
			return o.fail(fmt.Sprintf("arguments of request %d exceed the limit of %d octets", id, o.limits.ArgumentOctets))
		}
		r.value, r.missing = "", value
	}
	if len(p) > r.missing || !continuation && len(p) < r.missing {
		return o.fail("malformed argument frame: partial argument value")
	}
	r.value += p
	r.missing -= len(p)
	if r.inValue = continuation; !continuation {
		r.args[r.name] = r.value
	}
	if last {
		r.wantArgs = false
		if !r.wantData {
			return o.run(id, r)
		}
		if o.streamed {
			return "opencommand " + r.describe(id)
		}
	}
	return "wantframe command-receiving"
}

func (o *oracle) data(id uint16, r *oracleRequest, f framing.Frame) string {
	switch {
	case !r.wantData:
		return o.fail(fmt.Sprintf("received command data frame for request that is not expecting data: %d", id))
	case r.wantArgs:
		return o.fail(fmt.Sprintf("received command data frame before end of arguments for request: %d", id))
	case f.Flags&3 == 0:
		return o.fail("command data frame without flags")
	}
	if o.streamed {
		*r.data = string(f.Payload) // all that is looked at is the last frame
		if f.Flags&1 != 0 {
			return fmt.Sprintf("takedata %d %q", id, f.Payload)
		}
		return o.run(id, r)
	}
	if *r.data += string(f.Payload); len(*r.data) > o.limits.DataOctets {
		return o.fail(fmt.Sprintf("data of request %d exceeds the limit of %d octets", id, o.limits.DataOctets))
	}
	if f.Flags&1 != 0 {
		return "wantframe command-receiving"
	}
	return o.run(id, r)
}

func (o *oracle) run(id uint16, r *oracleRequest) string {
	if len(o.active) >= o.limits.ActiveRequests {
		return o.fail(fmt.Sprintf("too many requests are active: the limit is %d", o.limits.ActiveRequests))
	}
	delete(o.receiving, id)
	o.active[id] = false
	line := "runcommand " + r.describe(id)
	if r.data != nil {
		line += fmt.Sprintf(" data %q", *r.data)
	}
	return line
}

func (r *oracleRequest) describe(id uint16) string {
	line := fmt.Sprintf("%d %q", id, r.command)
	for _, name := range slices.Sorted(maps.Keys(r.args)) {
		line += fmt.Sprintf(" %q=%q", name, r.args[name])
	}
	return line
}

func (o *oracle) fail(text string) string {
	o.errored = true
	return "error " + text
}

// answer is a call of the application: kind is a human-readable type and flags.
func (o *oracle) answer(id uint16, stream uint8, kind, payload string) string {
	answered, active := o.active[id]
	switch {
	case o.streams && stream%2 != 0:
		return fmt.Sprintf("usage-error responses go out on even numbered streams; got stream ID %d", stream)
	case !active:
		return fmt.Sprintf("usage-error request with ID %d is not active", id)
	case answered:
		return fmt.Sprintf("usage-error request with ID %d has already been answered", id)
	}
	o.active[id] = true
	begins := o.streams && !o.begun[stream]
	o.held = append(o.held, oracleAnswer{id: id, line: o.line(id, stream, kind, payload), begins: begins, stream: stream})
	if o.deferred {
		return "noop"
	}
	o.ready = len(o.held)
	return "sendframes"
}

func (o *oracle) line(id uint16, stream uint8, kind, payload string) string {
	if !o.streams {
		return fmt.Sprintf("%d %s %s", id, kind, payload)
	}
	flags := "0"
	if !o.begun[stream] {
		o.begun[stream], flags = true, "stream-begin"
	}
	return fmt.Sprintf("%d %d %s %s %s", id, stream, flags, kind, payload)
}

func (o *oracle) end(stream uint8) string {
	if o.streams && stream%2 != 0 {
		return fmt.Sprintf("usage-error responses go out on even numbered streams; got stream ID %d", stream)
	}
	for _, id := range slices.Sorted(maps.Keys(o.receiving)) {
		text := fmt.Sprintf("input ended before request %d was completely received", id)
		begins := o.streams && !o.begun[stream]
		o.held = append(o.held, oracleAnswer{id, o.line(id, stream, "error-response protocol", text), true, begins, stream})
		delete(o.receiving, id)
	}
	if o.ready = len(o.held); o.ready > 0 {
		return "sendframes"
	}
	return "noop"
}

// take returns the frames that are ready, a line each.
func (o *oracle) take() []string {
	var lines []string
	for _, a := range o.held[:o.ready] {
		lines = append(lines, a.line)
		if a.begins {
			o.own[a.stream] = true
		}
		if !a.refuse {
			delete(o.active, a.id)
		}
	}
	o.held, o.ready = o.held[o.ready:], 0
	return lines
}

// begin is a call of the application that is going to send an answer itself.
func (o *oracle) begin(id uint16) string {
	answered, active := o.active[id]
	switch {
	case !active:
		return fmt.Sprintf("usage-error request with ID %d is not active", id)
	case answered:
		return fmt.Sprintf("usage-error request with ID %d has already been answered", id)
	}
	o.active[id], o.pieces[id] = true, true
	return "begun"
}

// send returns "rule" for a frame that no server sends, a usage error for one that is not to be sent
// now, or "sent".
func (o *oracle) send(h framing.Header) string {
	one := h.Flags == 1 || h.Flags == 2
	allowed := (h.Type == 4 || h.Type == 5) && one || o.streams && (h.Type == 6 || h.Type == 8) && h.Flags == 0
	if o.streams && (h.StreamID%2 != 0 || h.StreamFlags > 7) || !allowed {
		return "rule"
	}
	unexpected := fmt.Sprintf("usage-error unexpected call for request with ID %d", h.RequestID)
	begin, end := h.StreamFlags&1 != 0, h.StreamFlags&2 != 0
	if o.streams && !begin && (!o.own[h.StreamID] || h.Type == 8) {
		return unexpected
	}
	answered, active := o.active[h.RequestID]
	protocol := h.Type == 5 && h.Flags == 1
	switch {
	case h.Type == 8 || protocol:
	case !active || h.Type != 6 && !answered:
		return unexpected
	case h.Type == 6:
	case !o.pieces[h.RequestID]:
		return fmt.Sprintf("usage-error request with ID %d has already been answered", h.RequestID)
	case h.Flags == 2: // eos or application
		delete(o.active, h.RequestID)
		delete(o.pieces, h.RequestID)
	}
	o.own[h.StreamID] = !end
	return "sent"
}
