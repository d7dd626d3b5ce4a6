package schema

import (
	"encoding/hex"
	"strings"
)

func (r *resolver) vectors(raws []vectorBlock) {
	for i := range raws {
		raw := &raws[i]
		v := &Vector{Node: raw.Node, Frame: raw.Frame, Octets: r.octets(raw), Doc: raw.Doc}
		v.Revision, _ = lookUp(r, r.revisions, raw.Node, "revision", raw.Revision)
		r.schema.Vectors = append(r.schema.Vectors, v)
	}
}

// octets decodes pairs of hexadecimal digits with space between.
func (r *resolver) octets(raw *vectorBlock) []byte {
	var octets []byte
	off := 0
	for pair := range strings.FieldsSeq(raw.Octets) {
		off += strings.Index(raw.Octets[off:], pair)
		octet, err := hex.DecodeString(pair)
		if err != nil || len(octet) != 1 {
			r.found.Add(r.src.inside(raw.At("octets"), raw.Octets, off), BadOctets, "%q is not a pair of hexadecimal digits", pair)
		}
		octets = append(octets, octet...)
		off += len(pair)
	}
	return octets
}
