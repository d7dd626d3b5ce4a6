package connection

import (
	"context"
	"io"
	"sync"

	"github.com/hgwire/hgwire"
)

// hgwire over one connection, with a handler in a goroutine of its own for each request. A request is
// the value of an argument, which takes a frame beside that of the command's name.

func hgwireCall() (caller, error) {
	return startHgwire(func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
		request, _ := r.ArgOctets("request")
		w.Write(request)
	}, nil)
}

type hgwireConn struct {
	client     *hgwire.Client
	served     sync.WaitGroup
	receiveAll func(io.Reader, func([]byte)) error
	n          int
	message    func(int) []byte
}

func startHgwire(h hgwire.HandlerFunc, c *hgwireConn) (*hgwireConn, error) {
	client, server, err := loopback()
	if err != nil {
		return nil, err
	}
	if c == nil {
		c = &hgwireConn{}
	}
	s := &hgwire.Server{Handler: h}
	c.served.Go(func() { s.ServeConn(server) })
	c.client, err = hgwire.NewClient(client, hgwire.ClientConfig{})
	return c, err
}

var hgwireArgs = sync.Pool{New: func() any { return make(map[string]string) }}

func (c *hgwireConn) call(ctx context.Context, request, response []byte) error {
	args := hgwireArgs.Get().(map[string]string)
	defer hgwireArgs.Put(args)
	args["request"] = string(request)
	r, err := c.client.Call(ctx, "echo", args, nil)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.ReadFull(r, response)
	return err
}

func (c *hgwireConn) close() error {
	err := c.client.Close()
	c.served.Wait()
	return err
}

// hgwireSmall has a frame for each message.
func hgwireSmall() (sender, error) {
	c := &hgwireConn{receiveAll: receiveSmall}
	return startHgwire(func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
		for i := range c.n {
			w.Write(c.message(i))
			w.Flush()
		}
	}, c)
}

func hgwireBulk() (sender, error) {
	c := &hgwireConn{receiveAll: func(r io.Reader, receive func([]byte)) error {
		_, err := io.Copy(receiver(receive), r)
		return err
	}}
	return startHgwire(func(_ context.Context, w hgwire.ResponseWriter, r *hgwire.Request) {
		sendPlain(w, c.n, c.message)
	}, c)
}

// receiver is a writer that receives.
type receiver func([]byte)

func (r receiver) Write(piece []byte) (int, error) {
	r(piece)
	return len(piece), nil
}

func (c *hgwireConn) send(n int, message func(int) []byte, receive func([]byte)) error {
	c.n, c.message = n, message
	r, err := c.client.Call(context.Background(), "send", nil, nil)
	if err != nil {
		return err
	}
	defer r.Close()
	return c.receiveAll(r, receive)
}
