package framingtest

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
)

// value is what every type with a text form has.
type value interface {
	comparable
	fmt.Stringer
	encoding.TextMarshaler
}

// checkText checks that all text forms of v agree with want and come back as v.
func checkText[T value](t *testing.T, v T, want string, parse func(string) (T, error)) {
	t.Helper()
	if got := v.String(); got != want {
		t.Errorf("%T: String() = %q, want %q", v, got, want)
	}
	if got, err := v.MarshalText(); err != nil || string(got) != want {
		t.Errorf("%T: MarshalText() = %q, %v, want %q", v, got, err, want)
	}
	if appender, ok := any(v).(encoding.TextAppender); ok {
		if got, err := appender.AppendText([]byte("> ")); err != nil || string(got) != "> "+want {
			t.Errorf("%T: AppendText() = %q, %v, want %q", v, got, err, "> "+want)
		}
	}
	if got, err := parse(want); err != nil || got != v {
		t.Errorf("%T: parsing %q gives %v, %v, want %v", v, want, got, err, v)
	}
	var got T
	if err := any(&got).(encoding.TextUnmarshaler).UnmarshalText([]byte(want)); err != nil || got != v {
		t.Errorf("%T: UnmarshalText(%q) gives %v, %v, want %v", v, want, got, err, v)
	}
}

// checkMistakes checks that texts are refused, and that what was there before stays.
func checkMistakes[T value](t *testing.T, before T, parse func(string) (T, error), texts ...string) {
	t.Helper()
	for _, text := range texts {
		if got, err := parse(text); !isTextError(err) {
			t.Errorf("%T: parsing %q gives %v, %v, want a *TextError", before, text, got, err)
		}
		v := before
		if err := any(&v).(encoding.TextUnmarshaler).UnmarshalText([]byte(text)); !isTextError(err) || v != before {
			t.Errorf("%T: UnmarshalText(%q) gives %v, %v, want no change and a *TextError", before, text, v, err)
		}
	}
}

func isTextError(err error) bool {
	_, ok := errors.AsType[*framing.TextError](err)
	return ok
}

func TestRevisionText(t *testing.T) {
	checkText(t, framing.RevisionRequestIDs, "request-ids", framing.ParseRevision)
	checkText(t, framing.RevisionStreams, "streams", framing.ParseRevision)
	checkMistakes(t, framing.RevisionStreams, framing.ParseRevision, "", "Streams", "1", "Revision(0)")
	if got, err := framing.Revision(0).MarshalText(); err != framing.ErrRevision {
		t.Errorf("MarshalText of the zero revision = %q, %v, want ErrRevision", got, err)
	}
	for _, r := range framing.Revisions() {
		if got, want := r.MediaType(), "application/mercurial-exp-framing-0002"; got != want {
			t.Errorf("%s: got media type %q, want %q", r, got, want)
		}
		if got, want := r.API(), "exp-http-v2-0001"; got != want {
			t.Errorf("%s: got API %q, want %q", r, got, want)
		}
	}
	if a, b := framing.RevisionRequestIDs.HeaderSize(), framing.RevisionStreams.HeaderSize(); a != 6 || b != 8 {
		t.Errorf("got headers of %d and %d octets, want 6 and 8", a, b)
	}
}

// typeNames are the names of protocol.md 4, by number.
var typeNames = []string{
	"0", "command-name", "command-argument", "command-data", "bytes-response", "error-response", "text-output",
	"7", "stream-settings", "9", "10", "11", "12", "13", "14", "15",
}

func TestFrameTypeText(t *testing.T) {
	for i, name := range typeNames {
		typ := framing.FrameType(i)
		checkText(t, typ, name, framing.ParseFrameType)
		if got, err := framing.ParseFrameType(fmt.Sprint(i)); err != nil || got != typ {
			t.Errorf("ParseFrameType(%d) = %v, %v", i, got, err)
		}
	}
	checkMistakes(t, framing.TypeCommandData, framing.ParseFrameType, "", "16", "-1", "0x1", "command", "command-name ")
	if got := framing.FrameType(200).String(); got != "200" {
		t.Errorf("FrameType(200).String() = %q", got)
	}
}

