package schema

// The shape of a schema file, as the decoder fills it, and what editors say about it: the comments
// of the types and of the fields are the descriptions of tables and keys, in Markdown, and an item
// `- word: meaning` is that of a word. A field that is a table has the comment of its type. See
// Language. Beside its key, a field says:
//
//	need:"yes"        the key is mandatory; a list is not empty
//	need:"doc"        the key is mandatory prose
//	words:"a b"       the value is one of these words
//	expr:"set"        the value is a set, flags or names expression; any other string is not empty
//	form:"name"       the value, or each item of the list, is a name, one word, or octets
//	range:"1..64"     the least and the greatest integer; either may be left out
//	refuses:"a b"     the key excludes these
//	wants:"a b"       the key needs these beside it
//	example:"a"       a value as people write it
//
// The Node of a table says:
//
//	one:"a b"         exactly one of these keys stands there

// A protocol: its frames, its errors and its state machines. One file holds all of its revisions.
type document struct {
	Node `toml:"-"`
	// The edition of the schema language.
	Edition  int64         `toml:"edition" need:"yes" range:"1..1"`
	Protocol protocolTable `toml:"protocol" need:"yes"`
	// The revisions of the protocol, from the oldest to the newest.
	Revisions []revisionBlock `toml:"revision" need:"yes"`
	Header    headerTable     `toml:"header" need:"yes"`
	// The sets of flags that header fields have whatever the frame type is.
	FlagSets []flagSetBlock `toml:"flagset"`
	// The layouts of payloads, for people; their codecs are written by hand.
	Payloads []payloadBlock `toml:"payload"`
	// The frame types.
	Frames []frameBlock `toml:"frame" need:"yes"`
	// The ids that are not to be assigned.
	Reserved []reservedBlock `toml:"reserved"`
	// The limits that a receiver sets.
	Limits []limitBlock `toml:"limit"`
	// The error catalogue.
	Errors []errorBlock `toml:"error"`
	// The state machines, in the order in which a received frame visits those of a role.
	Machines []machineBlock `toml:"machine"`
	// Worked examples, checked whenever the schema is compiled.
	Vectors []vectorBlock `toml:"vector"`
}

// The protocol as a whole.
type protocolTable struct {
	Node `toml:"-"`
	// The name of the generated Go package: one word of lower-case letters and digits.
	Name string `toml:"name" need:"yes" form:"word"`
	// What people call the protocol.
	Title string `toml:"title" need:"yes"`
	// The parties to a connection, such as `client` and `server`.
	Roles []string `toml:"roles" need:"yes" form:"name"`
	// Words of names that Go writes in capitals, beside the usual ones such as `id`.
	Initialisms []string `toml:"initialisms" form:"name"`
	// What the protocol is, in full sentences; it becomes the documentation of the Go package.
	Doc string `toml:"doc" need:"doc"`
}

// A revision of the protocol. What has `since` belongs to that revision and to all later ones.
type revisionBlock struct {
	Node `toml:"-"`
	// The name of the revision, for `since`.
	ID string `toml:"id" need:"yes" form:"name"`
	// The media type of the revision on HTTP.
	MediaType string `toml:"media-type" example:"application/mercurial-exp-framing-0002"`
	// The name of the HTTP API that speaks the revision.
	API string `toml:"api"`
	// Where the revision is defined.
	Source string `toml:"source"`
	// What is new in the revision, in full sentences.
	Doc string `toml:"doc" need:"doc"`
}

// The header that every frame begins with.
type headerTable struct {
	Node `toml:"-"`
	// The order of the octets of an integer.
	//   - big: the most significant octet comes first
	//   - little: the least significant octet comes first
	ByteOrder string `toml:"byte-order" need:"yes" words:"big little"`
	// The place of the first of the fields that share an octet.
	//   - lsb: in the low bits
	//   - msb: in the high bits
	BitOrder string `toml:"bit-order" need:"yes" words:"lsb msb"`
	// What there is to say about the header, in full sentences.
	Doc string `toml:"doc" need:"doc"`
	// The fields of the header, in wire order.
	Fields []fieldRow `toml:"field" need:"yes"`
}

// A field of the header. Its kind decides which other keys it has.
type fieldRow struct {
	Node `toml:"-"`
	// The name of the field.
	Name string `toml:"name" need:"yes" form:"name"`
	// The width of the field.
	Bits int64 `toml:"bits" need:"yes" range:"1..64"`
	// What the field is for.
	//   - payload-length: the octets of the payload; has `limit` and perhaps `max-send`
	//   - key: selects the instance of a machine; may have `odd` and `parity`
	//   - flags: flag bits; has `flagset` or `by`
	//   - type: the frame type
	//   - number: a number that nothing interprets
	//   - reserved: zero when sent, ignored on receipt
	Kind string `toml:"kind" need:"yes" words:"payload-length key flags type number reserved"`
	// The first revision that has the field. Without it, all have.
	Since string `toml:"since" form:"name"`
	// The most octets of payload that a sender puts in one frame, of a `payload-length`.
	MaxSend int64 `toml:"max-send" range:"1.."`
	// The limit for what a receiver accepts, of a `payload-length`.
	Limit string `toml:"limit" form:"name"`
	// The role that odd values belong to, of a `key`.
	Odd string `toml:"odd" form:"name" wants:"parity"`
	// Whose parity the values of a `key` have.
	//   - initiator: that of the role which used the value first
	//   - sender: that of the role which sent the frame
	Parity string `toml:"parity" words:"initiator sender" wants:"odd"`
	// The flagset whose bits the field holds, of `flags`.
	FlagSet string `toml:"flagset" form:"name" refuses:"by"`
	// The field of the kind `type` that says which flags the field holds, of `flags`.
	By string `toml:"by" form:"name" refuses:"flagset"`
	// What becomes of frames of undefined types, of the `type`. It is mandatory where a frame type has
	// `length = "value"`.
	//   - pass: they are passed on, with the payload that their length counts
	//   - reject: they are an error, which `error` names
	Unknown string `toml:"unknown" words:"pass reject"`
	// The error that frames of undefined types raise, of a `type` with `unknown = "reject"`.
	Error string `toml:"error" form:"name" wants:"unknown"`
	// What the field means, in full sentences.
	Doc string `toml:"doc" need:"doc"`
}

