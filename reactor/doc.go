// Package reactor holds the protocol's state machines without I/O, clock or goroutine: a frame or
// a call goes in, one flat result comes out.
//
// A Server reacts to the frames of one client, a Client to those of one server, and each takes note of
// the frames that its caller sends. The states, the rows and the error texts come from schema.toml by
// way of package framing; this package implements the actions that rows name. It does not read or
// write octets of a connection, run commands or wait for answers: its caller does.
//
// The one rule to remember: calls change state, iterators only format.
package reactor
