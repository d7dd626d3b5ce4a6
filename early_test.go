package hgwire_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
)

// Nothing of a response that is written before the request is complete goes out before.
func TestEarlyResponse(t *testing.T) {
	const body = "0123456789abcdefghij-"
	for name, handler := range map[string]hgwire.HandlerFunc{
		"returns": func(_ context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
			io.WriteString(w, body)
			w.Flush()
		},
		"goes on": func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
			io.WriteString(w, body)
			io.Copy(io.Discard, r.Data)
		},
		"text": func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
			io.WriteString(w, body)
			w.WriteText(payload.Atom{Format: "x"})
			io.Copy(io.Discard, r.Data)
		},
		"fails": func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
			io.WriteString(w, body)
			w.Fail("no")
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				peer, _ := serveRaw(t, &hgwire.Server{Handler: handler, Config: hgwire.Config{MaxSend: 10}})
				peer.send("1 1 stream-begin command-name have-data a", "1 1 0 command-data continuation x")
				synctest.Wait()
				far := peer.rw.(*pipeEnd)
				far.in.mu.Lock()
				n := len(far.in.octets)
				far.in.mu.Unlock()
				if n != 0 {
					t.Errorf("%d octets have been sent", n)
				}
				peer.send("1 1 0 command-data eos ")
				peer.want("1 2 stream-begin bytes-response continuation 0123456789", "1 2 0 bytes-response continuation abcdefghij")
				switch name {
				case "text":
					peer.want("1 2 0 bytes-response continuation -", `1 2 0 text-output 0 \x01\x00\x00\x00x`, "1 2 0 bytes-response eos ")
				case "fails":
					peer.want("1 2 0 bytes-response continuation -", "1 2 0 error-response application no")
				case "returns":
					peer.want("1 2 0 bytes-response continuation -", "1 2 0 bytes-response eos ")
				default:
					peer.want("1 2 0 bytes-response eos -")
				}
				peer.send("1 1 0 command-name eos a") // the ID is free again
				peer.next()
			})
		})
	}
}

func TestEarlyResponseTooLarge(t *testing.T) {
	write := func(w hgwire.ResponseWriter) (err error) {
		for range 100 {
			if _, err = w.Write(make([]byte, 10)); err != nil {
				return err
			}
		}
		return nil
	}
	for name, write := range map[string]func(w hgwire.ResponseWriter) error{
		"write": write,
		"flush": func(w hgwire.ResponseWriter) (err error) {
			for range 100 {
				if err = w.Flush(); err != nil {
					return err
				}
				w.Write(make([]byte, 9))
			}
			return nil
		},
		"read from": func(w hgwire.ResponseWriter) error {
			_, err := io.Copy(w, plainReader{bytes.NewReader(make([]byte, 1000))})
			return err
		},
		"small frames": func(w hgwire.ResponseWriter) (err error) {
			for n := 0; err == nil; n++ {
				if n > 100/8 { // what frames cost beside their payloads counts
					t.Fatalf("%d frames are held", n)
				}
				w.Write([]byte{1})
				err = w.Flush()
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var early error
				c := connect(t, &hgwire.Server{
					Config: hgwire.Config{MaxSend: 10, Limits: framing.Limits{DataOctets: 100}},
					Handler: hgwire.HandlerFunc(func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
						if r.Data == nil {
							io.WriteString(w, "fine")
							return
						}
						early = write(w)
						if err := w.Fail("other"); err != hgwire.ErrAnswered {
							t.Errorf("Fail: %v", err)
						}
					}),
				}, hgwire.ClientConfig{})
				pr, pw := io.Pipe()
				call, err := c.Start(t.Context(), "a", nil, pr)
				if err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if early != hgwire.ErrEarlyResponse {
					t.Errorf("writing: %v", early)
				}
				pw.Close()
				_, err = call.Response()
				if failed := as[*hgwire.CommandError](t, err); failed.Message != "response is too large before the request is complete" {
					t.Error(err)
				}
				c.want(t, "fine", "a", nil, nil)
			})
		})
	}
}

