package connection

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/hashicorp/yamux"
)

// yamux: a stream for each request, and one for all messages of a contest, written one by one. It has
// no contexts.

func yamuxCall() (caller, error)  { return startYamux(nil) }
func yamuxSmall() (sender, error) { return startYamux(receiveSmall) }
func yamuxBulk() (sender, error)  { return startYamux(receivePlain) }

type yamuxConn struct {
	client, server *yamux.Session
	served         sync.WaitGroup
	receiveAll     func(io.Reader, func([]byte)) error
}

func startYamux(receive func(io.Reader, func([]byte)) error) (*yamuxConn, error) {
	client, server, err := loopback()
	if err != nil {
		return nil, err
	}
	config := yamux.DefaultConfig()
	config.LogOutput = io.Discard // it logs the end of a connection
	c := &yamuxConn{receiveAll: receive}
	if c.client, err = yamux.Client(client, config); err != nil {
		return nil, err
	}
	if c.server, err = yamux.Server(server, config); err != nil {
		return nil, err
	}
	if receive == nil {
		c.served.Go(c.serve)
	}
	return c, nil
}

// serve answers each stream in a goroutine of its own.
func (c *yamuxConn) serve() {
	for {
		stream, err := c.server.AcceptStream()
		if err != nil {
			return
		}
		c.served.Go(func() {
			defer stream.Close()
			request := make([]byte, smallSize)
			if _, err := io.ReadFull(stream, request); err == nil {
				stream.Write(echo(nil, request))
			}
		})
	}
}

func (c *yamuxConn) call(_ context.Context, request, response []byte) error {
	stream, err := c.client.OpenStream()
	if err != nil {
		return err
	}
	defer stream.Close()
	if _, err := stream.Write(request); err != nil {
		return err
	}
	_, err = io.ReadFull(stream, response)
	return err
}

func (c *yamuxConn) send(n int, message func(int) []byte, receive func([]byte)) error {
	received := make(chan error, 1)
	go func() {
		stream, err := c.server.AcceptStream()
		if err == nil {
			err = errors.Join(c.receiveAll(stream, receive), stream.Close())
		}
		received <- err
	}()
	stream, err := c.client.OpenStream()
	if err != nil {
		return errors.Join(err, c.server.Close(), <-received)
	}
	err = errors.Join(sendPlain(stream, n, message), stream.Close())
	return errors.Join(err, <-received)
}

func (c *yamuxConn) close() error {
	err := errors.Join(c.client.Close(), c.server.Close())
	c.served.Wait()
	return err
}
