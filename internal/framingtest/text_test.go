package framingtest

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
)

func TestText(t *testing.T) {
	for _, tt := range []struct {
		revision framing.Revision
		line     string
		header   framing.Header
		payload  string
	}{
		{framing.RevisionRequestIDs, `1 command-name eos customreadonly`, framing.Header{RequestID: 1, Type: 1, Flags: 1}, "customreadonly"},
		{framing.RevisionRequestIDs, `65535 6 0 `, framing.Header{RequestID: 65535, Type: 6}, ""},
		{framing.RevisionRequestIDs, `1 8 5 `, framing.Header{RequestID: 1, Type: 8, Flags: 5}, ""},
		{framing.RevisionStreams, `1 1 stream-begin command-name have-args|have-data a b  c`, framing.Header{RequestID: 1, StreamID: 1, StreamFlags: 1, Type: 1, Flags: 6}, "a b  c"},
		{framing.RevisionStreams, `0 255 stream-begin|stream-end|encoded|248 text-output 15 \x20`, framing.Header{StreamID: 255, StreamFlags: 255, Type: 6, Flags: 15}, " "},
		{framing.RevisionStreams, `2 2 0 stream-settings 0 \x08identity`, framing.Header{RequestID: 2, StreamID: 2, Type: 8}, "\bidentity"},
		{framing.RevisionStreams, `1 2 128 bytes-response continuation|eos|12 \n\r\t\\\x00~\x7f`, framing.Header{RequestID: 1, StreamID: 2, StreamFlags: 128, Type: 4, Flags: 15}, "\n\r\t\\\x00~\x7f"},
		{framing.RevisionStreams, `1 1 0 7 15 \x20 \x20`, framing.Header{RequestID: 1, StreamID: 1, Type: 7, Flags: 15}, "   "},
	} {
		tt.header.Length = uint32(len(tt.payload))
		f, err := tt.revision.ParseText(tt.line)
		if err != nil || f.Header != tt.header || string(f.Payload) != tt.payload {
			t.Errorf("%s: ParseText(%q) = %+v %q, %v, want %+v %q", tt.revision, tt.line, f.Header, f.Payload, err, tt.header, tt.payload)
		}
		f = framing.Frame{Header: tt.header, Payload: []byte(tt.payload)}
		if got := string(tt.revision.AppendText([]byte("> "), &f)); got != "> "+tt.line {
			t.Errorf("%s: AppendText = %q, want %q", tt.revision, got, "> "+tt.line)
		}
	}
}

// TestTextOtherForms are lines that AppendText does not write.
func TestTextOtherForms(t *testing.T) {
	for line, want := range map[string]string{
		`01 001 1 1 1 x`:                        `1 1 stream-begin command-name eos x`,
		`1 1 1|2|1 3 0|eos|2|1 x`:               `1 1 stream-begin|stream-end command-data continuation|eos x`,
		`1 1 encoded|64|stream-begin 06 4|8 x`:  `1 1 stream-begin|encoded|64 text-output 12 x`,
		`1 1 0 command-name eos  leading space`: `1 1 0 command-name eos \x20leading space`,
		`1 1 0 command-name eos \x41\102\3\q`:   `1 1 0 command-name eos AB\x03\\q`,
		`1 1 0 command-name eos "quoted" 'ä'`:   `1 1 0 command-name eos "quoted" '\xc3\xa4'`,
	} {
		f, err := framing.RevisionStreams.ParseText(line)
		if err != nil {
			t.Errorf("ParseText(%q): %v", line, err)
			continue
		}
		if got := string(framing.RevisionStreams.AppendText(nil, &f)); got != want {
			t.Errorf("ParseText(%q) is %q, want %q", line, got, want)
		}
	}
}