// The last frame of a response may be the one that is too large: there is an answer all the same.
func TestEarlyResponseEndsTooLarge(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, &hgwire.Server{
			Config: hgwire.Config{Limits: framing.Limits{DataOctets: 100}},
			Handler: hgwire.HandlerFunc(func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
				if _, err := w.Write(make([]byte, 500)); err != nil {
					t.Error(err)
				}
			}),
		}, hgwire.ClientConfig{})
		pr, pw := io.Pipe()
		call, err := c.Start(t.Context(), "a", nil, pr)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // the handler has returned
		pw.Close()
		_, err = call.Response()
		if failed := as[*hgwire.CommandError](t, err); failed.Message != "response is too large before the request is complete" {
			t.Error(err)
		}
	})
}

// What is held goes out as soon as the request is complete, whatever its handler does then, and before
// all that the handler writes.
func TestHeldResponseGoesFirst(t *testing.T) {
	for name, write := range map[string]func(w hgwire.ResponseWriter) error{
		"write":   func(w hgwire.ResponseWriter) error { _, err := io.WriteString(w, "late"); return err },
		"text":    func(w hgwire.ResponseWriter) error { return w.WriteText(payload.Atom{Format: "late"}) },
		"encoded": func(w hgwire.ResponseWriter) error { return w.WriteEncoded("identity", strings.NewReader("late")) },
		"fail":    func(w hgwire.ResponseWriter) error { return w.Fail("late") },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				release := make(chan struct{})
				peer, _ := serveRaw(t, &hgwire.Server{Config: hgwire.Config{MaxSend: 1 << 20, WriteTimeout: -1}, Handler: hgwire.HandlerFunc(func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
					for range 3 { // more than fits in the pipe
						w.Write(bytes.Repeat([]byte("x"), 1<<20))
						w.Flush()
					}
					io.Copy(io.Discard, r.Data)
					if err := write(w); err != nil {
						t.Error(err)
					}
					<-release
				})})
				peer.send("1 1 stream-begin command-name have-data a")
				synctest.Wait()
				peer.send("1 1 0 command-data eos ")
				synctest.Wait()
				for n := 0; n < 3<<20; {
					got := peer.next()
					if !strings.HasSuffix(got, "x") {
						t.Fatalf("got %s after %d octets", short(got), n)
					}
					n += strings.Count(got, "x")
				}
				synctest.Wait()
				close(release)
				for {
					got := peer.next()
					if strings.HasSuffix(got, "late") {
						break
					}
					if !strings.Contains(got, "stream-settings") && !strings.HasSuffix(got, " continuation ") {
						t.Fatalf("got %s", short(got))
					}
				}
			})
		})
	}
}

// What is held for all requests of a connection is limited as well.
func TestEarlyResponsesTooLarge(t *testing.T) {
	bubble(t, func(t *testing.T) {
		errs := make(chan error, 10)
		c := connect(t, &hgwire.Server{
			Config: hgwire.Config{MaxSend: 10, Limits: framing.Limits{DataOctets: 180, BufferedOctets: 400}}, // ten frames, and those twice
			Handler: hgwire.HandlerFunc(func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
				_, err := w.Write(make([]byte, 105))
				errs <- err
				io.Copy(io.Discard, r.Data)
			}),
		}, hgwire.ClientConfig{})
		for range 2 { // what was held has been given back in the second round
			var calls []*hgwire.Call
			var writers []*io.PipeWriter
			for i := range 4 {
				pr, pw := io.Pipe()
				call, err := c.Start(t.Context(), "a", nil, pr)
				if err != nil {
					t.Fatal(err)
				}
				calls, writers = append(calls, call), append(writers, pw)
				if err := <-errs; (err == nil) != (i < 2) || err != nil && err != hgwire.ErrEarlyResponse {
					t.Errorf("response %d: %v", i, err)
				}
			}
			for i, call := range calls {
				writers[i].Close()
				r, err := call.Response()
				var b []byte
				if err == nil {
					b, err = r.Bytes()
				}
				if (err == nil) != (i < 2) || err == nil && len(b) != 105 {
					t.Errorf("response %d: %d octets, %v", i, len(b), err)
				}
			}
		}
	})
}

