package hgwire

import (
	"context"
	"fmt"
	"sync"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

// sender is a stream on which we send. Senders of several streams encode at the same time, each in the
// goroutine of whoever sends.
type sender struct {
	mu       sync.Mutex       // of those that encode: held from there until the frame is in the outbox
	out      *stream.Outgoing // nil in a revision without streams
	encodes  bool
	settings framing.Frame // goes first; without payload once it has been sent
	max      int           // payload octets of a frame
	err      error         // why nothing can be encoded any more
}

// addSender adds a stream to those on which requests are sent. On an error there is no connection, and
// no context is left.
func (c *conn) addSender(out *stream.Outgoing) error {
	s := &sender{out: out, max: c.cfg.MaxSend}
	c.senders = append(c.senders, s)
	if c.cfg.Encoding == nil {
		return nil
	}
	err := s.encode(c.cfg.Encoding)
	if err != nil {
		c.closeSenders()
	}
	return err
}

// encode gives the stream a content encoding from its first frame on.
func (s *sender) encode(p stream.Profile) error {
	if err := s.out.SetEncoding(p); err != nil {
		return err
	}
	s.settings, s.encodes = s.out.Settings(0)
	limit := s.max
	if s.max = s.out.MaxPayload(limit); s.max <= 0 {
		return fmt.Errorf("hgwire: profile %s: frames of %d octets are too small to encode anything", p.Name(), limit)
	}
	return nil
}

// closeSenders drops the contexts of streams. Nobody sends any more.
func (c *conn) closeSenders() {
	for _, s := range c.senders {
		if s.encodes {
			s.mu.Lock()
			s.out.Close()
			s.mu.Unlock()
		}
	}
}

// senderOf returns the stream for a request.
func (c *conn) senderOf(id uint16) *sender {
	return c.senders[int(id>>1)%len(c.senders)]
}

// headroom is what a frame takes in the outbox beside its payload: its header, and the settings of
// its stream.
const headroom = 32

// send sends a frame of a request on a stream, once there is room for it. Type, flags, request and
// payload are set. The payload may change when send has returned. An error of the context leaves the
// frame unsent. Who may wait for the transport may be made to write to it.
func (c *conn) send(ctx context.Context, s *sender, f *framing.Frame, mayWait bool) error {
	if s.encodes {
		// Texts are not cut, so the encoding of one may not fit in a frame.
		encode := len(f.Payload) >= c.cfg.PlainBelow && len(f.Payload) <= s.max
		return c.sendEncoded(ctx, s, f, encode, mayWait)
	}
	head := *f
	head.Payload = nil
	return c.sendPlain(ctx, s, &head, f.Payload, mayWait)
}

// sendPlain is send on a stream without a content encoding. The frame's payload goes on in tail, which
// may be the larger part.
func (c *conn) sendPlain(ctx context.Context, s *sender, f *framing.Frame, tail []byte, mayWait bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.awaitRoom(ctx, headroom+len(f.Payload)+len(tail)); err != nil {
		return err
	}
	if err := c.note(s, f); err != nil {
		return err
	}
	defer func() { c.frame.Payload = nil }()
	if mayWait && c.vectored && directSize <= len(tail) && len(tail) <= maxWrite && c.mayWrite() {
		c.appendHead(&c.frame, tail)
		c.pushDirect(tail)
		return nil
	}
	c.append(&c.frame, tail)
	c.push(mayWait)
	return nil
}

// note takes note of a frame, whose copy in c.frame is ready to be sent then. It does not let go of f,
// which so need not be allocated.
func (c *conn) note(s *sender, f *framing.Frame) error {
	c.frame = *f
	c.frame.StreamID = s.out.ID()
	c.frame.StreamFlags |= s.out.Next()
	if err := c.peer.sending(&c.frame.Header); err != nil {
		c.out.release() // there was room for this one
		return err
	}
	return nil
}

// queue notes a frame and puts it into the outbox.
func (c *conn) queue(s *sender, f *framing.Frame) error {
	if err := c.note(s, f); err != nil {
		return err
	}
	c.append(&c.frame, nil)
	c.frame.Payload = nil
	return nil
}

// sendEncoded is send on a stream with a content encoding, which some payloads do not go through.
func (c *conn) sendEncoded(ctx context.Context, s *sender, f *framing.Frame, encode, mayWait bool) error {
	size := headroom + c.cfg.MaxSend
	c.mu.Lock()
	err := c.awaitRoom(ctx, size)
	if err == nil {
		c.out.reserved += size
	}
	c.mu.Unlock()
	if err != nil {
		return err
	}
	err = c.encode(s, f, encode, size)
	if err == nil {
		c.push(mayWait)
	}
	c.mu.Unlock()
	return err
}

// encode encodes the payload of a frame and queues it, in one go for all frames of the stream. It
// returns with the lock of the connection held, and without that of the stream: whoever writes to the
// transport must not keep others from encoding.
func (c *conn) encode(s *sender, f *framing.Frame, encode bool, reserved int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	encoded := *f
	if encode && s.err == nil {
		k := newChunk(min(c.cfg.MaxSend, 2*len(f.Payload)+64)) // more than what does not compress takes
		defer k.free()
		encoded.StreamFlags |= framing.FlagEncoded
		encoded.Payload, s.err = s.out.AppendEncoded(k.memory[:0], f.Payload)
		if n := len(encoded.Payload); n > c.cfg.MaxSend {
			s.err = fmt.Errorf("hgwire: profile %s: %d octets took %d, which are more than the %d of a frame",
				s.out.Encoding().Name(), len(f.Payload), n, c.cfg.MaxSend)
		}
	}
	c.mu.Lock()
	c.out.reserved -= reserved
	c.out.release()
	if stopped := c.stopped(); stopped != nil {
		return stopped
	}
	if s.err != nil {
		go c.end(&TransportError{"write", s.err}) // what the peer has of the stream can go on no more
		return s.err
	}
	if s.settings.Payload != nil {
		if err := c.peer.sending(&s.settings.Header); err != nil {
			return err
		}
		c.append(&s.settings, nil)
		s.settings.Payload = nil
	}
	return c.queue(s, &encoded)
}
