package message

import (
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

// coded is what a content encoding adds to a response.
type coded struct {
	settings []byte // the payload of the settings frame that goes first, or nil
	encoded  []byte // payloads of the response's frames, one after the other
	ends     []int  // where each of them ends; nil when the response is not encoded
}

// newCoded takes the settings of a stream that begins, and encodes the payload of a bytes response in
// parts that fit in max octets. A payload that is empty or cannot be encoded is left as it is. It returns
// nil when nothing is added or changed.
func newCoded(requestID uint16, out *stream.Outgoing, t framing.FrameType, data []byte, max int) *coded {
	k := &coded{}
	if settings, ok := out.Settings(requestID); ok {
		k.settings = settings.Payload
	}
	part := out.MaxPayload(max)
	if t != framing.TypeBytesResponse || part == 0 {
		data = nil
	}
	var err error
	for len(data) > 0 {
		n := min(part, len(data))
		if k.encoded, err = out.AppendEncoded(k.encoded, data[:n]); err != nil {
			return &coded{settings: k.settings}
		}
		k.ends = append(k.ends, len(k.encoded))
		data = data[n:]
	}
	if k.settings == nil && k.ends == nil {
		return nil
	}
	return k
}

// coded stores the next frame in f if it is one that the encoding adds or changes.
func (c *Cursor) coded(f *framing.Frame, k *coded) bool {
	whole, step := &c.response.whole, c.steps
	c.steps++
	if k.settings != nil {
		if step == 0 {
			settings(f, &whole.Header, k.settings)
			return true
		}
		step--
	}
	if k.ends == nil {
		return false
	}
	start := 0
	if step > 0 {
		start = k.ends[step-1]
	}
	c.more = step < len(k.ends)-1
	f.Header = whole.Header
	if c.more {
		f.Flags = framing.Flags(framing.BytesResponseContinuation)
	}
	f.StreamFlags = streamFlags(whole.StreamFlags).of(step == 0, !c.more) | framing.FlagEncoded
	f.Payload = k.encoded[start:k.ends[step]:k.ends[step]]
	f.Length = uint32(len(f.Payload))
	return true
}

// settings makes f the settings frame that begins the stream of a message.
func settings(f *framing.Frame, message *framing.Header, payload []byte) {
	f.Header = framing.Header{
		Length: uint32(len(payload)), RequestID: message.RequestID,
		StreamID: message.StreamID, StreamFlags: framing.FlagStreamBegin, Type: framing.TypeStreamSettings,
	}
	f.Payload = payload
}
