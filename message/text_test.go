package message_test

import (
	"errors"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/message"
	"github.com/hgwire/hgwire/payload"
	"github.com/hgwire/hgwire/stream"
)

// FrameTests of the original. Atoms there must be byte strings (testtextoutputformattingstringtype,
// testtextoutputargumentbytes, testtextoutputlabelbytes); here the compiler sees to the types, and
// what is left of those tests is what becomes of octets that are not text.
func TestTextOutput(t *testing.T) {
	tests := []struct {
		name  string
		atoms []payload.Atom
		want  string
	}{
		{"testtextoutput1simpleatom", []payload.Atom{{Format: "foo"}}, `\x03\x00\x00\x00foo`},
		{"testtextoutput2simpleatoms", []payload.Atom{{Format: "foo"}, {Format: "bar"}}, `\x03\x00\x00\x00foo\x03\x00\x00\x00bar`},
		{"testtextoutput1arg", []payload.Atom{{Format: "foo %s", Args: []string{"val1"}}}, `\x06\x00\x00\x01\x04\x00foo %sval1`},
		{"testtextoutput2arg", []payload.Atom{{Format: "foo %s %s", Args: []string{"val", "value"}}}, `\t\x00\x00\x02\x03\x00\x05\x00foo %s %svalvalue`},
		{"testtextoutput1label", []payload.Atom{{Format: "foo", Labels: []string{"label"}}}, `\x03\x00\x01\x00\x05foolabel`},
		{"testargandlabel", []payload.Atom{{Format: "foo %s", Labels: []string{"label"}, Args: []string{"arg"}}}, `\x06\x00\x01\x01\x05\x03\x00foo %slabelarg`},

		{"testtextoutputformattingstringtype", []payload.Atom{{Format: "\xff"}}, `\x03\x00\x00\x00\xef\xbf\xbd`},
		{"testtextoutputargumentbytes", []payload.Atom{{Format: "%s", Args: []string{"\xff"}}}, `\x02\x00\x00\x01\x03\x00%s\xef\xbf\xbd`},
		{"nothing", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rev := framing.RevisionStreams
			r, err := message.TextOutput(1, stream.NewOutgoing(1), tt.atoms)
			if err != nil {
				t.Fatal(err)
			}
			want := list("1 1 stream-begin text-output 0 " + tt.want)
			compare(t, rev, responseLines(rev, r), want)
			compare(t, rev, responseLines(rev, r), want) // in one frame, always
			agree(t, rev, r)
		})
	}
}

func TestTextOutputErrors(t *testing.T) {
	tests := []struct {
		name string
		atom payload.Atom
		text string
	}{
		{"testtextoutputexcessiveargs", payload.Atom{Format: "bleh", Args: make([]string, 256)}, "cannot use more than 255 formatting arguments"},
		{"testtextoutputexcessivelabels", payload.Atom{Format: "bleh", Labels: make([]string, 256)}, "cannot use more than 255 labels"},
		{"testtextoutputtoolongformatstring", payload.Atom{Format: x(65536)}, "formatting string cannot be longer than 64k"},
		{"testtextoutputtoolongargumentstring", payload.Atom{Format: "bleh", Args: []string{x(65536)}}, "argument string cannot be longer than 64k"},
		{"testtextoutputtoolonglabelstring", payload.Atom{Format: "bleh", Labels: []string{x(65536)}}, "label string cannot be longer than 255 bytes"},
		{"testtextoutputlabelbytes", payload.Atom{Format: "foo", Labels: []string{"\xff"}}, "label string must be ASCII"},
		{"too long for a frame", payload.Atom{Format: x(32765)}, "cannot encode data in a single frame"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := stream.NewOutgoing(2)
			_, err := message.TextOutput(9, out, []payload.Atom{tt.atom})
			usage, ok := errors.AsType[*framing.UsageError](err)
			want := framing.Header{RequestID: 9, StreamID: 2, Type: framing.TypeTextOutput}
			if !ok || usage.Text != tt.text || usage.Header != want {
				t.Errorf("error %v; want %s", err, tt.text)
			}
			if got := out.Next(); got != framing.FlagStreamBegin {
				t.Errorf("the next flags of the stream are %v; want %v", got, framing.FlagStreamBegin)
			}
			if _, err := message.TextOutput(1, nil, []payload.Atom{tt.atom}); err == nil {
				t.Error("no error without a stream")
			}
		})
	}
}
