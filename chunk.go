package hgwire

import (
	"sync"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
)

// chunk is a piece of what has arrived for a request: octets, or text for people. Whoever has it
// owns its memory.
type chunk struct {
	next   *chunk
	memory []byte // of which octets are a part
	octets []byte // not yet read
	text   []payload.Atom
	size   int // counted against the spool
}

// chunkSizes are the sizes of memory that is kept for reuse. The largest is also that of a read
// buffer, so that memory can change hands between the two; it has room for a frame of 65535 octets.
var chunkSizes = [...]int{256, 1 << 10, 4 << 10, 16 << 10, 33 << 10, readBuffer}

const readBuffer = 68 << 10

var chunkPools [len(chunkSizes)]sync.Pool

// newChunk returns a chunk with memory for n octets, whose octets are empty.
func newChunk(n int) *chunk {
	for class, size := range chunkSizes {
		if n > size {
			continue
		}
		if c, ok := chunkPools[class].Get().(*chunk); ok {
			return c
		}
		return &chunk{memory: make([]byte, size)}
	}
	return &chunk{memory: make([]byte, n)}
}

// copyChunk returns a chunk that holds a copy of octets.
func copyChunk(octets []byte) *chunk {
	c := newChunk(len(octets))
	c.hold(c.memory[:copy(c.memory, octets)])
	return c
}

// hold makes octets, which are part of the memory, what there is to read.
func (c *chunk) hold(octets []byte) { c.octets, c.size = octets, len(octets) }

// textSize is about what text takes beside its octets, which may be a multiple of them.
func textSize(atoms []payload.Atom) int {
	n := chunkSizes[0]
	for _, a := range atoms {
		n += 64 + (len(a.Labels)+len(a.Args))*16
	}
	return n
}

// free gives the memory back. Nobody may hold on to a part of it.
func (c *chunk) free() {
	memory := c.memory
	*c = chunk{memory: memory}
	for class, size := range chunkSizes {
		if len(memory) == size {
			chunkPools[class].Put(c)
		}
	}
}

// take returns a chunk with the payload of the frame that r has returned last. Memory of a large
// payload changes hands, that of a small one is copied, so that little memory is held for little.
func take(r *framing.Reader, octets []byte) *chunk {
	if len(octets) < readBuffer/4 {
		return copyChunk(octets)
	}
	c := newChunk(readBuffer)
	memory := r.Swap(c.memory)
	if memory == nil {
		c.free()
		return copyChunk(octets)
	}
	c.memory = memory
	c.hold(octets)
	return c
}
