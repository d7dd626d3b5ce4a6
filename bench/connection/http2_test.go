package connection

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
)

// HTTP/2 of net/http, unencrypted and from the first octet on: POST requests with a body, and GET
// requests whose response's body is long.

func http2Call() (caller, error)  { return startHTTP2(nil) }
func http2Small() (sender, error) { return startHTTP2(receiveSmall) }
func http2Bulk() (sender, error)  { return startHTTP2(receivePlain) }

type http2Conn struct {
	server *http.Server
	served chan error
	client http.Client

	receiveAll func(io.Reader, func([]byte)) error
	n          int
	message    func(int) []byte
}

const (
	http2Echo = "http://loopback/echo"
	http2Send = "http://loopback/send"
)

func startHTTP2(receive func(io.Reader, func([]byte)) error) (*http2Conn, error) {
	client, server, err := loopback()
	if err != nil {
		return nil, err
	}
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	d := dialer{conn: client}
	c := &http2Conn{
		client: http.Client{Transport: &http.Transport{
			Protocols:   &protocols,
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return d.dial(ctx) },
		}},
		served:     make(chan error, 1),
		receiveAll: receive,
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		request := make([]byte, r.ContentLength)
		if _, err := io.ReadFull(r.Body, request); err != nil {
			panic(http.ErrAbortHandler)
		}
		w.Write(echo(nil, request))
	})
	mux.HandleFunc("GET /send", func(w http.ResponseWriter, r *http.Request) {
		if err := sendPlain(w, c.n, c.message); err != nil {
			panic(http.ErrAbortHandler)
		}
	})
	c.server = &http.Server{Handler: mux, Protocols: &protocols}
	go func() { c.served <- c.server.Serve(listen(server)) }()
	// Requests that come before there is a connection would each make one.
	if err := c.call(context.Background(), nil, nil); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

func (c *http2Conn) call(ctx context.Context, request, response []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, http2Echo, bytes.NewReader(request))
	if err != nil {
		return err
	}
	res, err := c.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || res.ContentLength != int64(len(response)) {
		return fmt.Errorf("response %s of %d octets", res.Status, res.ContentLength)
	}
	_, err = io.ReadFull(res.Body, response)
	return err
}

func (c *http2Conn) send(n int, message func(int) []byte, receive func([]byte)) error {
	c.n, c.message = n, message
	res, err := c.client.Get(http2Send)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	return c.receiveAll(res.Body, receive)
}

func (c *http2Conn) close() error {
	c.client.CloseIdleConnections()
	err := c.server.Close()
	if served := <-c.served; served != http.ErrServerClosed {
		err = errors.Join(err, served)
	}
	return err
}
