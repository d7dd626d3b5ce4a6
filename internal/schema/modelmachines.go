package schema

import "slices"

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
