package framingtest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
)

func TestErrorTexts(t *testing.T) {
	h := &framing.Header{RequestID: 7, StreamID: 2, StreamFlags: framing.FlagEncoded, Type: framing.TypeTextOutput, Flags: 4, Length: 70000}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{framing.NewProtocolError(framing.ErrAlreadyErrored, h), "server already errored"},
		{framing.NewProtocolError(framing.ErrOwnStreamID, h), "received frame with even numbered stream ID: 2"},
		{framing.NewProtocolError(framing.ErrStreamNotBegun, h), "received frame on unknown inactive stream without beginning of stream flag set"},
		{framing.NewProtocolError(framing.ErrExpectedCommand, h), "expected command frame; got 6"},
		{framing.NewProtocolError(framing.ErrUnexpectedType, h), "unexpected frame type 6 while receiving request: 7"},
		{framing.NewProtocolError(framing.ErrUnexpectedType, &framing.Header{RequestID: 1, Type: 12}), "unexpected frame type 12 while receiving request: 1"},
		{framing.NewProtocolError(framing.ErrAlreadyActive, h), "request with ID 7 is already active"},
		{framing.NewProtocolError(framing.ErrAlreadyReceived, h), "request with ID 7 already received"},
		{framing.NewProtocolError(framing.ErrNotExpectingData, h), "received command data frame for request that is not expecting data: 7"},
		{framing.NewProtocolError(framing.ErrStillActive, nil), "received frame for request that is still active: 0"},
		{framing.NewFrameTooLarge(h, 65535), "frame payload of 70000 octets exceeds the limit of 65535 octets"},
		{framing.NewUnknownProfile(h, "lz4", "identity, zlib"), `unknown content encoding profile "lz4" on stream 2; known profiles: identity, zlib`},
		{framing.NewUndecodablePayload(h, "zlib", "bad checksum"), "cannot decode payload on stream 2 with profile zlib: bad checksum"},
		{framing.NewUsageError(framing.ErrMessageTooLarge, nil), "cannot encode data in a single frame"},
		{framing.NewUsageError(framing.ErrNotActive, h), "request with ID 7 is not active"},
		{framing.NewCommandTooLarge(nil, 40000), "command name of 40000 octets does not fit in one frame"},
		{framing.NewArgumentNotASCII(nil, "ä"), `argument name "ä" is not ASCII`},
	} {
		var got string
		if p, ok := errors.AsType[*framing.ProtocolError](tt.err); ok {
			got = p.Text
		} else if u, ok := errors.AsType[*framing.UsageError](tt.err); ok {
			got = u.Text
		}
		if got != tt.want {
			t.Errorf("got text %q, want %q", got, tt.want)
		}
	}
}

func TestErrorMessages(t *testing.T) {
	h := &framing.Header{RequestID: 1, StreamID: 1, StreamFlags: framing.FlagStreamBegin, Type: framing.TypeCommandName, Flags: 1}
	protocol := framing.NewProtocolError(framing.ErrAlreadyActive, h)
	for _, tt := range []struct {
		state string
		want  string
	}{
		{"", "protocol error: request with ID 1 is already active (already-active; request 1, stream 1, stream-begin, command-name eos)"},
		{"active", "protocol error: request with ID 1 is already active (already-active; request 1, stream 1, stream-begin, command-name eos; state active)"},
	} {
		protocol.State = tt.state
		if got := protocol.Error(); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
	usage := framing.NewUsageError(framing.ErrNotActive, &framing.Header{RequestID: 3})
	if got, want := usage.Error(), "usage error: request with ID 3 is not active (not-active; request 3)"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	usage = framing.NewUsageError(framing.ErrTextLabelTooLong, nil)
	usage.State = "idle"
	if got, want := usage.Error(), "usage error: label string cannot be longer than 255 bytes (text-label-too-long; state idle)"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestErrorsIsAndAs(t *testing.T) {
	err := fmt.Errorf("while serving: %w", framing.NewProtocolError(framing.ErrAlreadyActive, nil))
	if !errors.Is(err, framing.ErrAlreadyActive) || errors.Is(err, framing.ErrStillActive) {
		t.Error("errors.Is does not find the entry of the catalogue, or finds another")
	}
	if code, ok := errors.AsType[framing.ErrorCode](err); !ok || code != framing.ErrAlreadyActive {
		t.Errorf("got code %v, %v", code, ok)
	}
	if _, ok := errors.AsType[*framing.UsageError](err); ok {
		t.Error("the peer's fault is taken for our caller's")
	}
	if !errors.Is(framing.NewArgumentNotASCII(nil, ""), framing.ErrArgumentNotASCII) {
		t.Error("errors.Is does not find the entry of a usage error")
	}
}

// TestCatalogue compares every entry with schema.toml.
func TestCatalogue(t *testing.T) {
	for i, e := range readSchema(t).Errors {
		code := framing.ErrorCode(i + 1)
		if got := code.Name(); got != e.Name {
			t.Errorf("code %d: got name %q, want %q", code, got, e.Name)
		}
		if got := code.Fault().String(); got != e.Fault {
			t.Errorf("%s: got fault %s, want %s", e.Name, got, e.Fault)
		}
		want := strings.NewReplacer("%{stream-id:parity}", "<odd or even>", "%{", "<", ":number}", ">", "}", ">").Replace(e.Text)
		if got := code.Error(); got != want {
			t.Errorf("%s: got text %q, want %q", e.Name, got, want)
		}
		if got, err := framing.ParseErrorCode(e.Name); err != nil || got != code {
			t.Errorf("ParseErrorCode(%q) = %v, %v, want %v", e.Name, got, err, code)
		}
		var back framing.ErrorCode
		text, err := code.MarshalText()
		if err != nil || string(text) != e.Name || back.UnmarshalText(text) != nil || back != code {
			t.Errorf("%s: got text form %q, %v, and back %v", e.Name, text, err, back)
		}
	}
	for _, code := range []framing.ErrorCode{framing.ErrorCode(len(readSchema(t).Errors) + 1), 255} {
		if got, want := code.Error(), fmt.Sprintf("error %d", uint8(code)); got != want || code.Fault() != 0 {
			t.Errorf("got %q, fault %s, want %q and nobody's", got, code.Fault(), want)
		}
	}
	if code := framing.ErrorCode(0); code.Name() != "" || code.Error() != "error 0" || code.Fault() != 0 {
		t.Errorf("the zero code is %q, %q, %s", code.Name(), code, code.Fault())
	}
	if _, err := framing.ParseErrorCode("already-actve"); !isTextError(err) {
		t.Errorf("got error %v, want a *TextError", err)
	}
}

func TestSupportErrors(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{framing.ErrShort, "need more octets"},
		{&framing.ShortError{Offset: 10, Have: 3, Need: 8}, "frame at offset 10 is cut off: 3 of 8 octets"},
		{&framing.FieldError{Field: "type", Value: 16, Bits: 4}, "field type: 16 does not fit in 4 bits"},
		{&framing.FieldError{Field: "stream-id", Value: 3}, "field stream-id: the revision has no such field, so it cannot carry 3"},
		{&framing.TextError{Field: "type", Value: "x", Reason: "unknown"}, `invalid type "x": unknown`},
	} {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
