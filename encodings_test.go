package hgwire_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
)

// encodeWhole returns the output of an encoder of runs with its default settings.
func encodeWhole(body []byte) []byte {
	b, _ := new(runsEncoder).Encode(nil, body) // never fails
	return b
}

func TestWriteEncoded(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		body := octets(1, 70000)
		encoded := encodeWhole(body)
		broken, tried := errors.New("broken"), make(chan bool)
		c := m.connect(t, commands(map[string]hgwire.HandlerFunc{
			"cached": func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
				io.WriteString(w, "before ")
				if err := w.WriteEncoded("runs", iotest.HalfReader(bytes.NewReader(encoded))); err != nil {
					w.Fail(err.Error())
					return
				}
				if err := w.WriteEncoded("identity", strings.NewReader(" between ")); err != nil {
					w.Fail(err.Error())
				}
				if err := w.WriteEncoded("identity", strings.NewReader("")); err != nil {
					w.Fail(err.Error())
				}
				io.WriteString(w, "after")
			},
			"broken": func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
				if err := w.WriteEncoded("identity", io.MultiReader(strings.NewReader("part"), errorReader{broken})); err != broken {
					t.Errorf("WriteEncoded: %v", err)
				}
				w.Fail("broken")
			},
			"failed": func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
				w.Fail("failed")
				if err := w.WriteEncoded("identity", strings.NewReader("x")); err != hgwire.ErrAnswered {
					t.Errorf("WriteEncoded after Fail: %v", err)
				}
			},
			"early": func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
				if err := w.WriteEncoded("identity", strings.NewReader("x")); err == nil {
					t.Errorf("WriteEncoded before the request was complete: %v", err)
				}
				close(tried)
				io.Copy(w, r.Data)
				if err := w.WriteEncoded("identity", strings.NewReader("z")); err != nil {
					w.Fail(err.Error())
				}
			},
		}))
		if m.Revision == framing.RevisionRequestIDs {
			_, err := c.ask(t, "cached", nil, nil)
			if failed := as[*hgwire.CommandError](t, err); !strings.Contains(failed.Message, "the revision has no content encodings") {
				t.Error(err)
			}
			return
		}
		want := "before " + string(body) + " between after"
		c.want(t, want, "cached", nil, nil)
		var calls sync.WaitGroup // more than there are streams
		for range 20 {
			calls.Go(func() { c.want(t, want, "cached", nil, nil) })
		}
		calls.Wait()
		got, err := c.ask(t, "broken", nil, nil)
		if failed := as[*hgwire.CommandError](t, err); failed.Message != "broken" || got != "part" {
			t.Errorf("got %q, %v", got, err)
		}
		c.ask(t, "failed", nil, nil)
		pr, pw := io.Pipe()
		go func() {
			<-tried
			io.WriteString(pw, "xy")
			pw.Close()
		}()
		c.want(t, "xyz", "early", nil, pr)
	})
}

// A limit that leaves no streams for what is encoded already says so.
func TestNoStreamsForEncoded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		cfg := hgwire.Config{Encoding: runs{}, Profiles: encodings(), Streams: 2, Limits: framing.Limits{EncodingStreams: 2}}
		c := connect(t, &hgwire.Server{Config: cfg, Handler: hgwire.HandlerFunc(func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
			w.Fail(w.WriteEncoded("identity", strings.NewReader("x")).Error())
		})}, hgwire.ClientConfig{Config: cfg})
		_, err := c.ask(t, "a", nil, nil)
		mentions(t, err, "EncodingStreams")
		cfg.Streams = 3
		near, far := pipe(100)
		if _, err := hgwire.NewClient(near, hgwire.ClientConfig{Config: cfg}); !errors.Is(err, framing.ErrTooManyEncodingStreams) {
			t.Errorf("NewClient: %v", err)
		}
		if err := (&hgwire.Server{Config: cfg}).ServeConn(far); !errors.Is(err, framing.ErrTooManyEncodingStreams) {
			t.Errorf("ServeConn: %v", err)
		}
		if _, err := far.Read(make([]byte, 1)); err != io.ErrClosedPipe {
			t.Errorf("the connection is open: %v", err)
		}
	})
}

