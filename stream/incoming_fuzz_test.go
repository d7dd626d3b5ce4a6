package stream_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

var fuzzLimits = framing.Limits{OpenStreams: 2, EncodedStreams: 1, DecodedOctets: 64}

// oracle is what protocol.md says of a client's streams, in the order in which it says so, without
// a table and without a context that is ever kept: all of a stream is decoded anew each time.
type oracle struct {
	open map[uint8]*oracleStream
}

type oracleStream struct {
	settings bool
	profile  string
	start    byte
	encoded  [][]byte
}

// receive returns the payload that is left and whether the stream consumes the frame.
func (o *oracle) receive(f framing.Frame) ([]byte, bool, framing.ErrorCode) {
	begin := f.StreamFlags&1 != 0
	settings := f.Type == framing.TypeStreamSettings
	if f.StreamID%2 == 0 {
		return nil, false, framing.ErrOwnStreamID
	}
	s, open := o.open[f.StreamID]
	if !open && !begin {
		return nil, false, framing.ErrStreamNotBegun
	}
	if settings && !begin {
		return nil, false, framing.ErrSettingsWithoutBegin
	}
	if !open && len(o.open) >= fuzzLimits.OpenStreams {
		return nil, false, framing.ErrTooManyStreams
	}
	if settings && !(open && s.settings) && o.encoded() >= fuzzLimits.EncodedStreams {
		return nil, false, framing.ErrTooManyEncodedStreams
	}
	var next oracleStream
	if !begin {
		next = *s
	}
	left := f.Payload
	if f.StreamFlags&4 != 0 {
		var code framing.ErrorCode
		if left, code = next.decode(f.Payload); code != 0 {
			return nil, false, code
		}
	}
	if settings {
		code := next.apply(left)
		if code != 0 {
			return nil, false, code
		}
	}
	o.open[f.StreamID] = &next
	if f.StreamFlags&2 != 0 {
		delete(o.open, f.StreamID)
	}
	return left, settings, 0
}

// encoded returns the number of streams with settings.
func (o *oracle) encoded() int {
	n := 0
	for _, s := range o.open {
		if s.settings {
			n++
		}
	}
	return n
}

func (s *oracleStream) decode(payload []byte) ([]byte, framing.ErrorCode) {
	if s.profile != "runs" {
		if len(payload) > fuzzLimits.DecodedOctets {
			return nil, framing.ErrDecodedTooLarge
		}
		return payload, 0
	}
	if len(payload)%2 != 0 {
		return nil, framing.ErrUndecodablePayload
	}
	s.encoded = append(slices.Clip(s.encoded), bytes.Clone(payload))
	last := s.start
	var decoded []byte
	for _, frame := range s.encoded {
		decoded = nil
		for pair := range slices.Chunk(frame, 2) {
			last += pair[1]
			decoded = append(decoded, bytes.Repeat([]byte{last}, int(pair[0]))...)
		}
	}
	if len(decoded) > fuzzLimits.DecodedOctets {
		return nil, framing.ErrDecodedTooLarge
	}
	return decoded, 0
}

func (s *oracleStream) apply(payload []byte) framing.ErrorCode {
	if len(payload) == 0 || payload[0] == 0 || len(payload) < 1+int(payload[0]) {
		return framing.ErrMalformedSettings
	}
	name, extra := payload[1:1+int(payload[0])], payload[1+int(payload[0]):]
	for _, c := range name {
		if c > 0x7f {
			return framing.ErrMalformedSettings
		}
	}
	*s = oracleStream{settings: true, profile: string(name)}
	switch {
	case s.profile == "identity" && len(extra) == 0, s.profile == "runs" && len(extra) == 0:
		return 0
	case s.profile == "runs" && len(extra) == 1:
		s.start = extra[0]
		return 0
	case s.profile == "identity", s.profile == "runs":
		return framing.ErrMalformedSettings
	}
	return framing.ErrUnknownProfile
}

