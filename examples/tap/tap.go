// Package tap records what goes over a connection, in the order in which one of its sides sees it.
//
// The one rule to remember: what is sent is recorded before it is, and what is received before it
// is handed on, so that whatever a side does comes after what it had to know.
package tap

import (
	"bytes"
	"net"
	"sync"
)

// Piece is a run of octets that a side has sent or received at once.
type Piece struct {
	Sent   bool
	Octets []byte
}

// Conn is a connection that records. It may be used by many goroutines, as a connection may.
type Conn struct {
	net.Conn
	mu     sync.Mutex
	pieces []Piece
}

// Read records what it returns.
func (c *Conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.record(false, b[:n])
	return n, err
}

// Write records b, even if not all of it is sent.
func (c *Conn) Write(b []byte) (int, error) {
	c.record(true, b)
	return c.Conn.Write(b)
}

func (c *Conn) record(sent bool, b []byte) {
	if len(b) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pieces = append(c.pieces, Piece{sent, bytes.Clone(b)})
}

// Pieces returns what has been recorded so far. Nobody may change the octets.
func (c *Conn) Pieces() []Piece {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pieces[:len(c.pieces):len(c.pieces)]
}
