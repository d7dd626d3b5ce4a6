package compression

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/message"
	"github.com/hgwire/hgwire/stream"
	"github.com/hgwire/hgwire/stream/compress"
)

const rev = framing.RevisionStreams

// responses are 1,200 JSON texts of about 2.4 KB each: what a server says of a changeset. Nothing in
// them recurs but their structure: names, hashes, dates, numbers and words are random, and always the same.
var responses = sync.OnceValue(func() [][]byte {
	r := rand.New(rand.NewPCG(37057, 37288))
	list := make([][]byte, 1200)
	for i := range list {
		list[i] = changeset(r)
	}
	return list
})

func changeset(r *rand.Rand) []byte {
	node := hash(r)
	b := fmt.Appendf(nil, `{"node": "%s", "revision": %d, "branch": "%s", "phase": "public", "obsolete": false, `, node, r.IntN(500_000), name(r))
	for _, who := range []string{"author", "committer"} {
		b = fmt.Appendf(b, `"%s": {"full_name": "%s %s", "email": "%s@%s.org", "identity": %d, "last_seen": "%s"}, `,
			who, name(r), name(r), name(r), name(r), r.IntN(100_000), date(r))
	}
	b = fmt.Appendf(b, `"created": "%s", "pushed": "%s", "parents": ["%s", "%s"], "description": "`, date(r), date(r), hash(r), hash(r))
	for range 30 + r.IntN(40) {
		b = append(b, name(r)+" "...)
	}
	b = append(b, `", "files": [`...)
	for n := range 3 + r.IntN(5) {
		if n > 0 {
			b = append(b, ", "...)
		}
		b = fmt.Appendf(b, `{"path": "%s/%s/%s.py", "status": "modified", "insertions": %d, "deletions": %d, "executable": false, "size": %d}`,
			name(r), name(r), name(r), r.IntN(300), r.IntN(300), r.IntN(100_000))
	}
	b = fmt.Appendf(b, `], "statistics": {"files_changed": %d, "total_insertions": %d, "total_deletions": %d, "complexity_before": %.3f, "complexity_after": %.3f}, `,
		r.IntN(30), r.IntN(1000), r.IntN(1000), 50*r.Float64(), 50*r.Float64())
	b = fmt.Appendf(b, `"continuous_integration": {"build_number": %d, "configuration": "linux-%s", "result": "succeeded", "duration_seconds": %d, "started": "%s"}, `,
		r.IntN(100_000), name(r), r.IntN(5000), date(r))
	b = fmt.Appendf(b, `"review": {"identifier": "D%d", "requested_by": "%s", "approved_by": ["%s", "%s"], "comments": %d, "closed": "%s"}, `,
		r.IntN(100_000), name(r), name(r), name(r), r.IntN(40), date(r))
	b = fmt.Appendf(b, `"signature": {"algorithm": "ed25519", "verified": true, "fingerprint": "%s"}, `, hash(r))
	return fmt.Appendf(b, `"links": {"self": "https://hg.example.org/repository/rev/%s", "raw": "https://hg.example.org/repository/raw-rev/%s", "graph": "https://hg.example.org/repository/graph/%s"}}`,
		node[:12], node[:12], node[:12])
}

// name returns a word of no language.
func name(r *rand.Rand) string {
	b := make([]byte, 3+r.IntN(7))
	for i := range b {
		b[i] = "eeeeetttaaaoooiiinnnssshhhrrrddllucmfwypvbgkjqxz"[r.IntN(48)]
	}
	return string(b)
}

func hash(r *rand.Rand) string {
	return fmt.Sprintf("%016x%016x%08x", r.Uint64(), r.Uint64(), r.Uint32())
}

func date(r *rand.Rand) string {
	return fmt.Sprintf("20%02d-%02d-%02dT%02d:%02d:%02dZ", r.IntN(20), 1+r.IntN(12), 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60))
}

// text is the responses as one text, cut in payloads of a size.
func text(size int) [][]byte {
	whole := bytes.Join(responses(), nil)
	var list [][]byte
	for len(whole) >= size {
		list = append(list, whole[:size])
		whole = whole[size:]
	}
	return list
}

// encoded returns the payloads of one stream, encoded.
func encoded(tb testing.TB, p stream.Profile, payloads [][]byte) [][]byte {
	enc, _, err := p.NewEncoder()
	if err != nil {
		tb.Fatal(err)
	}
	defer enc.Close()
	list := make([][]byte, len(payloads))
	for i, b := range payloads {
		if list[i], err = enc.Encode(nil, b); err != nil {
			tb.Fatal(err)
		}
	}
	return list
}

