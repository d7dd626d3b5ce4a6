package product

import "github.com/hgwire/hgwire/internal/schema"

// The rules of this package.
const (
	Refused    = "PRD001"
	Deadlock   = "PRD002"
	NotRetired = "PRD003"
	OverLimit  = "PRD004"
	NeverUsed  = "PRD005"
	OneSided   = "PRD006"
	NotProved  = "PRD101"
)

// Rules returns what Check proves.
func Rules() []schema.Rule {
	return []schema.Rule{
		{ID: Refused, Doc: "what a role may send, the other role takes in whatever state it is then"},
		{ID: Deadlock, Doc: "two peers that keep to the protocol always have something to do until all is finished"},
		{ID: NotRetired, Doc: "whatever two peers have begun, they can finish"},
		{ID: OverLimit, Doc: "the limits of a sender, or its number of keys, keep it within the limits of the receiver"},
		{ID: NeverUsed, Doc: "a row without error is of use in some conversation of two peers"},
		{ID: OneSided, Doc: "later machines see a frame on both sides, or on neither"},
		{ID: NotProved, Doc: "information: what is not proved about two peers, and why"},
	}
}
