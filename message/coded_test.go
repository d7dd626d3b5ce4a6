package message_test

import (
	"errors"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/message"
	"github.com/hgwire/hgwire/payload"
	"github.com/hgwire/hgwire/stream"
)

// doubled is a content encoding that writes every octet twice, but fails on an exclamation mark.
type doubled struct{}

func (doubled) Name() string                                   { return "doubled" }
func (doubled) NewDecoder([]byte, int) (stream.Decoder, error) { return nil, errors.New("no decoder") }
func (doubled) NewEncoder() (enc stream.Encoder, _ []byte, err error) {
	return doubled{}, []byte("2"), nil
}
func (doubled) MaxPayload(limit int) int { return limit / 2 }
func (doubled) Close()                   {}
func (doubled) Encode(dst, payload []byte) ([]byte, error) {
	for _, c := range payload {
		if c == '!' {
			return dst, errors.New("no exclamation marks")
		}
		dst = append(dst, c, c)
	}
	return dst, nil
}

func encoding(t *testing.T) *stream.Outgoing {
	t.Helper()
	out := stream.NewOutgoing(2)
	if err := out.SetEncoding(doubled{}); err != nil {
		t.Fatal(err)
	}
	return out
}

const settings = `1 2 stream-begin stream-settings 0 \x07doubled2`

func TestEncodedResponses(t *testing.T) {
	rev := framing.RevisionStreams
	bytes := func(data string, cut int) func(*stream.Outgoing) (message.Response, error) {
		return func(out *stream.Outgoing) (message.Response, error) {
			return message.Bytes(1, out, []byte(data), cut), nil
		}
	}
	for _, tt := range []struct {
		name string
		make func(*stream.Outgoing) (message.Response, error)
		want []string
	}{
		{"one frame", bytes("ab", 0), list("1 2 encoded bytes-response eos aabb")},
		{"cut so that the encoding fits", bytes("abcde", 4), list(
			"1 2 encoded bytes-response continuation aabb",
			"1 2 encoded bytes-response continuation ccdd",
			"1 2 encoded bytes-response eos ee",
		)},
		{"an exact multiple", bytes("abcd", 5), list(
			"1 2 encoded bytes-response continuation aabb",
			"1 2 encoded bytes-response eos ccdd",
		)},
		{"empty", bytes("", 0), list("1 2 0 bytes-response eos ")},
		{"frames too small to encode", bytes("ab", 1), list(
			"1 2 0 bytes-response continuation a",
			"1 2 0 bytes-response eos b",
		)},
		{"an error", func(out *stream.Outgoing) (message.Response, error) {
			return message.ApplicationError(1, out, "bad")
		}, list("1 2 0 error-response application bad")},
		{"text", func(out *stream.Outgoing) (message.Response, error) {
			return message.TextOutput(1, out, []payload.Atom{{Format: "a"}})
		}, list(`1 2 0 text-output 0 \x01\x00\x00\x00a`)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out := encoding(t)
			for i, first := range [][]string{{settings}, nil} { // then once more, on the stream that has begun
				r, err := tt.make(out)
				if err != nil {
					t.Fatal(i, err)
				}
				want := append(first, tt.want...)
				compare(t, rev, responseLines(rev, r), want)
				compare(t, rev, responseLines(rev, r), want) // again: nothing has changed
				agree(t, rev, r)
			}
		})
	}
}

func TestEncodedStreamEnds(t *testing.T) {
	rev := framing.RevisionStreams
	out := encoding(t)
	for range 2 {
		out.End()
		r := message.Bytes(1, out, []byte("abc"), 4)
		compare(t, rev, responseLines(rev, r), list(settings,
			"1 2 encoded bytes-response continuation aabb",
			"1 2 stream-end|encoded bytes-response eos cc",
		))
		agree(t, rev, r)
	}
}

// A response that cannot be encoded goes as it is, on a stream that has begun afresh.
func TestEncodingFails(t *testing.T) {
	rev := framing.RevisionStreams
	out := encoding(t)
	r := message.Bytes(1, out, []byte("abc!"), 4)
	compare(t, rev, responseLines(rev, r), list(settings, "1 2 stream-begin bytes-response eos abc!"))
	agree(t, rev, r)
	r = message.Bytes(1, out, []byte("ab"), 4)
	compare(t, rev, responseLines(rev, r), list("1 2 0 bytes-response eos ab"))
	out.End()
	r = message.Bytes(1, out, []byte("ab"), 4)
	compare(t, rev, responseLines(rev, r), list("1 2 stream-end bytes-response eos ab"))
	r = message.Bytes(1, out, []byte("ab"), 4)
	compare(t, rev, responseLines(rev, r), list(settings, "1 2 encoded bytes-response eos aabb"))
}

// The octets of an encoded response are no longer those that it was made of.
func TestEncodedMemory(t *testing.T) {
	data := []byte("ab")
	r := message.Bytes(1, encoding(t), data, 0)
	clear(data)
	compare(t, framing.RevisionStreams, responseLines(framing.RevisionStreams, r), list(settings, "1 2 encoded bytes-response eos aabb"))
}
