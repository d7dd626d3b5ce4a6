package hgwire_test

import (
	"io"
	"strings"
	"testing"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/payload"
)

// Who is shown text, or is handed octets, may end reading, or read on, in the middle of it. The request
// ends once, and nothing is lost.
func TestReadingWithinReading(t *testing.T) {
	const text = `1 2 0 text-output 0 \x01\x00\x00\x00x`
	for name, tt := range map[string]struct {
		text   func(*hgwire.Call, *hgwire.Response)
		write  func(*hgwire.Response) error
		octets string
		err    error
	}{
		"text closes":        {text: func(_ *hgwire.Call, r *hgwire.Response) { r.Close() }, octets: "a", err: hgwire.ErrClosed},
		"text cancels":       {text: func(c *hgwire.Call, _ *hgwire.Response) { c.Cancel() }, octets: "a", err: hgwire.ErrClosed},
		"text reads":         {text: func(_ *hgwire.Call, r *hgwire.Response) { io.ReadFull(r, make([]byte, 3)) }, octets: "aef"},
		"text reads all":     {text: func(_ *hgwire.Call, r *hgwire.Response) { r.Bytes() }, octets: "a"},
		"text panics":        {text: func(*hgwire.Call, *hgwire.Response) { panic("oh no") }, octets: "bcdef"},
		"writer closes":      {write: func(r *hgwire.Response) error { return r.Close() }, octets: "a", err: hgwire.ErrClosed},
		"writer gives up":    {write: func(r *hgwire.Response) error { r.Close(); return errCause }, octets: "a", err: errCause},
		"writer has it read": {write: func(r *hgwire.Response) error { r.Close(); r.Bytes(); return nil }, octets: "a", err: hgwire.ErrClosed},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var seen events
				var r *hgwire.Response
				cfg := hgwire.ClientConfig{Config: hgwire.Config{Observer: &seen}}
				cfg.Text = func(call *hgwire.Call, _ []payload.Atom) {
					if tt.text != nil {
						tt.text(call, r)
					}
				}
				c, server := clientOfRaw(t, cfg)
				call, err := c.Start(t.Context(), "a", nil, nil)
				if err != nil {
					t.Fatal(err)
				}
				server.send("1 2 stream-begin bytes-response continuation a", text, "1 2 0 bytes-response eos bcdef")
				if r, err = call.Response(); err != nil {
					t.Fatal(err)
				}
				var got strings.Builder
				func() {
					defer func() {
						if recover() != nil {
							got.Reset()
							_, err = r.WriteTo(&got)
						}
					}()
					_, err = r.WriteTo(writerFunc(func(b []byte) (int, error) {
						n, _ := got.Write(b)
						if tt.write != nil {
							return n, tt.write(r)
						}
						return n, nil
					}))
				}()
				if got.String() != tt.octets || err != tt.err {
					t.Errorf("got %q, %v; want %q, %v", got.String(), err, tt.octets, tt.err)
				}
				r.Close()
				if n := strings.Count(strings.Join(seen.take(), "\n"), "request-ended"); n != 1 {
					t.Errorf("the request has ended %d times", n)
				}
			})
		})
	}
}

// Text that comes before the response may end the call.
func TestTextCancelsCall(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var seen events
		cfg := hgwire.ClientConfig{Config: hgwire.Config{Observer: &seen}}
		cfg.Text = func(call *hgwire.Call, _ []payload.Atom) { call.Cancel() }
		c, server := clientOfRaw(t, cfg)
		call, err := c.Start(t.Context(), "a", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		server.send(`1 2 stream-begin text-output 0 \x01\x00\x00\x00x`, "1 2 0 bytes-response eos bcdef")
		if _, err := call.Response(); err != hgwire.ErrClosed {
			t.Errorf("Response: %v; want %v", err, hgwire.ErrClosed)
		}
		if n := strings.Count(strings.Join(seen.take(), "\n"), "request-ended"); n != 1 {
			t.Errorf("the request has ended %d times", n)
		}
	})
}
