package hgwire

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/reactor"
)

// DefaultMaxHandlers is how many handlers run at once on a connection by default.
const DefaultMaxHandlers = 256

// Server runs the commands of clients. Its fields must not change once it serves.
type Server struct {
	Handler Handler
	Config  Config

	// MaxHandlers is how many handlers may run at once on one connection; zero means
	// DefaultMaxHandlers. Further requests wait for their turn, up to Limits.ActiveRequests, more than
	// which break the protocol.
	MaxHandlers int

	// HalfDuplex is for transports on which the client says all that it has to say before the server
	// answers, such as a pair of pipes that are used in turns: nothing is written before the end of
	// input, unless the client breaks the protocol.
	HalfDuplex bool

	// ConnContext, unless nil, returns the context for the handlers of a connection that Serve has
	// accepted. It must derive from ctx.
	ConnContext func(ctx context.Context, conn net.Conn) context.Context

	mu        sync.Mutex
	listeners map[net.Listener]struct{}
	conns     map[*serverConn]struct{}
	stopping  bool          // Shutdown or Close was called
	empty     chan struct{} // closed when there are no connections; made by Shutdown
}

// Serve accepts connections and serves each in a goroutine of its own, until the listener fails or
// the server is closed; then it returns ErrServerClosed. It closes the listener. An encoding that cannot
// be set up is an error at once.
func (s *Server) Serve(l net.Listener) error {
	defer l.Close()
	if err := s.check(); err != nil {
		return err
	}
	if !s.addListener(l) {
		return ErrServerClosed
	}
	defer s.removeListener(l)
	var delay time.Duration // after errors that may pass, such as too many open files
	for {
		conn, err := l.Accept()
		if err != nil {
			if s.closing() {
				return ErrServerClosed
			}
			if !temporary(err) {
				return err
			}
			delay = min(max(2*delay, 5*time.Millisecond), time.Second)
			s.Config.withDefaults().Logger.Warn("hgwire: cannot accept a connection", "err", err, "retry", delay)
			time.Sleep(delay)
			continue
		}
		delay = 0
		ctx := context.Background()
		if s.ConnContext != nil {
			ctx = s.ConnContext(ctx, conn)
		}
		go s.serve(ctx, conn)
	}
}

// check says what every connection would fail with.
func (s *Server) check() error {
	c := new(serverConn)
	if err := c.setUp(s.Config.withDefaults()); err != nil {
		return err
	}
	c.closeSenders()
	return nil
}

// temporary reports whether accepting may work again soon.
func temporary(err error) bool {
	t, ok := errors.AsType[interface {
		error
		Temporary() bool
	}](err)
	return ok && t.Temporary()
}

// ServeConn serves a connection, and closes it. It returns when the connection has ended and all of
// its handlers have returned: nil when the client has ended its input between frames, and has been
// answered; ErrServerClosed; the *framing.ProtocolError with which the client broke the protocol, and
// which it has been told; or the *TransportError that got in the way.
func (s *Server) ServeConn(conn io.ReadWriteCloser) error { return s.serve(context.Background(), conn) }

func (s *Server) serve(ctx context.Context, transport io.ReadWriteCloser) error {
	c, err := s.newConn(ctx, transport)
	if err != nil {
		if err != ErrServerClosed {
			s.Config.withDefaults().Logger.Error("hgwire: cannot serve a connection", "err", err)
		}
		transport.Close()
		return err
	}
	defer s.remove(c)
	return c.serve()
}

// newConn takes a connection up.
func (s *Server) newConn(ctx context.Context, transport io.ReadWriteCloser) (*serverConn, error) {
	cfg := s.Config.withDefaults()
	cfg.IdleTimeout = orDefault(cfg.IdleTimeout, DefaultIdleTimeout)
	c := &serverConn{server: s, handler: s.Handler}
	if c.handler == nil {
		c.handler = Commands(nil)
	}
	if err := c.setUp(cfg); err != nil {
		return nil, err
	}
	c.peer = c
	c.ctx, c.cancel = context.WithCancelCause(ctx)
	c.encoded = encodedStreams(&cfg)
	c.out.held = s.HalfDuplex
	c.begin(framing.RoleServer, transport, cfg)
	if !s.add(c) {
		c.end(ErrServerClosed)
		c.closeSenders()
		return nil, c.outcome(ErrServerClosed)
	}
	return c, nil
}

// setUp makes the machines of a connection and the streams on which it sends.
func (c *serverConn) setUp(cfg Config) error {
	c.cfg = cfg
	c.reactor = reactor.NewServer(reactor.Config{
		Revision:   cfg.Revision,
		StreamData: true,
		Limits:     cfg.Limits,
		MaxSend:    cfg.MaxSend,
		Profiles:   cfg.Profiles,
	})
	for i := range cfg.Streams {
		if err := c.addSender(c.reactor.Outgoing(uint8(2*i + 2))); err != nil {
			return err
		}
	}
	return nil
}

// Shutdown ends the server gently: listeners close, connections answer what is running, refuse what
// is new with an application error, and end. It returns when all have, or when the context is done,
// with its error; then Close ends those that are left.
func (s *Server) Shutdown(ctx context.Context) error {
	empty := s.stop(func(c *serverConn) { c.drain() })
	select {
	case <-empty:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Close ends all connections at once, with ErrServerClosed for handlers that go on.
func (s *Server) Close() error {
	s.stop(func(c *serverConn) { go c.end(ErrServerClosed) })
	return nil
}

// stop closes listeners, tells each connection, and returns a channel that is closed when there are
// none.
func (s *Server) stop(tell func(*serverConn)) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopping = true
	for l := range s.listeners {
		l.Close()
	}
	if s.empty == nil {
		s.empty = make(chan struct{})
		if len(s.conns) == 0 {
			close(s.empty)
		}
	}
	for c := range s.conns {
		tell(c)
	}
	return s.empty
}

func (s *Server) maxHandlers() int {
	if s.MaxHandlers <= 0 {
		return DefaultMaxHandlers
	}
	return s.MaxHandlers
}

func (s *Server) closing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopping
}

func (s *Server) addListener(l net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return false
	}
	if s.listeners == nil {
		s.listeners = make(map[net.Listener]struct{})
	}
	s.listeners[l] = struct{}{}
	return true
}

func (s *Server) removeListener(l net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.listeners, l)
}

func (s *Server) add(c *serverConn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return false
	}
	if s.conns == nil {
		s.conns = make(map[*serverConn]struct{})
	}
	s.conns[c] = struct{}{}
	return true
}

func (s *Server) remove(c *serverConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	if len(s.conns) == 0 && s.empty != nil {
		close(s.empty)
	}
}
