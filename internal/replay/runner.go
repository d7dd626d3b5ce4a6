package replay

import (
	"errors"
	"fmt"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/reactor"
)

// Runner feeds events to a reactor. It starts with a fresh one of a server that sends at once.
type Runner struct {
	revision framing.Revision
	server   *reactor.Server // nil when the scenario is a client's
	client   *reactor.Client
	limit    int   // octets of a received frame's payload
	refusals uint8 // stream on which end of input refuses requests
	octets   []byte
}

// NewRunner returns a Runner for a revision.
func NewRunner(rev framing.Revision) *Runner {
	r := &Runner{revision: rev}
	r.reset(framing.RoleServer, reactor.Config{Revision: rev})
	return r
}

// maxLength is the largest length that a header can hold.
const maxLength = 1<<24 - 1

// Do applies an event. The error is a *framing.TextError: the line holds no frame, or an event of the
// other role. What the reactor refuses is no error but an outcome.
func (r *Runner) Do(e *Event) (Outcome, error) {
	o := Outcome{revision: r.revision, Action: reactor.Noop}
	role := framing.RoleServer
	if r.client != nil {
		role = framing.RoleClient
	}
	if of := e.Op.role(); of != 0 && of != role {
		return o, &framing.TextError{Field: "event", Value: e.Op.String(), Reason: "the scenario is a " + role.String() + "'s, which has no such event"}
	}
	frame := e.Frame
	if e.Op == OpHex {
		var err error
		if frame, err = r.parseFrame(e.Octets); err != nil {
			return o, err
		}
	}
	if e.Op == OpReset {
		r.reset(e.Role, e.Config)
	}
	if r.client != nil {
		r.doClient(&o, e, frame)
	} else {
		r.doServer(&o, e, frame)
	}
	return o, nil
}

func (r *Runner) reset(role framing.Role, cfg reactor.Config) {
	r.server, r.client = nil, nil
	if role == framing.RoleClient {
		r.client = reactor.NewClient(cfg)
	} else {
		r.server = reactor.NewServer(cfg)
	}
	r.limit = cfg.Limits.WithDefaults().FramePayload
	r.refusals = 2
}

// misused notes what an application must not do.
func (o *Outcome) misused(err error) {
	if usage, ok := errors.AsType[*framing.UsageError](err); ok {
		o.Usage = usage.Text
	}
	if rule, ok := errors.AsType[*framing.RuleError](err); ok {
		o.Usage = rule.Field + ": " + rule.Rule
	}
}

// parseFrame parses the octets of one frame. Of a frame over the limit the header is enough: the
// reactor refuses it, as a reader would before reading the payload.
func (r *Runner) parseFrame(octets []byte) (framing.Frame, error) {
	size := r.revision.HeaderSize()
	h, err := r.revision.ParseHeader(octets)
	if err != nil {
		return framing.Frame{}, &framing.TextError{Field: "octets", Reason: fmt.Sprintf("frame cut off after %d of %d octets of header", len(octets), size)}
	}
	payload := octets[size:]
	switch announced := int(h.Length); {
	case len(payload) > announced:
		return framing.Frame{}, &framing.TextError{Field: "octets", Reason: fmt.Sprintf("the frame ends after %d octets, but there are %d", size+announced, len(octets))}
	case announced > r.limit:
		return framing.Frame{Header: h}, nil
	case len(payload) < announced:
		return framing.Frame{}, &framing.TextError{Field: "octets", Reason: fmt.Sprintf("frame cut off after %d of %d octets of payload", len(payload), announced)}
	}
	return framing.Frame{Header: h, Payload: payload}, nil
}
