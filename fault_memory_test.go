package hgwire_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/payload"
)

// What nobody has read is bounded by SpoolOctets however it came: octets that took a large frame to
// encode are few all the same, and a text between them keeps them apart.
func TestSpoolOfFewOctets(t *testing.T) {
	// In zlib's format, an octet, and very many blocks of nothing.
	encoded := []byte("\x00\x01\x00\xfe\xffx" + strings.Repeat("\x00\x00\x00\xff\xff", 3500))
	t.Run("encoded", func(t *testing.T) {
		spoolOfFewOctets(t, "1 2 encoded bytes-response continuation "+quoted(encoded),
			`0 2 stream-begin stream-settings 0 \x04zlib`, `1 2 encoded bytes-response continuation \x78\x01`)
	})
	t.Run("plain", func(t *testing.T) {
		spoolOfFewOctets(t, "1 2 0 bytes-response continuation x", "1 2 stream-begin bytes-response continuation x")
	})
}

// spoolOfFewOctets has a frame come again and again, after others.
func spoolOfFewOctets(t *testing.T, octets string, first ...string) {
	bubble(t, func(t *testing.T) {
		const spool = 256 << 10
		client, server := clientOfRaw(t, hgwire.ClientConfig{
			Config: hgwire.Config{SpoolOctets: spool, SpoolWait: -1},
			Text:   func(*hgwire.Call, []payload.Atom) {},
		})
		call, err := client.Start(t.Context(), "a", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		server.want("1 1 stream-begin command-name eos a")
		server.send(first...)
		before := heap()
		for range 600 {
			server.send(octets, `1 2 0 text-output 0 \x01\x00\x00\x00x`)
		}
		synctest.Wait()
		if n := heap() - before; n > 8*spool {
			t.Errorf("%d octets are held of a spool of %d", n, spool)
		}
		call.Cancel()
	})
}

// quoted returns octets as they stand in a frame's human-readable form.
func quoted(octets []byte) string {
	var b bytes.Buffer
	for _, o := range octets {
		fmt.Fprintf(&b, `\x%02x`, o)
	}
	return b.String()
}

// What a server holds of a response until the request is complete is bounded by DataOctets, in whatever
// pieces it is written.
func TestHeldInSmallPieces(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const limit, pieces = 64 << 10, 60_000
		server := &hgwire.Server{Handler: hgwire.HandlerFunc(func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
			for b := []byte{0}; ; {
				if _, err := r.Data.Read(b); err != nil {
					return
				}
				w.Write(b)
				if w.Flush() != nil {
					return
				}
			}
		})}
		server.Config.Limits.DataOctets = limit
		client, served := serveRaw(t, server)
		client.send("1 1 stream-begin command-name have-data a")
		before := heap()
		frames := bytes.Repeat(encode(t, "1 1 0 command-data continuation x"), 100)
		for range pieces / 100 {
			client.rw.Write(frames)
			synctest.Wait()
		}
		if n := heap() - before; n > 8*limit {
			t.Errorf("%d octets are held for %d", n, limit)
		}
		client.rw.Close()
		<-served
	})
}
