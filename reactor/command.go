package reactor

import (
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/message"
)

// Open takes a free request ID: 1, 3, 5 and so on, wrapping around, never one in use. It is in use
// from now on, and counts for the limit InFlightRequests, until the last frame of the response or
// Release.
//
// The error is a *framing.UsageError with the code ErrTooManyInFlight; then nothing has changed.
func (c *Client) Open() (id uint16, err error) {
	if limit := min(c.limits.InFlightRequests, allRequests); c.inFlight >= limit {
		err := framing.NewTooManyInFlight(nil, limit)
		err.State = c.state.String()
		return 0, err
	}
	for id = c.next; c.inUse(id); id += 2 {
	}
	c.requests.take(id, framing.InitialClientRequest(id))
	c.inFlight++
	c.next = id + 2
	return id, nil
}

func (c *Client) inUse(id uint16) bool {
	_, inUse := c.requests.find(id)
	return inUse
}

// Release gives back an ID that Open has given out and of which no frame was sent. For any other one
// the error is a *framing.UsageError, and nothing has changed.
func (c *Client) Release(id uint16) error {
	state, inUse := c.requests.find(id)
	if !inUse || state.CountsInFlightRequests() {
		return c.misuse(framing.ErrUnexpectedCall, &framing.Header{RequestID: id}, "request", state.String())
	}
	c.requests.free(id)
	c.inFlight--
	return nil
}

// Sending takes note of a frame about to be sent. It looks at h only until it returns.
//
// The frame must be one that clients send, on one of their streams, with flags that keep to the
// rules, otherwise the error is a *framing.RuleError. The states of its stream and of its request,
// whose ID Open has given out, must admit it, otherwise it is a *framing.UsageError. On an error the
// frame must not be sent, and nothing has changed.
func (c *Client) Sending(h *framing.Header) error {
	c.streamRow, c.requestRow = 0, 0
	if err := c.revision.CheckSend(framing.RoleClient, h); err != nil {
		return err
	}
	if c.own.exist {
		c.streamRow = c.own.dispatch(h)
		row := c.streamRow.Row()
		if row.Error != 0 {
			return c.misuse(row.Error, h, "stream", c.own.states[h.StreamID].String())
		}
		if row.Consumes {
			c.own.enter(h.StreamID, c.streamRow)
			return nil
		}
	}
	from, inUse := c.requests.find(h.RequestID)
	c.requestRow = framing.SendClientRequest(from, h)
	row := c.requestRow.Row()
	if row.Error != 0 {
		return c.misuse(row.Error, h, "request", from.String())
	}
	if !inUse {
		c.requestRow = framing.ClientRequestTransitionMisuse
		return c.misuse(c.requestRow.Row().Error, h, "request", from.String())
	}
	c.own.enter(h.StreamID, c.streamRow)
	c.requestRow.Do((*clientActions)(c)) // what we send raises no errors of the peer: the schema's compiler sees to it
	c.enter(h.RequestID, row)
	return nil
}

// misuse is the error for a call that our caller should not have made.
func (c *Client) misuse(code framing.ErrorCode, h *framing.Header, what, state string) error {
	err := framing.NewUsageError(code, h)
	err.State = c.state.String() + ", " + what + " " + state
	return err
}

// AppendCommand opens a request, takes note of all its frames, and appends them to dst. In a revision
// with streams they go out on the odd stream streamID; otherwise streamID is ignored. Data is read to
// its end. Frames are cut at cmd.MaxSend or else at what Config says. Whoever sends frames as data
// comes in calls Open and Sending instead.
//
// The error is one of Open, of Command.Frames or of the data, or a *framing.RuleError for an even
// stream. Then dst is returned as it was, and nothing has changed, except that data has been read.
func (c *Client) AppendCommand(dst []byte, cmd *message.Command, streamID uint8) (out []byte, id uint16, err error) {
	if !c.own.exist {
		streamID = 0
	}
	first := framing.Header{StreamID: streamID, Type: framing.TypeCommandName, Flags: framing.Flags(framing.CommandNameEOS)}
	if err := c.revision.CheckSend(framing.RoleClient, &first); err != nil {
		return dst, 0, err
	}
	next, state, flags := c.next, c.own.states[streamID], c.own.flags(streamID)
	if id, err = c.Open(); err != nil {
		return dst, 0, err
	}
	if out, err = c.appendCommand(dst, cmd, id, streamID); err != nil {
		c.requests.free(id)
		c.inFlight--
		c.next = next
		c.own.reset(streamID, state, flags)
		return dst, 0, err
	}
	return out, id, nil
}

// appendCommand is AppendCommand for an ID in use. On an error, frames may have been noted.
func (c *Client) appendCommand(dst []byte, cmd *message.Command, id uint16, streamID uint8) ([]byte, error) {
	command := *cmd
	if command.MaxSend <= 0 {
		command.MaxSend = c.maxSend
	}
	frames, err := command.Frames(id, c.own.find(streamID))
	if err != nil {
		return dst, err
	}
	for f, err := range frames {
		if err != nil {
			return dst, err
		}
		if err := c.Sending(&f.Header); err != nil {
			return dst, err
		}
		if dst, err = c.revision.AppendFrame(dst, &f); err != nil {
			return dst, err
		}
	}
	return dst, nil
}
