package hgwire

import (
	"context"
	"io"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/message"
	"github.com/hgwire/hgwire/payload"
	"github.com/hgwire/hgwire/reactor"
)

// ClientConfig sets up a Client.
type ClientConfig struct {
	Config

	// Text, unless nil, is given the text for people that the server sends while a command runs. It is
	// called in the goroutine that waits for the response or reads it, in order with what that reads;
	// so it may take its time, and may call the client. payload.Styles renders it for terminals.
	Text func(call *Call, atoms []payload.Atom)
}

// Client issues commands over one connection. Any number of goroutines may call it at once: their
// requests share the connection and are answered in any order.
//
// The schema's limit InFlightRequests says how many requests may be in flight; further calls wait.
type Client struct{ conn *clientConn }

// NewClient returns a Client that owns the connection. An error says what is wrong with the
// configuration's encoding; then the connection is still the caller's.
func NewClient(transport io.ReadWriteCloser, cfg ClientConfig) (*Client, error) {
	cfg.Config = cfg.Config.withDefaults()
	c := &clientConn{text: cfg.Text, places: min(cfg.Limits.InFlightRequests, allRequests)}
	c.peer = c
	c.cfg = cfg.Config
	c.reactor = reactor.NewClient(reactor.Config{
		Revision: cfg.Revision,
		Limits:   cfg.Limits,
		MaxSend:  cfg.MaxSend,
		Profiles: cfg.Profiles,
	})
	for i := range cfg.Streams {
		if err := c.addSender(c.reactor.Outgoing(uint8(2*i + 1))); err != nil {
			return nil, err
		}
	}
	c.begin(framing.RoleClient, transport, cfg.Config)
	go c.write()
	go c.run()
	return &Client{c}, nil
}

// allRequests is the number of request IDs that a client has.
const allRequests = 1 << 15

// Call issues a command and waits for its response. It returns when the first part of it has come;
// the rest is read from the Response, which must be read to its end or closed.
//
// Arguments are ASCII names with values of up to 65535 octets. Data is what follows them, to its end;
// nil is none, which a server can tell from empty data. It is read as it is sent, and closed if it is
// an io.Closer. Small data and data in memory is read in the goroutine of the caller.
//
// When the context is done, Call and reading the response return at once, and whatever is still to
// come is dropped: the connection stays usable. A command whose data was partly sent stays incomplete
// for good, since the protocol cannot take it back: the server does not run it (or sees its data
// break off when the connection ends), and it counts as in flight as long as the connection lives. A
// connection of which all places are taken by such calls ends with ErrIncompleteCalls.
//
// Errors are *CommandError when the command failed, *framing.UsageError when it cannot be sent like
// this, and otherwise *CallError.
func (c *Client) Call(ctx context.Context, command string, args map[string]string, data io.Reader) (*Response, error) {
	call, err := c.Start(ctx, command, args, data)
	if err != nil {
		return nil, err
	}
	return call.Response()
}

// Start is Call without the waiting: it returns as soon as the command is on its way, so that one
// goroutine can have many in flight, sent in few writes. The caller must call Response or Cancel.
func (c *Client) Start(ctx context.Context, command string, args map[string]string, data io.Reader) (*Call, error) {
	return c.conn.start(ctx, &message.Command{Name: command, Args: args, Data: data})
}

// CloseWrite says that there will be no more calls, and waits until what was called is sent. Where the
// transport can, the server is told so: on a half-duplex transport it is its turn to answer. Calls that
// wait for a place among the requests in flight fail with ErrClosed, as later ones do.
func (c *Client) CloseWrite() error { return c.conn.closeOutput() }

// Close ends the connection. What is in flight fails with ErrClosed.
func (c *Client) Close() error {
	c.conn.end(ErrClosed)
	return nil
}

// Done returns a channel that is closed when the connection has ended.
func (c *Client) Done() <-chan struct{} { return c.conn.dead }

// Err returns why the connection has ended, or nil while it has not: ErrClosed, a *TransportError, a
// *RefusedError, or a *framing.ProtocolError.
func (c *Client) Err() error { return c.conn.cause(nil) }
