package schema

// The shape of a schema file, as the decoder fills it. Beside its key, a field says:
//
//	need:"yes"    the key is mandatory; a list is not empty
//	need:"doc"    the key is mandatory prose
//	need:"or k"   the key is mandatory where there is no key k
//	expr:"yes"    the value is a set or flags expression; any other string is not empty
//	words:"a b"   the value is one of these words

type document struct {
	Node      `toml:"-"`
	Edition   int64           `toml:"edition" need:"yes"`
	Protocol  protocolTable   `toml:"protocol" need:"yes"`
	Revisions []revisionBlock `toml:"revision" need:"yes"`
	Header    headerTable     `toml:"header" need:"yes"`
	FlagSets  []flagSetBlock  `toml:"flagset"`
	Payloads  []payloadBlock  `toml:"payload"`
	Frames    []frameBlock    `toml:"frame" need:"yes"`
	Reserved  []reservedBlock `toml:"reserved"`
	Limits    []limitBlock    `toml:"limit"`
	Errors    []errorBlock    `toml:"error"`
	Machines  []machineBlock  `toml:"machine"`
	Vectors   []vectorBlock   `toml:"vector"`
}

type protocolTable struct {
	Node        `toml:"-"`
	Name        string   `toml:"name" need:"yes"`
	Title       string   `toml:"title" need:"yes"`
	Roles       []string `toml:"roles" need:"yes"`
	Initialisms []string `toml:"initialisms"`
	Doc         string   `toml:"doc" need:"doc"`
}

type revisionBlock struct {
	Node      `toml:"-"`
	ID        string `toml:"id" need:"yes"`
	MediaType string `toml:"media-type"`
	API       string `toml:"api"`
	Source    string `toml:"source"`
	Doc       string `toml:"doc" need:"doc"`
}

type headerTable struct {
	Node      `toml:"-"`
	ByteOrder string     `toml:"byte-order" need:"yes" words:"big little"`
	BitOrder  string     `toml:"bit-order" need:"yes" words:"lsb msb"`
	Doc       string     `toml:"doc" need:"doc"`
	Fields    []fieldRow `toml:"field" need:"yes"`
}

type fieldRow struct {
	Node    `toml:"-"`
	Name    string `toml:"name" need:"yes"`
	Bits    int64  `toml:"bits" need:"yes"`
	Kind    string `toml:"kind" need:"yes" words:"payload-length key flags type number reserved"`
	Since   string `toml:"since"`
	MaxSend int64  `toml:"max-send"`
	Limit   string `toml:"limit"`
	Odd     string `toml:"odd"`
	Parity  string `toml:"parity" words:"initiator sender"`
	FlagSet string `toml:"flagset"`
	By      string `toml:"by"`
	Doc     string `toml:"doc" need:"doc"`
}

type flagSetBlock struct {
	Node         `toml:"-"`
	Name         string        `toml:"name" need:"yes"`
	Since        string        `toml:"since"`
	UnknownFlags string        `toml:"unknown-flags" need:"yes" words:"ignore reject"`
	Doc          string        `toml:"doc" need:"doc"`
	Flags        []flagRow     `toml:"flag" need:"yes"`
	Rules        []flagRuleRow `toml:"rule"`
}

type flagRow struct {
	Node `toml:"-"`
	Name string `toml:"name" need:"yes"`
	Bit  int64  `toml:"bit" need:"yes"`
	Doc  string `toml:"doc" need:"doc"`
}

type flagRuleRow struct {
	Node     `toml:"-"`
	Excludes string `toml:"excludes" expr:"yes"`
	AnyOf    string `toml:"any-of" expr:"yes"`
	Requires string `toml:"requires" expr:"yes"`
	Doc      string `toml:"doc" need:"doc"`
}

type payloadBlock struct {
	Node   `toml:"-"`
	Name   string            `toml:"name" need:"yes"`
	Since  string            `toml:"since"`
	Repeat bool              `toml:"repeat"`
	Raises []string          `toml:"raises"`
	Doc    string            `toml:"doc" need:"doc"`
	Fields []payloadFieldRow `toml:"field" need:"yes"`
}

type payloadFieldRow struct {
	Node  `toml:"-"`
	Name  string `toml:"name" need:"yes"`
	Type  string `toml:"type" need:"yes" words:"u8 u16 u24 u32 u64 octets ascii utf-8"`
	Size  string `toml:"size"`
	Count string `toml:"count"`
	Doc   string `toml:"doc" need:"doc"`
}

