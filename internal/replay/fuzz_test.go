package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
)

// format writes an event as a line that means the same.
func format(rev framing.Revision, e *Event) string {
	switch e.Op {
	case OpReset:
		line := "reset"
		if e.Role == framing.RoleClient {
			line += " client"
		}
		if e.Config.DeferOutput {
			line += " defer"
		}
		if e.Config.StreamData {
			line += " stream-data"
		}
		for _, s := range Settings {
			if n := *s.field(&e.Config); n != 0 {
				line += fmt.Sprintf(" %s=%d", s.Name, n)
			}
		}
		return line
	case OpFrame, OpSent, OpSend:
		return e.Op.String() + " " + string(rev.AppendText(nil, &e.Frame))
	case OpBegin, OpRelease:
		return fmt.Sprintf("%s %d", e.Op, e.Request)
	case OpCall:
		return fmt.Sprintf("call %s %d", e.Call, e.Request)
	case OpHex:
		return fmt.Sprintf("hex % x", e.Octets)
	case OpRespond, OpFail, OpReady:
		line := fmt.Sprintf("%s %d ", e.Op, e.Request)
		if rev >= framing.RevisionStreams {
			line += fmt.Sprintf("%d ", e.Stream)
		}
		return string(framing.AppendEscaped([]byte(line), e.Payload))
	default:
		return e.Op.String()
	}
}

// FuzzParse checks that a line is either wrong in a named field, or an event that can be written
// down and read again.
func FuzzParse(f *testing.F) {
	for _, line := range []string{
		"", "reset", "reset defer max-send=3 data-octets=5", "reset open-streams=0", "reset defer=1",
		"frame 1 1 stream-begin command-name eos x", "frame 1 command-name eos x", `frame 1 1 0 15 8 \x00\\ `,
		"hex 00 ff", "hex 0", "respond 1 2 a b", "respond 1", `fail 65535 255 \x`, "ready 1 2 ", "take", "eof now",
		"call respond 1", "call fail 65536", "call input-ended 1", "call", "sent 1 2 0 bytes-response eos x", "sent",
		"reset client", "reset client defer", "reset stream-data client", "reset client in-flight-requests=3", "open", "open 1", "release 1",
		"release", "begin 65535", "send 1 1 0 command-name eos x",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		for _, rev := range framing.Revisions() {
			event, err := Parse(rev, line)
			if err != nil {
				if wrong, ok := errors.AsType[*framing.TextError](err); !ok || wrong.Field == "" || wrong.Reason == "" {
					t.Errorf("%s: %q: got error %#v, want a TextError with a field and a reason", rev, line, err)
				}
				continue
			}
			again, err := Parse(rev, format(rev, &event))
			again.Text = event.Text
			if err != nil || !reflect.DeepEqual(again, event) {
				t.Errorf("%s: %q: written as %q and read again: got %+v, %v, want %+v", rev, line, format(rev, &event), again, err, event)
			}
		}
	})
}

// FuzzPlay plays a script for people and for programs: the results must agree, one for each event,
// and whatever ends the script must end both at the same line.
func FuzzPlay(f *testing.F) {
	for _, script := range []string{
		"frame 1 1 stream-begin command-name eos x\nrespond 1 2 y\neof\n",
		"frame 1 command-name have-args|have-data x\nframe 1 command-argument eoa \\x01\\x00\\x01\\x00ab\nframe 1 command-data eos\nfail 1 no\n",
		"reset defer max-send=1\nframe 1 1 stream-begin command-name eos x\nready 1 2 abc\ntake\neof\n",
		"frame 1 1 stream-begin command-name have-data x\nframe 3 1 0 command-name have-args y\neof\nrespond 3 2 z\n",
		"reset client\nopen\nsend 1 1 stream-begin command-name eos x\nframe 1 2 stream-begin bytes-response continuation y\nframe 1 2 0 text-output 0 \\x02\\x00\\x01\\x01\\x01\\x01\\x00%sla\nframe 1 2 0 error-response application no\nopen\neof\n",
		"reset client in-flight-requests=1\nopen\nopen\nrelease 1\nopen\nsend 3 command-name have-args|have-data x\nframe 3 error-response protocol no\nrespond 1 x\n",
		"reset stream-data\nframe 1 1 stream-begin command-name have-data x\nframe 1 1 0 command-data continuation y\nframe 1 1 0 command-data eos z\nbegin 1\nsend 1 2 stream-begin bytes-response eos z\n",
		"frame 1 1 stream-begin command-name 0 x\nhex ffffff0100010111\nrespond 1 2\nhex 00\n",
		"frame 1 1 stream-begin|encoded stream-settings 0 \\x08identity\nframe 1 1 encoded command-name have-args x\nframe 1 1 stream-end command-argument continuation \\x01\\x00\\x02\\x00a\\xff\n",
	} {
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script string) {
		for _, rev := range framing.Revisions() {
			people, why := actions(t, rev, script, Human{}, func(line string) (string, bool) {
				action, _, _ := strings.Cut(line, " ")
				return action, !strings.HasPrefix(line, "  ")
			})
			programs, again := actions(t, rev, script, JSON{}, func(line string) (string, bool) {
				var action string
				result := map[string]any{}
				if err := json.Unmarshal([]byte(line), &[]any{&action, &result}); err != nil {
					t.Errorf("%s: %q: %v", rev, line, err)
				}
				return action, true
			})
			if !reflect.DeepEqual(people, programs) || why != again {
				t.Errorf("%s: for people %q, %q; for programs %q, %q", rev, people, why, programs, again)
			}
		}
	})
}

// actions plays a script and returns the actions of its results and the error that ended it.
func actions(t *testing.T, rev framing.Revision, script string, p Printer, action func(line string) (string, bool)) (all []string, why string) {
	t.Helper()
	var out bytes.Buffer
	if err := Play(&out, strings.NewReader(script), rev, p); err != nil {
		if _, ok := errors.AsType[*LineError](err); !ok {
			t.Errorf("%s: got error %#v, want a LineError", rev, err)
		}
		why = err.Error()
	}
	for line := range strings.Lines(out.String()) {
		if a, ok := action(strings.TrimSuffix(line, "\n")); ok {
			all = append(all, a)
		}
	}
	return all, why
}
