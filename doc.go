// Package hgwire speaks the Unified Frame-Based Protocol over any io.ReadWriteCloser: a Server runs
// commands with a Handler, a Client calls them. Many requests share a connection, run at the same time
// and finish in any order.
//
// The protocol itself is generated from schema.toml: package generated/framing holds header codec,
// frame types, flags, texts and state machines. Beside it stand, written by hand, the codecs of
// payloads (payload), streams and their content encodings (stream, stream/compress), messages as
// frames (message) and the state machines of both roles without I/O (reactor). This package adds
// transports, goroutines, clocks and backpressure.
//
// # Who may do what
//
// Any number of goroutines may use a Client. A Call and its Response belong to one of them, as a
// ResponseWriter and its Request belong to one handler. Handlers run in goroutines of their own, at
// most Server.MaxHandlers at a time on one connection. A connection itself has two or three goroutines:
// one reads, one writes, and where the peer's streams have content encodings one puts decoded frames
// back into order. For as long as it takes there is another one for each response that was held until its
// request was complete and goes out.
//
// # Backpressure, and what still blocks
//
// Who sends waits while the transport does not take what is sent, in Write of a ResponseWriter or in
// Call; memory for output is bounded.
//
// The protocol has no windows: a receiver cannot ask a sender to hold back one response and go on with
// another. What arrives for a slow reader is kept in its spool, up to Config.SpoolOctets. When one spool
// is full, the connection stops receiving, for all requests, until that reader has read on, but at most
// for Config.SpoolWait. Then that response (at a server, the data of that request) fails with
// ErrSpoolFull, what still comes of it is dropped, and the connection goes on. So a reader who never
// reads delays others once, by SpoolWait, and a reader who is slower than the network may do so again and
// again. With SpoolWait below zero nobody ever waits, and slow readers fail as soon as their spool is
// full. Memory is bounded by SpoolOctets and one frame for each request in flight, and at a server by
// Limits.BufferedOctets for responses that are held until their requests are complete.
//
// A request that waits for its turn, because Server.MaxHandlers run, is nobody's to read, so its data
// waits in its spool: clients that send much data with many requests at once want a server with enough
// handlers.
//
// Beyond that, requests wait for each other in the transport, whose octets come in order: a frame,
// of at most Config.MaxSend octets, is sent whole before the next. Frames that a content encoding has
// made wait for those before them on any stream until they are decoded; up to 16 are decoded ahead.
//
// # Errors
//
// A *framing.ProtocolError is the peer's mistake, a *framing.UsageError our caller's, a *TransportError
// nobody's. A client's call fails with a *CommandError when the server says so, and with a *CallError
// that wraps the reason when no answer comes. When a connection ends, every pending call returns with the
// reason.
package hgwire
