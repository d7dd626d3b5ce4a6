package hgwire_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
)

// raw is a peer whose frames are written by hand, in their human-readable form.
type raw struct {
	t  *testing.T
	rw io.ReadWriteCloser
	rd *framing.Reader
}

const rev = framing.RevisionStreams

func newRaw(t *testing.T, rw io.ReadWriteCloser) *raw {
	r := &raw{t, rw, framing.NewReader(rw, rev)}
	r.rd.MaxPayload = 1<<24 - 1
	t.Cleanup(func() { rw.Close() })
	return r
}

// encode returns the octets of frames.
func encode(t testing.TB, lines ...string) []byte {
	t.Helper()
	var b []byte
	for _, line := range lines {
		f, err := rev.ParseText(line)
		if err == nil {
			b, err = rev.AppendFrame(b, &f)
		}
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	return b
}

// send sends frames in one write. That nobody reads them is no failure.
func (r *raw) send(lines ...string) {
	r.t.Helper()
	r.rw.Write(encode(r.t, lines...))
}

// want receives frames, which must be those.
func (r *raw) want(lines ...string) {
	r.t.Helper()
	for _, want := range lines {
		if got := r.next(); got != want {
			r.t.Errorf("got frame %s; want %s", got, want)
		}
	}
}

// next receives a frame, and returns an error as "error: " and what it is.
func (r *raw) next() string {
	var f framing.Frame
	if err := r.rd.Next(&f); err != nil {
		return "error: " + err.Error()
	}
	return string(rev.AppendText(nil, &f))
}

// wantEnd receives the end.
func (r *raw) wantEnd() {
	r.t.Helper()
	if got := r.next(); got != "error: EOF" {
		r.t.Errorf("got %s; want the end of the connection", short(got))
	}
}

// serveRaw serves a raw client.
func serveRaw(t *testing.T, server *hgwire.Server) (*raw, chan error) {
	near, far := pipe(1 << 20)
	served := make(chan error, 1)
	go func() { served <- server.ServeConn(far) }()
	return newRaw(t, near), served
}

// clientOfRaw returns a client of a raw server.
func clientOfRaw(t *testing.T, cfg hgwire.ClientConfig) (*both, *raw) {
	near, far := pipe(1 << 20)
	client, err := hgwire.NewClient(near, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return &both{Client: client, far: far}, newRaw(t, far)
}

// as returns the error of a type in err's tree.
func as[E error](t testing.TB, err error) E {
	t.Helper()
	e, ok := errors.AsType[E](err)
	if !ok {
		t.Fatalf("%v (%T) holds no %T", err, err, e)
	}
	return e
}

// mentions fails the test unless the error's text has all the words.
func mentions(t testing.TB, err error, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not mention %q", err, w)
		}
	}
}
