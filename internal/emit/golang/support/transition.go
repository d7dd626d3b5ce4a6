package support

// TransitionInfo is a row of a machine as data, by the names of the schema: for coverage, drawing
// and tests.
type TransitionInfo struct {
	ID       string
	While    []string // states of the connection, for a machine that looks at them
	From     []string // states
	On       []string // received frame types; "*" for all, "!name" for all but; or events as "api:name"
	Send     []string // sent frame types likewise
	Flags    string   // "a !b": a is set and b is clear
	To       string   // the next state; empty when the state stays
	Do       []string // actions, in order
	Error    string   // empty when the row admits
	Consumes bool     // later machines do not see the frame
	Abnormal bool     // does not happen between peers that keep to the protocol
	Doc      string
}
