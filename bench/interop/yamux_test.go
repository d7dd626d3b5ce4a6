package interop

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/hashicorp/yamux"

	"github.com/hgwire/hgwire/examples/tap"
	example "github.com/hgwire/hgwire/examples/yamux"
	"github.com/hgwire/hgwire/examples/yamux/yamuxframe"
)

const version = yamuxframe.RevisionVersion0

// config is the other implementation's, with nothing that depends on time.
func config() *yamux.Config {
	c := yamux.DefaultConfig()
	c.EnableKeepAlive = false
	c.LogOutput = io.Discard
	return c
}

// sessions connects two sessions of the other implementation in memory.
func sessions(t *testing.T) (client, server *yamux.Session, clientTap, serverTap *tap.Conn) {
	t.Helper()
	a, b := net.Pipe()
	clientTap, serverTap = &tap.Conn{Conn: a}, &tap.Conn{Conn: b}
	client, err := yamux.Client(clientTap, config())
	if err != nil {
		t.Fatal(err)
	}
	server, err = yamux.Server(serverTap, config())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		client.Close()
		server.Close()
	})
	return client, server, clientTap, serverTap
}

// echo sends back what comes on every stream, then ends it.
func echo(s *yamux.Session) {
	for {
		stream, err := s.AcceptStream()
		if err != nil {
			return
		}
		go func() {
			defer stream.Close()
			io.Copy(stream, stream)
		}()
	}
}

// exchange sends text on a new stream, expects it back, and ends the stream: an end that came before
// the peer accepts would keep it from sending ack.
func exchange(t *testing.T, s *yamux.Session, text string) {
	t.Helper()
	stream, err := s.OpenStream()
	if err != nil {
		t.Fatal(err)
	}
	go io.WriteString(stream, text)
	got := make([]byte, len(text))
	if _, err := io.ReadFull(stream, got); err != nil || string(got) != text {
		t.Fatalf("got %q, %v, want %d octets", got, err, len(text))
	}
	if err := stream.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, stream); err != nil || n > 0 {
		t.Fatalf("got %d octets more, %v", n, err)
	}
}

// direction returns the octets that a side has sent or received.
func direction(pieces []tap.Piece, sent bool) []byte {
	var b []byte
	for _, p := range pieces {
		if p.Sent == sent {
			b = append(b, p.Octets...)
		}
	}
	return b
}

