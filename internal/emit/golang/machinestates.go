package golang

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/schema"
)

func (m *machine) statesFile(f *jen.File) {
	g := f.Group
	m.states(g)
	m.receiving(g)
	m.counts(g)
	m.initial(g)
	m.derived(g)
	m.events(g)
	for _, t := range m.grids() {
		t.dispatchFunc(g)
	}
	m.callFunc(g)
}

// names emits
//
//	// String returns the name in the schema.
//	func (s ServerRequestState) String() string {
//		if int(s) < len(serverRequestStateNames) {
//			return serverRequestStateNames[s]
//		}
//		return "ServerRequestState(" + decimal(uint64(s)) + ")"
//	}
//
//	var serverRequestStateNames = [...]string{
//		ServerRequestInactive: "inactive",
//		...
//	}
func names(g *jen.Group, recv, typ string, rows []jen.Code) {
	table := unexported(typ) + "Names"
	comment(g, "String returns the name in the schema.")
	g.Func().Params(jen.Id(recv).Id(typ)).Id("String").Params().String().Block(
		jen.If(jen.Int().Call(jen.Id(recv)).Op("<").Len(jen.Id(table))).Block(jen.Return(jen.Id(table).Index(jen.Id(recv)))),
		jen.Return(jen.Lit(typ+"(").Op("+").Id("decimal").Call(jen.Uint64().Call(jen.Id(recv))).Op("+").Lit(")")),
	)
	g.Var().Id(table).Op("=").Index(jen.Op("...")).String().Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, rows...)
}

// states emits
//
//	// ServerRequestState is a state of the machine server-request. A request, from ...
//	type ServerRequestState uint8
//
//	const (
//		// ServerRequestInactive is inactive. No such request, ...
//		ServerRequestInactive ServerRequestState = iota
//		...
//	)
//
// and its String method.
func (m *machine) states(g *jen.Group) {
	comment(g, sentence(m.stateType()+" is a state of the machine "+m.Name+".", m.Doc, m.p.sinceClause(m.Since)))
	g.Type().Id(m.stateType()).Uint8()
	g.Const().DefsFunc(func(g *jen.Group) {
		for i, s := range m.States {
			comment(g, sentence(m.state(s)+" is "+s.Name+".", s.Doc))
			c := g.Id(m.state(s))
			if i == 0 {
				c.Id(m.stateType()).Op("=").Iota()
			}
		}
	})
	var rows []jen.Code
	for _, s := range m.States {
		rows = append(rows, jen.Id(m.state(s)).Op(":").Lit(s.Name))
	}
	names(g, "s", m.stateType(), rows)
}

// receiving emits, if there are such states,
//
//	// Receiving reports whether more frames are to come before the state is complete.
//	func (s ServerRequestState) Receiving() bool {
//		switch s {
//		case ServerRequestArgs, ServerRequestValue:
//			return true
//		}
//		return false
//	}
func (m *machine) receiving(g *jen.Group) {
	var states []jen.Code
	for _, s := range m.States {
		if s.Receiving {
			states = append(states, jen.Id(m.state(s)))
		}
	}
	if len(states) == 0 {
		return
	}
	comment(g, "Receiving reports whether the state counts as partly received for the state of the connection.")
	m.isOneOf(g, "Receiving", states)
}

// isOneOf emits a method that reports whether a state is one of some.
func (m *machine) isOneOf(g *jen.Group, name string, states []jen.Code) {
	g.Func().Params(jen.Id("s").Id(m.stateType())).Id(name).Params().Bool().Block(
		jen.Switch(jen.Id("s")).Block(jen.Case(states...).Block(jen.Return(jen.True()))),
		jen.Return(jen.False()),
	)
}

// counts emits, for every limit of the machine's instances,
//
//	// CountsOpenStreams reports whether an instance in the state counts for the limit open-streams.
//	func (s StreamState) CountsOpenStreams() bool {
//		switch s {
//		case StreamOpen:
//			return true
//		}
//		return false
//	}
func (m *machine) counts(g *jen.Group) {
	for _, l := range m.p.Limits {
		if l.Machine != m.Machine {
			continue
		}
		var states []jen.Code
		for _, s := range m.States {
			if l.Counts.Has(s) {
				states = append(states, jen.Id(m.state(s)))
			}
		}
		name := "Counts" + m.p.name(l.Name)
		comment(g, name+" reports whether an instance in the state counts for the limit "+l.Name+".")
		m.isOneOf(g, name, states)
	}
}

