package message_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/message"
	"github.com/hgwire/hgwire/stream"
)

// FuzzCommand puts a command's frames together again, as plainly as possible.
func FuzzCommand(f *testing.F) {
	f.Add("command", "key", "value", "data", true, 8)
	f.Add("c", "", "", "", false, 5)
	f.Add("c", "k", "valuevaluevalue", "01234567", true, 5)
	f.Fuzz(func(t *testing.T, name, key, value, data string, hasData bool, max int) {
		if max < 0 || max > 100 {
			return
		}
		c := message.Command{Name: name, Args: map[string]string{key: value, "z": "last"}, MaxSend: max}
		if hasData {
			c.Data = strings.NewReader(data)
		}
		limit := max
		if limit == 0 {
			limit = framing.DefaultMaxSend
		}
		frames, err := c.Frames(1, stream.NewOutgoing(1))
		tooLong := len(name) > limit || len(key) > limit-4 || limit < 5 || len(value) > 65535
		ascii := !strings.ContainsFunc(key, func(r rune) bool { return r > 0x7f })
		if wantErr := tooLong || !ascii; (err != nil) != wantErr {
			t.Fatalf("error %v; want one: %v", err, wantErr)
		}
		if err != nil {
			return
		}
		args := map[string]string{}
		var gotName, openKey, gotData string
		missing, dataFrames, ended := 0, 0, false
		var order []string
		for f, err := range frames {
			if err != nil {
				t.Fatal(err)
			}
			if len(f.Payload) > limit {
				t.Fatalf("frame of %d octets; want at most %d", len(f.Payload), limit)
			}
			if ended {
				t.Fatal("a frame after the last")
			}
			p := string(f.Payload)
			switch f.Type {
			case framing.TypeCommandName:
				gotName, ended = p, f.Flags == framing.Flags(framing.CommandNameEOS)
			case framing.TypeCommandArgument:
				if missing == 0 {
					n := int(p[0]) | int(p[1])<<8
					missing = int(p[2]) | int(p[3])<<8
					openKey, p = p[4:4+n], p[4+n:]
					order = append(order, openKey)
				} else if p == "" {
					t.Fatal("a further frame of a value without octets")
				}
				args[openKey] += p
				missing -= len(p)
				if more := f.Flags&framing.Flags(framing.CommandArgumentContinuation) != 0; more != (missing > 0) {
					t.Fatalf("continuation %v with %d octets missing", more, missing)
				}
				ended = f.Flags&framing.Flags(framing.CommandArgumentEOA) != 0 && !hasData
			case framing.TypeCommandData:
				gotData += p
				dataFrames++
				ended = f.Flags == framing.Flags(framing.CommandDataEOS)
			default:
				t.Fatalf("a frame of type %v", f.Type)
			}
		}
		if !ended || missing != 0 {
			t.Fatalf("ended %v with %d octets of a value missing", ended, missing)
		}
		if gotName != name || !maps.Equal(args, c.Args) || !slices.IsSorted(order) {
			t.Fatalf("got %q %q in order %q; want %q %q", gotName, args, order, name, c.Args)
		}
		if hasData && (gotData != data || dataFrames != len(data)/limit+1) || !hasData && dataFrames != 0 {
			t.Fatalf("data %q in %d frames; want %q", gotData, dataFrames, data)
		}
	})
}