// Frames below PlainBelow go plain, the others encoded, all on the streams that there are.
func TestPlainBelow(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var mu sync.Mutex
		streams := map[string]map[uint8]bool{}
		cfg := hgwire.Config{Encoding: runs{}, Profiles: encodings(), Streams: 3, PlainBelow: 10}
		cfg.Trace = func(d hgwire.Direction, f *framing.Frame) {
			mu.Lock()
			defer mu.Unlock()
			if d == hgwire.Received || f.Type == framing.TypeStreamSettings {
				return
			}
			kind := fmt.Sprint(f.Type, " ", f.StreamFlags)
			if streams[kind] == nil {
				streams[kind] = map[uint8]bool{}
			}
			streams[kind][f.StreamID] = true
		}
		c := connect(t, &hgwire.Server{Config: cfg, Handler: hgwire.HandlerFunc(echo)}, hgwire.ClientConfig{Config: cfg})
		for i := range 12 {
			data := strings.Repeat("x", 9+i/6)
			c.want(t, data, "a", nil, strings.NewReader(data))
		}
		for kind, want := range map[string]uint8{
			"command-name 0": 1, "command-data 0": 1, "command-data encoded": 1, "bytes-response 0": 2, "bytes-response encoded": 2,
		} {
			if got := streams[kind]; len(got) != 3 || !got[want] || !got[want+2] || !got[want+4] {
				t.Errorf("%s on streams %v", kind, got)
			}
			delete(streams, kind)
		}
		if len(streams) > 0 {
			t.Errorf("other frames: %v", streams)
		}
	})
}

// A peer that does not know the encoding refuses the connection.
func TestUnknownEncoding(t *testing.T) {
	bubble(t, func(t *testing.T) {
		with := hgwire.Config{Encoding: runs{}}
		c := connect(t, &hgwire.Server{}, hgwire.ClientConfig{Config: with})
		_, err := c.ask(t, "a", nil, nil)
		as[*hgwire.RefusedError](t, err)
		mentions(t, err, "runs", "identity")
		c = connect(t, &hgwire.Server{Config: with}, hgwire.ClientConfig{})
		_, err = c.ask(t, "a", nil, nil)
		if !errors.Is(err, framing.ErrUnknownProfile) {
			t.Error(err)
		}
	})
}

// Text comes in order with what is read, in the goroutine that reads, which may call the client.
func TestText(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		near, far := m.over()
		var c *both
		var seen []string
		c = connectOver(t, &hgwire.Server{Config: m.Config, Handler: commands(map[string]hgwire.HandlerFunc{
			"talk": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
				say := func(s string) {
					if err := w.WriteText(payload.Atom{Format: "%s", Args: []string{s}, Labels: []string{"label"}}); err != nil {
						t.Error(err)
					}
				}
				say("first")
				say("second")
				io.WriteString(w, "one ")
				say("third")
				io.WriteString(w, "two ")
				say("last")
				w.WriteText()
			},
			"echo": echo,
			"large": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
				err := w.WriteText(payload.Atom{Format: strings.Repeat("x", 40000)})
				if err == nil && m.Revision != framing.RevisionRequestIDs {
					t.Error("text of 40000 octets has been sent")
				}
			},
		})}, hgwire.ClientConfig{Config: m.Config, Text: func(call *hgwire.Call, atoms []payload.Atom) {
			for _, a := range atoms {
				seen = append(seen, a.Args[0]+a.Labels[0])
			}
			c.want(t, "nested", "echo", nil, strings.NewReader("nested"))
			if call.Command() != "talk" || call.Request() == 0 {
				t.Errorf("text of %q", call.Command())
			}
		}}, near, far)
		r, err := c.Call(t.Context(), "talk", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		for {
			b := make([]byte, 100)
			n, err := r.Read(b)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			seen = append(seen, string(b[:n]))
		}
		want := "firstlabel secondlabel one  thirdlabel two  lastlabel"
		if m.Revision == framing.RevisionRequestIDs {
			want = "one two "
		}
		if got := strings.Join(seen, " "); got != want {
			t.Errorf("got %s", got)
		}
		c.want(t, "", "large", nil, nil)
	})
}

// On a half-duplex transport nothing comes before the client has said all.
func TestHalfDuplex(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		near, far := pipe(1 << 20)
		c := connectOver(t, &hgwire.Server{Config: m.Config, HalfDuplex: true, Handler: hgwire.HandlerFunc(echo)}, hgwire.ClientConfig{Config: m.Config}, near, far)
		var calls []*hgwire.Call
		for i := range 5 {
			call, err := c.Start(t.Context(), "a", nil, bytes.NewReader(octets(uint64(i), 50000)))
			if err != nil {
				t.Fatal(err)
			}
			calls = append(calls, call)
		}
		near.in.mu.Lock()
		if n := len(near.in.octets); n != 0 {
			t.Errorf("%d octets before the end of input", n)
		}
		near.in.mu.Unlock()
		if err := c.CloseWrite(); err != nil {
			t.Errorf("CloseWrite: %v", err)
		}
		if _, err := c.Start(t.Context(), "a", nil, nil); !errors.Is(err, hgwire.ErrClosed) {
			t.Errorf("a call after CloseWrite: %v", err)
		}
		for i, call := range calls {
			r, err := call.Response()
			if err != nil {
				t.Fatal(err)
			}
			if got, err := r.Bytes(); !bytes.Equal(got, octets(uint64(i), 50000)) || err != nil {
				t.Errorf("call %d: %d octets, %v", i, len(got), err)
			}
		}
		c.wantEnd(t, nil)
		<-c.Done()
		if err := c.Err(); !errors.Is(err, io.EOF) {
			t.Errorf("the client has ended with %v", err)
		}
		if _, err := c.Start(t.Context(), "a", nil, nil); !errors.Is(err, hgwire.ErrClosed) {
			t.Errorf("a call after CloseWrite and the end: %v", err)
		}
		c.CloseWrite()
	})
}