func TestFrameTypeProperties(t *testing.T) {
	for i := range 256 {
		typ := framing.FrameType(i)
		early, late := i >= 1 && i <= 5, i == 6 || i == 8
		if got := typ.In(framing.RevisionRequestIDs); got != early {
			t.Errorf("%s.In(request-ids) = %v", typ, got)
		}
		if got := typ.In(framing.RevisionStreams); got != (early || late) {
			t.Errorf("%s.In(streams) = %v", typ, got)
		}
		if typ.In(0) || typ.In(framing.LatestRevision+1) {
			t.Errorf("%s is in a revision that does not exist", typ)
		}
		client, server := i >= 1 && i <= 3 || i == 8, i >= 4 && i <= 6 || i == 8
		if got := typ.SentBy(framing.RoleClient); got != client {
			t.Errorf("%s.SentBy(client) = %v", typ, got)
		}
		if got := typ.SentBy(framing.RoleServer); got != server {
			t.Errorf("%s.SentBy(server) = %v", typ, got)
		}
	}
}

// flagsText writes the text form of flags from the names of their bits.
func flagsText(v int, names ...string) string {
	text := ""
	add := func(word string) {
		if text != "" {
			text += "|"
		}
		text += word
	}
	for bit, name := range names {
		if v>>bit&1 != 0 {
			add(name)
		}
	}
	if rest := v >> len(names) << len(names); rest != 0 || v == 0 {
		add(fmt.Sprint(rest))
	}
	return text
}

func TestFlagsText(t *testing.T) {
	for v := range 256 {
		checkText(t, framing.StreamFlags(v), flagsText(v, "stream-begin", "stream-end", "encoded"), framing.ParseStreamFlags)
	}
	names := map[framing.FrameType][]string{
		framing.TypeCommandName:     {"eos", "have-args", "have-data"},
		framing.TypeCommandArgument: {"continuation", "eoa"},
		framing.TypeCommandData:     {"continuation", "eos"},
		framing.TypeBytesResponse:   {"continuation", "eos"},
		framing.TypeErrorResponse:   {"protocol", "application"},
	}
	for v := range 16 {
		checkText(t, framing.CommandNameFlags(v), flagsText(v, names[framing.TypeCommandName]...), framing.ParseCommandNameFlags)
		checkText(t, framing.CommandArgumentFlags(v), flagsText(v, names[framing.TypeCommandArgument]...), framing.ParseCommandArgumentFlags)
		checkText(t, framing.CommandDataFlags(v), flagsText(v, names[framing.TypeCommandData]...), framing.ParseCommandDataFlags)
		checkText(t, framing.BytesResponseFlags(v), flagsText(v, names[framing.TypeBytesResponse]...), framing.ParseBytesResponseFlags)
		checkText(t, framing.ErrorResponseFlags(v), flagsText(v, names[framing.TypeErrorResponse]...), framing.ParseErrorResponseFlags)
		for typ := range framing.FrameType(16) {
			want := flagsText(v, names[typ]...)
			if got := string(framing.AppendFlags(nil, typ, framing.Flags(v))); got != want {
				t.Errorf("AppendFlags(%s, %d) = %q, want %q", typ, v, got, want)
			}
			if got, err := framing.ParseFlags(typ, want); err != nil || got != framing.Flags(v) {
				t.Errorf("ParseFlags(%s, %q) = %d, %v, want %d", typ, want, got, err, v)
			}
		}
	}
	checkMistakes(t, framing.CommandNameEOS, framing.ParseCommandNameFlags, "", "16", "eos|", "|eos", "eos eos", "EOS", "continuation")
	checkMistakes(t, framing.FlagEncoded, framing.ParseStreamFlags, "", "256", "-0", "encoded|0x1")
}