// What was held counts until it has gone out: a client that does not read cannot have more of it kept.
func TestHeldResponsesAreNotRead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const size = 100_000
		errs := make(chan error, 1)
		server := &hgwire.Server{Config: hgwire.Config{WriteTimeout: -1, Limits: framing.Limits{BufferedOctets: 3 * size}}, Handler: hgwire.HandlerFunc(func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
			w.Write(make([]byte, size))
			errs <- w.Flush()
		})}
		near, far := pipe(1000)
		go server.ServeConn(far)
		peer := newRaw(t, near)
		begin := "stream-begin"
		ask := func(id int) error {
			peer.send(fmt.Sprintf("%d 1 %s command-name have-data a", id, begin))
			begin = "0"
			err := <-errs
			synctest.Wait() // the handler has returned
			peer.send(fmt.Sprintf("%d 1 0 command-data eos ", id))
			synctest.Wait()
			return err
		}
		for i := range 10 {
			if err := ask(2*i + 1); (err == nil) != (i < 2) || err != nil && err != hgwire.ErrEarlyResponse {
				t.Errorf("response %d: %v", i, err)
			}
		}
		for ended := 0; ended < 10; {
			switch got := peer.next(); {
			case strings.HasPrefix(got, "error: "):
				t.Fatal(got)
			case strings.Contains(got, " eos "), strings.Contains(got, " error-response application "):
				ended++
			}
		}
		synctest.Wait()
		if err := ask(1); err != nil {
			t.Errorf("a response after all have been read: %v", err)
		}
	})
}

// MaxHandlers holds, and nobody waits for ever, when a response that was held goes out.
func TestManyHandlersAndHeldResponses(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := newHold()
		peer, served := serveRaw(t, &hgwire.Server{MaxHandlers: 1, Config: hgwire.Config{WriteTimeout: -1}, Handler: hgwire.HandlerFunc(func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
			if r.Data == nil {
				h.ServeCommand(ctx, w, r)
				return
			}
			w.Write(make([]byte, 3<<20)) // more than fits in the pipe
		})})
		peer.send("1 1 stream-begin command-name have-data a")
		synctest.Wait()
		peer.send("1 1 0 command-data eos ")
		synctest.Wait() // the response is going out
		peer.send("3 1 0 command-name eos b", "5 1 0 command-name eos c")
		synctest.Wait()
		if n := len(h.begun); n > 1 {
			t.Errorf("%d handlers at once", n)
		}
		close(h.release)
		var got []string
		for len(got) < 3 {
			line := peer.next()
			if strings.HasPrefix(line, "error") {
				t.Fatal(line)
			}
			if strings.Contains(line, " eos ") {
				got = append(got, line[:1])
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, []string{"1", "3", "5"}) {
			t.Errorf("answered: %v", got)
		}
		peer.rw.Close()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
}

// The client goes away in the middle of data: the handler learns of it, and the client that there is
// no answer, after those that there are.
func TestIncompleteRequest(t *testing.T) {
	for _, half := range []bool{false, true} {
		bubble(t, func(t *testing.T) {
			var trace bytes.Buffer
			read := make(chan error, 1)
			peer, served := serveRaw(t, &hgwire.Server{HalfDuplex: half, Config: hgwire.Config{Trace: hgwire.TraceTo(&trace, rev)}, Handler: commands(map[string]hgwire.HandlerFunc{
				"take": func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
					_, err := io.Copy(w, r.Data)
					read <- err
				},
				"answer": func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) { io.WriteString(w, "answer") },
			})})
			peer.send("1 1 stream-begin command-name have-data take", "1 1 0 command-data continuation x", "5 1 0 command-name have-args x", "3 1 0 command-name eos answer")
			peer.rw.(*pipeEnd).CloseWrite()
			peer.want("3 2 stream-begin bytes-response eos answer")
			peer.want("1 254 stream-begin error-response protocol input ended before request 1 was completely received", "5 254 0 error-response protocol input ended before request 5 was completely received")
			peer.wantEnd()
			if err := <-read; !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("the handler has read %v", err)
			}
			if err := <-served; err != nil {
				t.Errorf("ServeConn: %v", err)
			}
			if !strings.Contains(trace.String(), "> 1 254 stream-begin error-response") {
				t.Errorf("the refusal is not in the trace:\n%s", &trace)
			}
		})
	}
}
