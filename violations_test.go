package hgwire_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hgwire/hgwire"
	"github.com/hgwire/hgwire/generated/framing"
)

// encodedBegin is a settings frame on which the same violations go on a connection that decodes.
const encodedBegin = `0 %d stream-begin stream-settings 0 \x04runs\x07`

// Whatever a client does wrong, the server says so in the words of the protocol, and ends.
func TestServerIsBroken(t *testing.T) {
	for name, tt := range map[string]struct {
		lines []string
		code  framing.ErrorCode
	}{
		"even stream":           {[]string{"1 2 stream-begin command-name eos a"}, framing.ErrOwnStreamID},
		"stream not begun":      {[]string{"1 3 0 command-name eos a"}, framing.ErrStreamNotBegun},
		"settings too late":     {[]string{"1 1 stream-begin command-name eos fast", `0 1 0 stream-settings 0 \x08identity`}, framing.ErrSettingsWithoutBegin},
		"malformed settings":    {[]string{`0 1 stream-begin stream-settings 0 \x09identity`}, framing.ErrMalformedSettings},
		"wrong settings":        {[]string{`0 1 stream-begin stream-settings 0 \x04runs\x07\x07`}, framing.ErrMalformedSettings},
		"unknown profile":       {[]string{`0 1 stream-begin stream-settings 0 \x05bzip2`}, framing.ErrUnknownProfile},
		"undecodable":           {[]string{`0 1 stream-begin stream-settings 0 \x04runs\x07`, `1 1 encoded command-name eos \x00`}, framing.ErrUndecodablePayload},
		"data first":            {[]string{"1 1 stream-begin command-data eos x"}, framing.ErrExpectedCommand},
		"even request":          {[]string{"2 1 stream-begin command-name eos a"}, framing.ErrEvenRequestID},
		"no flags":              {[]string{"1 1 stream-begin command-name 0 a"}, framing.ErrMissingCommandFlags},
		"all flags":             {[]string{"1 1 stream-begin command-name eos|have-data a"}, framing.ErrConflictingCommandFlags},
		"already received":      {[]string{"1 1 stream-begin command-name have-data a", "1 1 0 command-name have-data a"}, framing.ErrAlreadyReceived},
		"already active":        {[]string{"1 1 stream-begin command-name eos hold", "1 1 0 command-name eos hold"}, framing.ErrAlreadyActive},
		"still active":          {[]string{"1 1 stream-begin command-name eos hold", "3 1 0 command-name have-data a", "1 1 0 command-data eos x"}, framing.ErrStillActive},
		"not receiving":         {[]string{"3 1 stream-begin command-name have-data a", "1 1 0 command-data eos x"}, framing.ErrNotReceiving},
		"no arguments":          {[]string{"1 1 stream-begin command-name have-data a", `1 1 0 command-argument eoa \x00\x00\x00\x00`}, framing.ErrNotExpectingArguments},
		"no data":               {[]string{"1 1 stream-begin command-name have-args a", "1 1 0 command-data eos x"}, framing.ErrNotExpectingData},
		"data too early":        {[]string{"1 1 stream-begin command-name have-args|have-data a", "1 1 0 command-data eos x"}, framing.ErrDataBeforeArguments},
		"a frame of the server": {[]string{"1 1 stream-begin command-name have-data a", "1 1 0 bytes-response eos x"}, framing.ErrUnexpectedType},
		"unknown type":          {[]string{"1 1 stream-begin command-name have-data a", "1 1 0 9 0 x"}, framing.ErrUnexpectedType},
		"continued last":        {[]string{"1 1 stream-begin command-name have-args a", `1 1 0 command-argument continuation|eoa \x00\x00\x01\x00`}, framing.ErrContinuedLastArgument},
		"data without flags":    {[]string{"1 1 stream-begin command-name have-data a", "1 1 0 command-data 0 x"}, framing.ErrMissingDataFlags},
		"partial header":        {[]string{"1 1 stream-begin command-name have-args a", `1 1 0 command-argument eoa \x00\x00\x00`}, framing.ErrPartialArgumentHeader},
		"partial name":          {[]string{"1 1 stream-begin command-name have-args a", `1 1 0 command-argument eoa \x02\x00\x00\x00a`}, framing.ErrPartialArgumentName},
		"partial value":         {[]string{"1 1 stream-begin command-name have-args a", `1 1 0 command-argument eoa \x01\x00\x02\x00ab`}, framing.ErrPartialArgumentValue},
		"name not ASCII":        {[]string{"1 1 stream-begin command-name have-args a", `1 1 0 command-argument eoa \x01\x00\x00\x00\xff`}, framing.ErrArgumentNameNotASCII},
	} {
		for _, encoded := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, encoded %v", name, encoded), func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					h := newHold()
					causes := make(chan error, 10)
					peer, served := serveRaw(t, &hgwire.Server{Config: hgwire.Config{Profiles: encodings()}, Handler: commands(map[string]hgwire.HandlerFunc{
						"fast": func(context.Context, hgwire.ResponseWriter, *hgwire.Request) {},
						"hold": func(ctx context.Context, w hgwire.ResponseWriter, _ *hgwire.Request) {
							<-ctx.Done()
							causes <- context.Cause(ctx)
							<-h.release
						},
						"a": func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
							_, err := io.Copy(io.Discard, r.Data)
							causes <- err
						},
					})})
					if encoded {
						peer.send(fmt.Sprintf(encodedBegin, 13))
					}
					peer.send("101 11 stream-begin command-name eos fast")
					peer.want("101 2 stream-begin bytes-response eos ")
					peer.send(tt.lines...)
					refusal := peer.next()
					for !strings.Contains(refusal, "error") {
						refusal = peer.next()
					}
					peer.send("111 11 0 command-name eos fast") // it is too late
					peer.wantEnd()
					synctest.Wait()
					for len(causes) > 0 {
						if err := <-causes; !errors.Is(err, tt.code) {
							t.Errorf("a handler got %v; want %v", err, tt.code)
						}
					}
					close(h.release)
					start := time.Now()
					err := <-served
					if time.Since(start) > time.Second {
						t.Errorf("ServeConn took %v", time.Since(start))
					}
					perr := as[*framing.ProtocolError](t, err)
					want := fmt.Sprintf("%d 254 stream-begin|stream-end error-response protocol %s", perr.Header.RequestID, strings.ReplaceAll(perr.Text, "\n", `\n`))
					if !errors.Is(err, tt.code) || refusal != want {
						t.Errorf("ServeConn: %v\nrefusal: %s\nwant:    %s", err, refusal, want)
					}
					mentions(t, err, "protocol error", "state", tt.code.Name())
				})
			})
		}
	}
}

