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
		{NewProtocolError(ErrOwnStream, h), "protocol error: ping on stream 3: odd streams are ours (own-stream; ping ack|4, stream 3, red)"},
		{NewProtocolError(ErrOwnStream, &Header{Type: TypePing}), "protocol error: ping on stream 0: even streams are ours (own-stream; ping 0, stream 0)"},
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
		{Header{Type: TypeData, Flags: 0xf6}, StreamTransitionTake},
		{Header{Type: TypeData, Flags: 0xde}, StreamTransitionPadded},
		{Header{Type: TypeData, Flags: Flags(DataPadded | DataUrgent)}, StreamTransitionOtherwise},
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
	if taken != 3 {
		t.Errorf("took %d frames, want 3", taken)
	}
	if got := CallStream(state, StreamEventReset); got != StreamTransitionMisuse || got.Row().Error != ErrMisuse {
		t.Errorf("reset when closed: got %s", got)
	}
	if got := CallStream(StreamOpen, StreamEventReset); got != StreamTransitionReset || got.Row().To != StreamClosed {
		t.Errorf("reset when open: got %s", got)
	}
}

// painter counts the marks that it sets.
type painter int

func (p *painter) Paint() *ProtocolError { *p++; return nil }

func TestInitial(t *testing.T) {
	for _, tt := range []struct {
		role Role
		key  uint32
		want FlowState
	}{
		{RoleClient, 0, FlowControl},
		{RoleServer, 0, FlowControl},
		{RoleClient, 1, FlowOurs},
		{RoleServer, 1, FlowTheirs},
		{RoleClient, 2, FlowTheirs},
		{RoleServer, 2, FlowOurs},
	} {
		if got := InitialFlow(tt.role, tt.key); got != tt.want {
			t.Errorf("%s, stream %d: got %s, want %s", tt.role, tt.key, got, tt.want)
		}
		if got, want := tt.role.OwnsStreamID(tt.key), tt.key%2 != 0 == (tt.role == RoleClient); got != want {
			t.Errorf("%s owns stream %d: got %t, want %t", tt.role, tt.key, got, want)
		}
	}
}

// The type mark grows with the revision marked: before, it is one of those that are not assigned.
func TestColumns(t *testing.T) {
	mark, ping, data := &Header{Type: TypeMark}, &Header{Type: TypePing}, &Header{Type: TypeData}
	for _, tt := range []struct {
		name      string
		got, want FlowTransition
	}{
		{"mark in draft", DispatchFlow(RevisionDraft, FlowTheirs, mark), FlowTransitionOtherwise},
		{"mark in marked", DispatchFlow(RevisionMarked, FlowTheirs, mark), FlowTransitionTake},
		{"mark on ours in draft", DispatchFlow(RevisionDraft, FlowOurs, mark), FlowTransitionOwn},
		{"mark on none", DispatchFlow(RevisionMarked, FlowControl, mark), FlowTransitionControl},
		{"data on none", DispatchFlow(RevisionMarked, FlowControl, data), FlowTransitionOtherwise},
		{"send mark in final", SendFlow(RevisionFinal, FlowOurs, mark), FlowTransitionMisuse},
		{"send mark in marked", SendFlow(RevisionMarked, FlowOurs, mark), FlowTransitionSendMark},
		{"send ping on none", SendFlow(RevisionDraft, FlowControl, ping), FlowTransitionSendPing},
		{"send data", SendFlow(RevisionDraft, FlowOurs, data), FlowTransitionSend},
		{"send data on theirs", SendFlow(RevisionMarked, FlowTheirs, data), FlowTransitionMisuse},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, tt.got, tt.want)
		}
	}
}

func TestCheckSend(t *testing.T) {
	for _, tt := range []struct {
		revision Revision
		role     Role
		header   Header
		field    string
		rule     string
	}{
		{RevisionMarked, RoleServer, Header{Type: TypeMark, Marks: FlagRed | FlagBlue}, "", ""},
		{RevisionMarked, RoleServer, Header{Type: TypeMark, Marks: FlagRed}, "marks", "red requires blue"},
		{RevisionFinal, RoleServer, Header{Type: TypeData, Marks: FlagRed}, "", ""}, // has no marks
		{RevisionMarked, RoleServer, Header{Type: TypeData, Marks: 2}, "marks", "undefined flags are never sent"},
		{RevisionMarked, RoleClient, Header{Type: TypeMark}, "type", "the client does not send it"},
		{RevisionFinal, RoleServer, Header{Type: TypeMark}, "type", "the revision has no such frame type"},
		{RevisionDraft, RoleClient, Header{Type: TypeData, Flags: Flags(DataEnd | DataUrgent)}, "flags", "end, padded and urgent exclude each other"},
		{RevisionMarked, RoleServer, Header{Type: TypeMark, Flags: 1}, "flags", "the frame type has no flags"},
	} {
		err := tt.revision.CheckSend(tt.role, &tt.header)
		got := RuleError{}
		if err != nil {
			got = *err.(*RuleError)
		}
		if got.Field != tt.field || got.Rule != tt.rule {
			t.Errorf("%s, %s, %+v: got %q, %q, want %q, %q", tt.revision, tt.role, tt.header, got.Field, got.Rule, tt.field, tt.rule)
		}
	}
}

func TestSendActions(t *testing.T) {
	var painted painter
	for _, h := range []Header{{Type: TypeMark}, {Type: TypePing}} {
		if err := SendFlow(RevisionMarked, FlowControl, &h).Do(&painted); err != nil {
			t.Error(err)
		}
	}
	if painted != 1 {
		t.Errorf("painted %d marks, want 1", painted)
	}
}
