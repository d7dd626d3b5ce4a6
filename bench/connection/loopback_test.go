package connection

import (
	"context"
	"errors"
	"net"
	"sync"
)

// loopback returns the two ends of a TCP connection, as net.Dial and Accept give them: with
// TCP_NODELAY.
func loopback() (client, server *net.TCPConn, err error) {
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, nil, err
	}
	defer l.Close()
	// The kernel completes the connection before it is accepted.
	if client, err = net.DialTCP("tcp", nil, l.Addr().(*net.TCPAddr)); err != nil {
		return nil, nil, err
	}
	if server, err = l.AcceptTCP(); err != nil {
		client.Close()
		return nil, nil, err
	}
	return client, server, nil
}

var errSecond = errors.New("a second connection")

// A dialer has one connection to hand out.
type dialer struct {
	mu   sync.Mutex
	conn net.Conn
}

// dial returns the connection, and errSecond from then on.
func (d *dialer) dial(context.Context) (net.Conn, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.conn
	if d.conn = nil; c == nil {
		return nil, errSecond
	}
	return c, nil
}

// A listener accepts one connection and then waits to be closed.
type listener struct {
	conns  chan net.Conn
	addr   net.Addr
	close  sync.Once
	closed chan struct{}
}

func listen(c net.Conn) *listener {
	l := &listener{conns: make(chan net.Conn, 1), addr: c.LocalAddr(), closed: make(chan struct{})}
	l.conns <- c
	return l
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.close.Do(func() { close(l.closed) })
	return nil
}

func (l *listener) Addr() net.Addr { return l.addr }
