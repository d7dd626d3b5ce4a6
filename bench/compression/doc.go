// Package compression compares streams that compress. It holds benchmarks and tests only.
//
// Decode is a stream's decoder, which is fed frame by frame, beside the same codec pulling from memory
// (the floor). Encode is one long-lived stream for all responses beside a context for each, from a pool
// (the floor). Streams is the decoding of two streams side by side beside that of one (the floor), by
// frame.
package compression
