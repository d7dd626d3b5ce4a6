package stream

import "github.com/hgwire/hgwire/generated/framing"

// Incoming is the view that one side has of all streams on which the other side sends. It is not
// safe for concurrent use.
type Incoming struct {
	limits   framing.Limits
	profiles Registry
	open     int
	last     framing.StreamTransition
	states   [maxStreams]framing.StreamState
	// encodings holds the context of each open stream that has one. It is nil until a stream
	// names a profile, which most connections never see.
	encodings *[maxStreams]encoding
	reception reception
	decoded   []byte // holds the payload that was decoded last
}

// maxStreams is the number of stream IDs.
const maxStreams = 1 << 8

// NewIncoming returns the streams of a new connection, all closed, as the side with the given role
// receives them. Zero limits are the defaults; OpenStreams and DecodedOctets count. Identity needs no
// mention among the profiles.
func NewIncoming(role framing.Role, limits framing.Limits, profiles ...Profile) *Incoming {
	in := &Incoming{limits: limits.WithDefaults(), profiles: profiles}
	for id := range in.states {
		in.states[id] = framing.InitialStream(role, uint8(id))
	}
	in.reception.in = in
	return in
}

// Receive checks a frame against its stream, and decodes its payload if it is encoded: then
// f.Payload is replaced, and valid until the next Receive, while the header stays as it came. A
// frame with stream-end has ended its stream when Receive returns; its payload stays valid all the
// same. Consumed frames are for the stream alone, and no request should see them.
//
// On an error neither f nor any stream has changed. Only the stream's content encoding context may
// be out of step, so the connection cannot go on.
//
// Frames of the revision `request-ids` have no stream, and do not belong here.
func (in *Incoming) Receive(f *framing.Frame) (consumed bool, err *framing.ProtocolError) {
	if in.Carry(f) {
		return false, nil
	}
	t := in.last
	if err := in.apply(t, f); err != nil {
		err.State = in.states[f.StreamID].String()
		return false, err
	}
	return t.Row().Consumes, nil
}

// Carry reports whether f is a further frame of an open stream, and not encoded. Such a frame
// changes nothing, and has been received then; any other one is for Receive. Carry is the part of
// Receive that is worth inlining.
func (in *Incoming) Carry(f *framing.Frame) bool {
	in.last = framing.DispatchStream(in.states[f.StreamID], &f.Header)
	return in.last == framing.StreamTransitionCarry && f.StreamFlags&framing.FlagEncoded == 0
}

// apply runs the row's actions on a copy of all that they may change, then commits the copy.
func (in *Incoming) apply(t framing.StreamTransition, f *framing.Frame) *framing.ProtocolError {
	row := t.Row()
	if row.Error != 0 {
		return framing.NewProtocolError(row.Error, &f.Header)
	}
	id := f.StreamID
	old := in.encoding(id)
	r := &in.reception
	r.header, r.payload, r.encoding, r.began, r.ended = f.Header, f.Payload, old, false, false
	if err := t.Do(r); err != nil {
		return err
	}
	if r.began {
		old.close()
	}
	if r.ended {
		r.encoding.close()
		r.encoding = encoding{}
	}
	if r.began || r.ended {
		in.setEncoding(id, r.encoding)
	}
	if !row.Keep {
		in.open += count(row.To) - count(in.states[id])
		in.states[id] = row.To
	}
	f.Payload = r.payload
	return nil
}

// Last returns the row of the machine that looked at the frame of the last Receive, for traces
// and coverage.
func (in *Incoming) Last() framing.StreamTransition { return in.last }

// State returns the state of a stream.
func (in *Incoming) State(id uint8) framing.StreamState { return in.states[id] }

// Open returns the number of open streams.
func (in *Incoming) Open() int { return in.open }

// Close drops the contexts of all streams. Nothing may be received after it.
func (in *Incoming) Close() {
	if in.encodings == nil {
		return
	}
	for _, e := range in.encodings {
		e.close()
	}
	in.encodings = nil
}

// count returns what a stream in the given state adds to the number of open streams.
func count(s framing.StreamState) int {
	if s.CountsOpenStreams() {
		return 1
	}
	return 0
}

// encoding is the content encoding of a stream with its context. The zero encoding is that of a
// stream without settings.
type encoding struct {
	profile string
	decoder Decoder
}

func (e encoding) close() {
	if e.decoder != nil {
		e.decoder.Close()
	}
}

func (in *Incoming) encoding(id uint8) encoding {
	if in.encodings == nil {
		return encoding{}
	}
	return in.encodings[id]
}

func (in *Incoming) setEncoding(id uint8, e encoding) {
	if in.encodings == nil {
		if e.decoder == nil {
			return
		}
		in.encodings = new([maxStreams]encoding)
	}
	in.encodings[id] = e
}
