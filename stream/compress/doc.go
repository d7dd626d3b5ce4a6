// Package compress has the content encodings of the protocol that compress: the profiles `zlib` and
// `zstd-8mb`.
//
// Both keep one context for a whole stream and flush it at every frame, so the compressed stream is never
// ended, and each frame decodes to all that was encoded into it. Encoders and decoders have no
// goroutines. Encoders that are closed leave their memory to the next ones; each decoder takes its own. The
// zero values of the profiles are good defaults.
//
// What a stream costs is documented at each profile. Octets and time are a trade: one long-lived stream
// takes the fewest octets, since it compresses across responses.
package compress
