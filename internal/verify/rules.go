package verify

import "github.com/hgwire/hgwire/internal/schema"

// The rules of this package. LAY001 to LAY099 and the families SYN, NAM, REF, DOC, ERR and SET
// are those of package schema, except for ERR101 to ERR199. Information, for which no schema is wrong,
// has the numbers from 101 in the families FLG and MAC, and from 201 in the family LAY.
const (
	HeaderNotOctets  = "LAY101"
	HeaderTooLong    = "LAY102"
	NoLength         = "LAY103"
	NoType           = "LAY104"
	FieldStraddles   = "LAY105"
	RunTooLong       = "LAY106"
	SendAboveLimit   = "LAY107"
	UnassignedIDs    = "LAY201"
	BitGap           = "LAY202"
	BitTwice         = "FLG001"
	RuleNeverHolds   = "FLG002"
	RuleImplied      = "FLG003"
	FlagNeverSet     = "FLG004"
	TooManyFlags     = "FLG005"
	OnlyIllegalFlags = "FLG006"
	IllegalFlags     = "FLG007"
	LegalRefused     = "FLG008"
	LegalUnsent      = "FLG101"
	UnlikeSiblings   = "FLG102"
	NeverAccepted    = "FRM001"
	NeverSent        = "FRM002"
	UnusedPayload    = "FRM003"
	NoSendRow        = "FRM004"
	WrongDirection   = "FRM005"
	TwoRows          = "MAC001"
	TwoCallRows      = "MAC002"
	DeadRow          = "MAC003"
	UnreachableState = "MAC004"
	DerivedStates    = "MAC005"
	UnusedAction     = "MAC006"
	UnusedEvent      = "MAC007"
	WithinCycle      = "MAC008"
	WithinOther      = "MAC009"
	KeysUncovered    = "MAC010"
	TableTooLarge    = "MAC011"
	Absent           = "MAC012"
	TrappedState     = "MAC013"
	NotTotal         = "MAC014"
	KeepsUnbounded   = "MAC015"
	KeepsUnsaid      = "MAC016"
	FallsBack        = "MAC101"
	NoneKeeps        = "MAC102"
	NeverRaised      = "ERR101"
	UncheckedLimit   = "ERR102"
	SharedError      = "ERR103"
	BadVector        = "VEC001"
	VectorDiffers    = "VEC002"
	VectorIllegal    = "VEC003"
)

// Rules returns what Check proves.
func Rules() []schema.Rule {
	return []schema.Rule{
		{ID: HeaderNotOctets, Doc: "the header is a whole number of octets in every revision"},
		{ID: HeaderTooLong, Doc: "the header is at most 32 octets"},
		{ID: NoLength, Doc: "every revision has one field for the payload's length"},
		{ID: NoType, Doc: "every revision has one field for the frame type"},
		{ID: FieldStraddles, Doc: "unless byte order and bit order agree, a field that crosses an octet border starts and ends on one"},
		{ID: RunTooLong, Doc: "fields that share octets take at most 64 bits together"},
		{ID: SendAboveLimit, Doc: "what a sender produces by default, a receiver accepts by default"},
		{ID: UnassignedIDs, Doc: "information: ids of the type field are neither assigned nor reserved"},
		{ID: BitGap, Doc: "information: between the flags of a set there are bits that no flag has"},
		{ID: BitTwice, Doc: "no two flags of a set share a bit"},
		{ID: RuleNeverHolds, Doc: "the rules of a flag set can all hold at once"},
		{ID: RuleImplied, Doc: "no flag rule follows from the others"},
		{ID: FlagNeverSet, Doc: "every flag is set in some combination that the rules allow"},
		{ID: TooManyFlags, Doc: "the rules of a flag set range over few enough flags to be tried one by one"},
		{ID: OnlyIllegalFlags, Doc: "a row that accepts a frame type accepts some combination of flags that may be sent"},
		{ID: IllegalFlags, Doc: "what a machine accepts by flags keeps to the rules between them"},
		{ID: LegalRefused, Doc: "flags that the rules allow are accepted in some state of the machines of every role that receives them"},
		{ID: LegalUnsent, Doc: "information: flags that the rules allow and no row for sending sends"},
		{ID: UnlikeSiblings, Doc: "information: frame types have flags of the same names, with different rules"},
		{ID: NeverAccepted, Doc: "a frame that a role may receive is accepted in some state of its machines"},
		{ID: NeverSent, Doc: "a row accepts by name only frame types that somebody else sends"},
		{ID: UnusedPayload, Doc: "every payload is that of some frame"},
		{ID: NoSendRow, Doc: "where machines have rows for sending, each of them admits what its role sends in some state"},
		{ID: WrongDirection, Doc: "a row for sending names only frame types that its role sends"},
		{ID: TwoRows, Doc: "no two rows match the same frame in the same state"},
		{ID: TwoCallRows, Doc: "no two rows match the same call in the same state"},
		{ID: DeadRow, Doc: "every row matches something that can happen"},
		{ID: UnreachableState, Doc: "every state is reached from an initial one"},
		{ID: DerivedStates, Doc: "a connection's derived states cover every case, each once"},
		{ID: UnusedAction, Doc: "every action is done by some row"},
		{ID: UnusedEvent, Doc: "every event is in some row"},
		{ID: WithinCycle, Doc: "no machine is within itself"},
		{ID: WithinOther, Doc: "a machine is within an earlier connection machine of its own role"},
		{ID: KeysUncovered, Doc: "every key has one initial state"},
		{ID: TableTooLarge, Doc: "the table of a machine has at most 1048576 cells"},
		{ID: Absent, Doc: "what a machine refers to exists in every revision of the machine"},
		{ID: TrappedState, Doc: "from every state of a machine per key rows without error lead back to an initial state, or to a final one"},
		{ID: NotTotal, Doc: "in a machine with total = true, a row decides whatever can happen"},
		{ID: KeepsUnbounded, Doc: "an action that keeps what a limit bounds can raise the error of the limit"},
		{ID: KeepsUnsaid, Doc: "where actions say what they keep, all do that received frames can have done again and again"},
		{ID: FallsBack, Doc: "information: what no row of a machine decides falls back to its otherwise or misuse"},
		{ID: NoneKeeps, Doc: "information: no action says what it keeps of frames that can come again and again"},
		{ID: NeverRaised, Doc: "something raises every error"},
		{ID: UncheckedLimit, Doc: "what received frames bring into the states that a limit counts can raise its error"},
		{ID: SharedError, Doc: "every limit has an error of its own"},
		{ID: BadVector, Doc: "the line of a worked example is a frame of its revision"},
		{ID: VectorDiffers, Doc: "the octets of a worked example are those of its line"},
		{ID: VectorIllegal, Doc: "a worked example shows a frame that somebody may send"},
	}
}
