package stream

import (
	"errors"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
)

// Task is what is left to be done with a frame after Incoming.Admit: all that takes its payload or
// the stream's content encoding context. The zero Task has nothing to do.
type Task struct {
	in      *Incoming
	context *context // of the stream; nil when it has never had settings
	header  framing.Header
	row     framing.StreamTransition
	from    framing.StreamState // of the stream, before the frame
}

// Stream returns the ID of the frame's stream.
func (t Task) Stream() uint8 { return t.header.StreamID }

// Consumed reports whether the frame is for the stream alone, so that no request should see it.
func (t Task) Consumed() bool { return t.row.Row().Consumes }

// Idle reports whether there is nothing to be done: Run would return the payload as it is, and
// changes nothing.
func (t Task) Idle() bool {
	carries := t.row == framing.StreamTransitionCarry || t.from != framing.StreamEncoded
	return carries && t.header.StreamFlags&framing.FlagEncoded == 0 && !t.Consumed()
}

// Decodes reports whether the payload goes through the context of a stream with settings, so that
// Run appends to dst.
func (t Task) Decodes() bool {
	begins := t.header.StreamFlags&framing.FlagStreamBegin != 0
	return t.header.StreamFlags&framing.FlagEncoded != 0 && !begins && t.from == framing.StreamEncoded
}

// Run decodes the frame's payload, sets and drops the stream's content encoding context, as the
// frame asks for. See Incoming.Admit for when it may be called; each task is run once.
//
// When Decodes is true, what the payload decodes to is appended to dst, and the extended slice
// returned: the caller owns it, and the payload is looked at during the call only. Otherwise dst is
// not used, and the payload itself is returned. An error has the frame's header and the state in
// which the frame found its stream; after it the connection cannot go on.
func (t Task) Run(dst, payload []byte) ([]byte, *framing.ProtocolError) {
	if t.context == nil {
		return t.plain(payload)
	}
	payload, err := t.context.run(t, dst, payload)
	if err != nil {
		err.State = t.from.String()
		return nil, err
	}
	return payload, nil
}

// plain is Run on a stream that has never had settings: there is no context to begin or end.
func (t Task) plain(payload []byte) ([]byte, *framing.ProtocolError) {
	if t.header.StreamFlags&framing.FlagEncoded != 0 && len(payload) > t.in.limits.DecodedOctets {
		err := framing.NewDecodedTooLarge(&t.header, t.in.limits.DecodedOctets)
		err.State = t.from.String()
		return nil, err
	}
	return payload, nil
}

// context is what a stream with settings keeps from frame to frame, and what its task at hand works
// on. As framing.StreamActions it does the machine's actions to the payload and to a copy of the
// encoding.
type context struct {
	encoding encoding

	in      *Incoming // its limits and profiles, which never change
	header  framing.Header
	dst     []byte
	payload []byte
	next    encoding // as the actions so far leave it
	began   bool     // next is not that of the frames before
	ended   bool     // next is to be dropped
}

var _ framing.StreamActions = (*context)(nil)

// encoding is the content encoding of a stream. The zero encoding is that of a stream without
// settings.
type encoding struct {
	profile string
	decoder Decoder
}

func (e encoding) decode(dst, payload []byte) (decoded []byte, err error) {
	defer recovered(&err)
	return e.decoder.Decode(dst, payload)
}

func (e encoding) close() {
	if e.decoder != nil {
		e.decoder.Close()
	}
}

// run takes the actions of the task's row, and keeps the encoding that they leave if none fails.
func (c *context) run(t Task, dst, payload []byte) ([]byte, *framing.ProtocolError) {
	c.in, c.header, c.dst, c.payload = t.in, t.header, dst, payload
	c.next, c.began, c.ended = c.encoding, false, false
	err := t.row.Do(c)
	payload = c.payload
	c.dst, c.payload = nil, nil
	if err != nil {
		return nil, err
	}
	if c.began {
		c.encoding.close()
	}
	if c.ended {
		c.next.close()
		c.next = encoding{}
	}
	c.encoding = c.next
	return payload, nil
}

// Begin gives the stream a new context with the profile identity.
func (c *context) Begin() *framing.ProtocolError {
	c.next, c.began = encoding{}, true
	return nil
}

// Decode replaces an encoded payload by what it decodes to.
func (c *context) Decode() *framing.ProtocolError {
	if c.header.StreamFlags&framing.FlagEncoded == 0 {
		return nil
	}
	limit := c.in.limits.DecodedOctets
	if c.next.decoder == nil {
		if len(c.payload) > limit {
			return framing.NewDecodedTooLarge(&c.header, limit)
		}
		return nil
	}
	decoded, err := c.next.decode(c.dst, c.payload)
	if errors.Is(err, ErrDecodedTooLarge) || err == nil && len(decoded)-len(c.dst) > limit {
		return framing.NewDecodedTooLarge(&c.header, limit)
	}
	if err != nil {
		return framing.NewUndecodablePayload(&c.header, c.next.profile, err.Error())
	}
	c.payload = decoded
	return nil
}

// Apply sets the content encoding that the payload names. No action after it fails, so the context
// that it makes is never left over.
func (c *context) Apply() *framing.ProtocolError {
	s, perr := payload.ParseSettings(&c.header, c.payload)
	if perr != nil {
		return perr
	}
	profile := c.in.profiles.Lookup(s.Profile)
	if profile == nil {
		return framing.NewUnknownProfile(&c.header, printable(s.Profile), c.in.profiles.String())
	}
	decoder, err := newDecoder(profile, s.Extra, c.in.limits.DecodedOctets)
	if err != nil {
		return framing.NewMalformedSettings(&c.header, err.Error())
	}
	c.next = encoding{s.Profile, decoder}
	return nil
}

func newDecoder(p Profile, settings []byte, limit int) (d Decoder, err error) {
	defer recovered(&err)
	return p.NewDecoder(settings, limit)
}

// End drops the stream's context.
func (c *context) End() *framing.ProtocolError {
	c.ended = true
	return nil
}

// printable returns a name that the peer chose so that it is fit for an error text.
func printable(name string) string { return string(framing.AppendEscaped(nil, []byte(name))) }
