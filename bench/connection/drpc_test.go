package connection

import (
	"context"
	"errors"
	"io"
	"sync"

	"storj.io/drpc"
	"storj.io/drpc/drpcconn"
	"storj.io/drpc/drpcserver"
	"storj.io/drpc/drpcstream"
)

// DRPC, with an encoding that does nothing. A connection of it has one call at a time by design (its
// users pool connections), so callers wait for each other here. A stream flushes after each message
// unless told not to; it is told.

func drpcCall() (caller, error) { return startDRPC() }
func drpcSend() (sender, error) { return startDRPC() }

type drpcConn struct {
	mu      sync.Mutex // held for a call
	client  *drpcconn.Conn
	served  sync.WaitGroup
	receive func([]byte)
}

func startDRPC() (*drpcConn, error) {
	client, server, err := loopback()
	if err != nil {
		return nil, err
	}
	c := &drpcConn{client: drpcconn.New(client)}
	c.served.Go(func() { drpcserver.New(c).ServeOne(context.Background(), server) })
	return c, nil
}

// HandleRPC answers calls and receives messages.
func (c *drpcConn) HandleRPC(stream drpc.Stream, rpc string) error {
	var m []byte
	if rpc == "echo" {
		if err := stream.MsgRecv(&m, rawEncoding{}); err != nil {
			return err
		}
		response := echo(nil, m)
		return stream.MsgSend(&response, rawEncoding{})
	}
	for {
		switch err := stream.MsgRecv(&m, rawEncoding{}); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		c.receive(m)
	}
}

func (c *drpcConn) call(ctx context.Context, request, response []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	got := response[:0:len(response)]
	if err := c.client.Invoke(ctx, "echo", rawEncoding{}, &request, &got); err != nil {
		return err
	}
	return sameLength(got, response)
}

func (c *drpcConn) send(n int, message func(int) []byte, receive func([]byte)) error {
	c.receive = receive
	stream, err := c.client.NewStream(context.Background(), "send", rawEncoding{})
	if err != nil {
		return err
	}
	stream.(*drpcstream.Stream).SetManualFlush(true)
	var m []byte
	for i := range n {
		m = message(i)
		if err := stream.MsgSend(&m, rawEncoding{}); err != nil {
			return errors.Join(err, stream.Close())
		}
	}
	if err := stream.CloseSend(); err != nil {
		return errors.Join(err, stream.Close())
	}
	if err := stream.MsgRecv(&m, rawEncoding{}); !errors.Is(err, io.EOF) {
		return errors.Join(errors.New("no end of the stream"), err, stream.Close())
	}
	return stream.Close()
}

func (c *drpcConn) close() error {
	err := c.client.Close()
	c.served.Wait()
	return err
}

// A rawEncoding takes pointers to slices. It copies into the slice if there is room.
type rawEncoding struct{}

func (rawEncoding) Marshal(m drpc.Message) ([]byte, error) { return *m.(*[]byte), nil }

func (rawEncoding) MarshalAppend(dst []byte, m drpc.Message) ([]byte, error) {
	return append(dst, *m.(*[]byte)...), nil
}

func (rawEncoding) Unmarshal(data []byte, m drpc.Message) error {
	p := m.(*[]byte)
	*p = append((*p)[:0], data...)
	return nil
}
