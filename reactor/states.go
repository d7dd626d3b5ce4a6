package reactor

import "github.com/hgwire/hgwire/generated/framing"

// states has the state of every request of a client, an octet each, found by two array lookups.
// Only odd IDs have requests; pages of 256 are allocated when first used and kept, 32 KiB for all 32768
// IDs.
type states struct {
	pages [128]*[256]uint8
}

// taken marks an ID that is in use, even if no frame of its request has been sent.
const taken = 0x80

// allRequests is the number of IDs that a client has.
const allRequests = 1 << 15

// find returns the state of a request, and whether its ID is in use.
func (s *states) find(id uint16) (state framing.ClientRequestState, inUse bool) {
	if page := s.pages[id>>9]; page != nil && id&1 != 0 {
		octet := page[id>>1&0xff]
		return framing.ClientRequestState(octet &^ taken), octet != 0
	}
	return framing.InitialClientRequest(id), false
}

// take sets the state of a request whose ID is in use, or comes into use. The ID is odd.
func (s *states) take(id uint16, state framing.ClientRequestState) {
	page := &s.pages[id>>9]
	if *page == nil {
		*page = new([256]uint8)
	}
	(*page)[id>>1&0xff] = uint8(state) | taken
}

// free says that an ID in use no longer is.
func (s *states) free(id uint16) { s.pages[id>>9][id>>1&0xff] = 0 }

// all yields the IDs in use, in ascending order.
func (s *states) all(yield func(uint16) bool) {
	for i, page := range s.pages {
		if page == nil {
			continue
		}
		for j, octet := range page {
			if octet != 0 && !yield(uint16(i<<9|j<<1|1)) {
				return
			}
		}
	}
}
