package golang

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/schema"
)

// machine is a state machine with its dense table and its Go names.
type machine struct {
	*schema.Machine
	p       *plan
	goName  string // ServerRequest
	file    string // server_request
	table   *dispatch.Table
	columns []*schema.Frame // the frame types that rows tell apart; column 0 is every other type
	within  bool            // a row looks at the state of the connection
}

func newMachine(p *plan, m *schema.Machine) *machine {
	mm := &machine{
		Machine: m,
		p:       p,
		goName:  p.name(m.Name),
		file:    strings.ReplaceAll(m.Name, "-", "_"),
		table:   dispatch.New(m, p.typ),
	}
	for _, r := range m.Transitions {
		if len(r.Events) > 0 {
			continue
		}
		for _, f := range r.Types.Frames {
			if !slices.Contains(mm.columns, f) {
				mm.columns = append(mm.columns, f)
			}
		}
		if m.Within != nil && r.While != 1<<len(m.Within.States)-1 {
			mm.within = true
		}
	}
	slices.SortStableFunc(mm.columns, func(a, b *schema.Frame) int {
		return slices.Index(p.Frames, a) - slices.Index(p.Frames, b)
	})
	return mm
}

// Go names of the machine's parts.
func (m *machine) stateType() string      { return m.goName + "State" }
func (m *machine) eventType() string      { return m.goName + "Event" }
func (m *machine) transitionType() string { return m.goName + "Transition" }
func (m *machine) actionsType() string    { return m.goName + "Actions" }
func (m *machine) otherwise() string      { return m.transitionType() + "Otherwise" }
func (m *machine) misuse() string         { return m.transitionType() + "Misuse" }
func (m *machine) state(s *schema.State) string {
	return m.goName + m.p.name(s.Name)
}
func (m *machine) row(t *schema.Transition) string {
	return m.transitionType() + m.p.name(t.ID)
}

// transitions returns the number of transitions: the rows, Otherwise, and Misuse if there are calls.
func (m *machine) transitions() int {
	n := 1 + len(m.Transitions)
	if len(m.Events) > 0 {
		n++
	}
	return n
}

// outer returns the machine within which m is.
func (m *machine) outer() *machine {
	for _, other := range m.p.machines {
		if other.Machine == m.Within {
			return other
		}
	}
	return nil
}

func (m *machine) statesFile(f *jen.File) {
	g := f.Group
	m.states(g)
	m.receiving(g)
	m.initial(g)
	m.derived(g)
	m.events(g)
	m.dispatchFunc(g)
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
func names(g *jen.Group, typ string, rows []jen.Code) {
	recv := strings.ToLower(typ[:1])
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
	names(g, m.stateType(), rows)
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
	g.Func().Params(jen.Id("s").Id(m.stateType())).Id("Receiving").Params().Bool().Block(
		jen.Switch(jen.Id("s")).Block(jen.Case(states...).Block(jen.Return(jen.True()))),
		jen.Return(jen.False()),
	)
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
func (m *machine) initial(g *jen.Group) {
	if m.Key == nil || len(m.Initial) == 0 {
		return
	}
	name := "Initial" + m.goName
	comment(g, name+" returns the state in which the instance for a value of "+m.Key.Name+" starts.")
	last := m.Initial[len(m.Initial)-1]
	g.Func().Id(name).Params(jen.Id("key").Id(m.p.goType(m.Key))).Id(m.stateType()).BlockFunc(func(g *jen.Group) {
		for _, in := range m.Initial[:len(m.Initial)-1] {
			switch in.Keys {
			case schema.KeyOdd:
				g.If(jen.Id("key").Op("%").Lit(2).Op("!=").Lit(0)).Block(jen.Return(jen.Id(m.state(in.State))))
			case schema.KeyEven:
				g.If(jen.Id("key").Op("%").Lit(2).Op("==").Lit(0)).Block(jen.Return(jen.Id(m.state(in.State))))
			}
		}
		g.Return(jen.Id(m.state(last.State)))
	})
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

// events emits
//
//	// ServerRequestEvent is something other than a frame that the machine reacts to.
//	type ServerRequestEvent uint8
//
//	const (
//		// ServerRequestEventRespond is respond. The application has a bytes response.
//		ServerRequestEventRespond ServerRequestEvent = iota
//		...
//	)
//
// and its String method.
func (m *machine) events(g *jen.Group) {
	if len(m.Events) == 0 {
		return
	}
	comment(g, m.eventType()+" is something other than a frame that the machine "+m.Name+" reacts to.")
	g.Type().Id(m.eventType()).Uint8()
	var rows []jen.Code
	g.Const().DefsFunc(func(g *jen.Group) {
		for i, e := range m.Events {
			name := m.eventType() + m.p.name(e.Name)
			comment(g, sentence(name+" is "+e.Name+".", e.Doc))
			c := g.Id(name)
			if i == 0 {
				c.Id(m.eventType()).Op("=").Iota()
			}
			rows = append(rows, jen.Id(name).Op(":").Lit(e.Name))
		}
	})
	names(g, m.eventType(), rows)
}

// dispatchFunc emits
//
//	// DispatchServerRequest returns the transition that a received frame takes.
//	func DispatchServerRequest(c ServerConnectionState, s ServerRequestState, h *Header) ServerRequestTransition {
//		return serverRequestTable[c][s][serverRequestColumns[h.Type]][h.Flags&0x7]
//	}
//
// with the parameters that the rows look at.
func (m *machine) dispatchFunc(g *jen.Group) {
	name := "Dispatch" + m.goName
	var params []jen.Code
	cell := jen.Id(m.tableName())
	if m.within {
		params = append(params, jen.Id("c").Id(m.outer().stateType()))
		cell.Index(jen.Id("c"))
	}
	params = append(params, jen.Id("s").Id(m.stateType()))
	cell.Index(jen.Id("s"))
	if len(m.columns) > 0 || m.table.FlagBits > 0 {
		params = append(params, jen.Id("h").Op("*").Id("Header"))
	}
	if len(m.columns) > 0 {
		typ := jen.Id("h").Dot(m.p.name(m.p.typ.Name))
		if m.manyTypes() {
			cell.Index(jen.Id(m.columnsName()).Call(typ))
		} else {
			cell.Index(jen.Id(m.columnsName()).Index(typ))
		}
	}
	if m.table.FlagBits > 0 {
		cell.Index(jen.Id("h").Dot(m.p.name(m.Guard.Name)).Op("&").Add(hex(mask(m.table.FlagBits))))
	}
	comment(g, name+" returns the transition that a received frame takes.")
	g.Func().Id(name).Params(params...).Id(m.transitionType()).Block(jen.Return(cell))
}

// callFunc emits
//
//	// CallServerRequest returns the transition that a call takes.
//	func CallServerRequest(s ServerRequestState, e ServerRequestEvent) ServerRequestTransition {
//		return serverRequestCalls[s][e]
//	}
func (m *machine) callFunc(g *jen.Group) {
	if len(m.Events) == 0 {
		return
	}
	name := "Call" + m.goName
	comment(g, name+" returns the transition that something other than a frame takes.")
	g.Func().Id(name).Params(jen.Id("s").Id(m.stateType()), jen.Id("e").Id(m.eventType())).Id(m.transitionType()).Block(
		jen.Return(jen.Id(m.callsName()).Index(jen.Id("s")).Index(jen.Id("e"))),
	)
}
