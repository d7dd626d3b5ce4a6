package schema

// A number that the side which it protects can configure.
type limitBlock struct {
	Node `toml:"-"`
	// The name of the limit.
	Name string `toml:"name" need:"yes" form:"name"`
	// The limit where nothing else is configured.
	Default int64 `toml:"default" need:"yes" range:"1..2147483647"`
	// What is counted, such as `octets`.
	Unit string `toml:"unit" need:"yes" example:"octets"`
	// The error of who exceeds the limit.
	Error string `toml:"error" need:"yes" form:"name"`
	// The first revision that has the limit. Without it, all have.
	Since string `toml:"since" form:"name"`
	// The machine whose instances are limited. Without it, something else is.
	Machine string `toml:"machine" form:"name" wants:"counts"`
	// The states of the machine in which instances count.
	Counts string `toml:"counts" expr:"set" example:"active answered" wants:"machine"`
	// What is limited, in full sentences.
	Doc string `toml:"doc" need:"doc"`
}

// An entry of the error catalogue.
type errorBlock struct {
	Node `toml:"-"`
	// The name of the error.
	Name string `toml:"name" need:"yes" form:"name"`
	// Whose mistake the error is.
	//   - peer: the peer broke the protocol
	//   - caller: our own caller made a mistake; nothing is sent and nothing changes
	Fault string `toml:"fault" need:"yes" words:"peer caller"`
	// The message. `%{field}` stands for a header field, by name where its value has one,
	// `%{field:number}` for its number, `%{key:parity}` for odd or even, and `%{parameter}` for an item
	// of `with`.
	Text string `toml:"text" need:"yes" example:"expected command frame; got %{type:number}"`
	// The parameters of the text that are not header fields.
	With []string `toml:"with" form:"name"`
	// The first revision that has the error. Without it, all have.
	Since string `toml:"since" form:"name"`
	// When the error is raised, in full sentences.
	Doc string `toml:"doc" need:"doc"`
}

// A state machine. It is a table of rows whose order means nothing: no two rows match.
type machineBlock struct {
	Node `toml:"-"`
	// The name of the machine.
	Name string `toml:"name" need:"yes" form:"name"`
	// The role whose machine it is. Without it, every role has one.
	Role string `toml:"role" form:"name"`
	// The header field whose values have an instance each, of the kind `key`, or `connection`.
	Per string `toml:"per" need:"yes" form:"name"`
	// The machine of the connection, whose states `while` names.
	Within string `toml:"within" form:"name"`
	// The header field whose bits `flags` names, of the kind `flags`.
	Guard string `toml:"guard" form:"name"`
	// The first revision that has the machine. Without it, all have.
	Since string `toml:"since" form:"name"`
	// The states in which instances start. A machine per connection has none.
	Initial []initialRow `toml:"initial"`
	// What the machine is about, in full sentences.
	Doc string `toml:"doc" need:"doc"`
	// The states.
	States []stateRow `toml:"state" need:"yes"`
	// What the machine reacts to beside frames: the calls of the application and the transport.
	Events []eventRow `toml:"event"`
	// What rows do: the methods of a generated interface, which hand-written code implements.
	Actions []actionRow `toml:"action"`
	// The rows.
	Transitions []transitionRow `toml:"transition" need:"yes"`
	// A frame or call that no row admits is an error of the schema.
	Total bool `toml:"total"`
	// The error of a frame that no row admits.
	Otherwise string `toml:"otherwise" need:"yes" form:"name"`
	// The error of a call, or of a frame to be sent, that no row admits.
	Misuse string `toml:"misuse" need:"yes" form:"name"`
}

// The state in which the instances of some keys start.
type initialRow struct {
	Node `toml:"-"`
	// The keys.
	//   - any: all keys
	//   - odd: keys that are odd
	//   - even: keys that are even
	//   - zero: the key 0, whatever the other rows say
	//   - own: keys that belong to the machine's role by their parity
	//   - peer: keys that do not belong to the machine's role
	Keys string `toml:"keys" need:"yes" words:"any odd even zero own peer"`
	// The state.
	State string `toml:"state" need:"yes" form:"name"`
}