func TestFlagConstants(t *testing.T) {
	for name, ok := range map[string]bool{
		"stream flags":     framing.FlagStreamBegin == 1 && framing.FlagStreamEnd == 2 && framing.FlagEncoded == 4,
		"command-name":     framing.CommandNameEOS == 1 && framing.CommandNameHaveArgs == 2 && framing.CommandNameHaveData == 4,
		"command-argument": framing.CommandArgumentContinuation == 1 && framing.CommandArgumentEOA == 2,
		"command-data":     framing.CommandDataContinuation == 1 && framing.CommandDataEOS == 2,
		"bytes-response":   framing.BytesResponseContinuation == 1 && framing.BytesResponseEOS == 2,
		"error-response":   framing.ErrorResponseProtocol == 1 && framing.ErrorResponseApplication == 2,
	} {
		if !ok {
			t.Errorf("the flags of %s are not those of the protocol", name)
		}
	}
	h := framing.Header{Flags: 5}
	if !h.Flags.Has(4) || h.Flags.Has(6) || !framing.CommandNameFlags(h.Flags).Has(framing.CommandNameEOS) {
		t.Error("Has does not look at all bits asked for, and at those alone")
	}
}

// TestAllowed spells the rules of protocol.md 4 out for every combination.
func TestAllowed(t *testing.T) {
	for v := range 16 {
		a, b, c := v&1 != 0, v&2 != 0, v&4 != 0
		for _, tt := range []struct {
			name      string
			got, want bool
		}{
			{"command-name", framing.CommandNameFlags(v).Allowed(), a && !b && !c || !a && (b || c)},
			{"command-argument", framing.CommandArgumentFlags(v).Allowed(), !(a && b)},
			{"command-data", framing.CommandDataFlags(v).Allowed(), a || b},
			{"bytes-response", framing.BytesResponseFlags(v).Allowed(), a != b},
			{"error-response", framing.ErrorResponseFlags(v).Allowed(), a != b},
			{"stream flags", framing.StreamFlags(v).Allowed(), true},
		} {
			if tt.got != tt.want {
				t.Errorf("%s flags %d: got allowed %v, want %v", tt.name, v, tt.got, tt.want)
			}
		}
	}
}

func TestJSON(t *testing.T) {
	type record struct {
		Revision framing.Revision
		Type     framing.FrameType
		Stream   framing.StreamFlags
		Flags    framing.CommandNameFlags
		Error    framing.ErrorCode
	}
	want := record{framing.RevisionStreams, framing.TypeTextOutput, framing.FlagStreamBegin | 64, framing.CommandNameEOS, framing.ErrAlreadyActive}
	text, err := json.Marshal(want)
	if got := `{"Revision":"streams","Type":"text-output","Stream":"stream-begin|64","Flags":"eos","Error":"already-active"}`; err != nil || string(text) != got {
		t.Errorf("got %s, %v, want %s", text, err, got)
	}
	var got record
	if err := json.Unmarshal(text, &got); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestDefaults(t *testing.T) {
	want := framing.Limits{
		FramePayload: 65535, ReceivingRequests: 256, ActiveRequests: 4096, InFlightRequests: 256, ArgumentOctets: 1 << 20,
		DataOctets: 16 << 20, BufferedOctets: 64 << 20, OpenStreams: 128, EncodedStreams: 16, EncodingStreams: 16, DecodedOctets: 4 << 20,
	}
	if got := (framing.Limits{}).WithDefaults(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	want.OpenStreams = 7
	if got := (framing.Limits{OpenStreams: 7, DataOctets: -1}).WithDefaults(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	want.OpenStreams = framing.DefaultOpenStreams
	for _, n := range []int{-1, math.MinInt32, math.MinInt} {
		all := framing.Limits{
			FramePayload: n, ReceivingRequests: n, ActiveRequests: n, InFlightRequests: n, ArgumentOctets: n,
			DataOctets: n, BufferedOctets: n, OpenStreams: n, EncodedStreams: n, EncodingStreams: n, DecodedOctets: n,
		}
		if got := all.WithDefaults(); got != want {
			t.Errorf("limits of %d: got %+v, want the defaults", n, got)
		}
	}
	if framing.DefaultMaxSend != 32768 {
		t.Errorf("got DefaultMaxSend %d, want 32768", framing.DefaultMaxSend)
	}
}
