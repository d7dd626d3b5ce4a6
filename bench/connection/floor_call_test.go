package connection

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
)

// The floor of Call is what a careful hand writes for this exchange and nothing else: frames of
// length and id, an array of requests, and writes shared by whoever has something to send. It honours
// the context, as each contestant does whose interface has one.

func floorCall() (caller, error)       { return startFloor((*floorServer).serve) }
func floorInlineCall() (caller, error) { return startFloor((*floorServer).serveInline) }

const floorInFlight = 1024

// A floorClient has floorInFlight requests, whose places in the array are the ids.
type floorClient struct {
	conn     net.Conn
	w        floorWriter
	requests [floorInFlight]floorRequest
	free     chan uint32
	closed   sync.WaitGroup // of both readers
}

type floorRequest struct {
	state    atomic.Uint32
	response []byte     // the reader's, once it has taken the request
	done     chan error // one value for each request that the reader has taken
}

const (
	floorIdle uint32 = iota
	floorWaiting
	floorTaken     // by the reader, which sends to done
	floorAbandoned // by the caller: the reader frees it
)

func startFloor(serve func(*floorServer)) (caller, error) {
	client, server, err := loopback()
	if err != nil {
		return nil, err
	}
	c := &floorClient{conn: client, w: floorWriter{w: client}, free: make(chan uint32, floorInFlight)}
	for i := range c.requests {
		c.requests[i].done = make(chan error, 1)
		c.free <- uint32(i)
	}
	c.closed.Go(c.read)
	c.closed.Go(func() { serve(newFloorServer(server)) })
	return c, nil
}

func (c *floorClient) call(ctx context.Context, request, response []byte) error {
	var id uint32
	select {
	case id = <-c.free:
	default:
		select {
		case id = <-c.free:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	r := &c.requests[id]
	r.response = response
	r.state.Store(floorWaiting)
	if err := c.w.frame(id, request); err != nil {
		if !r.state.CompareAndSwap(floorWaiting, floorIdle) {
			<-r.done
		}
		c.free <- id
		return err
	}
	select {
	case err := <-r.done:
		c.free <- id
		return err
	case <-ctx.Done():
		if !r.state.CompareAndSwap(floorWaiting, floorAbandoned) {
			<-r.done
			c.free <- id
		}
		return ctx.Err()
	}
}

var errFloorResponse = errors.New("response to no request, or of another length")

// read hands the responses to the callers, until the connection ends.
func (c *floorClient) read() {
	err := c.responses()
	c.w.fail(err)
	for i := range c.requests {
		if r := &c.requests[i]; r.state.CompareAndSwap(floorWaiting, floorTaken) {
			r.done <- err
		}
	}
}

func (c *floorClient) responses() error {
	in := newFloorReader(c.conn)
	for {
		id, payload, err := in.next()
		if err != nil {
			return err
		}
		if id >= floorInFlight {
			return errFloorResponse
		}
		switch r := &c.requests[id]; {
		case r.state.CompareAndSwap(floorWaiting, floorTaken):
			err = nil
			if len(payload) != len(r.response) {
				err = errFloorResponse
			}
			copy(r.response, payload)
			r.done <- err
		case r.state.CompareAndSwap(floorAbandoned, floorIdle):
			c.free <- id
		default:
			return errFloorResponse
		}
	}
}

func (c *floorClient) close() error {
	err := c.conn.Close() // and the server closes its end
	c.closed.Wait()
	return err
}

// A floorServer answers the requests of a connection.
type floorServer struct {
	conn net.Conn
	w    floorWriter
	pool sync.Pool // of *floorHandler
}

// A floorHandler answers one request after the other, each in a goroutine of its own. Its start is a
// function value so that starting it allocates nothing.
type floorHandler struct {
	id                uint32
	request, response []byte
	start             func()
}

func newFloorServer(conn net.Conn) *floorServer {
	s := &floorServer{conn: conn, w: floorWriter{w: conn}}
	s.pool.New = func() any {
		h := &floorHandler{}
		h.start = func() {
			h.response = echo(h.response[:0], h.request)
			s.w.frame(h.id, h.response) // an error ends the reader, too
			s.pool.Put(h)
		}
		return h
	}
	return s
}

// serve starts a goroutine for each request.
func (s *floorServer) serve() {
	in := newFloorReader(s.conn)
	for {
		id, payload, err := in.next()
		if err != nil {
			s.conn.Close()
			return
		}
		h := s.pool.Get().(*floorHandler)
		h.id = id
		h.request = append(h.request[:0], payload...)
		go h.start()
	}
}

// serveInline answers all requests of a read in the reader itself, and together.
func (s *floorServer) serveInline() {
	defer s.conn.Close()
	in := newFloorReader(s.conn)
	var out, response []byte
	for {
		id, payload, err := in.next()
		if err != nil {
			return
		}
		response = echo(response[:0], payload)
		out = appendFloorFrame(out, id, response)
		if in.buffered() && len(out) < floorMaxPayload {
			continue
		}
		if _, err := s.conn.Write(out); err != nil {
			return
		}
		out = out[:0]
	}
}