// floorDecode pulls all of a stream out of the bare codec, payload by payload.
func floorDecode(r io.Reader, payloads, size int, buf []byte) error {
	for range payloads {
		if _, err := io.ReadFull(r, buf[:size]); err != nil {
			return err
		}
	}
	return nil
}

func floorZlib(wire []byte) (io.Reader, error) { return zlib.NewReader(bytes.NewReader(wire)) }

func floorZstd(wire []byte) (io.Reader, error) {
	r := struct{ io.Reader }{bytes.NewReader(wire)} // that it is in memory is not for the codec to know
	return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(8<<20))
}

// benchmarkDecode reports the time of one frame of a stream of 2.8 MB, and octets decoded.
func benchmarkDecode(b *testing.B, p stream.Profile, bare func([]byte) (io.Reader, error), size int) {
	payloads := text(size)
	frames := encoded(b, p, payloads)
	wire := bytes.Join(frames, nil)
	run := func(name string, decode func(buf []byte) error) {
		b.Run(name, func(b *testing.B) {
			buf := make([]byte, 0, size)
			n := 0
			for b.Loop() {
				if err := decode(buf); err != nil {
					b.Fatal(err)
				}
				n += len(frames)
			}
			b.SetBytes(int64(size))
			perFrame := float64(b.Elapsed().Nanoseconds()) / float64(n)
			b.ReportMetric(perFrame, "ns/op")
			b.ReportMetric(float64(size)/perFrame*1000, "MB/s")
		})
	}
	run("floor", func(buf []byte) error {
		r, err := bare(wire)
		if err != nil {
			return err
		}
		return floorDecode(r, len(payloads), size, buf[:size])
	})
	run("hgwire", func(buf []byte) error {
		dec, err := p.NewDecoder(nil, framing.DefaultDecodedOctets)
		if err != nil {
			return err
		}
		defer dec.Close()
		for _, f := range frames {
			if _, err := dec.Decode(buf[:0], f); err != nil {
				return err
			}
		}
		return nil
	})
}

func BenchmarkDecodeZlib1K(b *testing.B)  { benchmarkDecode(b, compress.Zlib{}, floorZlib, 1<<10) }
func BenchmarkDecodeZlib32K(b *testing.B) { benchmarkDecode(b, compress.Zlib{}, floorZlib, 32<<10) }
func BenchmarkDecodeZstd1K(b *testing.B)  { benchmarkDecode(b, compress.Zstd{}, floorZstd, 1<<10) }
func BenchmarkDecodeZstd32K(b *testing.B) { benchmarkDecode(b, compress.Zstd{}, floorZstd, 32<<10) }

// respond appends the frames of all responses, and with each the end of its stream.
func respond(out *stream.Outgoing, dst []byte, end bool) ([]byte, error) {
	var r message.Response
	for i, data := range responses() {
		if end {
			out.End()
		}
		r.SetBytes(uint16(2*i+1), out, data, 0)
		var err error
		if dst, err = r.AppendTo(dst, rev); err != nil {
			return nil, err
		}
	}
	return dst, nil
}

