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

// append adds octets to those that c holds, if its memory has room for them behind.
func (c *chunk) append(octets []byte) bool {
	n := len(c.octets)
	if c.text != nil || cap(c.octets)-n < len(octets) {
		return false
	}
	c.octets = append(c.octets, octets...)
	c.size += len(octets)
	return true
}

// fit returns c, or a copy in less memory, in place of c, when most of c's is of no use and it is more
// than octets are gathered in.
func (c *chunk) fit() *chunk {
	if len(c.memory) <= gathered || len(c.octets) >= len(c.memory)/4 {
		return c
	}
	k := copyChunk(c.octets)
	c.free()
	return k
}

// reset empties c.
func (c *chunk) reset() { *c = chunk{memory: c.memory} }

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
	c.reset()
	for class, size := range chunkSizes {
		if len(c.memory) == size {
			chunkPools[class].Put(c)
			return
		}
	}
}

// isLarge reports whether a payload of n octets is better not copied. The memory of a read buffer
// changes hands then, so a large part of it must be used.
func isLarge(n int) bool { return n >= readBuffer/4 }

// take makes c, which has the memory of a read buffer, hold the payload that r has returned last: the
// memory changes hands.
func (c *chunk) take(r *framing.Reader, octets []byte) *chunk {
	memory := r.Swap(c.memory)
	if memory == nil {
		c.free()
		return copyChunk(octets)
	}
	c.memory = memory
	c.hold(octets)
	return c
}
