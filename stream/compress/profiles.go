package compress

import "github.com/hgwire/hgwire/stream"

// Profiles returns all profiles of the protocol with their defaults, the one that compresses best
// first. A receiver that is given them decodes whatever a peer may choose.
func Profiles() []stream.Profile { return []stream.Profile{Zstd{}, Zlib{}} }
