package verify

import (
	"fmt"

	"github.com/hgwire/hgwire/internal/schema"
)

// frame is a frame as values by Field.Index. Fields that the revision lacks and reserved ones are
// zero. Where the length is a value, the payload is empty.
type frame struct {
	values  []uint64
	payload []byte
}

// The codec below is slow and obvious, and shares no thought with the one that is generated: it
// moves single bits. bitAt returns where bit i of a field's value stands in the header, counting
// from the value's low end: the octet, and the bit's weight in it.
func (c *checker) bitAt(p place, i int) (octet, shift int) {
	if p.aligned() {
		// Whole octets: the byte order alone counts.
		octet = i / 8
		if c.Header.BigEndian {
			octet = p.Bits/8 - 1 - i/8
		}
		return p.start/8 + octet, i % 8
	}
	if c.Header.LSBFirst {
		at := p.start + i
		return at / 8, at % 8
	}
	at := p.start + p.Bits - 1 - i
	return at / 8, 7 - at%8
}

// encode returns the octets of a frame.
func (c *checker) encode(r *schema.Revision, f *frame) []byte {
	bits := 0
	for _, p := range c.places(r) {
		bits += p.Bits
	}
	header := make([]byte, bits/8)
	for _, p := range c.places(r) {
		for i := range p.Bits {
			octet, shift := c.bitAt(p, i)
			header[octet] |= byte(f.values[p.Index]>>i&1) << shift
		}
	}
	return append(header, f.payload...)
}

// decode returns the frame that the octets are, the whole of them.
func (c *checker) decode(r *schema.Revision, octets []byte) (*frame, error) {
	f, size := c.read(r, octets)
	if len(octets) < size {
		return nil, fmt.Errorf("they are %d octets, and the header alone has %d", len(octets), size)
	}
	byValue := c.byValue(r, f)
	if byValue != nil && len(f.payload) > 0 {
		return nil, fmt.Errorf("%s frames have no payload, and %d octets follow the header", byValue.Name, len(f.payload))
	}
	for _, p := range c.places(r) {
		if p.Kind == schema.FieldLength && byValue == nil && f.values[p.Index] != uint64(len(f.payload)) {
			return nil, fmt.Errorf("their field %s says %d, and %d octets follow the header", p.Name, f.values[p.Index], len(f.payload))
		}
	}
	return f, nil
}

// read returns what the octets say, be it a frame or not: the header, of so many octets, and what
// follows it. Missing octets count as zero.
func (c *checker) read(r *schema.Revision, octets []byte) (f *frame, size int) {
	bits := 0
	for _, p := range c.places(r) {
		bits += p.Bits
	}
	size = bits / 8
	header := make([]byte, size)
	n := copy(header, octets)
	f = &frame{make([]uint64, len(c.Header.Fields)), octets[n:]}
	for _, p := range c.places(r) {
		for i := range p.Bits {
			octet, shift := c.bitAt(p, i)
			f.values[p.Index] |= uint64(header[octet]>>shift&1) << i
		}
	}
	return f, size
}
