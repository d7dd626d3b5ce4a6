// Package framingtest tests the generated package framing from outside, as its users see it.
//
// It holds tests only: generated and hand-written files never share a folder. The one rule to
// remember: what a test expects is written here by hand or read from schema.toml in its own way,
// never taken from the code under test.
package framingtest
