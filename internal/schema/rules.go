package schema

// Rule is something that every schema obeys. An ID never changes its meaning, and the ID of a
// rule that is given up is not used again.
type Rule struct {
	ID  string
	Doc string
}

// The rules that Load checks, in families: SYN the form of the file, NAM names and numbers, REF
// references, LAY the layout of header and payloads, DOC prose, ERR the error catalogue, SET set
// and flags expressions.
const (
	SyntaxError   = "SYN001"
	NewerTOML     = "SYN002"
	KeyTwice      = "SYN003"
	UnknownKey    = "SYN004"
	MissingKey    = "SYN005"
	EmptyValue    = "SYN006"
	WrongType     = "SYN007"
	UnknownWord   = "SYN008"
	WrongEdition  = "SYN009"
	KeyConflict   = "SYN010"
	BadOctets     = "SYN011"
	NotText       = "SYN012"
	BadName       = "NAM001"
	NameTwice     = "NAM002"
	NumberTwice   = "NAM003"
	GoCollision   = "NAM004"
	NotGo         = "NAM005"
	BadFileName   = "NAM006"
	NoRevision    = "REF001"
	NoRole        = "REF002"
	NoField       = "REF003"
	NoFlagSet     = "REF004"
	NoFlag        = "REF005"
	NoPayload     = "REF006"
	NoFrame       = "REF007"
	NoLimit       = "REF008"
	NoError       = "REF009"
	NoMachine     = "REF010"
	NoState       = "REF011"
	NoEvent       = "REF012"
	NoAction      = "REF013"
	NoPart        = "REF014"
	WrongKind     = "REF015"
	LaterItem     = "REF016"
	BadWidth      = "LAY001"
	IDTooLarge    = "LAY002"
	BitTooHigh    = "LAY003"
	LengthTooHigh = "LAY004"
	NotPositive   = "LAY005"
	TooManyStates = "LAY006"
	RestNotLast   = "LAY007"
	LimitTooHigh  = "LAY008"
	ManyRevisions = "LAY009"
	UnknownTypes  = "LAY010"
	ListSizes     = "LAY011"
	MissingDoc    = "DOC001"
	NoSentence    = "DOC002"
	DocTwice      = "DOC003"
	BadText       = "ERR001"
	NoPlaceholder = "ERR002"
	UnusedWith    = "ERR003"
	WithIsField   = "ERR004"
	WithInRow     = "ERR005"
	WrongFault    = "ERR006"
	EmptySet      = "SET001"
	MixedSet      = "SET002"
	WordTwice     = "SET003"
	StarAndMore   = "SET004"
	MixedOn       = "SET005"
	NoGuard       = "SET006"
	UnlikeFlags   = "SET007"
	FewFlags      = "SET008"
)

// Rules returns what Load checks.
func Rules() []Rule {
	return []Rule{
		{SyntaxError, "the file is TOML"},
		{NewerTOML, "the file keeps to TOML 1.0"},
		{KeyTwice, "a key or table is defined once"},
		{UnknownKey, "every key is one of the schema language"},
		{MissingKey, "mandatory keys are present"},
		{EmptyValue, "a mandatory value is not empty"},
		{WrongType, "a value has the type of its key, and an integer fits in 64 bits"},
		{UnknownWord, "a value that selects is one of the words for it"},
		{WrongEdition, "the edition is one that this program knows"},
		{KeyConflict, "keys that exclude each other do not meet, and none stands where it means nothing"},
		{BadOctets, "octets are pairs of hexadecimal digits"},
		{NotText, "the file is UTF-8 without a byte order mark"},
		{BadName, "names are lower-case words of letters and digits with hyphens between"},
		{NameTwice, "a name is defined once in its kind"},
		{NumberTwice, "an id is assigned or reserved once"},
		{GoCollision, "no two names are the same Go identifier or file"},
		{NotGo, "names that become Go packages and parameters are not taken by the language"},
		{BadFileName, "the file of a machine is not one that the go command treats specially"},
		{NoRevision, "a revision that is named exists"},
		{NoRole, "a role that is named exists"},
		{NoField, "a header field that is named exists"},
		{NoFlagSet, "a flagset that is named exists"},
		{NoFlag, "a flag that is named exists in its set, or in all the frame types in question"},
		{NoPayload, "a payload that is named exists"},
		{NoFrame, "a frame type that is named exists"},
		{NoLimit, "a limit that is named exists"},
		{NoError, "an error that is named exists"},
		{NoMachine, "a machine that is named exists"},
		{NoState, "a state that is named exists in its machine"},
		{NoEvent, "an event that is named exists in its machine"},
		{NoAction, "an action that is named exists in its machine"},
		{NoPart, "a size or count names an earlier field of its payload"},
		{WrongKind, "an item that is named is of the kind wanted"},
		{LaterItem, "an item names only items that exist in all of its revisions"},
		{BadWidth, "a header field has 1 to 64 bits"},
		{IDTooLarge, "ids fit in the type field"},
		{BitTooHigh, "flag bits fit in their field"},
		{LengthTooHigh, "payload sizes fit in the length field"},
		{NotPositive, "limits are positive"},
		{TooManyStates, "a machine has at most 64 states"},
		{RestNotLast, "only the last field of a payload takes the rest"},
		{LimitTooHigh, "limits fit in 32 bits with a sign, which every platform can count with"},
		{ManyRevisions, "there are at most 255 revisions"},
		{UnknownTypes, "where the length of a frame can be a value, the type field says what becomes of unknown types; one that rejects them has an error"},
		{ListSizes, "a payload field whose size is a list has the count of that list, and no count is a list"},
		{MissingDoc, "every item has prose"},
		{NoSentence, "prose ends as a sentence does"},
		{DocTwice, "no two items of a list have the same prose"},
		{BadText, "placeholders of an error text are well formed"},
		{NoPlaceholder, "a placeholder is a header field or listed in `with`"},
		{UnusedWith, "what is listed in `with` stands in the text"},
		{WithIsField, "what is listed in `with` is not a header field"},
		{WithInRow, "an error that a row raises has no `with`: its text needs nothing but the frame"},
		{WrongFault, "frames and what is done about them raise errors of the peer, calls those of the caller"},
		{EmptySet, "an expression is not empty"},
		{MixedSet, "a set names what it has or what it lacks, not both"},
		{WordTwice, "an expression has a name once"},
		{StarAndMore, "`*` stands alone, in sets only"},
		{MixedOn, "a row is for frames or for calls"},
		{NoGuard, "`flags` stands where a flags field and plainly named frame types give it a meaning"},
		{UnlikeFlags, "a flag has the same bit in all the frame types in question"},
		{FewFlags, "a rule between flags names enough of them"},
	}
}
