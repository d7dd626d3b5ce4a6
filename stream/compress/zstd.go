package compress

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/hgwire/hgwire/stream"
)

// Zstd is the profile `zstd-8mb`: RFC 8878, flushed at the end of every frame, with a window of at most
// 8 MiB.
//
// An encoder takes at most 3 MiB by default, 2 at level 1, 6 at level 3 and 36 at level 4. A decoder takes
// what its peer's window asks for, from the first encoded frame on: 1.5 MiB with our default window, 8.5
// MiB with the largest, however little is sent. TestMemory holds them to that: go test -run Memory -v
// ./stream/compress prints the figures. The limit EncodedStreams bounds how many of these a peer can have.
type Zstd struct {
	// Level is 1 (fastest) to 4 (smallest); zero is 2.
	Level int
	// Window is how far back an encoder looks for what it has seen: a power of two from 1 KiB to 8 MiB;
	// zero is 1 MiB. Decoders have any of them.
	Window int
}

const (
	defaultZstdLevel  = 2
	defaultZstdWindow = 1 << 20
	maxZstdWindow     = 8 << 20
)

// Name returns "zstd-8mb".
func (Zstd) Name() string { return "zstd-8mb" }

// zstdPools has a *sync.Pool for each Zstd that has had an encoder.
var zstdPools sync.Map

// NewEncoder starts a context. There are no settings.
func (z Zstd) NewEncoder() (stream.Encoder, []byte, error) {
	if z.Level == 0 {
		z.Level = defaultZstdLevel
	}
	if z.Window == 0 {
		z.Window = defaultZstdWindow
	}
	if z.Level < int(zstd.SpeedFastest) || z.Level > int(zstd.SpeedBestCompression) {
		return nil, nil, fmt.Errorf("zstd level %d is not in %d to %d", z.Level, zstd.SpeedFastest, zstd.SpeedBestCompression)
	}
	if z.Window < zstd.MinWindowSize || z.Window > maxZstdWindow || z.Window&(z.Window-1) != 0 {
		return nil, nil, fmt.Errorf("zstd window %d is not a power of two from %d to %d", z.Window, zstd.MinWindowSize, maxZstdWindow)
	}
	pool, ok := zstdPools.Load(z)
	if !ok {
		pool, _ = zstdPools.LoadOrStore(z, new(sync.Pool))
	}
	enc, err := newEncoder(pool.(*sync.Pool), zstdMaxPayload, func(w io.Writer) (writer, error) {
		return zstd.NewWriter(w,
			zstd.WithEncoderLevel(zstd.EncoderLevel(z.Level)),
			zstd.WithWindowSize(z.Window),
			zstd.WithEncoderConcurrency(1), // no goroutines
			zstd.WithLowerEncoderMem(true),
			zstd.WithEncoderCRC(false)) // it would come at the end, which never comes
	})
	return enc, nil, err
}

// zstdMaxPayload is the n for which n + n/4 + 64 is at most limit.
//
// A block takes 3 octets of header, and its literals, which are stored where that is shorter, 3 more. Its
// sequences have at most 4 octets of header and no table that is worse than the predefined ones, with
// which a sequence takes at most 17 bits of codes and, in a window of 8 MiB, 23 bits of offset. That is 5
// octets for a match of 4 at least; lengths take further bits only where they are longer than these
// bits. The header of a stream has 6 octets.
func zstdMaxPayload(limit int) int { return max(0, (limit-64)*4/5) }

// NewDecoder starts a context. It takes no settings.
func (Zstd) NewDecoder(settings []byte, limit int) (stream.Decoder, error) {
	if len(settings) > 0 {
		return nil, errors.New("zstd-8mb takes no settings")
	}
	return stream.Pulled(limit, openZstd), nil
}

func openZstd(r io.Reader) (io.Reader, error) {
	d, err := zstd.NewReader(r,
		zstd.WithDecoderMaxWindow(maxZstdWindow),
		zstd.WithDecoderLowmem(true),
		zstd.WithDecoderConcurrency(1)) // no goroutines
	if err != nil {
		return nil, err
	}
	return &zstdReader{d}, nil
}

// zstdReader says in plain words what is wrong with a window. The decoder has the same error for blocks
// that are larger than theirs.
type zstdReader struct{ *zstd.Decoder }

func (r *zstdReader) WriteTo(w io.Writer) (int64, error) {
	n, err := r.Decoder.WriteTo(w)
	if errors.Is(err, zstd.ErrDecoderSizeExceeded) || errors.Is(err, zstd.ErrWindowSizeExceeded) {
		err = fmt.Errorf("the window is larger than %d octets, or a block than the window", maxZstdWindow)
	}
	return n, err
}

func (r *zstdReader) Close() error {
	r.Decoder.Close()
	return nil
}
