package compat

import "github.com/hgwire/hgwire/internal/schema"

// The rules of this package. The hundreds tell the level: CMP0 wire, CMP1 behaviour, CMP2 API,
// CMP3 text.
const (
	RevisionGone     = "CMP001"
	NegotiationMoved = "CMP002"
	FieldAdded       = "CMP003"
	FieldGone        = "CMP004"
	FieldMoved       = "CMP005"
	OctetsReordered  = "CMP006"
	FieldKind        = "CMP007"
	IDMoved          = "CMP008"
	IDReused         = "CMP009"
	IDNotReserved    = "CMP010"
	ReservedTaken    = "CMP011"
	FlagMoved        = "CMP012"
	FlagReused       = "CMP013"
	FlagGone         = "CMP014"
	PayloadMoved     = "CMP015"

	FrameAdded       = "CMP101"
	FrameGone        = "CMP102"
	SenderAdded      = "CMP103"
	SenderGone       = "CMP104"
	FlagAdded        = "CMP105"
	FlagsTightened   = "CMP106"
	FlagsLoosened    = "CMP107"
	UnknownBits      = "CMP108"
	PayloadContent   = "CMP109"
	RaisesChanged    = "CMP110"
	LimitLowered     = "CMP111"
	LimitRaised      = "CMP112"
	LimitChanged     = "CMP113"
	SendChanged      = "CMP114"
	ParityChanged    = "CMP115"
	FaultChanged     = "CMP116"
	NowRefused       = "CMP121"
	NowAccepted      = "CMP122"
	ErrorDiffers     = "CMP123"
	ActionsDiffer    = "CMP124"
	TargetDiffers    = "CMP125"
	InitialDiffers   = "CMP126"
	ConnectionDiffer = "CMP127"
	MachinesDiffer   = "CMP128"
	TotalChanged     = "CMP129"
	SearchCut        = "CMP130"
	SendingDiffers   = "CMP131"

	NameGone       = "CMP201"
	NameChanged    = "CMP202"
	MethodAdded    = "CMP203"
	PackageRenamed = "CMP204"
	LatestChanged  = "CMP205"

	DocChanged       = "CMP301"
	ErrorTextChanged = "CMP302"
	LabelChanged     = "CMP303"
	OrderChanged     = "CMP304"
	ExampleChanged   = "CMP305"
	NameAdded        = "CMP306"
	ReservedChanged  = "CMP307"
	Rewritten        = "CMP308"
)

// Rules returns what Compare tells apart: the sentence says what holds when there is no finding.
func Rules() []schema.Rule {
	return []schema.Rule{
		{ID: RevisionGone, Doc: "no revision disappears"},
		{ID: NegotiationMoved, Doc: "a revision keeps the media type and the API name that peers agree on it by"},
		{ID: FieldAdded, Doc: "the header of a revision gets no field"},
		{ID: FieldGone, Doc: "the header of a revision loses no field"},
		{ID: FieldMoved, Doc: "a header field keeps its width and its place among the others"},
		{ID: OctetsReordered, Doc: "the bits of a header field stay in their octets"},
		{ID: FieldKind, Doc: "a header field keeps its kind, and a flags field its flags"},
		{ID: IDMoved, Doc: "a frame type keeps its id"},
		{ID: IDReused, Doc: "an id keeps its meaning"},
		{ID: IDNotReserved, Doc: "the id of a frame type that is gone is reserved"},
		{ID: ReservedTaken, Doc: "a reserved id is not assigned in a revision that reserved it"},
		{ID: FlagMoved, Doc: "a flag keeps its bit"},
		{ID: FlagReused, Doc: "a flag bit keeps its meaning"},
		{ID: FlagGone, Doc: "no flag disappears"},
		{ID: PayloadMoved, Doc: "the fields of a payload keep their places"},

		{ID: FrameAdded, Doc: "a revision gets no frame type"},
		{ID: FrameGone, Doc: "a revision loses no frame type"},
		{ID: SenderAdded, Doc: "a frame type gets no sender"},
		{ID: SenderGone, Doc: "a frame type loses no sender"},
		{ID: FlagAdded, Doc: "a revision gets no flag"},
		{ID: FlagsTightened, Doc: "combinations of flags that might be sent still may be"},
		{ID: FlagsLoosened, Doc: "combinations of flags that were never sent still are not"},
		{ID: UnknownBits, Doc: "undefined flag bits are treated as before"},
		{ID: PayloadContent, Doc: "a field of a payload holds the same kind of octets"},
		{ID: RaisesChanged, Doc: "payloads, calls and actions raise the same errors"},
		{ID: LimitLowered, Doc: "no limit goes down"},
		{ID: LimitRaised, Doc: "no limit goes up"},
		{ID: LimitChanged, Doc: "the same limits exist, with the same units and errors"},
		{ID: SendChanged, Doc: "a sender fills frames up to the same size by default"},
		{ID: ParityChanged, Doc: "odd and even keys belong to the same roles"},
		{ID: FaultChanged, Doc: "an error is the same side's fault"},
		{ID: NowRefused, Doc: "what was accepted is not refused"},
		{ID: NowAccepted, Doc: "what was refused is not accepted"},
		{ID: ErrorDiffers, Doc: "what was refused is refused with the same error"},
		{ID: ActionsDiffer, Doc: "what was accepted leads to the same actions"},
		{ID: TargetDiffers, Doc: "a row leads to a state that behaves as before"},
		{ID: InitialDiffers, Doc: "keys start in states that behave as before"},
		{ID: ConnectionDiffer, Doc: "the connection is in the same state after the same frames"},
		{ID: MachinesDiffer, Doc: "a role that has machines keeps some, and one that has none gets none"},
		{ID: TotalChanged, Doc: "a machine that promises a row for everything keeps the promise, and none is added"},
		{ID: SearchCut, Doc: "the machines are small enough to be compared to the end"},
		{ID: SendingDiffers, Doc: "machines that say what their role may send still do, and others still do not"},

		{ID: NameGone, Doc: "no Go name disappears"},
		{ID: NameChanged, Doc: "a Go name keeps its type or signature"},
		{ID: MethodAdded, Doc: "an interface that others implement gets no method"},
		{ID: PackageRenamed, Doc: "the Go package keeps its name"},
		{ID: LatestChanged, Doc: "the latest revision, which is the default, stays the same"},

		{ID: DocChanged, Doc: "prose stays the same"},
		{ID: ErrorTextChanged, Doc: "error texts stay the same"},
		{ID: LabelChanged, Doc: "titles, sources and other labels stay the same"},
		{ID: OrderChanged, Doc: "what is in both schemas stands in the same order"},
		{ID: ExampleChanged, Doc: "worked examples stay the same"},
		{ID: NameAdded, Doc: "no Go name is added"},
		{ID: ReservedChanged, Doc: "the same ids are reserved"},
		{ID: Rewritten, Doc: "what has the same effect is written in the same way"},
	}
}

func levelOf(rule string) Level { return Wire + Level(rule[len("CMP")]-'0') }