// A state of a machine.
type stateRow struct {
	Node `toml:"-"`
	// The name of the state.
	Name string `toml:"name" need:"yes" form:"name"`
	// In this state more frames are expected, which the state of the connection depends on.
	Receiving bool `toml:"receiving"`
	// Instances may stay in this state for good.
	Final bool `toml:"final"`
	// What a state of a connection follows from. Only a machine per connection has it.
	//   - none-receiving: no instance of a machine within is in a receiving state
	//   - some-receiving: at least one instance is
	//   - error: a row raised an error; there is no way out
	When string `toml:"when" words:"none-receiving some-receiving error"`
	// What the state means, in full sentences.
	Doc string `toml:"doc" need:"doc"`
}

// A call of the application or of the transport. Rows name it `api:NAME`.
type eventRow struct {
	Node `toml:"-"`
	// The name of the call.
	Name string `toml:"name" need:"yes" form:"name"`
	// The errors that the call can raise before a row is looked for.
	Raises []string `toml:"raises" form:"name"`
	// The call follows from what travels under another key or in a payload, so that two peers together are
	// not proved for it.
	Elsewhere bool `toml:"elsewhere"`
	// What the call says, in full sentences.
	Doc string `toml:"doc" need:"doc"`
}

// A thing that rows do, which hand-written code implements.
type actionRow struct {
	Node `toml:"-"`
	// The name of the action.
	Name string `toml:"name" need:"yes" form:"name"`
	// The errors that the action can raise.
	Raises []string `toml:"raises" form:"name"`
	// The limits that bound what the action keeps of frames, each with its error among `raises`. An
	// empty list says that the action keeps nothing, or nothing that has not been counted before.
	Keeps []string `toml:"keeps" form:"name"`
	// What the action does, in full sentences.
	Doc string `toml:"doc" need:"doc"`
}

// A row of a machine: in which states, for which frames or calls, what happens.
type transitionRow struct {
	Node `toml:"-" one:"on send"`
	// The name of the row, for traces, coverage and messages.
	ID string `toml:"id" need:"yes" form:"name"`
	// The states of the connection that the row is for. Without it, all.
	While string `toml:"while" expr:"set" example:"!errored"`
	// The states that the row is for.
	From string `toml:"from" need:"yes" expr:"set" example:"args value"`
	// The received frame types that the row is for, or the calls, each written `api:NAME`.
	On string `toml:"on" expr:"set" example:"api:respond api:fail"`
	// The frame types that the row lets the role send.
	Send string `toml:"send" expr:"set" example:"bytes-response"`
	// The flags that the row asks for. Without it, any.
	Flags string `toml:"flags" expr:"flags" example:"eos !have-args !have-data"`
	// The next state. Without it, the state stays.
	To string `toml:"to" form:"name"`
	// The actions, in order.
	Do []string `toml:"do" form:"name"`
	// The error that the row raises. Without it, the row admits the frame or call.
	Error string `toml:"error" form:"name" refuses:"to do consumes abnormal"`
	// The machines that stand later in the file do not see the frame.
	Consumes bool `toml:"consumes"`
	// Peers that keep to the protocol do not come to this.
	Abnormal bool `toml:"abnormal"`
	// What the row is for, in full sentences.
	Doc string `toml:"doc" need:"doc"`
}

// A worked example: a frame as people write it, and its octets.
type vectorBlock struct {
	Node `toml:"-"`
	// The revision of the example.
	Revision string `toml:"revision" need:"yes" form:"name"`
	// The frame: the fields of the header without the length, then the payload, with single spaces between.
	Frame string `toml:"frame" need:"yes" example:"1 1 stream-begin command-name eos heads"`
	// The octets of the frame: pairs of hexadecimal digits with space between.
	Octets string `toml:"octets" need:"yes" form:"octets" example:"0a 00 00 29 00 22 03 00"`
	// What the example shows, in full sentences.
	Doc string `toml:"doc" need:"doc"`
}
