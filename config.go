package hgwire

import (
	"log/slog"
	"slices"
	"time"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
	"github.com/hgwire/hgwire/stream/compress"
)

// Defaults of Config.
const (
	DefaultStreams      = 1
	DefaultSpoolOctets  = 1 << 20
	DefaultSpoolWait    = 10 * time.Second
	DefaultIdleTimeout  = 5 * time.Minute
	DefaultFrameTimeout = 30 * time.Second
	DefaultWriteTimeout = 30 * time.Second
)

// Config is what servers and clients have in common. The zero Config is a good one.
type Config struct {
	// Revision of the protocol, which both ends must agree on; zero means the latest.
	Revision framing.Revision

	// Limits are what a peer may cost. Those that are zero are the schema's defaults. Data of requests
	// is handed on as it comes, so DataOctets and BufferedOctets count none of it. They bound what a
	// server holds of a response, and of all responses of a connection, that are written before their
	// requests have been received in full.
	Limits framing.Limits

	// MaxSend is the most payload octets of a frame that we send; zero means
	// framing.DefaultMaxSend.
	MaxSend int

	// Profiles are the content encodings that the peer may choose for its streams; nil means those of
	// compress.Profiles. Identity is always there.
	Profiles []stream.Profile

	// Encoding is the content encoding of the streams on which we send; nil means none. A peer that
	// does not know it refuses the connection.
	Encoding stream.Profile

	// PlainBelow keeps payloads of fewer octets out of the content encoding: they go plain, on the
	// same streams.
	PlainBelow int

	// Streams is on how many streams we send, at most 64; zero means one. Each has its own content
	// encoding context, and they encode at the same time: as many as there are cores are of use.
	// Requests are spread over them. In the revision request-ids there are none.
	Streams int

	// SpoolOctets is how much of one response (or of one request's data, at a server) may have
	// arrived without having been read; zero means DefaultSpoolOctets. See the package documentation
	// for what happens when it is full.
	SpoolOctets int

	// SpoolWait is how long the connection waits for the reader of a full spool, during which nothing
	// else is received on it. Then that response (or request) fails with ErrSpoolFull, and the rest of
	// the connection goes on. Zero means DefaultSpoolWait, less than zero does not wait.
	SpoolWait time.Duration

	// Timeouts pass after their time, and up to a quarter of the shortest of them later.
	//
	// IdleTimeout ends a server's connection on which no request is running and nothing arrives for so
	// long. Zero means DefaultIdleTimeout for a server, and no limit for a client; less than zero means
	// no limit.
	IdleTimeout time.Duration

	// FrameTimeout ends a connection on which a frame has begun to arrive and has not arrived in full
	// after so long. Zero means DefaultFrameTimeout; less than zero means no limit.
	FrameTimeout time.Duration

	// WriteTimeout ends a connection whose transport does not take what we send for so long. Zero means
	// DefaultWriteTimeout; less than zero means no limit.
	WriteTimeout time.Duration

	// Logger is told of connections that end with an error and of handlers that panic; nil means
	// nobody is.
	Logger *slog.Logger

	// Observer is told what happens, for metrics; nil means nobody is.
	Observer Observer

	// Trace is called with every frame, sent or received, in its order on the wire; see TraceTo. It
	// must neither keep the frame nor use the connection, and is called by several goroutines, one at a
	// time for each direction of a connection.
	Trace func(d Direction, f *framing.Frame)
}

// maxStreams is the most streams on which one side sends by itself: half of those it has, so that
// there are some left for what comes encoded already.
const maxStreams = 64

// withDefaults returns c with the default for everything that is zero.
func (c Config) withDefaults() Config {
	if c.Revision == 0 {
		c.Revision = framing.LatestRevision
	}
	if !slices.Contains(framing.Revisions(), c.Revision) {
		panic("hgwire: unknown revision " + c.Revision.String())
	}
	c.Limits = c.Limits.WithDefaults()
	if c.MaxSend <= 0 {
		c.MaxSend = framing.DefaultMaxSend
	}
	c.MaxSend = min(c.MaxSend, maxFrame)
	if c.Profiles == nil {
		c.Profiles = compress.Profiles()
	}
	if c.Streams <= 0 {
		c.Streams = DefaultStreams
	}
	c.Streams = min(c.Streams, maxStreams)
	if c.Revision < framing.RevisionStreams {
		c.Streams, c.Encoding = 1, nil
	}
	if c.SpoolOctets <= 0 {
		c.SpoolOctets = DefaultSpoolOctets
	}
	c.SpoolWait = orDefault(c.SpoolWait, DefaultSpoolWait)
	c.FrameTimeout = orDefault(c.FrameTimeout, DefaultFrameTimeout)
	c.WriteTimeout = orDefault(c.WriteTimeout, DefaultWriteTimeout)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// maxFrame is the most that a frame can hold.
const maxFrame = 1<<24 - 1

// orDefault returns d, or the default for zero.
func orDefault(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}
