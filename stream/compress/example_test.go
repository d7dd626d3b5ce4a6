package compress_test

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/reactor"
	"github.com/hgwire/hgwire/stream"
	"github.com/hgwire/hgwire/stream/compress"
)

// A server that takes all profiles of the protocol compresses its responses.
func Example() {
	rev := framing.RevisionStreams
	server := reactor.NewServer(reactor.Config{Revision: rev, Profiles: compress.Profiles()})
	defer server.Close()
	if err := server.Outgoing(2).SetEncoding(compress.Zstd{}); err != nil {
		fmt.Println(err)
		return
	}
	client := stream.NewIncoming(framing.RoleClient, framing.Limits{}, compress.Profiles()...)
	defer client.Close()
	for _, line := range []string{`1 1 stream-begin command-name eos heads`, `3 1 0 command-name eos heads`} {
		frame, err := rev.ParseText(line)
		if err != nil {
			fmt.Println(err)
			return
		}
		request := server.Receive(&frame).Request
		response := bytes.Repeat([]byte("e21c1f31e6b0 "), 100)
		if _, err := server.Respond(request.ID, 2, response); err != nil {
			fmt.Println(err)
			return
		}
		var f framing.Frame
		for wire := server.Take(nil); len(wire) > 0; {
			n, err := rev.DecodeFrame(&f, wire, framing.DefaultFramePayload)
			if err != nil {
				fmt.Println(err)
				return
			}
			wire = wire[n:]
			sent := f.Length
			if _, perr := client.Receive(&f); perr != nil {
				fmt.Println(perr)
				return
			}
			fmt.Printf("%v, %v: fewer than 50 octets: %v, that decode to %d\n", f.Type, f.StreamFlags, sent < 50, len(f.Payload))
		}
	}
	// Output:
	// stream-settings, stream-begin: fewer than 50 octets: true, that decode to 9
	// bytes-response, encoded: fewer than 50 octets: true, that decode to 1300
	// bytes-response, encoded: fewer than 50 octets: true, that decode to 1300
}

// Deflate is a profile of our own: RFC 1951, without the header of zlib.
type Deflate struct{}

func (Deflate) Name() string { return "example.com/deflate" }

func (Deflate) NewDecoder(settings []byte, limit int) (stream.Decoder, error) {
	if len(settings) > 0 {
		return nil, errors.New("deflate takes no settings")
	}
	return stream.Pulled(limit, func(r io.Reader) (io.Reader, error) { return flate.NewReader(r), nil }), nil
}

func (Deflate) NewEncoder() (stream.Encoder, []byte, error) {
	e := &deflater{}
	var err error
	e.w, err = flate.NewWriter(&e.out, flate.DefaultCompression)
	return e, nil, err
}

type deflater struct {
	w   *flate.Writer
	out bytes.Buffer
}

func (e *deflater) Encode(dst, payload []byte) ([]byte, error) {
	e.out.Reset()
	if _, err := e.w.Write(payload); err != nil {
		return dst, err
	}
	if err := e.w.Flush(); err != nil {
		return dst, err
	}
	return append(dst, e.out.Bytes()...), nil
}

func (*deflater) MaxPayload(limit int) int { return max(0, limit-limit/100-20) }

func (*deflater) Close() {}

// Applications bring their own profiles beside those of the protocol.
func Example_ownProfile() {
	profiles := append(compress.Profiles(), Deflate{})
	fmt.Println(stream.Registry(profiles))

	out := stream.NewOutgoing(1)
	if err := out.SetEncoding(Deflate{}); err != nil {
		fmt.Println(err)
		return
	}
	settings, _ := out.Settings(1)
	encoded, err := out.AppendEncoded(nil, []byte("a payload"))
	if err != nil {
		fmt.Println(err)
		return
	}
	f := framing.Frame{Header: framing.Header{
		RequestID: 1, StreamID: 1, StreamFlags: out.Next() | framing.FlagEncoded,
		Type: framing.TypeCommandData, Flags: framing.Flags(framing.CommandDataEOS),
	}, Payload: encoded}

	in := stream.NewIncoming(framing.RoleServer, framing.Limits{}, profiles...)
	defer in.Close()
	for _, f := range []framing.Frame{settings, f} {
		consumed, perr := in.Receive(&f)
		fmt.Printf("%v %q %v\n", consumed, f.Payload, perr == nil)
	}
	// Output:
	// identity, zstd-8mb, zlib, example.com/deflate
	// true "\x13example.com/deflate" true
	// false "a payload" true
}