// A client that breaks the protocol and has nothing more to say is told so, too.
func TestBrokenAtEndOfInput(t *testing.T) {
	for _, encoded := range []bool{false, true} {
		for range 100 { // the refusal and the end of input race
			bubble(t, func(t *testing.T) {
				peer, served := serveRaw(t, &hgwire.Server{Config: hgwire.Config{Profiles: encodings()}})
				lines := []string{"1 1 stream-begin command-data eos x"}
				if encoded {
					lines = []string{`0 3 stream-begin stream-settings 0 \x04runs\x07`, "1 1 stream-begin command-data eos x"}
				}
				peer.send(lines...)
				peer.rw.(*pipeEnd).CloseWrite()
				if got, want := peer.next(), "1 254 stream-begin|stream-end error-response protocol expected command frame; got 3"; got != want {
					t.Fatalf("got %s, want %s", got, want)
				}
				peer.wantEnd()
				if err := <-served; !errors.Is(err, framing.ErrExpectedCommand) {
					t.Errorf("ServeConn: got %v, want %v", err, framing.ErrExpectedCommand)
				}
			})
		}
	}
}

// Whatever a server does wrong, all calls of the client fail at once, and say why.
func TestClientIsBroken(t *testing.T) {
	for name, tt := range map[string]struct {
		line string
		code framing.ErrorCode
	}{
		"odd stream":          {"1 1 stream-begin bytes-response eos x", framing.ErrOwnStreamID},
		"stream not begun":    {"1 4 0 bytes-response eos x", framing.ErrStreamNotBegun},
		"settings too late":   {`0 2 0 stream-settings 0 \x08identity`, framing.ErrSettingsWithoutBegin},
		"malformed settings":  {`0 2 stream-begin stream-settings 0 x`, framing.ErrMalformedSettings},
		"unknown profile":     {`0 2 stream-begin stream-settings 0 \x05bzip2`, framing.ErrUnknownProfile},
		"no flags":            {"1 2 0 bytes-response 0 x", framing.ErrMissingResponseFlags},
		"both flags":          {"1 2 0 bytes-response eos|continuation x", framing.ErrConflictingResponseFlags},
		"no error flags":      {"1 2 0 error-response 0 x", framing.ErrMissingErrorFlags},
		"both error flags":    {"1 2 0 error-response protocol|application x", framing.ErrConflictingErrorFlags},
		"not in flight":       {"9 2 0 bytes-response eos x", framing.ErrNotInFlight},
		"far from in flight":  {"60001 2 0 text-output 0 ", framing.ErrNotInFlight},
		"even request":        {"2 2 0 bytes-response eos x", framing.ErrNotInFlight},
		"failure of nobody":   {"9 2 0 error-response application x", framing.ErrNotInFlight},
		"too early":           {"3 2 0 bytes-response continuation x", framing.ErrResponseTooEarly},
		"failure too early":   {"3 2 0 error-response application x", framing.ErrResponseTooEarly},
		"a frame of a client": {"1 2 0 command-name eos x", framing.ErrNotAServerFrame},
		"unknown type":        {"1 2 0 15 0 x", framing.ErrNotAServerFrame},
		"malformed text":      {`1 2 0 text-output 0 \x02\x00\x00\x00x`, framing.ErrMalformedText},
		"text label":          {`1 2 0 text-output 0 \x00\x00\x01\x00\x01\xff`, framing.ErrMalformedText},
		"too large":           {"1 2 0 bytes-response eos " + strings.Repeat("x", 70000), framing.ErrFrameTooLarge},
	} {
		for _, encoded := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, encoded %v", name, encoded), func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					c, server := clientOfRaw(t, hgwire.ClientConfig{Config: hgwire.Config{Profiles: encodings()}})
					errs := make(chan error, 3)
					wait := func(command string, data io.Reader) {
						call, err := c.Start(t.Context(), command, nil, data)
						if err != nil {
							t.Fatal(err)
						}
						go func() {
							r, err := call.Response()
							if err == nil {
								_, err = r.Bytes()
							}
							errs <- err
						}()
					}
					wait("a", nil)
					pr, pw := io.Pipe()
					defer pw.Close()
					wait("b", pr)
					wait("c", nil)
					server.want("1 1 stream-begin command-name eos a", "3 1 0 command-name have-data b", "5 1 0 command-name eos c")
					if encoded {
						server.send(fmt.Sprintf(encodedBegin, 12))
					}
					server.send("5 2 stream-begin bytes-response continuation x", tt.line)
					start := time.Now()
					for range 3 {
						err := <-errs
						if !errors.Is(err, tt.code) {
							t.Errorf("got %v; want %v", err, tt.code)
						}
						call, perr := as[*hgwire.CallError](t, err), as[*framing.ProtocolError](t, err)
						states := map[uint16]string{1: "state waiting", 3: "state data", 5: "state responding"}
						mentions(t, err, "call", call.Command, fmt.Sprintf("request %d, stream 1", call.Request), states[call.Request], perr.Text)
					}
					if time.Since(start) > 0 {
						t.Errorf("it took %v", time.Since(start))
					}
					<-c.Done()
					as[*framing.ProtocolError](t, c.Err())
					_, err := c.Call(t.Context(), "d", nil, nil)
					if !errors.Is(err, tt.code) {
						t.Errorf("a further call: %v", err)
					}
					mentions(t, err, "not sent")
					server.wantEnd()
				})
			})
		}
	}
}

