package yamux_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/examples/tap"
	"github.com/hgwire/hgwire/examples/yamux"
	"github.com/hgwire/hgwire/examples/yamux/yamuxframe"
)

// scripts are conversations as one side sees them. A line is a frame that the side sends (>) or
// receives (<), then the error that it comes to, if any; or a stream and its state.
var scripts = []struct {
	name   string
	side   yamuxframe.Role
	script string
}{
	{"Opening a stream", yamuxframe.RoleClient, `
1 own-unused
> window-update syn 1 0
1 opening
> data 0 1 before the answer
< window-update ack 1 0
1 established
< window-update ack 1 0  unexpected-flags
< ping syn 0 1  already-failed`},
	{"Opening a stream, as the peer sees it", yamuxframe.RoleServer, `
1 peer-unused
> data 0 1 too early  misuse
< window-update syn 1 0
1 accepting
> data 0 1 without ack  misuse
< data 0 1 before the answer
> window-update ack 1 0
1 established
< window-update syn 1 0  duplicate-stream`},
	{"Opening a stream: with data", yamuxframe.RoleServer, `
< data syn 1 hello
> data ack|fin 1 hello
1 local-ended
< data fin 1 bye
1 closed`},
	{"Opening a stream: refused", yamuxframe.RoleClient, `
> window-update syn 1 0
< window-update rst 1 0
1 closed
> data 0 1 too late  misuse
< data 0 1 data  after-fin`},
	{"Opening a stream: refused by us", yamuxframe.RoleServer, `
< window-update syn 1 0
> window-update rst 1 0
1 reset
< data 0 1 sent before it knew
< window-update fin 1 0
< window-update syn 1 0  duplicate-stream`},
	{"Opening a stream: no answer", yamuxframe.RoleClient, `
> window-update syn 1 0
< data 0 1 data  not-accepted`},
	{"Opening a stream: the other side's ID", yamuxframe.RoleServer, `
> window-update syn 1 0  misuse
< window-update syn 2 0  not-open`},
	{"Opening a stream: with an answer", yamuxframe.RoleServer, `
< window-update syn|ack 1 0  unexpected-flags`},
	{"Opening a stream: not at all", yamuxframe.RoleServer, `
< data 0 1 data  not-open`},
	{"Closing a stream: before the answer", yamuxframe.RoleClient, `
> window-update syn 1 0
> data fin 1 all
1 opening-ended
< window-update ack 1 0
1 local-ended
> data 0 1 more  misuse
> window-update 0 1 5
< window-update fin 1 0
1 closed
> window-update 0 1 5
< window-update 0 1 3
< window-update rst 1 0
1 closed`},
	{"Closing a stream: before an answer without ack", yamuxframe.RoleClient, `
> data syn|fin 1 all
< data 0 1 an answer
1 local-ended
< window-update ack 1 0  unexpected-flags`},
	{"Closing a stream: before we answer without ack", yamuxframe.RoleServer, `
< data syn|fin 1 all
> data 0 1 an answer
1 remote-ended
> window-update ack 1 0  misuse
> window-update fin 1 0
1 closed`},
	{"Closing a stream: before an answer that ends it", yamuxframe.RoleClient, `
> data syn|fin 1 all
< data fin 1 an answer
1 closed`},
	{"Closing a stream: before we answer", yamuxframe.RoleServer, `
< data syn|fin 1 all
1 accepting-ended
> window-update ack 1 0
1 remote-ended
> data 0 1 an answer
< window-update 0 1 9
> window-update fin 1 0
1 closed`},
	{"Closing a stream: data after fin", yamuxframe.RoleServer, `
< data syn|fin 1 all
< data 0 1 more  after-fin`},
	{"Closing a stream: twice", yamuxframe.RoleServer, `
< data syn|fin 1 all
< window-update fin 1 0  after-fin`},
	{"StreamID Field: the session", yamuxframe.RoleServer, `
0 session
< ping syn 0 7
> ping ack 0 7
> ping 0 0 7  misuse
< go-away 0 0 0
> go-away 0 0 2
< window-update 0 0 1  stream-zero`},
	{"StreamID Field: a ping of a stream", yamuxframe.RoleServer, `
> ping syn 1 7  misuse
< ping syn 1 7  session-frame`},
	{"Flag Field: a ping that asks and answers", yamuxframe.RoleServer, `
< ping syn|ack 0 7  malformed-ping`},
	{"Flag Field: undefined flags mean nothing", yamuxframe.RoleServer, `
< window-update syn|16|32768 1 0
1 accepting`},
}

