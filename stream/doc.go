// Package stream keeps the streams of the `streams` revision: one-way sequences of frames that
// share a content encoding context.
//
// Outgoing hands out the flags of a stream that we send, and encodes its payloads. Incoming checks
// and decodes all streams that a peer sends, driven by the generated machine framing.Stream. What
// encodes and decodes is a Profile; Identity is the one that is always there, package
// stream/compress has others. Nothing here does I/O or knows of requests. The one rule to remember:
// frames of one stream are taken, sent and received in the same order, as each may depend on those
// before it.
package stream