func TestTextMistakes(t *testing.T) {
	for _, tt := range []struct {
		revision framing.Revision
		line     string
		want     framing.TextError
	}{
		{framing.RevisionStreams, ``, framing.TextError{Field: "request-id"}},
		{framing.RevisionStreams, `1`, framing.TextError{Field: "stream-id"}},
		{framing.RevisionStreams, `1 1`, framing.TextError{Field: "stream-flags"}},
		{framing.RevisionStreams, `1 1 0`, framing.TextError{Field: "type"}},
		{framing.RevisionStreams, `1 1 0 command-name`, framing.TextError{Field: "flags"}},
		{framing.RevisionStreams, `1 1 0 command-name eos`, framing.TextError{Field: "payload"}},
		{framing.RevisionRequestIDs, `1`, framing.TextError{Field: "type"}},
		{framing.RevisionStreams, ` 1 1 0 1 1 x`, framing.TextError{Field: "request-id"}},
		{framing.RevisionStreams, `1  1 0 1 1 x`, framing.TextError{Field: "stream-id"}},
		{framing.RevisionStreams, `65536 1 0 1 1 x`, framing.TextError{Field: "request-id", Value: "65536"}},
		{framing.RevisionStreams, `-1 1 0 1 1 x`, framing.TextError{Field: "request-id", Value: "-1"}},
		{framing.RevisionStreams, `+1 1 0 1 1 x`, framing.TextError{Field: "request-id", Value: "+1"}},
		{framing.RevisionStreams, `0x1 1 0 1 1 x`, framing.TextError{Field: "request-id", Value: "0x1"}},
		{framing.RevisionStreams, `1_0 1 0 1 1 x`, framing.TextError{Field: "request-id", Value: "1_0"}},
		{framing.RevisionStreams, `1 256 0 1 1 x`, framing.TextError{Field: "stream-id", Value: "256"}},
		{framing.RevisionStreams, `1 1 256 1 1 x`, framing.TextError{Field: "stream-flags", Value: "256"}},
		{framing.RevisionStreams, `1 1 stream-begin|eos 1 1 x`, framing.TextError{Field: "stream-flags", Value: "eos"}},
		{framing.RevisionStreams, `1 1 stream-begin| 1 1 x`, framing.TextError{Field: "stream-flags", Value: ""}},
		{framing.RevisionStreams, `1 1 0 16 1 x`, framing.TextError{Field: "type", Value: "16"}},
		{framing.RevisionStreams, `1 1 0 Command-Name 1 x`, framing.TextError{Field: "type", Value: "Command-Name"}},
		{framing.RevisionRequestIDs, `1 text-output 0 x`, framing.TextError{Field: "type", Value: "text-output"}},
		{framing.RevisionRequestIDs, `1 stream-settings 0 x`, framing.TextError{Field: "type", Value: "stream-settings"}},
		{framing.RevisionStreams, `1 1 0 1 16 x`, framing.TextError{Field: "flags", Value: "16"}},
		{framing.RevisionStreams, `1 1 0 1 eos|8|99999999999999999999999 x`, framing.TextError{Field: "flags", Value: "99999999999999999999999"}},
		{framing.RevisionStreams, `1 1 0 command-data have-args x`, framing.TextError{Field: "flags", Value: "have-args"}},
		{framing.RevisionStreams, `1 1 0 15 eos x`, framing.TextError{Field: "flags", Value: "eos"}},
		{framing.RevisionStreams, `1 1 0 1 1 x\`, framing.TextError{Field: "payload", Value: `\`}},
		{framing.RevisionStreams, `1 1 0 1 1 \x1 bad`, framing.TextError{Field: "payload", Value: `\x1 `}},
	} {
		f, err := tt.revision.ParseText(tt.line)
		got, ok := errors.AsType[*framing.TextError](err)
		if !ok || got.Field != tt.want.Field || got.Value != tt.want.Value || got.Reason == "" {
			t.Errorf("%s: ParseText(%q): got error %v, want one about %s %q", tt.revision, tt.line, err, tt.want.Field, tt.want.Value)
		}
		if f.Payload != nil || f.Header != (framing.Header{}) {
			t.Errorf("%s: ParseText(%q) = %+v with its error, want nothing", tt.revision, tt.line, f)
		}
	}
	_, err := framing.RevisionStreams.ParseText("1 1 0 1 1 " + strings.Repeat("x", 1<<24))
	if text, ok := errors.AsType[*framing.TextError](err); !ok || *text != (framing.TextError{Field: "length", Value: "16777216", Reason: "the payload's length does not fit in 24 bits"}) {
		t.Errorf("a payload of 16 MiB: got error %v, want one about the length", err)
	}
}

// TestTextReasons checks that a mistake comes with what would have been right: names where there
// are names, and those of the revision.
func TestTextReasons(t *testing.T) {
	const (
		number = "not a decimal number"
		known  = "neither a decimal number nor a known name; known: "
		early  = "command-name, command-argument, command-data, bytes-response, error-response"
	)
	for _, tt := range []struct {
		revision    framing.Revision
		line        string
		field, want string
	}{
		{framing.RevisionStreams, `x 1 0 1 1 x`, "request-id", number},
		{framing.RevisionStreams, `-1 1 0 1 1 x`, "request-id", number},
		{framing.RevisionStreams, `65536 1 0 1 1 x`, "request-id", "does not fit in 16 bits"},
		{framing.RevisionStreams, `1 eos 0 1 1 x`, "stream-id", number},
		{framing.RevisionStreams, `1 1 eos 1 1 x`, "stream-flags", known + "stream-begin, stream-end, encoded"},
		{framing.RevisionStreams, `1 1 0 command 1 x`, "type", known + early + ", text-output, stream-settings"},
		{framing.RevisionStreams, `1 1 0 -1 1 x`, "type", known + early + ", text-output, stream-settings"},
		{framing.RevisionStreams, `1 1 0 16 1 x`, "type", "does not fit in 4 bits"},
		{framing.RevisionRequestIDs, `1 command 1 x`, "type", known + early},
		{framing.RevisionRequestIDs, `1 text-output 0 x`, "type", "known since revision streams"},
		{framing.RevisionStreams, `1 1 0 command-name eoa x`, "flags", known + "eos, have-args, have-data"},
		{framing.RevisionStreams, `1 1 0 5 eos x`, "flags", known + "protocol, application"},
		{framing.RevisionStreams, `1 1 0 text-output eos x`, "flags", number},
		{framing.RevisionStreams, `1 1 0 15 eos x`, "flags", number},
		{framing.RevisionRequestIDs, `1 6 eos x`, "flags", number},
		{framing.RevisionStreams, `1 1 0 command-name eos|16 x`, "flags", "does not fit in 4 bits"},
	} {
		_, err := tt.revision.ParseText(tt.line)
		if got, ok := errors.AsType[*framing.TextError](err); !ok || got.Field != tt.field || got.Reason != tt.want {
			t.Errorf("%s: ParseText(%q): got error %v, want field %s: %s", tt.revision, tt.line, err, tt.field, tt.want)
		}
	}
}

// TestTextRoundTrip formats and parses every last header octet and every octet of stream flags.
func TestTextRoundTrip(t *testing.T) {
	roundTrip := func(r framing.Revision, h framing.Header) {
		t.Helper()
		f := framing.Frame{Header: h, Payload: []byte(" ~\x00")}
		f.Length = 3
		line := string(r.AppendText(nil, &f))
		got, err := r.ParseText(line)
		if err != nil || got.Header != f.Header || !bytes.Equal(got.Payload, f.Payload) {
			t.Errorf("%s: %q comes back as %+v, %v, want %+v", r, line, got, err, f)
		}
	}
	for octet := range 256 {
		h := framing.Header{RequestID: 3, Type: framing.FrameType(octet >> 4), Flags: framing.Flags(octet & 0xf)}
		roundTrip(framing.RevisionRequestIDs, h)
		h.StreamID = 5
		roundTrip(framing.RevisionStreams, h)
		h.StreamFlags = framing.StreamFlags(octet)
		roundTrip(framing.RevisionStreams, h)
	}
}

func TestEscapes(t *testing.T) {
	for _, tt := range []struct{ payload, text string }{
		{"", ""},
		{"plain text", "plain text"},
		{" ", `\x20`},
		{"  ", `\x20\x20`},
		{" a b ", `\x20a b\x20`},
		{"\n\r\t\\", `\n\r\t\\`},
		{"\x00\x1f\x7f\x80\xff", `\x00\x1f\x7f\x80\xff`},
		{"\a\b\f\v'\"", `\x07\x08\x0c\x0b'"`},
		{"é", `\xc3\xa9`},
	} {
		if got := string(framing.AppendEscaped([]byte("> "), []byte(tt.payload))); got != "> "+tt.text {
			t.Errorf("AppendEscaped(%q) = %q, want %q", tt.payload, got, "> "+tt.text)
		}
		if got, err := framing.AppendUnescaped([]byte("> "), tt.text); err != nil || string(got) != "> "+tt.payload {
			t.Errorf("AppendUnescaped(%q) = %q, %v, want %q", tt.text, got, err, "> "+tt.payload)
		}
	}
	for text, want := range map[string]string{
		`\a\b\f\v\'\"`:     "\a\b\f\v'\"",
		`\xAf\xfA`:         "\xaf\xfa",
		`\0\00\000\0000`:   "\x00\x00\x00\x000",
		`\1\12\123\1234\8`: "\x01\nSS4\\8",
		`\377\400\777`:     "\xff\x00\xff",
		`\18`:              "\x018",
		"a\\\nb":           "ab",
		`\q\ \ä`:           "\\q\\ \\ä",
		"\x00é\xff":        "\x00é\xff",
	} {
		if got, err := framing.AppendUnescaped(nil, text); err != nil || string(got) != want {
			t.Errorf("AppendUnescaped(%q) = %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{`\`, `ab\`, `\\\`, `\x`, `\x1`, `\xg0`, `\x0g`, `ok\n\x 1`} {
		got, err := framing.AppendUnescaped([]byte("before"), text)
		if _, ok := errors.AsType[*framing.TextError](err); !ok || string(got) != "before" {
			t.Errorf("AppendUnescaped(%q) = %q, %v, want dst unchanged and a *TextError", text, got, err)
		}
	}
}

// TestEscapesRoundTrip covers every octet at every place of a short payload.
func TestEscapesRoundTrip(t *testing.T) {
	for octet := range 256 {
		for _, pattern := range []string{"?", "?b", "a?", "a?b", "\\?", "?7", " ? "} {
			payload := []byte(strings.ReplaceAll(pattern, "?", string([]byte{byte(octet)})))
			text := framing.AppendEscaped(nil, payload)
			if got, err := framing.AppendUnescaped(nil, string(text)); err != nil || !bytes.Equal(got, payload) {
				t.Errorf("%q becomes %q becomes %q, %v", payload, text, got, err)
			}
			for _, c := range text {
				if c < ' ' || c > '~' {
					t.Errorf("%q becomes %q, which is not printable ASCII", payload, text)
				}
			}
			if trimmed := bytes.TrimSpace(text); !bytes.Equal(trimmed, text) {
				t.Errorf("%q becomes %q, which does not survive trimming", payload, text)
			}
		}
	}
}
