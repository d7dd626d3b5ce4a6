// Package schema reads a protocol schema: TOML in, a checked model out.
//
// A model that Load returns without diagnostics has every reference resolved and every name,
// number and set expression well formed. What needs proof (determinism, totality, reachability)
// is the business of package verify. The one rule to remember: nothing here knows any particular
// protocol.
package schema

import (
	"fmt"
	"slices"
)

// Schema is a checked protocol schema. Slices stand in the order of the file.
type Schema struct {
	Path      string // as given to Load, for messages
	Source    []byte // the whole file
	Protocol  Protocol
	Revisions []*Revision
	Header    Header
	FlagSets  []*FlagSet
	Payloads  []*Payload
	Frames    []*Frame
	Reserved  []*Reserved
	Limits    []*Limit
	Errors    []*Error
	Machines  []*Machine
	Vectors   []*Vector
}

// Pos is a place in the schema file. Line and Column count from 1; Column counts octets.
type Pos struct {
	Line, Column int
}

// Node is the place of an item and of its keys. Every item of the model embeds one.
type Node struct {
	Pos  Pos            // the item: its `[[block]]` header or the opening brace of its row
	Keys map[string]Pos // the value of each key that is present; `key[0]` is an element of a list

	holes []string // keys of lists that lack elements which were refused
}

// At returns the place of the value of key, or of the item when it has no such key.
func (n Node) At(key string) Pos {
	if p, ok := n.Keys[key]; ok {
		return p
	}
	return n.Pos
}

// Element returns the place of an element of the list under key, or of the item when it has none.
func (n Node) Element(key string, i int) Pos { return n.At(fmt.Sprintf("%s[%d]", key, i)) }

// holed reports whether elements of the list under key were refused, as has been reported.
func (n Node) holed(key string) bool { return slices.Contains(n.holes, key) }

// Protocol names the whole.
type Protocol struct {
	Node
	Name        string // the Go package
	Title       string
	Roles       []string
	Initialisms []string // words of names that Go writes in capitals, beside the usual ones
	Doc         string
}

// Revision is one version of the protocol. Index is its place in Schema.Revisions; an item with
// a Since belongs to that revision and all later ones.
type Revision struct {
	Node
	Index     int
	ID        string
	MediaType string
	API       string
	Source    string
	Doc       string
}

// Header is the layout of the fixed header.
type Header struct {
	Node
	BigEndian bool // multi-octet integers
	LSBFirst  bool // the first field of a shared octet takes the low bits
	Doc       string
	Fields    []*Field
}

// FieldKind says what a header field is for.
type FieldKind uint8

const (
	FieldLength   FieldKind = iota + 1 // "payload-length"
	FieldKey                           // "key": selects an instance of a machine
	FieldFlags                         // "flags"
	FieldType                          // "type"
	FieldNumber                        // "number": an uninterpreted value
	FieldReserved                      // "reserved": zero when sent, ignored on receipt
)

// Field is a header field, of 1 to 64 bits.
type Field struct {
	Node
	Index   int
	Name    string
	Bits    int
	Kind    FieldKind
	Since   *Revision // nil: in every revision
	Doc     string
	MaxSend uint64   // FieldLength: the most a sender produces by default; 0: the field's maximum
	Limit   *Limit   // FieldLength: what a receiver accepts; never nil there
	Odd     string   // FieldKey: the role that odd values belong to; "" when parity means nothing
	Parity  string   // FieldKey: "initiator" or "sender"
	FlagSet *FlagSet // FieldFlags with a set of its own; nil when ByType
	ByType  bool     // FieldFlags: each frame type has its own flags
	Unknown *Error   // FieldType: what a received frame of an undefined type raises; nil: it is passed on
}

// FlagSet is a set of flag bits with its rules: a `[[flagset]]`, or the flags of a frame type.
type FlagSet struct {
	Node
	Name          string // of the flagset or the frame
	Since         *Revision
	RejectUnknown bool // unknown-flags = "reject"; otherwise unknown bits are ignored on receipt
	Doc           string
	Flags         []*Flag
	Rules         []*FlagRule
}

