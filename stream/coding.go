package stream

import (
	"errors"
	"fmt"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
)

// coding is the content encoding of an outgoing stream.
type coding struct {
	profile  Profile // nil once the stream is to go on without, until its next frame begins it afresh
	encoder  Encoder // nil when the next begin makes one
	settings []byte  // the payload of its settings frame
	set      bool    // the stream has begun with that frame
}

// Encodings counts the streams of one side of a connection that may have a content encoding at the peer,
// and keeps them within the limit EncodingStreams. It is not safe for concurrent use.
type Encodings struct{ limit, count int }

// NewEncodings returns an Encodings without a stream. Zero limits are the defaults.
func NewEncodings(limits framing.Limits) *Encodings {
	return &Encodings{limit: limits.WithDefaults().EncodingStreams}
}

// NewOutgoing is the function NewOutgoing for a stream that counts. Streams that do not belong to an
// Encodings are for their caller to count.
func (e *Encodings) NewOutgoing(id uint8) *Outgoing {
	o := NewOutgoing(id)
	o.all = e
	return o
}

// SetEncoding gives the stream a content encoding, or takes it away when p is nil. The next frame then
// begins the stream afresh, even if the encoding is what it was before. As long as the stream has an
// encoding, every begin is a settings frame, which Settings returns.
//
// The error is a *framing.UsageError with the code ErrTooManyEncodingStreams, or says what is wrong
// with the profile, or that there is no stream; then nothing has changed. A stream counts for the
// limit until a frame without settings begins it, or Close.
func (o *Outgoing) SetEncoding(p Profile) error {
	switch {
	case o == nil || !o.exists:
		return errors.New("stream: no stream to encode")
	case p == nil:
		o.dropEncoding()
		return nil
	}
	counts := o.all != nil && o.coding == nil
	if counts && o.all.count >= o.all.limit {
		h := framing.Header{StreamID: o.id, Type: framing.TypeStreamSettings}
		return framing.NewTooManyEncodingStreams(&h, o.all.limit)
	}
	c := &coding{profile: p}
	if err := c.begin(); err != nil {
		return err
	}
	if o.coding != nil {
		o.coding.drop()
	}
	if counts {
		o.all.count++
	}
	o.coding = c
	o.next |= framing.FlagStreamBegin
	return nil
}

// Encoding returns the profile that SetEncoding has set, or nil.
func (o *Outgoing) Encoding() Profile {
	if o == nil || o.coding == nil {
		return nil
	}
	return o.coding.profile
}

// Settings returns the stream-settings frame that has to go before the next frame, and counts it as
// sent: it begins the stream, and the frame that follows does not. There is one for each begin of a stream
// with an encoding; otherwise ok is false. The payload must not be changed.
//
// A stream that is begun without its settings has no encoding until it is begun again. So it is with
// one whose profile, having made an encoder for SetEncoding, fails to make another.
func (o *Outgoing) Settings(requestID uint16) (f framing.Frame, ok bool) {
	if o.Encoding() == nil || o.next&framing.FlagStreamBegin == 0 || o.coding.begin() != nil {
		return framing.Frame{}, false
	}
	o.next &^= framing.FlagStreamBegin
	o.coding.set = true
	settings := o.coding.settings
	return framing.Frame{Header: framing.Header{
		Length: uint32(len(settings)), RequestID: requestID,
		StreamID: o.id, StreamFlags: framing.FlagStreamBegin, Type: framing.TypeStreamSettings,
	}, Payload: settings[:len(settings):len(settings)]}, true
}

// Encodes reports whether the stream has begun with settings, so that payloads of further frames may be
// encoded. Those that are not may go between them.
func (o *Outgoing) Encodes() bool { return o != nil && o.coding != nil && o.coding.set }

// MaxPayload returns the most octets of payload whose encoding is sure to take no more than limit
// octets, or zero when not a single one is sure to, or the stream does not encode.
func (o *Outgoing) MaxPayload(limit int) int {
	if !o.Encodes() {
		return 0
	}
	return max(0, o.coding.encoder.MaxPayload(limit))
}

// AppendEncoded appends the encoding of a payload to dst, for a frame with FlagEncoded. Settings goes
// before it, and Next for the frame comes after it. Every frame must be sent, in the order of the
// calls. On an error dst is returned as it was, the context is lost, and the next frame begins the stream afresh.
func (o *Outgoing) AppendEncoded(dst, payload []byte) ([]byte, error) {
	if !o.Encodes() {
		return dst, errors.New("stream: the stream does not encode")
	}
	encoded, err := o.coding.encode(dst, payload)
	if err != nil {
		o.coding.drop()
		o.next |= framing.FlagStreamBegin
		return dst, fmt.Errorf("stream: encoding with profile %s: %w", o.coding.profile.Name(), err)
	}
	return encoded, nil
}

// Close drops the stream's content encoding context. Nothing may be sent on the stream after it.
func (o *Outgoing) Close() {
	if o == nil || o.coding == nil {
		return
	}
	o.coding.drop()
	o.uncount()
}

// dropEncoding takes the encoding away, which the peer keeps until the next frame.
func (o *Outgoing) dropEncoding() {
	if o.coding == nil {
		return
	}
	o.coding.drop()
	o.coding.profile = nil
	o.next |= framing.FlagStreamBegin
}

// uncount lets go of the encoding for good.
func (o *Outgoing) uncount() {
	o.coding = nil
	if o.all != nil {
		o.all.count--
	}
}

// begin makes an encoder, unless there is one that has not been used.
func (c *coding) begin() error {
	if c.encoder != nil {
		return nil
	}
	encoder, extra, err := c.profile.NewEncoder()
	if err != nil {
		return fmt.Errorf("stream: profile %s: %w", c.profile.Name(), err)
	}
	settings, err := payload.AppendSettings(nil, payload.Settings{Profile: c.profile.Name(), Extra: extra})
	if err != nil {
		encoder.Close()
		return err
	}
	c.encoder, c.settings = encoder, settings
	return nil
}

func (c *coding) encode(dst, payload []byte) (encoded []byte, err error) {
	defer recovered(&err)
	return c.encoder.Encode(dst, payload)
}

// drop drops the context.
func (c *coding) drop() {
	if c.encoder != nil {
		c.encoder.Close()
	}
	c.encoder, c.set = nil, false
}
