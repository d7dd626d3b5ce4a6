// Package http2 follows HTTP/2 connections with what is generated from schema.toml.
//
// It is no implementation of HTTP/2: it has no field compression and no flow control. The one rule to
// remember: schema.toml says what HTTP/2 is, and nothing in the generator does.
package http2

//go:generate go run ../../gen -out http2frame
