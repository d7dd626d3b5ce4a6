package hgwire_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	zlibstd "compress/zlib"

	"github.com/klauspost/compress/zstd"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
)

// compressed is what programs that know nothing of this package make of a body, by the profile that
// decodes it.
func compressed(t testing.TB, body []byte) map[string][]byte {
	t.Helper()
	var zl, zs bytes.Buffer
	w := zlibstd.NewWriter(&zl)
	e, err := zstd.NewWriter(&zs, zstd.WithWindowSize(64<<10), zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []io.WriteCloser{w, e} {
		if _, err := w.Write(body); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return map[string][]byte{"zlib": zl.Bytes(), "zstd-8mb": zs.Bytes()}
}

// What was compressed elsewhere can be sent as it is, wherever frames cut it, between octets that are
// encoded here, and by many handlers at once.
func TestCachedResponses(t *testing.T) {
	body := octets(9, 3000)
	for profile, whole := range compressed(t, body) {
		for _, size := range []int{1, 7, 101, 1000, len(whole) - 1, len(whole), len(whole) + 1, 32768} {
			for _, p := range append(encodings(), nil) {
				name := "plain"
				if p != nil {
					if name = p.Name(); size < 100 {
						continue // too small to encode anything here
					}
				}
				t.Run(fmt.Sprintf("%s/%d/%s", profile, size, name), func(t *testing.T) {
					bubble(t, func(t *testing.T) {
						cfg := hgwire.Config{Encoding: p, Profiles: encodings(), MaxSend: size}
						c := connect(t, &hgwire.Server{Config: cfg, Handler: hgwire.HandlerFunc(func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
							io.WriteString(w, "before ")
							for range 2 { // the second time on the same stream, begun afresh
								if err := w.WriteEncoded(profile, iotest.HalfReader(bytes.NewReader(whole))); err != nil {
									w.Fail(err.Error())
								}
							}
							io.WriteString(w, " after")
						})}, hgwire.ClientConfig{Config: hgwire.Config{Profiles: encodings()}})
						want := "before " + string(body) + string(body) + " after"
						c.want(t, want, "a", nil, nil)
						var calls sync.WaitGroup
						for range 5 {
							calls.Go(func() { c.want(t, want, "a", nil, nil) })
						}
						calls.Wait()
					})
				})
			}
		}
	}
}

// Octets that cannot be decoded, or a profile that the client does not know, end the connection at the
// client, which says why.
func TestCachedResponseIsBroken(t *testing.T) {
	whole := compressed(t, octets(9, 3000))["zlib"]
	for name, tt := range map[string]struct {
		profile string
		octets  []byte
		code    framing.ErrorCode
	}{
		"unknown":   {"bzip2", whole, framing.ErrUnknownProfile},
		"malformed": {"zlib", []byte("no such format"), framing.ErrUndecodablePayload},
		"more":      {"zlib", append(whole[:len(whole):len(whole)], "more"...), framing.ErrUndecodablePayload},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := connect(t, &hgwire.Server{Handler: hgwire.HandlerFunc(func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
					w.WriteEncoded(tt.profile, bytes.NewReader(tt.octets))
				})}, hgwire.ClientConfig{})
				_, err := c.ask(t, "a", nil, nil)
				if perr := as[*framing.ProtocolError](t, err); perr.Code != tt.code {
					t.Errorf("got %v, want %v", err, tt.code)
				}
				mentions(t, err, `"a"`, "request 1", "stream 130")
			})
		})
	}
}

// A profile that cannot be announced is an error of WriteEncoded, takes no stream, and leaves the
// response as it was.
func TestCachedResponseCannotBegin(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, &hgwire.Server{Handler: hgwire.HandlerFunc(func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
			for range 100 { // more than there are streams
				if err := w.WriteEncoded(strings.Repeat("x", 256), strings.NewReader("x")); err == nil {
					t.Error("a name of 256 octets: got no error")
				}
			}
			if err := w.WriteEncoded("identity", strings.NewReader("fine")); err != nil {
				t.Errorf("identity: got %v, want nil", err)
			}
		})}, hgwire.ClientConfig{})
		c.want(t, "fine", "a", nil, nil)
	})
}
