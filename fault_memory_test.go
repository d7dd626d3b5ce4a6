package hgwire_test

import (
	"bytes"
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
