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

// Machine is a state machine. A received frame visits the machines of a role in file order; so
// does a sent frame, and passes over those without a row for sending.
type Machine struct {
	Node
	Name        string
	Role        string    // "" when it is every role's
	Key         *Field    // `per`: the field whose values have an instance each; nil for "connection"
	Within      *Machine  // the connection machine whose state `while` refers to, or nil
	Guard       *Field    // the flags field that `flags` refers to, or nil
	Since       *Revision // nil: in every revision
	Initial     []*Initial
	Doc         string
	States      []*State
	Events      []*Event
	Actions     []*Action
	Transitions []*Transition
	Total       bool   // no frame and no call may be without a row
	Otherwise   *Error // raised when no row admits a frame
	Misuse      *Error // raised when no row admits a call or a sent frame
}

// Of reports whether the machine is one of the role's.
func (m *Machine) Of(role string) bool { return m.Role == "" || m.Role == role }

// Sends reports whether the machine has rows for sent frames.
func (m *Machine) Sends() bool {
	return slices.ContainsFunc(m.Transitions, func(t *Transition) bool { return t.Send })
}

// Start returns the state in which an instance of the role for the key starts, or nil when the
// machine is a connection's or leaves it open. `zero` goes before every other class.
func (m *Machine) Start(role string, key uint64) *State {
	var state *State
	for _, i := range m.Initial {
		switch {
		case !i.Has(m.Key, role, key):
		case i.Keys == KeyZero:
			return i.State
		case state == nil:
			state = i.State
		}
	}
	return state
}

// KeyClass is a class of key values.
type KeyClass uint8

const (
	KeyAny  KeyClass = iota + 1 // "any"
	KeyOdd                      // "odd"
	KeyEven                     // "even"
	KeyZero                     // "zero"
	KeyOwn                      // "own": of the parity that belongs to the machine's role
	KeyPeer                     // "peer": of the other parity
)

// Has reports whether instances of the role for the key start so.
func (i *Initial) Has(f *Field, role string, key uint64) bool {
	switch i.Keys {
	case KeyOdd:
		return key%2 != 0
	case KeyEven:
		return key%2 == 0
	case KeyZero:
		return key == 0
	case KeyOwn:
		return f.Owner(role, key)
	case KeyPeer:
		return !f.Owner(role, key)
	default:
		return true
	}
}

// Owner reports whether a key belongs to the role by its parity.
func (f *Field) Owner(role string, key uint64) bool { return key%2 != 0 == (f.Odd == role) }

// Initial is the state in which instances with certain keys start.
type Initial struct {
	Node
	Keys  KeyClass
	State *State
}

// When says from what a connection machine's state follows.
type When uint8

const (
	WhenNoneReceiving When = iota + 1 // no instance of a machine within is in a receiving state
	WhenSomeReceiving                 // at least one is
	WhenError                         // a row raised an error; absorbing
)

// State is a state of a machine. Index is its place in Machine.States.
type State struct {
	Node
	Index     int
	Name      string
	Receiving bool
	Final     bool // instances may stay in it for good
	When      When // connection machines only
	Doc       string
}

// Event is something other than a frame that a machine reacts to: a call of the application or
// of the transport. Rows name it `api:NAME`.
type Event struct {
	Node
	Index  int
	Name   string
	Raises []*Error // what the call can raise before a row is looked for, of any fault
	Doc    string

	// Elsewhere is for a call that follows from what travels under another key or in a payload.
	Elsewhere bool
}

// Action is a thing a row does; hand-written code implements it.
type Action struct {
	Node
	Name   string
	Raises []*Error
	Keeps  []*Limit // that bound what it keeps of frames; nil when it does not say, empty for nothing
	Doc    string
}

// Transition is one row. It applies to received frames, to sent frames (Send) or to calls (Events
// is not empty, Types is zero).
type Transition struct {
	Node
	Index    int
	ID       string
	While    StateSet // over Within's states, all of them when not given; empty without Within
	From     StateSet
	Types    TypeSet
	Send     bool // for frames that the role sends
	Events   []*Event
	Flags    FlagGuard
	To       *State // nil: the state stays
	Do       []*Action
	Error    *Error // nil: the row admits
	Consumes bool   // later machines do not see the frame
	Abnormal bool   // does not happen between peers that keep to the protocol
	Doc      string
}

// TypesKey returns the key that names the frame types or events of the row.
func (t *Transition) TypesKey() string {
	if t.Send {
		return "send"
	}
	return "on"
}

// Receives reports whether the row is for received frames.
func (t *Transition) Receives() bool { return !t.Send && len(t.Events) == 0 }

// StateSet is a set of state indices.
type StateSet uint64

// Has reports whether the set contains the state.
func (s StateSet) Has(st *State) bool { return s>>st.Index&1 != 0 }

// TypeSet is a set of frame types: those in Frames, or all others when Not.
type TypeSet struct {
	Frames []*Frame
	Not    bool
}

// Has reports whether the set contains the frame type id, assigned or not.
func (s TypeSet) Has(id uint64) bool {
	for _, f := range s.Frames {
		if f.ID == id {
			return !s.Not
		}
	}
	return s.Not
}

// FlagGuard admits the values that have all bits of Set and none of Clear.
type FlagGuard struct {
	Set, Clear uint64
}

// Admits reports whether the guard admits the flags.
func (g FlagGuard) Admits(flags uint64) bool { return flags&g.Set == g.Set && flags&g.Clear == 0 }

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
