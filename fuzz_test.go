package hgwire_test

import (
	"context"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
)

// maxFuzzHeap bounds what a connection may allocate for a few octets of a hostile peer.
const maxFuzzHeap = 64 << 20

// seeds are the beginnings of conversations, in octets.
func seeds(f *testing.F, lines ...[]string) {
	f.Add(byte(0), []byte{})
	for i, l := range lines {
		f.Add(byte(i), encode(f, l...))
	}
}

// fuzzConfig returns a configuration that depends on an octet.
func fuzzConfig(choice byte) hgwire.Config {
	cfg := hgwire.Config{Profiles: encodings(), SpoolWait: -1, SpoolOctets: 1 << 10}
	cfg.Limits = framing.Limits{DecodedOctets: 1 << 16, ReceivingRequests: 8, ActiveRequests: 8}
	cfg.Revision = rev
	if choice&1 != 0 {
		cfg.Encoding = encodings()[0]
	}
	if choice&2 != 0 {
		cfg.Revision = framing.RevisionRequestIDs
	}
	if choice&4 != 0 {
		cfg.Limits.FramePayload = 1<<24 - 1
	}
	return cfg
}

var fuzzed atomic.Int64

// fuzzCheck checks what a connection with so many octets leaves behind, and has allocated. Goroutines
// take long to look at, so it does that now and then.
func fuzzCheck(t *testing.T) func(octets int) {
	if fuzzed.Add(1)%64 == 1 {
		leakCheck(t)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	return func(octets int) {
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > maxFuzzHeap {
			t.Errorf("%d octets have been allocated for %d", n, octets)
		}
	}
}

// FuzzServeConn sends anything to a server, which has to come to an end.
func FuzzServeConn(f *testing.F) {
	settings := `0 1 stream-begin stream-settings 0 \x04runs\x07`
	seeds(f,
		[]string{"1 1 stream-begin command-name eos echo", "3 1 0 command-name have-args|have-data echo", `3 1 0 command-argument eoa \x01\x00\x01\x00ab`, "3 1 0 command-data continuation x", "3 1 0 command-data eos y"},
		[]string{settings, `1 1 encoded command-name eos \x04\x01`, "3 1 0 command-name have-data echo", `3 1 encoded command-data eos \xff\x01\xff\x02`},
		[]string{settings, "1 3 stream-begin command-name have-data drop", "5 1 0 command-name have-data echo", "1 3 stream-end command-data eos x", "5 1 encoded command-data eos x"},
		[]string{"1 1 stream-begin command-name have-data early", "1 1 0 command-data eos x", "1 1 0 command-name eos early", "2 1 0 command-name eos x"},
	)
	handler := commands(map[string]hgwire.HandlerFunc{
		"echo": echo,
		"drop": func(context.Context, hgwire.ResponseWriter, *hgwire.Request) {},
		"early": func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
			io.WriteString(w, "early")
			w.WriteText(payload.Atom{Format: "x"})
			if r.Data != nil {
				io.Copy(w, r.Data)
			}
		},
	})
	f.Fuzz(func(t *testing.T, choice byte, octets []byte) {
		check := fuzzCheck(t)
		near, far := pipe(1 << 10)
		served := make(chan error, 1)
		server := &hgwire.Server{Handler: handler, Config: fuzzConfig(choice), HalfDuplex: choice&8 != 0, MaxHandlers: 1 + int(choice>>6)}
		go func() { served <- server.ServeConn(far) }()
		go func() {
			near.Write(octets)
			near.CloseWrite()
		}()
		rd := framing.NewReader(near, server.Config.Revision)
		var frame framing.Frame
		for rd.Next(&frame) == nil { // what comes is at least made of frames
			if err := server.Config.Revision.CheckSend(framing.RoleServer, &frame.Header); err != nil {
				t.Errorf("the server sends %s: %v", server.Config.Revision.AppendText(nil, &frame), err)
			}
		}
		near.Close()
		<-served
		check(len(octets))
	})
}

// FuzzClient has anything come as answers to a client, whose calls have to come to an end.
func FuzzClient(f *testing.F) {
	settings := `0 2 stream-begin stream-settings 0 \x04runs\x07`
	seeds(f,
		[]string{"1 2 stream-begin bytes-response continuation x", `3 2 0 text-output 0 \x01\x00\x00\x00x`, "1 2 0 bytes-response eos y", "3 2 0 error-response application no", "5 2 0 bytes-response eos z"},
		[]string{settings, `1 2 encoded bytes-response continuation \xff\x01`, "3 2 0 bytes-response eos x", `1 2 encoded bytes-response eos \xff\x01`},
		[]string{settings, "1 4 stream-begin bytes-response eos x", `3 2 encoded|stream-end bytes-response eos \x01\x01`, "5 4 0 error-response protocol x"},
	)
	f.Fuzz(func(t *testing.T, choice byte, octets []byte) {
		check := fuzzCheck(t)
		near, far := pipe(1 << 10)
		cfg := fuzzConfig(choice)
		cfg.Encoding = nil
		client, err := hgwire.NewClient(near, hgwire.ClientConfig{Config: cfg, Text: func(*hgwire.Call, []payload.Atom) {}})
		if err != nil {
			t.Fatal(err)
		}
		go io.Copy(io.Discard, far)
		results := make(chan error, 3)
		var calls []*hgwire.Call
		for range 3 {
			call, err := client.Start(t.Context(), "a", nil, strings.NewReader("data"))
			if err != nil {
				t.Fatal(err)
			}
			calls = append(calls, call)
		}
		for i, call := range calls {
			go func() {
				r, err := call.Response()
				switch {
				case err != nil:
				case i == 0:
					_, err = r.Bytes()
				case i == 1:
					_, err = io.Copy(struct{ io.Writer }{io.Discard}, plainReader{r})
				default:
					r.Close()
				}
				results <- err
			}()
		}
		far.Write(octets)
		far.Close()
		deadline := time.After(time.Minute)
		for range 3 {
			select {
			case <-results:
			case <-deadline:
				t.Fatal("a call hangs")
			}
		}
		<-client.Done()
		check(len(octets))
	})
}
