package compress

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/zlib"

	"github.com/hgwire/hgwire/stream"
)

// Zlib is the profile `zlib`: RFC 1950, with a sync flush at the end of every frame.
//
// An encoder takes at most 1.5 MiB (1.0 at the default level), a decoder 0.1 MiB, whatever a peer
// sends. TestMemory holds it to that: go test -run Memory -v ./stream/compress prints the figures.
type Zlib struct {
	// Level is 1 (fastest) to 9 (smallest); zero is 6.
	Level int
}

const defaultZlibLevel = 6

// Name returns "zlib".
func (Zlib) Name() string { return "zlib" }

var zlibPools [zlib.BestCompression + 1]sync.Pool

// NewEncoder starts a context. There are no settings.
func (z Zlib) NewEncoder() (stream.Encoder, []byte, error) {
	level := z.Level
	if level == 0 {
		level = defaultZlibLevel
	}
	if level < zlib.BestSpeed || level > zlib.BestCompression {
		return nil, nil, fmt.Errorf("zlib level %d is not in 1 to %d", level, zlib.BestCompression)
	}
	enc, err := newEncoder(&zlibPools[level], zlibMaxPayload, func(w io.Writer) (writer, error) {
		return zlib.NewWriterLevel(w, level)
	})
	return enc, nil, err
}

// zlibMaxPayload is the n for which n + n/8 + 32 is at most limit.
//
// A stream has 2 octets of header, and a flush at most 2 and 4. A block is stored, which takes 5 octets
// for up to 65535, when that is estimated to be shortest. The estimate assumes a table of 70 octets, and
// one of literals alone takes 160 at most; the estimate gives way to such a table only where the literals
// save as much, so of more than a thousand octets, an eighth of which is more than the difference. Blocks whose
// octets have left the window cannot be stored: their Huffman code is no longer than one of 9 bits for
// every symbol.
func zlibMaxPayload(limit int) int { return max(0, (limit-32)*8/9) }

// NewDecoder starts a context. It takes no settings.
func (Zlib) NewDecoder(settings []byte, limit int) (stream.Decoder, error) {
	if len(settings) > 0 {
		return nil, errors.New("zlib takes no settings")
	}
	return stream.Pulled(limit, openZlib), nil
}

// zlibBuffer is how much is read ahead of the decoder.
const zlibBuffer = 1 << 10

func openZlib(r io.Reader) (io.Reader, error) {
	ahead := bufio.NewReaderSize(r, zlibBuffer)
	z, err := zlib.NewReader(ahead)
	if err != nil {
		return nil, err
	}
	return &zlibReader{z, ahead}, nil
}

// zlibReader sees to it that nothing is left over after the end.
type zlibReader struct {
	io.Reader
	ahead *bufio.Reader
}

func (z *zlibReader) Read(b []byte) (int, error) {
	n, err := z.Reader.Read(b)
	if err == io.EOF && z.ahead.Buffered() > 0 {
		err = stream.ErrTrailingData
	}
	return n, err
}