// benchmarkEncode reports the time of one response, and the octets of all of them with their headers. The
// floor is a context per response, from a pool.
func benchmarkEncode(b *testing.B, p stream.Profile) {
	for _, c := range []struct {
		name string
		end  bool
	}{{"floor", true}, {"one-stream", false}} {
		b.Run(c.name, func(b *testing.B) {
			var wire []byte
			n := 0
			for b.Loop() {
				out := stream.NewOutgoing(2)
				if err := out.SetEncoding(p); err != nil {
					b.Fatal(err)
				}
				var err error
				if wire, err = respond(out, wire[:0], c.end); err != nil {
					b.Fatal(err)
				}
				out.Close()
				n += len(responses())
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/op")
			b.ReportMetric(float64(len(wire)), "octets")
		})
	}
}

func BenchmarkEncodeZlib(b *testing.B) { benchmarkEncode(b, compress.Zlib{}) }
func BenchmarkEncodeZstd(b *testing.B) { benchmarkEncode(b, compress.Zstd{}) }

// work is a frame that has been admitted.
type work struct {
	task    stream.Task
	payload []byte
}

// decodeStreams admits the same frames on so many streams, in turns, and decodes each stream on a goroutine
// of its own. It returns the octets decoded.
func decodeStreams(frames [][]byte, streams int, p stream.Profile) (int, error) {
	in := stream.NewIncoming(framing.RoleServer, framing.Limits{}, p)
	defer in.Close()
	queues := make([]chan work, streams)
	decoded := make([]int, streams)
	failed := make([]error, streams)
	var all sync.WaitGroup
	for i := range queues {
		queues[i] = make(chan work, 16)
		all.Go(func() {
			buf := make([]byte, 0, 32<<10)
			for w := range queues[i] {
				payload, err := w.task.Run(buf[:0], w.payload)
				if err != nil {
					failed[i] = err
					continue
				}
				if w.task.Decodes() {
					decoded[i] += len(payload)
				}
			}
		})
	}
	var err error
	settings := append([]byte{byte(len(p.Name()))}, p.Name()...)
	for n := -1; n < len(frames) && err == nil; n++ {
		for i := range queues {
			f := framing.Frame{Header: framing.Header{
				RequestID: 1, StreamID: uint8(2*i + 1), StreamFlags: framing.FlagStreamBegin, Type: framing.TypeStreamSettings,
			}, Payload: settings}
			if n >= 0 {
				f.StreamFlags, f.Type, f.Payload = framing.FlagEncoded, framing.TypeCommandData, frames[n]
			}
			task, perr := in.Admit(&f)
			if perr != nil {
				err = perr
				break
			}
			queues[i] <- work{task, f.Payload}
		}
	}
	total := 0
	for _, q := range queues {
		close(q)
	}
	all.Wait()
	for i := range queues {
		total += decoded[i]
		if failed[i] != nil {
			err = failed[i]
		}
	}
	return total, err
}

// BenchmarkStreamsZstd reports the time of one frame of 32 KiB, of one stream and of two that are decoded side by
// side. On two cores the time of two is half that of one at best.
func BenchmarkStreamsZstd(b *testing.B) {
	payloads := text(32 << 10)
	frames := encoded(b, compress.Zstd{}, slices.Repeat(payloads, 4)) // each as far back as no window goes
	for _, c := range []struct {
		name    string
		streams int
	}{{"floor", 1}, {"two-streams", 2}} {
		b.Run(c.name, func(b *testing.B) {
			octets, n := 0, 0
			for b.Loop() {
				decoded, err := decodeStreams(frames, c.streams, compress.Zstd{})
				if err != nil {
					b.Fatal(err)
				}
				octets += decoded
				n += len(frames) * c.streams
			}
			elapsed := float64(b.Elapsed().Nanoseconds())
			b.ReportMetric(elapsed/float64(n), "ns/op")
			b.ReportMetric(float64(octets)/elapsed*1000, "MB/s")
		})
	}
}

// TestDecodersAgree holds the contestants to the same octets, and the corpus to what is said of it.
func TestDecodersAgree(t *testing.T) {
	size := 0
	for _, r := range responses() {
		size += len(r)
	}
	if mean := size / len(responses()); len(responses()) < 1000 || mean < 2300 || mean > 2700 {
		t.Errorf("%d responses of %d octets", len(responses()), mean)
	}
	for _, c := range []struct {
		profile stream.Profile
		bare    func([]byte) (io.Reader, error)
	}{{compress.Zlib{}, floorZlib}, {compress.Zstd{}, floorZstd}} {
		payloads := text(1 << 10)
		frames := encoded(t, c.profile, payloads)
		r, err := c.bare(bytes.Join(frames, nil))
		if err != nil {
			t.Fatal(err)
		}
		dec, err := c.profile.NewDecoder(nil, framing.DefaultDecodedOctets)
		if err != nil {
			t.Fatal(err)
		}
		defer dec.Close()
		buf := make([]byte, 1<<10)
		for i, want := range payloads {
			got, err := dec.Decode(nil, frames[i])
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%s: frame %d: %d octets, %v", c.profile.Name(), i, len(got), err)
			}
			if err := floorDecode(r, 1, len(buf), buf); err != nil || !bytes.Equal(buf, want) {
				t.Fatalf("%s: frame %d of the floor: %v", c.profile.Name(), i, err)
			}
		}
		octets, err := decodeStreams(frames, 2, c.profile)
		if want := 2 * len(payloads) << 10; err != nil || octets != want {
			t.Errorf("%s: two streams decode to %d octets, %v; want %d", c.profile.Name(), octets, err, want)
		}
	}
}