// TestYamuxSession records a session, reads every frame of it and writes it again.
func TestYamuxSession(t *testing.T) {
	client, server, clientTap, serverTap := sessions(t)
	go echo(server)
	go echo(client)
	exchange(t, client, "hello")
	exchange(t, client, strings.Repeat("x", 600_000)) // more than two windows
	exchange(t, server, "from the other side")
	if _, err := client.Ping(); err != nil {
		t.Fatal(err)
	}
	if _, err := server.Ping(); err != nil {
		t.Fatal(err)
	}
	if err := client.GoAway(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Ping(); err != nil { // the server has seen what came before
		t.Fatal(err)
	}
	types := make(map[yamuxframe.FrameType]int)
	for _, side := range []*tap.Conn{clientTap, serverTap} {
		for _, sent := range []bool{true, false} {
			octets := direction(side.Pieces(), sent)
			r := yamuxframe.NewReader(bytes.NewReader(octets), version)
			var copied bytes.Buffer
			w := yamuxframe.NewWriter(&copied, version)
			for {
				var f yamuxframe.Frame
				if err := r.Next(&f); err == io.EOF {
					break
				} else if err != nil {
					t.Fatal(err)
				}
				types[f.Type]++
				line := version.AppendText(nil, &f)
				parsed, err := version.ParseText(string(line))
				if err != nil {
					t.Fatalf("%s: %v", line, err)
				}
				if err := w.WriteFrame(&parsed); err != nil {
					t.Fatalf("%s: %v", line, err)
				}
			}
			if err := w.Flush(); err != nil || !bytes.Equal(copied.Bytes(), octets) {
				t.Errorf("our frames are not the octets they were read from: %v", err)
			}
		}
	}
	for typ := yamuxframe.TypeData; typ <= yamuxframe.TypeGoAway; typ++ {
		if types[typ] == 0 {
			t.Errorf("no %v frame", typ)
		}
	}
}

// peer is one side of a session that is driven by hand, with the generated codec alone.
type peer struct {
	t *testing.T
	w *yamuxframe.Writer
	r *yamuxframe.Reader
}

// send writes a frame from its line.
func (p *peer) send(line string) {
	p.t.Helper()
	f, err := version.ParseText(line)
	if err == nil {
		err = p.w.WriteFrame(&f)
	}
	if err == nil {
		err = p.w.Flush()
	}
	if err != nil {
		p.t.Fatalf("%s: %v", line, err)
	}
}

// expect reads a frame and compares its line.
func (p *peer) expect(line string) {
	p.t.Helper()
	var f yamuxframe.Frame
	if err := p.r.Next(&f); err != nil {
		p.t.Fatalf("got %v, want %s", err, line)
	}
	if got := string(version.AppendText(nil, &f)); got != line {
		p.t.Fatalf("got %s, want %s", got, line)
	}
}

// TestYamuxPeer talks by hand to a session of the other implementation, which takes all that we
// send for what it is.
func TestYamuxPeer(t *testing.T) {
	a, b := net.Pipe()
	server, err := yamux.Server(b, config())
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	p := &peer{t, yamuxframe.NewWriter(a, version), yamuxframe.NewReader(a, version)}

	p.send("0 ping syn 0 4294967295")
	p.expect("0 ping ack 0 4294967295")

	p.send("0 window-update syn 1 1000")
	accepted := make(chan *yamux.Stream)
	go func() {
		stream, err := server.AcceptStream()
		if err != nil {
			t.Error(err)
		}
		accepted <- stream
	}()
	p.expect("0 window-update ack 1 0")
	stream := <-accepted
	p.send("0 data 0 1 hello")
	heard := make([]byte, 5)
	if _, err := io.ReadFull(stream, heard); err != nil || string(heard) != "hello" {
		t.Fatalf("got %q, %v, want hello", heard, err)
	}
	// All that the window has room for, and the 1000 octets that came with syn.
	text := strings.Repeat("x", 262144+1000)
	written := make(chan error)
	go func() {
		_, err := io.WriteString(stream, text+"y")
		written <- err
	}()
	p.r.MaxPayload = len(text)
	p.expect("0 data 0 1 " + text)
	p.send("0 window-update 0 1 1")
	p.expect("0 data 0 1 y")
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	p.send("0 data 0 1 bye")
	p.send("0 window-update fin 1 0")
	if got, err := io.ReadAll(stream); err != nil || string(got) != "bye" {
		t.Fatalf("got %q, %v, want bye", got, err)
	}
	go stream.Close()
	p.expect("0 window-update fin 1 0")

	// A stream of the session's own, which we refuse.
	opened := make(chan *yamux.Stream)
	go func() {
		stream, err := server.OpenStream()
		if err != nil {
			t.Error(err)
		}
		opened <- stream
	}()
	p.expect("0 window-update syn 2 0")
	stream = <-opened
	p.send("0 window-update rst 2 0")
	if _, err := stream.Read(heard); err != yamux.ErrConnectionReset {
		t.Errorf("got %v, want %v", err, yamux.ErrConnectionReset)
	}

	p.send("0 go-away 0 0 0")
	p.send("0 ping syn 0 7")
	p.expect("0 ping ack 0 7")
	if _, err := server.OpenStream(); err != yamux.ErrRemoteGoAway {
		t.Errorf("got %v, want %v", err, yamux.ErrRemoteGoAway)
	}
}

// TestYamuxUndefined sends a type that neither knows: both give up.
func TestYamuxUndefined(t *testing.T) {
	octets := []byte{0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	if _, _, err := version.ParseFrame(octets); !errors.Is(err, yamuxframe.ErrInvalidType) {
		t.Errorf("got %v, want %v", err, yamuxframe.ErrInvalidType)
	}
	a, b := net.Pipe()
	server, err := yamux.Server(b, config())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Write(octets); err != nil {
		t.Fatal(err)
	}
	if _, err := server.Accept(); err != yamux.ErrInvalidMsgType {
		t.Errorf("got %v, want %v", err, yamux.ErrInvalidMsgType)
	}
}

// TestYamuxFollow follows a session from both sides, through the machines of each: no row refuses a
// frame of it, and none is missing.
func TestYamuxFollow(t *testing.T) {
	client, server, clientTap, serverTap := sessions(t)
	go echo(server)
	exchange(t, client, "hello")
	exchange(t, client, strings.Repeat("x", 600_000))
	if _, err := client.Ping(); err != nil {
		t.Fatal(err)
	}
	if err := client.GoAway(); err != nil {
		t.Fatal(err)
	}
	if _, err := server.Ping(); err != nil { // the client has nothing to say after it
		t.Fatal(err)
	}
	var seen [2]strings.Builder
	for i, side := range []struct {
		role   yamuxframe.Role
		pieces []tap.Piece
	}{{yamuxframe.RoleClient, clientTap.Pieces()}, {yamuxframe.RoleServer, serverTap.Pieces()}} {
		if err := example.Follow(&seen[i], side.role, side.pieces); err != nil {
			t.Errorf("%v follows: %v", side.role, err)
		}
	}
	want := map[string]string{
		" 1 ": `> 0 window-update syn 1 0
< 0 window-update ack 1 0
> 0 data 0 1 hello
< 0 data 0 1 hello
> 0 window-update fin 1 0
< 0 window-update fin 1 0
`,
		" 0 ": `> 0 ping syn 0 0
< 0 ping ack 0 0
> 0 go-away 0 0 0
< 0 ping syn 0 0
> 0 ping ack 0 0
`,
	}
	turn := strings.NewReplacer("<", ">", ">", "<")
	for key, want := range want {
		if got, want := byDirection(only(seen[0].String(), key)), byDirection(want); got != want {
			t.Errorf("the client sees\n%s\nwant\n%s", got, want)
		}
		if got, want := byDirection(only(seen[1].String(), key)), byDirection(turn.Replace(want)); got != want {
			t.Errorf("the server sees\n%s\nwant\n%s", got, want)
		}
	}
}

// only returns the lines of a stream, which stands between spaces before the payload.
func only(lines, stream string) string {
	var b strings.Builder
	for line := range strings.Lines(lines) {
		if words := strings.Fields(line); " "+words[4]+" " == stream {
			b.WriteString(line)
		}
	}
	return b.String()
}

// byDirection returns what was sent, then what was received: both sides talk at once, and nobody
// knows which comes first.
func byDirection(lines string) string {
	var sent, received string
	for line := range strings.Lines(lines) {
		if line[0] == '>' {
			sent += line
		} else {
			received += line
		}
	}
	return sent + received
}