type frameBlock struct {
	Node         `toml:"-"`
	Name         string        `toml:"name" need:"yes"`
	ID           int64         `toml:"id" need:"yes"`
	Since        string        `toml:"since"`
	From         []string      `toml:"from" need:"yes"`
	Payload      string        `toml:"payload" need:"yes"`
	UnknownFlags string        `toml:"unknown-flags" need:"yes" words:"ignore reject"`
	Doc          string        `toml:"doc" need:"doc"`
	Flags        []flagRow     `toml:"flag"`
	Rules        []flagRuleRow `toml:"rule"`
}

type reservedBlock struct {
	Node `toml:"-"`
	Kind string  `toml:"kind" need:"yes" words:"frame"`
	IDs  []int64 `toml:"ids" need:"yes"`
	Doc  string  `toml:"doc" need:"doc"`
}

type limitBlock struct {
	Node    `toml:"-"`
	Name    string `toml:"name" need:"yes"`
	Default int64  `toml:"default" need:"yes"`
	Unit    string `toml:"unit" need:"yes"`
	Error   string `toml:"error" need:"yes"`
	Since   string `toml:"since"`
	Machine string `toml:"machine"`
	Counts  string `toml:"counts" expr:"yes"`
	Doc     string `toml:"doc" need:"doc"`
}

type errorBlock struct {
	Node  `toml:"-"`
	Name  string   `toml:"name" need:"yes"`
	Fault string   `toml:"fault" need:"yes" words:"peer caller"`
	Text  string   `toml:"text" need:"yes"`
	With  []string `toml:"with"`
	Since string   `toml:"since"`
	Doc   string   `toml:"doc" need:"doc"`
}

type machineBlock struct {
	Node        `toml:"-"`
	Name        string          `toml:"name" need:"yes"`
	Role        string          `toml:"role"`
	Per         string          `toml:"per" need:"yes"`
	Within      string          `toml:"within"`
	Guard       string          `toml:"guard"`
	Since       string          `toml:"since"`
	Initial     []initialRow    `toml:"initial"`
	Doc         string          `toml:"doc" need:"doc"`
	States      []stateRow      `toml:"state" need:"yes"`
	Events      []eventRow      `toml:"event"`
	Actions     []actionRow     `toml:"action"`
	Transitions []transitionRow `toml:"transition" need:"yes"`
	Total       bool            `toml:"total"`
	Otherwise   string          `toml:"otherwise" need:"yes"`
	Misuse      string          `toml:"misuse" need:"yes"`
}

type initialRow struct {
	Node  `toml:"-"`
	Keys  string `toml:"keys" need:"yes" words:"any odd even zero own peer"`
	State string `toml:"state" need:"yes"`
}

type stateRow struct {
	Node      `toml:"-"`
	Name      string `toml:"name" need:"yes"`
	Receiving bool   `toml:"receiving"`
	Final     bool   `toml:"final"`
	When      string `toml:"when" words:"none-receiving some-receiving error"`
	Doc       string `toml:"doc" need:"doc"`
}

type eventRow struct {
	Node   `toml:"-"`
	Name   string   `toml:"name" need:"yes"`
	Raises []string `toml:"raises"`
	Doc    string   `toml:"doc" need:"doc"`
}

type actionRow struct {
	Node   `toml:"-"`
	Name   string   `toml:"name" need:"yes"`
	Raises []string `toml:"raises"`
	Doc    string   `toml:"doc" need:"doc"`
}

type transitionRow struct {
	Node     `toml:"-"`
	ID       string   `toml:"id" need:"yes"`
	While    string   `toml:"while" expr:"yes"`
	From     string   `toml:"from" need:"yes" expr:"yes"`
	On       string   `toml:"on" need:"or send" expr:"yes"`
	Send     string   `toml:"send" expr:"yes"`
	Flags    string   `toml:"flags" expr:"yes"`
	To       string   `toml:"to"`
	Do       []string `toml:"do"`
	Error    string   `toml:"error"`
	Consumes bool     `toml:"consumes"`
	Abnormal bool     `toml:"abnormal"`
	Doc      string   `toml:"doc" need:"doc"`
}

type vectorBlock struct {
	Node     `toml:"-"`
	Revision string `toml:"revision" need:"yes"`
	Frame    string `toml:"frame" need:"yes"`
	Octets   string `toml:"octets" need:"yes"`
	Doc      string `toml:"doc" need:"doc"`
}
