package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/schema"
)

func (m *machine) rowsFile(f *jen.File) {
	g := f.Group
	m.transitionConstants(g)
	m.transitionNames(g)
	m.rowStruct(g)
	m.rowTable(g)
}

// transitionConstants emits
//
//	// ServerRequestTransition is a row of the machine server-request.
//	type ServerRequestTransition uint8
//
//	const (
//		// ServerRequestTransitionOtherwise stands for frames that no row admits.
//		ServerRequestTransitionOtherwise ServerRequestTransition = iota
//		// ServerRequestTransitionRun is run. A request in one frame.
//		ServerRequestTransitionRun
//		...
//		// ServerRequestTransitionMisuse stands for calls that no row admits.
//		ServerRequestTransitionMisuse
//	)
func (m *machine) transitionConstants(g *jen.Group) {
	typ := m.transitionType()
	comment(g, typ+" is a row of the machine "+m.Name+": what becomes of a frame or of a call.")
	g.Type().Id(typ).Id(unsigned(bitsFor(m.transitions() - 1)))
	g.Const().DefsFunc(func(g *jen.Group) {
		comment(g, m.otherwise()+" stands for frames that no row admits.")
		g.Id(m.otherwise()).Id(typ).Op("=").Iota()
		for _, t := range m.Transitions {
			comment(g, sentence(m.row(t)+" is "+t.ID+".", t.Doc))
			g.Id(m.row(t))
		}
		if m.hasMisuse() {
			comment(g, m.misuse()+" stands for "+m.misused()+" that no row admits.")
			g.Id(m.misuse())
		}
	})
}

// transitionNames emits the String method.
func (m *machine) transitionNames(g *jen.Group) {
	rows := []jen.Code{jen.Id(m.otherwise()).Op(":").Lit("otherwise")}
	for _, t := range m.Transitions {
		rows = append(rows, jen.Id(m.row(t)).Op(":").Lit(t.ID))
	}
	if m.hasMisuse() {
		rows = append(rows, jen.Id(m.misuse()).Op(":").Lit("misuse"))
	}
	names(g, "t", m.transitionType(), rows)
}

// rowStruct emits
//
//	// ServerRequestRow is what a transition does, beside its actions.
//	type ServerRequestRow struct {
//		To       ServerRequestState // the next state, unless Keep
//		Keep     bool               // the state stays
//		Error    ErrorCode          // not zero: the frame or the call is refused
//		Consumes bool               // later machines do not see the frame
//	}
//
//	// Row returns what the transition does.
//	func (t ServerRequestTransition) Row() ServerRequestRow { return serverRequestRows[t] }
func (m *machine) rowStruct(g *jen.Group) {
	row := m.goName + "Row"
	comment(g, row+" is what a transition does, beside its actions.")
	g.Type().Id(row).Struct(
		jen.Id("To").Id(m.stateType()).Comment("// the next state, unless Keep"),
		jen.Id("Keep").Bool().Comment("// the state stays"),
		jen.Id("Error").Id("ErrorCode").Comment("// not zero: the frame or the call is refused"),
		jen.Id("Consumes").Bool().Comment("// later machines do not see the frame"),
	)
	comment(g, "Row returns what the transition does.")
	g.Func().Params(jen.Id("t").Id(m.transitionType())).Id("Row").Params().Id(row).Block(
		jen.Return(jen.Id(unexported(m.goName) + "Rows").Index(jen.Id("t"))),
	)
}

// rowTable emits
//
//	var serverRequestRows = [...]ServerRequestRow{
//		ServerRequestTransitionOtherwise: {Keep: true, Error: ErrUnexpectedFrame},
//		ServerRequestTransitionRun:       {To: ServerRequestActive},
//		...
//	}
func (m *machine) rowTable(g *jen.Group) {
	refuse := func(e *schema.Error) jen.Code {
		if e == nil {
			return jen.Values(jen.Id("Keep").Op(":").True())
		}
		return jen.Values(jen.Id("Keep").Op(":").True(), jen.Id("Error").Op(":").Id(m.p.errorCode(e)))
	}
	rows := []jen.Code{jen.Id(m.otherwise()).Op(":").Add(refuse(m.Otherwise))}
	for _, t := range m.Transitions {
		var values []jen.Code
		if t.To != nil && t.Error == nil {
			values = append(values, jen.Id("To").Op(":").Id(m.state(t.To)))
		} else {
			values = append(values, jen.Id("Keep").Op(":").True())
		}
		if t.Error != nil {
			values = append(values, jen.Id("Error").Op(":").Id(m.p.errorCode(t.Error)))
		}
		if t.Consumes {
			values = append(values, jen.Id("Consumes").Op(":").True())
		}
		rows = append(rows, jen.Id(m.row(t)).Op(":").Values(values...))
	}
	if m.hasMisuse() {
		rows = append(rows, jen.Id(m.misuse()).Op(":").Add(refuse(m.Misuse)))
	}
	g.Var().Id(unexported(m.goName) + "Rows").Op("=").Index(jen.Op("...")).Id(m.goName + "Row").Add(multi(rows))
}
