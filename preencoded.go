package hgwire

import (
	"errors"
	"io"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/message"
	"github.com/hgwire/hgwire/stream"
)

// The streams for what comes encoded already: the even ones after those that encode by themselves.
const (
	firstEncoded = 2*maxStreams + 2
	lastEncoded  = refusals - 2
)

var (
	errNoEncodings    = errors.New("hgwire: the revision has no content encodings")
	errNoneEncoded    = errors.New("hgwire: Limits.EncodingStreams leaves no stream for what is encoded already")
	errEncodedTooSoon = errors.New("hgwire: encoded octets cannot be held until the request is complete")
)

// encodedStreams returns the IDs of streams for what comes encoded already, as many as may be open at
// once.
func encodedStreams(cfg *Config) chan uint8 {
	n := cfg.Limits.EncodingStreams
	if cfg.Encoding != nil {
		n -= cfg.Streams
	}
	n = max(0, min(n, (lastEncoded-firstEncoded)/2+1))
	ids := make(chan uint8, n)
	for i := range n {
		ids <- uint8(firstEncoded + 2*i)
	}
	return ids
}

// WriteEncoded sends octets that are encoded already on a stream of their own.
func (x *exchange) WriteEncoded(profile string, octets io.Reader) error {
	c := x.conn
	switch {
	case x.ended:
		return ErrAnswered
	case c.cfg.Revision < framing.RevisionStreams:
		return errNoEncodings
	case cap(c.encoded) == 0:
		return errNoneEncoded
	case !x.received():
		return errEncodedTooSoon
	}
	x.awaitReleased()
	if err := x.Flush(); err != nil {
		return err
	}
	var id uint8
	select {
	case id = <-c.encoded:
	case <-c.dead:
		return c.cause(nil)
	}
	defer func() { c.encoded <- id }()
	c.mu.Lock()
	s := &sender{out: c.reactor.Outgoing(id), max: c.cfg.MaxSend}
	err := s.encode(stream.PreEncoded(profile, nil))
	c.mu.Unlock()
	if err != nil {
		return err
	}
	return x.copyEncoded(s, octets)
}

// copyEncoded sends octets as frames of a stream, which ends with the last of them. When they break
// off, so does the stream: the client gets an error for what cannot be decoded only if it reads on.
func (x *exchange) copyEncoded(s *sender, octets io.Reader) error {
	now, next := newChunk(s.max), newChunk(s.max)
	defer func() { now.free(); next.free() }()
	n, err := message.ReadFull(octets, now.memory[:s.max])
	for {
		more := 0
		if err == nil {
			more, err = message.ReadFull(octets, next.memory[:s.max])
		}
		last := more == 0
		if last {
			s.out.End()
		}
		var f framing.Frame
		f.RequestID, f.Type, f.Flags = x.request.ID, framing.TypeBytesResponse, framing.Flags(framing.BytesResponseContinuation)
		f.StreamFlags, f.Payload = framing.FlagEncoded, now.memory[:n]
		x.written += int64(n)
		if sendErr := x.conn.sendEncoded(background, s, &f, false, true); sendErr != nil {
			x.err = sendErr
			return sendErr
		}
		if last {
			return noEOF(err)
		}
		now, next, n = next, now, more
	}
}

// received reports whether the request has been received in full.
func (x *exchange) received() bool {
	x.conn.mu.Lock()
	defer x.conn.mu.Unlock()
	return x.complete
}
