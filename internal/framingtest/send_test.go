package framingtest

import (
	"errors"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
)

// TestCheckSend compares CheckSend, over every type, flags, stream flags and parity, with the rules
// spelt out.
func TestCheckSend(t *testing.T) {
	for _, rev := range framing.Revisions() {
		for _, role := range []framing.Role{framing.RoleClient, framing.RoleServer} {
			for i := range 1 << 13 {
				h := &framing.Header{
					RequestID:   1,
					StreamID:    uint8(i >> 8 & 1),
					StreamFlags: framing.StreamFlags(i >> 9 & 0xf),
					Type:        framing.FrameType(i >> 4 & 0xf),
					Flags:       framing.Flags(i & 0xf),
				}
				if rev == framing.RevisionRequestIDs {
					h.StreamID, h.StreamFlags = 0, 0
				}
				want := broken(rev, role, h)
				err := rev.CheckSend(role, h)
				got := ""
				if rule, ok := errors.AsType[*framing.RuleError](err); ok {
					got = rule.Field
				}
				if got != want || (err != nil) != (want != "") {
					t.Fatalf("%s, %s, %+v: got %v, want a fault of field %q", rev, role, h, err, want)
				}
			}
		}
	}
}

// broken returns the field of the first rule for senders that a header breaks, or "".
func broken(rev framing.Revision, role framing.Role, h *framing.Header) string {
	client, server := role == framing.RoleClient, role == framing.RoleServer
	streams := rev == framing.RevisionStreams
	a, b, c := h.Flags&1 != 0, h.Flags&2 != 0, h.Flags&4 != 0
	sent, flags := false, false
	switch h.Type {
	case 1:
		sent, flags = client, h.Flags < 8 && (a && !b && !c || !a && (b || c))
	case 2:
		sent, flags = client, h.Flags < 4 && !(a && b)
	case 3:
		sent, flags = client, h.Flags < 4 && (a || b)
	case 4, 5:
		sent, flags = server, h.Flags < 4 && a != b
	case 6:
		sent, flags = server && streams, h.Flags == 0
	case 8:
		sent, flags = streams, h.Flags == 0
	}
	switch {
	case !sent:
		return "type"
	case streams && (h.StreamID%2 != 0) != client:
		return "stream-id"
	case streams && h.StreamFlags > 7:
		return "stream-flags"
	case !flags:
		return "flags"
	}
	return ""
}

func TestRuleErrorText(t *testing.T) {
	h := &framing.Header{RequestID: 3, StreamID: 1, Type: framing.TypeCommandName, Flags: 5}
	want := "usage error: flags: eos and have-data exclude each other (request 3, stream 1, command-name eos|have-data)"
	if err := framing.RevisionStreams.CheckSend(framing.RoleClient, h); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	want = "usage error: type: the server does not send it (request 3, stream 1, command-name eos|have-data)"
	if err := framing.RevisionStreams.CheckSend(framing.RoleServer, h); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestOwners(t *testing.T) {
	for key := range 256 {
		odd := key%2 != 0
		if framing.RoleClient.OwnsStreamID(uint8(key)) != odd || framing.RoleServer.OwnsStreamID(uint8(key)) == odd ||
			framing.RoleClient.OwnsRequestID(uint16(key)) != odd || framing.RoleServer.OwnsRequestID(uint16(key)) == odd {
			t.Errorf("key %d: it is not the client's when odd and the server's when even", key)
		}
	}
}