// initial emits
//
//	// InitialServerRequest returns the state in which the instance for a request-id starts.
//	func InitialServerRequest(key uint16) ServerRequestState {
//		if key%2 != 0 {
//			return ServerRequestInactive
//		}
//		return ServerRequestForeign
//	}
//
// where own and peer keys differ in a machine of every role, with the role as another parameter.
func (m *machine) initial(g *jen.Group) {
	if m.Key == nil || len(m.Initial) == 0 {
		return
	}
	key := jen.Id("key").Id(m.p.goType(m.Key))
	params := []jen.Code{key}
	if m.startsByRole() {
		params = []jen.Code{jen.Id("r").Id("Role"), key}
	}
	name := "Initial" + m.goName
	comment(g, name+" returns the state in which the instance for a value of "+m.Key.Name+" starts.")
	g.Func().Id(name).Params(params...).Id(m.stateType()).BlockFunc(func(g *jen.Group) {
		rows := slices.Clone(m.Initial)
		slices.SortStableFunc(rows, func(a, b *schema.Initial) int { // zero goes before all others
			return boolRank(a.Keys != schema.KeyZero) - boolRank(b.Keys != schema.KeyZero)
		})
		for _, in := range rows[:len(rows)-1] {
			g.If(m.keyIn(in.Keys)).Block(jen.Return(jen.Id(m.state(in.State))))
		}
		g.Return(jen.Id(m.state(rows[len(rows)-1].State)))
	})
}

// startsByRole reports whether an instance of one role starts otherwise than one of another.
func (m *machine) startsByRole() bool {
	return slices.ContainsFunc(m.Initial, func(in *schema.Initial) bool {
		return in.Keys == schema.KeyOwn || in.Keys == schema.KeyPeer
	})
}

// keyIn emits the condition that the variable key is in a class.
func (m *machine) keyIn(class schema.KeyClass) *jen.Statement {
	parity := jen.Id("key").Op("%").Lit(2)
	owns := jen.Id("r").Dot(m.p.owns(m.Key)).Call(jen.Id("key"))
	switch class {
	case schema.KeyOdd:
		return parity.Op("!=").Lit(0)
	case schema.KeyEven:
		return parity.Op("==").Lit(0)
	case schema.KeyZero:
		return jen.Id("key").Op("==").Lit(0)
	case schema.KeyOwn:
		return owns
	case schema.KeyPeer:
		return jen.Op("!").Add(owns)
	}
	return jen.True()
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// derived emits, for a machine whose states follow from others,
//
//	// ServerConnectionStateOf returns the state that follows from the number of instances of the
//	// machines within that are in a receiving state, and from whether an error was raised.
//	func ServerConnectionStateOf(receiving int, failed bool) ServerConnectionState {
//		switch {
//		case failed:
//			return ServerConnectionErrored
//		case receiving > 0:
//			return ServerConnectionCommandReceiving
//		}
//		return ServerConnectionIdle
//	}
func (m *machine) derived(g *jen.Group) {
	by := map[schema.When]*schema.State{}
	for _, s := range m.States {
		if s.When != 0 && by[s.When] == nil {
			by[s.When] = s
		}
	}
	if len(by) == 0 {
		return
	}
	name := m.stateType() + "Of"
	comment(g, name+" returns the state that follows from the number of instances within the connection that are in a receiving state, and from whether an error was raised.")
	g.Func().Id(name).Params(jen.Id("receiving").Int(), jen.Id("failed").Bool()).Id(m.stateType()).BlockFunc(func(g *jen.Group) {
		g.Switch().BlockFunc(func(g *jen.Group) {
			if s := by[schema.WhenError]; s != nil {
				g.Case(jen.Id("failed")).Block(jen.Return(jen.Id(m.state(s))))
			}
			if s := by[schema.WhenSomeReceiving]; s != nil {
				g.Case(jen.Id("receiving").Op(">").Lit(0)).Block(jen.Return(jen.Id(m.state(s))))
			}
		})
		rest := by[schema.WhenNoneReceiving]
		if rest == nil {
			rest = m.States[0]
		}
		g.Return(jen.Id(m.state(rest)))
	})
}

// dispatchFunc emits
//
//	// DispatchServerRequest returns the transition that a received frame takes.
//	func DispatchServerRequest(c ServerConnectionState, s ServerRequestState, h *Header) ServerRequestTransition {
//		return serverRequestTable[c][s][serverRequestColumns[h.Type]][h.Flags&0x7]
//	}
//
// with the parameters that the rows look at, and SendServerRequest likewise for sent frames. Where
// rows tell apart frame types that come with a later revision, the revision is a parameter too.
func (t *grid) dispatchFunc(g *jen.Group) {
	m := t.m
	name, what := "Dispatch"+m.goName, "that a received frame takes."
	if t.Send {
		name, what = "Send"+m.goName, "that a sent frame takes, which is "+m.misuse()+" for one that may not be sent."
	}
	var params []jen.Code
	if t.grows() {
		params = append(params, jen.Id("r").Id("Revision"))
	}
	cell := jen.Id(t.tableName())
	if t.within {
		params = append(params, jen.Id("c").Id(m.outer().stateType()))
		cell.Index(jen.Id("c"))
	}
	params = append(params, jen.Id("s").Id(m.stateType()))
	cell.Index(jen.Id("s"))
	if len(t.columns) > 0 || t.FlagBits > 0 {
		params = append(params, jen.Id("h").Op("*").Id("Header"))
	}
	if len(t.columns) > 0 {
		cell.Index(t.column())
	}
	if t.FlagBits > 0 {
		cell.Index(jen.Id("h").Dot(m.p.name(m.Guard.Name)).Op("&").Add(hex(mask(t.FlagBits))))
	}
	comment(g, name+" returns the transition "+what)
	g.Func().Id(name).Params(params...).Id(m.transitionType()).Block(jen.Return(cell))
}
