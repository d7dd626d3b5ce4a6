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
}

// addSender adds a stream to those on which requests are sent.
func (c *conn) addSender(out *stream.Outgoing) error {
	s := &sender{out: out, max: c.cfg.MaxSend}
	if c.cfg.Encoding != nil {
		if err := s.encode(c.cfg.Encoding); err != nil {
			return err
		}
	}
	c.senders = append(c.senders, s)
	return nil
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
// frame unsent.
func (c *conn) send(ctx context.Context, s *sender, f *framing.Frame) error {
	if s.encodes {
		// Texts are not cut, so the encoding of one may not fit in a frame.
		return c.sendEncoded(ctx, s, f, len(f.Payload) >= c.cfg.PlainBelow && len(f.Payload) <= s.max)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.awaitRoom(ctx, headroom+len(f.Payload)); err != nil {
		return err
	}
	return c.queue(s, f)
}

// queue puts a frame into the outbox. It does not let go of f, which so need not be allocated.
func (c *conn) queue(s *sender, f *framing.Frame) error {
	c.frame = *f
	c.frame.StreamID = s.out.ID()
	c.frame.StreamFlags |= s.out.Next()
	if err := c.peer.sending(&c.frame.Header); err != nil {
		c.out.release() // there was room for this one
		return err
	}
	c.append(&c.frame)
	c.frame.Payload = nil
	return nil
}

// sendEncoded is send on a stream with a content encoding, which some payloads do not go through.
func (c *conn) sendEncoded(ctx context.Context, s *sender, f *framing.Frame, encode bool) error {
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
	s.mu.Lock()
	defer s.mu.Unlock()
	encoded := *f
	if encode {
		k := newChunk(c.cfg.MaxSend)
		defer k.free()
		encoded.StreamFlags |= framing.FlagEncoded
		encoded.Payload, err = s.out.AppendEncoded(k.memory[:0], f.Payload)
		if err != nil {
			defer c.end(err) // what the peer has of the stream can go on no more
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out.reserved -= size
	c.out.release()
	if stopped := c.stopped(); stopped != nil {
		err = stopped // also of a stream that was closed in the meantime
	}
	if err != nil {
		return err
	}
	if s.settings.Payload != nil {
		if err := c.peer.sending(&s.settings.Header); err != nil {
			return err
		}
		c.append(&s.settings)
		s.settings.Payload = nil
	}
	return c.queue(s, &encoded)
}