func TestRefused(t *testing.T) {
	for line, state := range map[string]framing.ClientRequestState{
		"1 2 stream-begin error-response protocol go away":              framing.ClientRequestWaiting,
		"0 254 stream-begin|stream-end error-response protocol go away": framing.ClientRequestForeign,
	} {
		bubble(t, func(t *testing.T) {
			c, server := clientOfRaw(t, hgwire.ClientConfig{})
			call, err := c.Start(t.Context(), "a", nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			server.send(line)
			_, err = call.Response()
			if refused := as[*hgwire.RefusedError](t, err); refused.Message != "go away" || refused.Stream == 0 || refused.State != state {
				t.Error(err)
			}
			if failed := as[*hgwire.CallError](t, err); failed.State != framing.ClientRequestWaiting {
				t.Errorf("the call has failed in the state %s", failed.State)
			}
			mentions(t, err, `call "a"`, "the server refuses to go on: go away", "request 1", "stream 1")
			for _, err := range []error{err, c.Err()} {
				if _, ok := errors.AsType[*hgwire.TransportError](err); ok {
					t.Errorf("%v is an error of the transport", err)
				}
			}
		})
	}
}

// Mistakes of the caller leave the connection as it was.
func TestUsageErrors(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		m.Limits.InFlightRequests = 1 // so that a place that is not given back is noticed
		c := m.connect(t, hgwire.HandlerFunc(echo))
		for name, tt := range map[string]struct {
			command string
			args    map[string]string
			code    framing.ErrorCode
		}{
			"long name":      {strings.Repeat("x", 33000), nil, framing.ErrCommandTooLarge},
			"long value":     {"a", map[string]string{"k": strings.Repeat("x", 65536)}, framing.ErrArgumentTooLarge},
			"long key":       {"a", map[string]string{strings.Repeat("x", 33000): ""}, framing.ErrArgumentTooLarge},
			"key not ASCII":  {"a", map[string]string{"ä": ""}, framing.ErrArgumentNotASCII},
			"one of several": {"a", map[string]string{"a": "", "b": strings.Repeat("x", 65536)}, framing.ErrArgumentTooLarge},
		} {
			_, err := c.Call(t.Context(), tt.command, tt.args, strings.NewReader("x"))
			if usage := as[*framing.UsageError](t, err); usage.Code != tt.code {
				t.Errorf("%s: %v", name, err)
			}
			c.want(t, "x", "a", nil, strings.NewReader("x"))
		}
	})
}

