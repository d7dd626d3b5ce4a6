// Package yamux follows yamux sessions with what is generated from schema.toml.
//
// It is no implementation of yamux: it keeps no windows and has no timers. The one rule to remember:
// schema.toml says what yamux is, and nothing in the generator does.
package yamux

//go:generate go run ../../gen -out yamuxframe