// A set of flags that a header field holds whatever the frame type is.
type flagSetBlock struct {
	Node `toml:"-"`
	// The name of the set, for `flagset` of a header field.
	Name string `toml:"name" need:"yes" form:"name"`
	// The first revision that has the set. Without it, all have.
	Since string `toml:"since" form:"name"`
	// What a receiver makes of bits that no flag has.
	//   - ignore: they are ignored on receipt and never sent
	//   - reject: a frame that has one is an error
	UnknownFlags string `toml:"unknown-flags" need:"yes" words:"ignore reject"`
	// What the flags are about, in full sentences.
	Doc string `toml:"doc" need:"doc"`
	// The flags of the set.
	Flags []flagRow `toml:"flag" need:"yes"`
	// What sent combinations of the flags obey.
	Rules []flagRuleRow `toml:"rule"`
}

// A flag.
type flagRow struct {
	Node `toml:"-"`
	// The name of the flag.
	Name string `toml:"name" need:"yes" form:"name"`
	// The bit of the flag, from 0, the least significant one of the field.
	Bit int64 `toml:"bit" need:"yes" range:"0..63"`
	// What the flag says when it is set, in full sentences.
	Doc string `toml:"doc" need:"doc"`
}

// A rule that every sent combination of flags obeys. What a receiver makes of a broken one is for
// the rows of its machines to say.
type flagRuleRow struct {
	Node `toml:"-" one:"excludes any-of requires"`
	// At most one of these flags is set.
	Excludes string `toml:"excludes" expr:"names" example:"eos have-data"`
	// At least one of these flags is set.
	AnyOf string `toml:"any-of" expr:"names" example:"continuation eos"`
	// The first of these flags is set only together with all the others.
	Requires string `toml:"requires" expr:"names" example:"eos have-data"`
	// Why, in full sentences.
	Doc string `toml:"doc" need:"doc"`
}

// The layout of a payload.
type payloadBlock struct {
	Node `toml:"-"`
	// The name of the layout, for `payload` of a frame.
	Name string `toml:"name" need:"yes" form:"name"`
	// The first revision that has the layout. Without it, all have.
	Since string `toml:"since" form:"name"`
	// The fields repeat until the payload ends.
	Repeat bool `toml:"repeat"`
	// The errors that reading such a payload can raise.
	Raises []string `toml:"raises" form:"name"`
	// What the payload holds, in full sentences.
	Doc string `toml:"doc" need:"doc"`
	// The fields, in wire order.
	Fields []payloadFieldRow `toml:"field" need:"yes"`
}

// A field of a payload.
type payloadFieldRow struct {
	Node `toml:"-"`
	// The name of the field.
	Name string `toml:"name" need:"yes" form:"name"`
	// What the field is made of.
	//   - u8: an integer of 8 bits
	//   - u16: an integer of 16 bits
	//   - u24: an integer of 24 bits
	//   - u32: an integer of 32 bits
	//   - u64: an integer of 64 bits
	//   - octets: octets of any value; has `size`
	//   - ascii: ASCII text; has `size`
	//   - utf-8: UTF-8 text; has `size`
	Type string `toml:"type" need:"yes" words:"u8 u16 u24 u32 u64 octets ascii utf-8"`
	// The earlier field that holds the number of octets, or `rest`.
	Size string `toml:"size" form:"name"`
	// The earlier field that holds how many of this one there are. Without it, there is one.
	Count string `toml:"count" form:"name"`
	// What the field means, in full sentences.
	Doc string `toml:"doc" need:"doc"`
}

// A frame type with its flags.
type frameBlock struct {
	Node `toml:"-" one:"payload length"`
	// The name of the frame type.
	Name string `toml:"name" need:"yes" form:"name"`
	// The value of the type field. It never changes its meaning from one revision to the next.
	ID int64 `toml:"id" need:"yes" range:"0.."`
	// The first revision that has the frame type. Without it, all have.
	Since string `toml:"since" form:"name"`
	// The roles that send such frames.
	From []string `toml:"from" need:"yes" form:"name"`
	// The layout of the payload, whose octets the length in the header counts.
	Payload string `toml:"payload" form:"name"`
	// What the length in the header is of a frame that has no payload.
	//   - value: a number of the frame's own, to which no limit applies
	Length string `toml:"length" words:"value"`
	// What a receiver makes of bits that no flag has.
	//   - ignore: they are ignored on receipt and never sent
	//   - reject: a frame that has one is an error
	UnknownFlags string `toml:"unknown-flags" need:"yes" words:"ignore reject"`
	// What such a frame says, in full sentences.
	Doc string `toml:"doc" need:"doc"`
	// The flags of such a frame, in the header field with flags by type.
	Flags []flagRow `toml:"flag"`
	// What sent combinations of the flags obey.
	Rules []flagRuleRow `toml:"rule"`
}

// Ids that are not to be assigned.
type reservedBlock struct {
	Node `toml:"-"`
	// What the ids are ids of.
	//   - frame: of frame types
	Kind string `toml:"kind" need:"yes" words:"frame"`
	// The ids.
	IDs []int64 `toml:"ids" need:"yes" range:"0.."`
	// Why they are reserved, in full sentences.
	Doc string `toml:"doc" need:"doc"`
}
