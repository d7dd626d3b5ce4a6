package http2

import (
	"encoding/binary"

	"github.com/hgwire/hgwire/examples/http2/http2frame"
)

// Connection takes the frames of a connection, as one of its sides sends and receives them, through
// the machines of that side. It remembers every stream.
type Connection struct {
	side      http2frame.Role
	streams   map[uint32]*stream
	highest   [2]uint32 // opened stream, by parity
	receiving int       // streams of which a field block is partly received
	sending   int       // streams of which a field block is partly sent
	failed    bool
}

// stream has the states of the machines per stream.
type stream struct {
	received   http2frame.ReceivedBlockState
	sent       http2frame.SentBlockState
	clientPush http2frame.ClientPushState // of a client
	serverPush http2frame.ServerPushState // of a server
	life       http2frame.StreamState
}

// NewConnection returns a connection on which nothing has happened.
func NewConnection(side http2frame.Role) *Connection {
	return &Connection{side: side, streams: make(map[uint32]*stream)}
}

// stream returns the states of a stream. An idle one below the highest that was opened is closed
// (RFC 9113, section 5.1.1).
func (c *Connection) stream(id uint32) *stream {
	s := c.streams[id]
	if s == nil {
		s = &stream{
			received:   http2frame.InitialReceivedBlock(id),
			sent:       http2frame.InitialSentBlock(id),
			clientPush: http2frame.InitialClientPush(id),
			serverPush: http2frame.InitialServerPush(id),
			life:       http2frame.InitialStream(c.side, id),
		}
		c.streams[id] = s
	}
	if id > 0 && id < c.highest[id%2] && (s.life == http2frame.StreamOwnIdle || s.life == http2frame.StreamPeerIdle) {
		s.life = http2frame.CallStream(s.life, http2frame.StreamEventSkip).Row().To
	}
	return s
}

// State returns the state of a stream.
func (c *Connection) State(id uint32) http2frame.StreamState { return c.stream(id).life }

// Receive takes a received frame through the machines. The error is the peer's fault, a
// *http2frame.ProtocolError, and is final: every later frame is refused.
func (c *Connection) Receive(f *http2frame.Frame) error {
	s := c.stream(f.StreamID)
	input := http2frame.InputStateOf(c.receiving, c.failed)
	if row := http2frame.DispatchInput(input).Row(); row.Error != 0 {
		return c.fail(row.Error, input.String(), f)
	}
	block := http2frame.DispatchReceivedBlock(input, s.received, &f.Header).Row()
	if block.Error != 0 {
		return c.fail(block.Error, s.received.String(), f)
	}
	if !block.Consumes { // output and sent-block, which come next, let everything pass
		if c.side == http2frame.RoleClient {
			if row := http2frame.DispatchClientPush(s.clientPush, &f.Header).Row(); row.Error != 0 {
				return c.fail(row.Error, s.clientPush.String(), f)
			}
		} else if row := http2frame.DispatchServerPush(s.serverPush, &f.Header).Row(); row.Error != 0 {
			return c.fail(row.Error, s.serverPush.String(), f)
		}
		row := http2frame.DispatchStream(s.life, &f.Header).Row()
		if row.Error != 0 {
			return c.fail(row.Error, s.life.String(), f)
		}
		if f.Type == http2frame.TypePushPromise {
			if err := c.promised(f); err != nil {
				return err
			}
		}
		c.enter(f.StreamID, s, row)
	}
	if !block.Keep {
		c.receiving += change(s.received.Receiving(), block.To.Receiving())
		s.received = block.To
	}
	return nil
}

// Send takes a sent frame through the machines that have rows for sending. The error is our own
// fault, a *http2frame.UsageError: the frame may not be sent, and nothing has changed.
func (c *Connection) Send(f *http2frame.Frame) error {
	s := c.stream(f.StreamID)
	output := http2frame.OutputStateOf(c.sending, c.failed)
	block := http2frame.SendSentBlock(output, s.sent, &f.Header).Row()
	if block.Error != 0 {
		return refuse(block.Error, s.sent.String(), f)
	}
	if !block.Consumes {
		if c.side == http2frame.RoleServer {
			if row := http2frame.SendServerPush(s.serverPush, &f.Header).Row(); row.Error != 0 {
				return refuse(row.Error, s.serverPush.String(), f)
			}
		}
		row := http2frame.SendStream(s.life, &f.Header).Row()
		if row.Error != 0 {
			return refuse(row.Error, s.life.String(), f)
		}
		if f.Type == http2frame.TypePushPromise {
			if err := c.promise(f); err != nil {
				return err
			}
		}
		c.enter(f.StreamID, s, row)
	}
	if !block.Keep {
		c.sending += change(s.sent.Receiving(), block.To.Receiving())
		s.sent = block.To
	}
	return nil
}

// enter takes a stream to its next state, if the row has one.
func (c *Connection) enter(id uint32, s *stream, row http2frame.StreamRow) {
	if row.Keep {
		return
	}
	s.life = row.To
	c.highest[id%2] = max(c.highest[id%2], id)
}

// promised reserves the stream that a received push-promise frame names.
func (c *Connection) promised(f *http2frame.Frame) error {
	id, ok := promisedID(f)
	if !ok {
		return c.fail(http2frame.ErrFrameSizeError, "", f)
	}
	s := c.stream(id)
	push := http2frame.CallClientPush(s.clientPush, http2frame.ClientPushEventPromised).Row()
	life := http2frame.CallStream(s.life, http2frame.StreamEventPromised).Row()
	if push.Error != 0 || life.Error != 0 { // who promises such a stream is the peer
		return c.fail(http2frame.ErrProtocolError, s.life.String(), f)
	}
	s.clientPush = push.To
	c.enter(id, s, life)
	return nil
}

// promise reserves the stream that a sent push-promise frame names.
func (c *Connection) promise(f *http2frame.Frame) error {
	id, ok := promisedID(f)
	if !ok {
		return refuse(http2frame.ErrMisuse, "", f)
	}
	s := c.stream(id)
	push := http2frame.CallServerPush(s.serverPush, http2frame.ServerPushEventPromise).Row()
	life := http2frame.CallStream(s.life, http2frame.StreamEventPromise).Row()
	if push.Error != 0 || life.Error != 0 {
		return refuse(http2frame.ErrMisuse, s.life.String(), f)
	}
	s.serverPush = push.To
	c.enter(id, s, life)
	return nil
}

// promisedID returns the stream that a push-promise frame names, after the octet of pad length if
// there is one (RFC 9113, section 6.6).
func promisedID(f *http2frame.Frame) (id uint32, ok bool) {
	b := f.Payload
	if http2frame.PushPromiseFlags(f.Flags).Has(http2frame.PushPromisePadded) && len(b) > 0 {
		b = b[1:]
	}
	if len(b) < 4 {
		return 0, false
	}
	return binary.BigEndian.Uint32(b) & 0x7fffffff, true
}

// change returns by how much a count of streams changes.
func change(before, after bool) int {
	switch {
	case after && !before:
		return 1
	case before && !after:
		return -1
	}
	return 0
}

func (c *Connection) fail(code http2frame.ErrorCode, state string, f *http2frame.Frame) error {
	c.failed = true
	err := http2frame.NewProtocolError(code, &f.Header)
	err.State = state
	return err
}

func refuse(code http2frame.ErrorCode, state string, f *http2frame.Frame) error {
	err := http2frame.NewUsageError(code, &f.Header)
	err.State = state
	return err
}