// A writer that takes less than it is given, and does not say so, is an error.
func TestShortWriter(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, &hgwire.Server{Handler: hgwire.HandlerFunc(echo)}, hgwire.ClientConfig{})
		r, err := c.Call(t.Context(), "a", nil, strings.NewReader("data"))
		if err != nil {
			t.Fatal(err)
		}
		n, err := r.WriteTo(writerFunc(func(b []byte) (int, error) { return 0, nil }))
		if n != 0 || err != io.ErrShortWrite {
			t.Errorf("WriteTo: %d, %v", n, err)
		}
		if got, err := r.Bytes(); string(got) != "data" || err != nil {
			t.Errorf("then: %q, %v", got, err)
		}
	})
}

// Octets that are encoded already are cut without regard for what they decode to, so a client's limit may
// refuse them.
func TestWriteEncodedBeyondLimit(t *testing.T) {
	bubble(t, func(t *testing.T) {
		body := make([]byte, 51*255)
		c := connect(t, &hgwire.Server{Config: hgwire.Config{MaxSend: 100}, Handler: commands(map[string]hgwire.HandlerFunc{
			"fits": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
				w.WriteEncoded("runs", bytes.NewReader(encodeWhole(body[:49*255])))
			},
			"exceeds": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
				w.WriteEncoded("runs", bytes.NewReader(encodeWhole(body)))
			},
		})}, hgwire.ClientConfig{Config: hgwire.Config{Profiles: encodings(), Limits: framing.Limits{DecodedOctets: 50*255 - 1}}})
		c.want(t, string(body[:49*255]), "fits", nil, nil)
		if _, err := c.ask(t, "exceeds", nil, nil); !errors.Is(err, framing.ErrDecodedTooLarge) {
			t.Error(err)
		}
	})
}

// Text that is encoded may be as large as text that is not, since it takes a multiple of its octets.
func TestEncodedText(t *testing.T) {
	text := func(size int) []byte {
		f, err := rev.ParseText("1 2 stream-end|encoded text-output 0 ")
		if err != nil {
			t.Fatal(err)
		}
		f.Payload = encodeWhole(make([]byte, size)) // atoms without anything
		f.Length = uint32(len(f.Payload))
		b, err := rev.AppendFrame(encode(t, `0 2 stream-begin stream-settings 0 \x04runs`), &f)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	bubble(t, func(t *testing.T) {
		atoms := 0
		cfg := hgwire.ClientConfig{Text: func(_ *hgwire.Call, text []payload.Atom) { atoms += len(text) }}
		cfg.Profiles = encodings()
		c, r := clientOfRaw(t, cfg)
		call, err := c.Start(t.Context(), "a", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.rw.Write(text(framing.DefaultFramePayload &^ 3))
		r.send("1 2 stream-begin bytes-response eos ")
		if _, err := call.Response(); err != nil || atoms != framing.DefaultFramePayload/4 {
			t.Errorf("%d atoms, %v", atoms, err)
		}
		c, r = clientOfRaw(t, cfg)
		if call, err = c.Start(t.Context(), "a", nil, nil); err != nil {
			t.Fatal(err)
		}
		r.rw.Write(text(framing.DefaultFramePayload + 1))
		if _, err := call.Response(); !errors.Is(err, framing.ErrMalformedText) {
			t.Error(err)
		}
	})
}

// What a small frame takes does not depend on how large frames may be.
func TestSmallFramesAmongLarge(t *testing.T) {
	const calls, most = 100, 8 << 20
	cfg := hgwire.Config{MaxSend: most, Encoding: runs{}, Profiles: encodings(), Limits: framing.Limits{FramePayload: most}}
	near, far := pipe(1 << 16)
	c := connectOver(t, &hgwire.Server{Config: cfg, Handler: hgwire.HandlerFunc(echo)}, hgwire.ClientConfig{Config: cfg}, near, far)
	c.want(t, "no data", "a", nil, nil)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range calls {
		c.want(t, "no data", "a", nil, nil)
	}
	runtime.ReadMemStats(&after)
	if n := (after.TotalAlloc - before.TotalAlloc) / calls; n > 100<<10 {
		t.Errorf("%d octets are allocated for a call", n)
	}
}
