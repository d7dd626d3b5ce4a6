// Package hgwire is the root of a library for a framed, multiplexed wire protocol that is
// generated from schema.toml.
//
// The protocol is Mercurial's Unified Frame-Based Protocol with request IDs and streams. Package
// generated/framing holds what the generator writes for it: header codec, frame types, flags,
// texts and state machines. Beside it stand, written by hand, the codecs of payloads (payload),
// streams and their content encodings (stream), messages as frames (message) and the protocol's
// state machines without I/O (reactor). The command in gen compiles schema.toml, or a schema of
// your own.
//
// This package itself holds only the directive that runs the generator.
package hgwire
