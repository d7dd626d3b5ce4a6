package http2_test

import (
	"strings"
	"testing"

	"github.com/hgwire/hgwire/examples/http2"
	"github.com/hgwire/hgwire/examples/http2/http2frame"
)

// scripts are conversations as one side sees them. A line is a frame that the side sends (>) or
// receives (<), then the error that it comes to, if any; or a stream and its state.
var scripts = []struct {
	name   string
	side   http2frame.Role
	script string
}{
	{"section 5.1: a request and its response", http2frame.RoleClient, `
1 own-idle
> headers end-headers 1 fields
1 open
> data end-stream 1 data
1 half-closed-local
< headers end-headers 1 fields
< data end-stream 1 data
1 closed
< window-update 0 1 \x00\x00\x00\x01
< rst-stream 0 1 \x00\x00\x00\x00
> priority 0 1 \x00\x00\x00\x00\x00
> window-update 0 1 \x00\x00\x00\x01  misuse
< data 0 1 more  stream-closed
< settings 0 0   already-failed`},
	{"section 5.1: as the server sees it", http2frame.RoleServer, `
1 peer-idle
< headers end-headers|end-stream 1 fields
1 half-closed-remote
> push-promise end-headers 1 \x00\x00\x00\x02fields
2 reserved-local
> data 0 2 data  misuse
> headers end-headers 2 fields
2 half-closed-remote
> headers end-headers 4 fields  misuse
> headers end-headers|end-stream 1 fields
1 closed
> rst-stream 0 2 \x00\x00\x00\x00
2 reset
> data end-stream 2 data  misuse
< window-update 0 2 \x00\x00\x00\x01
< data 0 3 data  idle-stream`},
	{"section 5.1: after rst-stream of ours, what was under way is ignored", http2frame.RoleClient, `
> headers end-headers 1 fields
> rst-stream 0 1 \x00\x00\x00\x08
1 reset
< headers end-headers 1 fields
< data end-stream 1 data
< window-update 0 1 \x00\x00\x00\x01
1 reset`},
	{"section 5.1: after rst-stream of the peer, nothing is", http2frame.RoleServer, `
< headers end-headers 1 fields
< rst-stream 0 1 \x00\x00\x00\x08
1 closed
< data 0 1 data  stream-closed`},
	{"section 5.1: half-closed (remote)", http2frame.RoleServer, `
< headers end-headers|end-stream 1 fields
< data 0 1 data  stream-closed`},
	{"section 5.1: idle", http2frame.RoleServer, `
< priority 0 1 \x00\x00\x00\x00\x00
1 peer-idle
< window-update 0 1 \x00\x00\x00\x01  idle-stream`},
	{"section 5.1.1: a higher stream closes those that were passed over", http2frame.RoleServer, `
< headers end-headers 5 fields
3 closed
7 peer-idle
< headers end-headers 3 fields  stream-closed`},
	{"section 5.1.1: servers do not open streams with headers", http2frame.RoleClient, `
< headers end-headers 2 fields  unpromised-stream`},
	{"section 6.6: a promise", http2frame.RoleClient, `
> headers end-headers|end-stream 1 fields
< push-promise end-headers|padded 1 \x00\x00\x00\x00\x02fields
2 reserved-remote
< headers end-headers 2 fields
2 half-closed-local
< data end-stream 2 data
2 closed
< push-promise end-headers 1 \x00\x00\x00\x02fields  protocol-error`},
	{"section 6.6: a promise on a promised stream", http2frame.RoleClient, `
> headers end-headers|end-stream 1 fields
< push-promise end-headers 1 \x00\x00\x00\x02fields
< push-promise end-headers 2 \x00\x00\x00\x04fields  unpromised-stream`},
	{"section 6.6: a promise without a stream", http2frame.RoleClient, `
> headers end-headers|end-stream 1 fields
< push-promise end-headers 1 \x00\x00  frame-size-error`},
	{"section 8.4: clients do not push", http2frame.RoleServer, `
< headers end-headers 1 fields
< push-promise end-headers 1 \x00\x00\x00\x02fields  push-by-client`},
	{"section 5.1: a reserved stream", http2frame.RoleClient, `
> headers end-headers|end-stream 1 fields
< push-promise end-headers 1 \x00\x00\x00\x02fields
< data 0 2 data  reserved-stream`},
	{"section 6.10: a field block in three frames", http2frame.RoleServer, `
< headers end-stream 1 fields
1 half-closed-remote
< continuation 0 1 fields
< continuation end-headers 1 fields
< ping 0 0 12345678
< continuation end-headers 1 fields  unexpected-continuation`},
	{"section 4.3: another stream in the middle of a field block", http2frame.RoleServer, `
< headers 0 1 fields
< headers end-headers 3 fields  field-block-interrupted`},
	{"section 4.3: the connection in the middle of a field block", http2frame.RoleServer, `
< headers 0 1 fields
< ping 0 0 12345678  field-block-interrupted`},
	{"section 6.2: a frame of the stream in the middle of its field block", http2frame.RoleServer, `
< headers 0 1 fields
< data 0 1 data  field-block-interrupted`},
	{"section 5.5: an undefined type, but not in the middle of a field block", http2frame.RoleServer, `
< 200 7 0 anything
< 200 0 9 anything
< headers 0 1 fields
< 200 0 1 anything  field-block-interrupted`},
	{"section 6.10: what is sent keeps to the same", http2frame.RoleClient, `
> continuation end-headers 1 fields  misuse
> headers end-stream 1 fields
> settings ack 0   misuse
> headers end-headers 3 fields  misuse
< settings 0 0 
> continuation 0 1 fields
> continuation end-headers 1 fields
> settings ack 0 
1 half-closed-local`},
	{"section 6: frames of the connection", http2frame.RoleClient, `
0 connection
> goaway 0 0 \x00\x00\x00\x00\x00\x00\x00\x00
> data 0 0 data  misuse
> ping 0 1 12345678  misuse
< window-update 0 0 \x00\x00\x00\x01
< rst-stream 0 0 \x00\x00\x00\x00  stream-zero`},
	{"section 6.5: settings of a stream", http2frame.RoleClient, `
> headers end-headers 1 fields
< settings 0 1   connection-frame`},
}

