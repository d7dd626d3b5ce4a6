package connection

import (
	"context"
	"net/rpc"
	"sync"
)

// net/rpc with its own codec, gob. It has no contexts: giving up on a call is all that they can do.

type netRPCConn struct {
	client *rpc.Client
	served sync.WaitGroup
}

// A netRPCService has the one method.
type netRPCService struct{}

func (netRPCService) Echo(request []byte, response *[]byte) error {
	*response = echo(nil, request)
	return nil
}

func netRPCCall() (caller, error) {
	s := rpc.NewServer()
	if err := s.RegisterName("Bench", netRPCService{}); err != nil {
		return nil, err
	}
	client, server, err := loopback()
	if err != nil {
		return nil, err
	}
	c := &netRPCConn{client: rpc.NewClient(client)}
	c.served.Go(func() { s.ServeConn(server) })
	return c, nil
}

func (c *netRPCConn) call(ctx context.Context, request, response []byte) error {
	got := response[:0:len(response)]
	call := c.client.Go("Bench.Echo", request, &got, make(chan *rpc.Call, 1))
	select {
	case <-call.Done:
		if call.Error != nil {
			return call.Error
		}
		return sameLength(got, response)
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *netRPCConn) close() error {
	err := c.client.Close()
	c.served.Wait()
	return err
}
