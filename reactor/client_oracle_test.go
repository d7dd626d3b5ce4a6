package reactor

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hgwire/hgwire/generated/framing"
)

// clientOracle is a client reactor written straight from the protocol's prose, like oracle.
type clientOracle struct {
	streams  bool
	limits   framing.Limits
	errored  bool
	open     map[uint8]bool // streams of the server
	begun    map[uint8]bool // streams of ours
	next     int            // the number of the next ID: 0 is 1, 1 is 3
	requests map[uint16]*clientOracleRequest
}

// clientOracleRequest is a request whose ID is in use.
type clientOracleRequest struct {
	sent       bool // a frame of it
	args, data bool // are to be sent
	inValue    bool
	responding bool
}

func newClientOracle(cfg Config) *clientOracle {
	return &clientOracle{
		streams: cfg.Revision != framing.RevisionRequestIDs,
		limits:  cfg.Limits.WithDefaults(),
		open:    map[uint8]bool{}, begun: map[uint8]bool{}, requests: map[uint16]*clientOracleRequest{},
	}
}

func (o *clientOracle) state() string {
	if o.errored {
		return "errored"
	}
	return "live"
}

// requestState names the state of a request.
func (o *clientOracle) requestState(id uint16) string {
	r := o.requests[id]
	switch {
	case id%2 == 0:
		return "foreign"
	case r == nil || !r.sent:
		return "idle"
	case r.inValue && r.data:
		return "value-then-data"
	case r.inValue:
		return "value"
	case r.args && r.data:
		return "args-then-data"
	case r.args:
		return "args"
	case r.data:
		return "data"
	case r.responding:
		return "responding"
	default:
		return "waiting"
	}
}

func (o *clientOracle) fail(format string, args ...any) string {
	o.errored = true
	return "error " + fmt.Sprintf(format, args...)
}

// receive returns the result as a line: "error TEXT", or an action and what belongs to it.
func (o *clientOracle) receive(f framing.Frame) string {
	if o.errored {
		return o.fail("client already errored")
	}
	if len(f.Payload) > o.limits.FramePayload {
		return o.fail("frame payload of %d octets exceeds the limit of %d octets", len(f.Payload), o.limits.FramePayload)
	}
	if o.streams {
		begin, end := f.StreamFlags&1 != 0, f.StreamFlags&2 != 0
		switch {
		case f.StreamID%2 != 0:
			return o.fail("received frame with odd numbered stream ID: %d", f.StreamID)
		case !o.open[f.StreamID] && !begin:
			return o.fail("received frame on unknown inactive stream without beginning of stream flag set")
		case f.Type == 8 && !begin:
			return o.fail("received stream settings frame without beginning of stream flag set on stream: %d", f.StreamID)
		case !o.open[f.StreamID] && len(o.open) >= o.limits.OpenStreams:
			return o.fail("too many open streams: the limit is %d", o.limits.OpenStreams)
		case f.StreamFlags&4 != 0 && len(f.Payload) > o.limits.DecodedOctets: // only identity is known here
			return o.fail("decoded payload on stream %d exceeds the limit of %d octets", f.StreamID, o.limits.DecodedOctets)
		case f.Type == 8 && string(f.Payload) != "\x08identity":
			return o.fail("") // any text
		}
		o.open[f.StreamID] = true
		if end {
			delete(o.open, f.StreamID)
		}
		if f.Type == 8 {
			return "wantframe live"
		}
	}
	id, r := f.RequestID, o.requests[f.RequestID]
	inFlight := r != nil && r.sent
	complete := inFlight && !r.args && !r.data
	low, high := f.Flags&1 != 0, f.Flags&2 != 0
	switch {
	case f.Type == 5 && low && high:
		return o.fail("error response frame flags protocol and application exclude each other")
	case f.Type == 5 && low:
		if inFlight {
			delete(o.requests, id)
		}
		return fmt.Sprintf("refused %d %q", id, f.Payload)
	case f.Type != 4 && f.Type != 5 && !(f.Type == 6 && o.streams):
		return o.fail("received frame of a type that servers do not send: %d", uint8(f.Type))
	case !inFlight:
		return o.fail("received frame for request that is not in flight: %d", id)
	case f.Type == 5 && !high:
		return o.fail("error response frame without flags")
	case !complete:
		return o.fail("received response for request that is not completely sent: %d", id)
	case f.Type == 5:
		delete(o.requests, id)
		return fmt.Sprintf("commandfailed %d %q", id, f.Payload)
	case f.Type == 6:
		// The programs have no text but "\x01\x00\x00\x00%".
		if len(f.Payload) > 0 && string(f.Payload) != textPayload {
			return o.fail("")
		}
		return fmt.Sprintf("textoutput %d %d", id, len(f.Payload)/len(textPayload))
	case low && high:
		return o.fail("bytes response frame flags continuation and eos exclude each other")
	case low:
		r.responding = true
		return fmt.Sprintf("responsepart %d %q", id, f.Payload)
	case high:
		delete(o.requests, id)
		return fmt.Sprintf("responseend %d %q", id, f.Payload)
	default:
		return o.fail("bytes response frame without flags")
	}
}

const textPayload = "\x01\x00\x00\x00%"

// send returns "rule" for a frame that no client sends, "usage-error" for one that is not to be sent
// now, or "sent".
func (o *clientOracle) send(h framing.Header) string {
	low, high := h.Flags&1 != 0, h.Flags&2 != 0
	allowed := false
	switch h.Type {
	case 1:
		allowed = h.Flags == 1 || h.Flags != 0 && h.Flags&^6 == 0
	case 2:
		allowed = h.Flags < 3
	case 3:
		allowed = h.Flags != 0 && h.Flags < 4
	case 8:
		allowed = o.streams && h.Flags == 0
	}
	if o.streams && (h.StreamID%2 == 0 || h.StreamFlags > 7) || !allowed {
		return "rule"
	}
	begin, end := h.StreamFlags&1 != 0, h.StreamFlags&2 != 0
	if o.streams && !begin && (!o.begun[h.StreamID] || h.Type == 8) {
		return "usage-error"
	}
	if h.Type != 8 && !o.sendRequest(h, low, high) {
		return "usage-error"
	}
	o.begun[h.StreamID] = !end
	return "sent"
}

func (o *clientOracle) sendRequest(h framing.Header, low, high bool) bool {
	r := o.requests[h.RequestID]
	if r == nil {
		return false
	}
	switch h.Type {
	case 1:
		if r.sent {
			return false
		}
		r.sent, r.args, r.data = true, high, h.Flags&4 != 0
	case 2:
		if !r.args {
			return false
		}
		r.inValue, r.args = low, !high
	case 3:
		if !r.data || r.args || low && high {
			return false
		}
		r.data = low
	}
	return true
}

func (o *clientOracle) openRequest() string {
	if len(o.requests) >= o.limits.InFlightRequests {
		return fmt.Sprintf("usage-error too many requests are in flight: the limit is %d", o.limits.InFlightRequests)
	}
	for o.requests[uint16(2*o.next+1)] != nil {
		o.next = (o.next + 1) % 32768
	}
	id := uint16(2*o.next + 1)
	o.next = (o.next + 1) % 32768
	o.requests[id] = &clientOracleRequest{}
	return fmt.Sprint(id)
}

func (o *clientOracle) release(id uint16) string {
	if r := o.requests[id]; r == nil || r.sent {
		return fmt.Sprintf("usage-error unexpected call for request with ID %d", id)
	}
	delete(o.requests, id)
	return ""
}

func (o *clientOracle) inFlight() []uint16 { return slices.Sorted(maps.Keys(o.requests)) }
