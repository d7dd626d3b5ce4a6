package stream

import "github.com/hgwire/hgwire/generated/framing"

// Incoming is one side's view of all streams on which its peer sends.
//
// It takes frames in one of two ways. Receive does all at once. Admit and Task.Run do it in two
// phases, so that one goroutine looks at the headers and others decode; whatever depends on the
// order of frames across streams, such as a limit, is decided in Admit. A connection may
// turn from the first way to the second.
//
// The methods are not safe for concurrent use. Task.Run is: it may run beside them.
type Incoming struct {
	limits   framing.Limits
	profiles Registry
	open     int
	encoded  int
	last     framing.StreamTransition
	states   [maxStreams]framing.StreamState
	// contexts holds one for each stream that has ever had settings. It is nil until some stream
	// has, which most connections never see.
	contexts  *[maxStreams]*context
	admission admission
	decoded   []byte // holds the payload that Receive decoded last
}

// maxStreams is the number of stream IDs.
const maxStreams = 1 << 8

// NewIncoming returns the streams of a new connection, all closed. The role is ours: servers
// receive on odd streams, clients on even ones. Zero limits are the defaults; OpenStreams,
// EncodedStreams and DecodedOctets count. Identity needs no mention among the profiles.
func NewIncoming(role framing.Role, limits framing.Limits, profiles ...Profile) *Incoming {
	in := &Incoming{limits: limits.WithDefaults(), profiles: profiles}
	for id := range in.states {
		in.states[id] = framing.InitialStream(role, uint8(id))
	}
	in.admission.in = in
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
	t, err := in.admit(f)
	if err != nil {
		return false, err
	}
	payload, err := t.Run(in.decoded[:0], f.Payload)
	if err != nil {
		return false, err
	}
	if t.Decodes() {
		in.decoded = payload
		payload = payload[:len(payload):len(payload)]
	}
	in.commit(t)
	f.Payload = payload
	return t.Consumed(), nil
}

// Carry reports whether f is a further frame of an open stream, and not encoded. Such a frame
// changes nothing, and has been received then, or admitted; any other one is for Receive or Admit.
// Carry is the part of them that is worth inlining.
func (in *Incoming) Carry(f *framing.Frame) bool {
	in.last = framing.DispatchStream(in.states[f.StreamID], &f.Header)
	return in.last == framing.StreamTransitionCarry && f.StreamFlags&framing.FlagEncoded == 0
}

// Admit takes a frame as far as its header goes: it checks it against its stream and the limits on
// streams, and brings the stream into its next state. It does not look at the payload, which the
// task that it returns is for. On an error nothing has changed.
//
// The tasks of one stream are run in the order in which their frames were admitted, one at a time.
// Tasks of different streams may run at the same time, and while frames are admitted. A task that is
// idle need not be run. Contexts are made and dropped by tasks: while tasks of streams that have ended
// wait, there may be contexts beyond the limit EncodedStreams.
func (in *Incoming) Admit(f *framing.Frame) (Task, *framing.ProtocolError) {
	in.last = framing.DispatchStream(in.states[f.StreamID], &f.Header)
	t, err := in.admit(f)
	if err == nil {
		in.commit(t)
	}
	return t, err
}

// admit checks the frame at hand, whose row is in.last, and changes no stream.
func (in *Incoming) admit(f *framing.Frame) (Task, *framing.ProtocolError) {
	from := in.states[f.StreamID]
	a := &in.admission
	a.header, a.from = f.Header, from
	if err := a.check(in.last); err != nil {
		err.State = from.String()
		return Task{}, err
	}
	return Task{in, in.context(f.StreamID, in.last), f.Header, in.last, from}, nil
}

// commit brings the stream of a task into its next state.
func (in *Incoming) commit(t Task) {
	row := t.row.Row()
	if row.Keep {
		return
	}
	in.open += one(row.To.CountsOpenStreams()) - one(t.from.CountsOpenStreams())
	in.encoded += one(row.To.CountsEncodedStreams()) - one(t.from.CountsEncodedStreams())
	in.states[t.header.StreamID] = row.To
}

// context returns what a row works on: nil for a stream that has never had settings.
func (in *Incoming) context(id uint8, row framing.StreamTransition) *context {
	settings := row.Row().Consumes
	if in.contexts == nil {
		if !settings {
			return nil
		}
		in.contexts = new([maxStreams]*context)
	}
	if in.contexts[id] == nil && settings {
		in.contexts[id] = new(context)
	}
	return in.contexts[id]
}

// Last returns the row of the machine that looked at the frame of the last Receive, Carry or Admit,
// for traces and coverage.
func (in *Incoming) Last() framing.StreamTransition { return in.last }

// State returns the state of a stream.
func (in *Incoming) State(id uint8) framing.StreamState { return in.states[id] }

// Open returns the number of open streams, those with settings included.
func (in *Incoming) Open() int { return in.open }

// Encoded returns the number of open streams that began with settings.
func (in *Incoming) Encoded() int { return in.encoded }

// Close drops the contexts of all streams, while no task is running. Nothing may be received or run
// after it. Without it, decoders that are coroutines stay as long as the program.
func (in *Incoming) Close() {
	if in.contexts == nil {
		return
	}
	for _, c := range in.contexts {
		if c != nil {
			c.encoding.close()
		}
	}
	in.contexts = nil
}

func one(counts bool) int {
	if counts {
		return 1
	}
	return 0
}

// admission does the machine's actions as far as the header goes: it checks limits on streams, and
// changes nothing.
type admission struct {
	in     *Incoming
	header framing.Header
	from   framing.StreamState
}

var _ framing.StreamActions = (*admission)(nil)

func (a *admission) check(t framing.StreamTransition) *framing.ProtocolError {
	if code := t.Row().Error; code != 0 {
		return framing.NewProtocolError(code, &a.header)
	}
	return t.Do(a)
}

// Begin keeps to the limit on open streams, also if the stream ends with the same frame.
func (a *admission) Begin() *framing.ProtocolError {
	if limit := a.in.limits.OpenStreams; !a.from.CountsOpenStreams() && a.in.open >= limit {
		return framing.NewTooManyStreams(&a.header, limit)
	}
	return nil
}

// Decode is for the task.
func (a *admission) Decode() *framing.ProtocolError { return nil }

// Apply keeps to the limit on streams with settings, also if the stream ends with the same frame.
func (a *admission) Apply() *framing.ProtocolError {
	if limit := a.in.limits.EncodedStreams; !a.from.CountsEncodedStreams() && a.in.encoded >= limit {
		return framing.NewTooManyEncodedStreams(&a.header, limit)
	}
	return nil
}

// End is for the task.
func (a *admission) End() *framing.ProtocolError { return nil }