// TestConnection plays conversations. After an error of the peer the connection has failed.
func TestConnection(t *testing.T) {
	for _, s := range scripts {
		t.Run(s.name, func(t *testing.T) {
			c := http2.NewConnection(s.side)
			for line := range strings.SplitSeq(strings.TrimPrefix(s.script, "\n"), "\n") {
				first, rest, _ := strings.Cut(line, " ")
				if first != "<" && first != ">" {
					f, err := http2frame.RevisionH2.ParseText("data 0 " + first + " ")
					if err != nil {
						t.Fatal(err)
					}
					if got := c.State(f.StreamID).String(); got != rest {
						t.Errorf("stream %s is %s, want %s", first, got, rest)
					}
					continue
				}
				frame, want, wrong := strings.Cut(rest, "  ")
				if wrong && strings.HasPrefix(want, " ") { // an empty payload
					frame, want = frame+" ", want[1:]
				}
				f, err := http2frame.RevisionH2.ParseText(frame)
				if err != nil {
					t.Fatalf("%s: %v", line, err)
				}
				take := c.Receive
				if first == ">" {
					take = c.Send
				}
				if got := name(take(&f)); got != want {
					t.Errorf("%s: got %q", line, got)
				}
			}
		})
	}
}

// name returns the entry of the catalogue that an error is.
func name(err error) string {
	switch err := err.(type) {
	case *http2frame.ProtocolError:
		return err.Code.Name()
	case *http2frame.UsageError:
		return err.Code.Name()
	case nil:
		return ""
	}
	return err.Error()
}