// Every pending call returns when the transport fails, whatever it is doing.
func TestTransportDies(t *testing.T) {
	eachMode(t, func(t *testing.T, m mode) {
		m.Limits.InFlightRequests = 4
		near, far := pipe(64 << 10)
		h := newHold()
		c := connectOver(t, &hgwire.Server{Config: m.Config, Handler: commands(map[string]hgwire.HandlerFunc{
			"part": func(ctx context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
				io.WriteString(w, "part")
				w.Flush()
				h.ServeCommand(ctx, w, r)
			},
			"hold": h.ServeCommand,
		})}, hgwire.ClientConfig{Config: m.Config}, near, far)
		errs := make(chan error, 10)
		ask := func(command string, data io.Reader) {
			r, err := c.Call(t.Context(), command, nil, data)
			if err == nil {
				_, err = r.Bytes()
			}
			errs <- err
		}
		pr, _ := io.Pipe()
		go ask("part", nil)
		go ask("hold", nil)
		go ask("hold", pr)
		go ask("hold", &endless{}) // for which there will be no room
		synctest.Wait()
		go ask("hold", nil)
		go ask("hold", nil) // without places
		synctest.Wait()
		broken := errors.New("broken")
		start := time.Now()
		far.Sever(broken)
		for range 6 {
			err := <-errs
			as[*hgwire.CallError](t, err)
			if transport := as[*hgwire.TransportError](t, err); transport.Op == "read" && transport.Err != broken {
				t.Error(err)
			}
		}
		if time.Since(start) > 0 {
			t.Errorf("it took %v", time.Since(start))
		}
		close(h.release)
		as[*hgwire.TransportError](t, <-c.served)
	})
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }
