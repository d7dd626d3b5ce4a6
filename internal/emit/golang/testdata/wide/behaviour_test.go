package wide

import (
	"bytes"
	"testing"
)

func TestHeader(t *testing.T) {
	h := Header{Length: 0x010203, Type: 0xf0, Flags: 0x29, StreamID: 0x7a0b0c0d}
	octets := []byte{1, 2, 3, 0xf0, 0x29, 0x7a, 0x0b, 0x0c, 0x0d}
	marked := h
	marked.Marks = 0x8001
	for _, tt := range []struct {
		revision Revision
		header   Header
		octets   []byte
	}{
		{RevisionDraft, h, octets},
		{RevisionFinal, h, octets},
		{RevisionMarked, marked, append(octets[:9:9], 0x80, 0x01)},
	} {
		got, err := tt.revision.AppendHeader(nil, &tt.header)
		if err != nil || !bytes.Equal(got, tt.octets) {
			t.Errorf("%s: AppendHeader = %x, %v, want %x", tt.revision, got, err, tt.octets)
		}
		got[5] |= 0x80 // the reserved bit is ignored on receipt
		if h, err := tt.revision.ParseHeader(got); err != nil || h != tt.header {
			t.Errorf("%s: ParseHeader(%x) = %+v, %v, want %+v", tt.revision, got, h, err, tt.header)
		}
	}
	for _, r := range []Revision{RevisionDraft, RevisionFinal} {
		if _, err := r.AppendHeader(nil, &marked); err == nil || err.(*FieldError).Bits != 0 {
			t.Errorf("%s: got error %v for marks, want a *FieldError with 0 bits", r, err)
		}
	}
}

func TestAllowed(t *testing.T) {
	for f, want := range map[DataFlags]bool{
		0: true, DataEnd: true, DataPadded: true, DataUrgent: true,
		DataEnd | DataPadded: false, DataPadded | DataUrgent: false, DataEnd | DataPadded | DataUrgent: false,
		0x2: false, DataEnd | 0x80: false, // undefined bits are refused
	} {
		if got := f.Allowed(); got != want {
			t.Errorf("DataFlags(%s).Allowed() = %v, want %v", f, got, want)
		}
	}
	for f, want := range map[Marks]bool{0: true, FlagBlue: true, FlagRed: false, FlagRed | FlagBlue: true, FlagRed | 2: false, 2: true} {
		if got := f.Allowed(); got != want {
			t.Errorf("Marks(%s).Allowed() = %v, want %v", f, got, want)
		}
	}
}

func TestText(t *testing.T) {
	for line, r := range map[string]Revision{
		`ping ack 3 hi`:             RevisionFinal,
		`241 1 3 hi`:                RevisionFinal, // mark comes later
		`mark 1 3 red|blue|6 hi`:    RevisionMarked,
		`data end|urgent|2 3 0 \\x`: RevisionMarked,
	} {
		f, err := r.ParseText(line)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if got := string(r.AppendText(nil, &f)); got != line {
			t.Errorf("got %q, want %q", got, line)
		}
	}
}

func TestErrorTexts(t *testing.T) {
	h := &Header{Length: 5, Type: TypePing, Flags: Flags(PingACK) | 4, StreamID: 3, Marks: FlagRed}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{NewFrameSize(h, 5, 4), "protocol error: ack|4 frame of type 240: 5 octets, 4 allowed (frame-size; ping ack|4, stream 3, red)"},
		{NewProtocolError(ErrUnexpected, h), "protocol error: unexpected ping ack|4 on stream 3 (unexpected; ping ack|4, stream 3, red)"},
		{NewMarked(h, "x"), "usage error: marks red for ping of a x (marked; ping ack|4, stream 3, red)"},
		{NewUsageError(ErrMisuse, nil), "usage error: unexpected call (misuse)"},
		{ErrMarked, "marks <marks> for <type> of a <decimal>"},
	} {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}

// counter counts what it takes.
type counter int

func (c *counter) Take() *ProtocolError { *c++; return nil }

func TestMachine(t *testing.T) {
	var taken counter
	state := InitialStream(7)
	for _, tt := range []struct {
		header Header
		want   StreamTransition
	}{
		{Header{Type: TypeData, Flags: 0xfe}, StreamTransitionTake},
		{Header{Type: TypePing}, StreamTransitionPing},
		{Header{Type: TypeMark}, StreamTransitionOtherwise},
		{Header{Type: 200}, StreamTransitionOtherwise},
		{Header{Type: TypeData, Flags: Flags(DataEnd)}, StreamTransitionLast},
		{Header{Type: TypeData, Flags: Flags(DataEnd)}, StreamTransitionOtherwise},
		{Header{Type: TypePing}, StreamTransitionPing},
	} {
		got := DispatchStream(state, &tt.header)
		if got != tt.want {
			t.Errorf("in %s on %+v: got %s, want %s", state, tt.header, got, tt.want)
		}
		if err := got.Do(&taken); err != nil {
			t.Error(err)
		}
		if row := got.Row(); !row.Keep {
			state = row.To
		}
	}
	if taken != 2 {
		t.Errorf("took %d frames, want 2", taken)
	}
	if got := CallStream(state, StreamEventReset); got != StreamTransitionMisuse || got.Row().Error != ErrMisuse {
		t.Errorf("reset when closed: got %s", got)
	}
	if got := CallStream(StreamOpen, StreamEventReset); got != StreamTransitionReset || got.Row().To != StreamClosed {
		t.Errorf("reset when open: got %s", got)
	}
}