// TestSession plays conversations. After an error of the peer the session has failed.
func TestSession(t *testing.T) {
	for _, s := range scripts {
		t.Run(s.name, func(t *testing.T) {
			session := yamux.NewSession(s.side)
			for line := range strings.SplitSeq(strings.TrimPrefix(s.script, "\n"), "\n") {
				first, rest, _ := strings.Cut(line, " ")
				if first != "<" && first != ">" {
					if got := session.State(frame(t, "data 0 "+first+" ").StreamID).String(); got != rest {
						t.Errorf("stream %s is %s, want %s", first, got, rest)
					}
					continue
				}
				text, want, _ := strings.Cut(rest, "  ")
				take := session.Receive
				if first == ">" {
					take = session.Send
				}
				if got := name(take(frame(t, text))); got != want {
					t.Errorf("%s: got %q", line, got)
				}
			}
		})
	}
}

// frame parses a line without its version.
func frame(t *testing.T, line string) *yamuxframe.Frame {
	t.Helper()
	f, err := yamuxframe.RevisionVersion0.ParseText("0 " + line)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return &f
}

// name returns the entry of the catalogue that an error is.
func name(err error) string {
	switch err := err.(type) {
	case *yamuxframe.ProtocolError:
		return err.Code.Name()
	case *yamuxframe.UsageError:
		return err.Code.Name()
	case nil:
		return ""
	}
	return err.Error()
}

// TestFollow follows octets that come in pieces of every size.
func TestFollow(t *testing.T) {
	var sent, received []byte
	for _, f := range []struct {
		to   *[]byte
		line string
	}{
		{&sent, "window-update syn 1 0"}, {&sent, "data fin 1 hello"}, {&received, "window-update ack|fin 1 0"},
	} {
		var err error
		if *f.to, err = yamuxframe.RevisionVersion0.AppendFrame(*f.to, frame(t, f.line)); err != nil {
			t.Fatal(err)
		}
	}
	want := "> 0 window-update syn 1 0\n> 0 data fin 1 hello\n< 0 window-update ack|fin 1 0\n"
	for size := 1; size <= len(sent); size++ {
		var pieces []tap.Piece
		for _, p := range []tap.Piece{{Sent: true, Octets: sent}, {Octets: received}} {
			for b := p.Octets; len(b) > 0; {
				n := min(size, len(b))
				pieces = append(pieces, tap.Piece{Sent: p.Sent, Octets: b[:n]})
				b = b[n:]
			}
		}
		var got bytes.Buffer
		if err := yamux.Follow(&got, yamuxframe.RoleClient, pieces); err != nil || got.String() != want {
			t.Errorf("pieces of %d: got %v\n%s\nwant\n%s", size, err, &got, want)
		}
		got.Reset()
		err := yamux.Follow(&got, yamuxframe.RoleServer, pieces)
		if text := "frame 1: usage error: window-update frame with flags syn cannot be sent on stream 1"; err == nil || !strings.HasPrefix(err.Error(), text) {
			t.Errorf("got %v, want %s", err, text)
		}
	}
	undefined := tap.Piece{Octets: make([]byte, 12)}
	undefined.Octets[1] = 4
	if err := yamux.Follow(new(bytes.Buffer), yamuxframe.RoleClient, []tap.Piece{undefined}); name(err) != "frame 1: protocol error: invalid frame type 4 (invalid-type; 4, stream 0)" {
		t.Errorf("got %v", err)
	}
}