// cutFrame takes an instruction from a byte program: stream, type and flags in one octet, the
// payload in as many octets as the next one says.
func cutFrame(program []byte) (framing.Frame, []byte) {
	op := program[0]
	program = program[1:]
	var f framing.Frame
	f.RequestID = 1
	f.StreamID = [...]uint8{1, 3, 255, 2}[op>>6]
	f.Type = framing.TypeCommandData
	if op&0x30 == 0x30 {
		f.Type = framing.TypeStreamSettings
	}
	f.StreamFlags = framing.StreamFlags(op & 0xf) // bit 3 is undefined
	if len(program) > 0 {
		n := min(int(program[0]&0x1f), len(program)-1)
		if op&0x10 != 0 && program[0]&0x80 != 0 { // a good name, so that the fuzzer need not guess it
			f.Payload = append([]byte("\x04runs"), program[1:1+n]...)
		} else {
			f.Payload = program[1 : 1+n : 1+n]
		}
		program = program[1+n:]
	}
	f.Length = uint32(len(f.Payload))
	return f, program
}

func FuzzIncoming(f *testing.F) {
	f.Add([]byte("\x01\x01a\x00\x01b\x02\x00"))
	f.Add([]byte("\x31\x80\x04\x02\x03a\x04\x02\x01\x01\x06\x02\x02\x00"))
	f.Add([]byte("\x31\x81A\x04\x04\x03\x01\x01\x01\x01\x00\x04\x02\xff\x00"))
	f.Add([]byte("\x31\x09\x08identity\x04\x02ab"))
	f.Add([]byte("\x71\x06\x04zstd?"))
	f.Add([]byte("\x01\x00\x41\x00\x81\x00\xc1\x00"))
	f.Add([]byte("\x35\x80\x84\x00"))
	f.Fuzz(func(t *testing.T, program []byte) {
		opened, closed := 0, 0
		in := stream.NewIncoming(framing.RoleServer, fuzzLimits, runs{opened: &opened, closed: &closed})
		phases := stream.NewIncoming(framing.RoleServer, fuzzLimits, runs{})
		want := oracle{open: map[uint8]*oracleStream{}}
		for n := 0; len(program) > 0 && n < 100; n++ {
			var frame framing.Frame
			frame, program = cutFrame(program)
			line := string(framing.RevisionStreams.AppendText(nil, &frame))
			left, consumes, code := want.receive(frame)
			received := frame
			consumed, err := in.Receive(&received)

			for id := range 256 {
				_, open := want.open[uint8(id)]
				if got := in.State(uint8(id)).CountsOpenStreams(); got != open {
					t.Fatalf("%s: stream %d open: %v; want %v", line, id, got, open)
				}
			}
			if got := in.Open(); got != len(want.open) {
				t.Fatalf("%s: %d open streams; want %d", line, got, len(want.open))
			}
			if got := in.Encoded(); got != want.encoded() {
				t.Fatalf("%s: %d streams with settings; want %d", line, got, want.encoded())
			}
			if opened-closed > want.encoded() {
				t.Fatalf("%s: %d contexts for %d streams with settings", line, opened-closed, want.encoded())
			}
			admitted := frame
			got, consumesToo, admitErr := admit(phases, &admitted)
			if fmt.Sprint(admitErr) != fmt.Sprint(err) || consumesToo != consumed || err == nil && !bytes.Equal(got, received.Payload) {
				t.Fatalf("%s: in two phases %q, %v, %v; want %q, %v, %v", line, got, consumesToo, admitErr, received.Payload, consumed, err)
			}
			if code != 0 {
				if err == nil || err.Code != code {
					t.Fatalf("%s: error %v; want %v", line, err, code)
				}
				if !bytes.Equal(received.Payload, frame.Payload) {
					t.Fatalf("%s: payload %q after an error; want it as it was", line, received.Payload)
				}
				break // the connection ends here
			}
			if err != nil {
				t.Fatalf("%s: %v; want no error", line, err)
			}
			if consumed != consumes {
				t.Fatalf("%s: consumed %v; want %v", line, consumed, consumes)
			}
			if received.Header != frame.Header || !bytes.Equal(received.Payload, left) {
				t.Fatalf("%s: left %v %q; want %v %q", line, received.Header, received.Payload, frame.Header, left)
			}
		}
		in.Close()
		if opened != closed {
			t.Fatalf("%d contexts closed; want %d", closed, opened)
		}
	})
}

// admit takes a frame in two phases.
func admit(in *stream.Incoming, f *framing.Frame) (left []byte, consumed bool, err *framing.ProtocolError) {
	task, err := in.Admit(f)
	if err != nil || task.Idle() {
		return f.Payload, task.Consumed(), err
	}
	left, err = task.Run(nil, f.Payload)
	return left, err == nil && task.Consumed(), err
}
