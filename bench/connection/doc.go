// Package connection compares connections: each contestant has one connection over loopback TCP, with
// both ends in this process, and carries the same octets. It holds benchmarks and tests only.
//
// The contests are Call (64-octet requests and responses, with 1, 16 and 128 requests in flight),
// Small (64-octet messages one way, as fast as they go) and Bulk (32 KiB writes one way). A contestant
// stands in a file named for it, which says how it is set up, and has one line in the list of
// contest_test.go. Each is set up as its own documentation shows, with its defaults.
package connection
