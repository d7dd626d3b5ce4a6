package reactor

import (
	"slices"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

// Config sets up a Server or a Client. The zero value is the latest revision, immediate output and
// the schema's default limits.
type Config struct {
	Revision framing.Revision
	// DeferOutput has a Server keep all answers until EndInput, for half-duplex transports.
	DeferOutput bool
	// StreamData has a Server hand on the data of requests frame by frame instead of keeping it: a
	// request with data comes to OpenCommand when its arguments are complete, to TakeData for each
	// data frame, and to RunCommand with the last one. Then the limit DataOctets does not apply, and
	// data does not count for BufferedOctets.
	StreamData bool
	Limits     framing.Limits
	MaxSend    int // payload octets of a sent frame; zero means framing.DefaultMaxSend
	// Profiles are the content encodings that the peer may choose, beside identity.
	Profiles []stream.Profile
}

// withDefaults returns the configuration with its revision and its limits filled in. It panics when
// there is no such revision.
func (cfg Config) withDefaults() Config {
	if cfg.Revision == 0 {
		cfg.Revision = framing.LatestRevision
	}
	if !slices.Contains(framing.Revisions(), cfg.Revision) {
		panic("reactor: unknown revision " + cfg.Revision.String())
	}
	cfg.Limits = cfg.Limits.WithDefaults()
	return cfg
}