// Mask returns the defined bits.
func (s *FlagSet) Mask() uint64 {
	var m uint64
	for _, f := range s.Flags {
		m |= 1 << f.Bit
	}
	return m
}

// Flag is one bit of a flag set.
type Flag struct {
	Node
	Name string
	Bit  int
	Doc  string
}

// RuleKind is a kind of rule between flags.
type RuleKind uint8

const (
	RuleExcludes RuleKind = iota + 1 // "excludes": at most one of the flags
	RuleAnyOf                        // "any-of": at least one of the flags
	RuleRequires                     // "requires": the first flag needs all the others
)

// FlagRule is a rule that every sent combination of flags obeys. What a receiver makes of a
// broken rule is for its machines to say.
type FlagRule struct {
	Node
	Kind  RuleKind
	Flags []*Flag
	Doc   string
}

// Allows reports whether the combination obeys the rule.
func (r *FlagRule) Allows(flags uint64) bool {
	set := 0
	for _, f := range r.Flags {
		if flags>>f.Bit&1 != 0 {
			set++
		}
	}
	switch r.Kind {
	case RuleExcludes:
		return set <= 1
	case RuleAnyOf:
		return set >= 1
	default:
		return flags>>r.Flags[0].Bit&1 == 0 || set == len(r.Flags)
	}
}

// Payload describes a payload's layout for people; its codec is written by hand.
type Payload struct {
	Node
	Name   string
	Since  *Revision
	Doc    string
	Repeat bool // the fields repeat until the payload ends
	Fields []*PayloadField
	Raises []*Error
}

// PayloadField is a field of a payload. Size and Count name another field of the payload, or
// "rest" for Size.
type PayloadField struct {
	Node
	Name  string
	Type  string // u8, u16, u24, u32, u64, octets, ascii, utf-8
	Size  string
	Count string
	Doc   string
}

// Frame is a frame type with its flags. Its FlagSet has the frame's name, doc and position.
type Frame struct {
	FlagSet
	ID      uint64
	From    []string // sending roles
	Payload *Payload // nil when ByValue

	// ByValue says that frames of the type have no payload: what the header's length field holds is
	// a number of their own, to which no limit of payloads applies.
	ByValue bool
}

// Reserved keeps ids from being assigned.
type Reserved struct {
	Node
	Kind string // "frame"
	IDs  []uint64
	Doc  string
}

// Limit is a number that the user of a role can configure.
type Limit struct {
	Node
	Name    string
	Default uint64
	Unit    string
	Error   *Error
	Since   *Revision
	Machine *Machine // whose instances it bounds; nil when it bounds something else
	Counts  StateSet // the states of Machine in which instances count
	Doc     string
}

// Fault says whose mistake an error is.
type Fault uint8

const (
	FaultPeer   Fault = iota + 1 // the peer broke the protocol
	FaultCaller                  // our own caller made a mistake
)

// Error is an entry of the error catalogue.
type Error struct {
	Node
	Name  string
	Fault Fault
	Text  string
	Parts []TextPart // Text, parsed
	With  []string   // parameters that are not header fields
	Since *Revision
	Doc   string
}

// TextPart is a literal, a header field or a parameter of an error text.
type TextPart struct {
	Literal string
	Field   *Field // non-nil for `%{field}` and `%{field:number}`
	Number  bool   // `%{field:number}`
	Parity  bool   // `%{field:parity}`: "odd" or "even"
	With    string // non-empty for a parameter
}

// Vector is a worked example: a frame in human-readable form and its octets.
type Vector struct {
	Node
	Revision *Revision
	Frame    string
	Octets   []byte
	Doc      string
}

// In reports whether an item that exists since a revision exists in r.
func (r *Revision) In(since *Revision) bool { return since == nil || r.Index >= since.Index }
