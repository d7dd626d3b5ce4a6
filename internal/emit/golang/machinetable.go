package golang

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/dispatch"
)

func (m *machine) callsName() string { return unexported(m.goName) + "Calls" }

func (m *machine) tableFile(f *jen.File) {
	g := f.Group
	m.staleGuard(g)
	for _, t := range m.grids() {
		t.columnTable(g)
		t.cellTable(g)
	}
	m.callTable(g)
}

// staleGuard emits
//
//	// The tables below hold transitions by number. If the next line does not compile, the files of
//	// this package come from different schemas.
//	var _ = [1]struct{}{}[ServerRequestTransitionMisuse-0x30]
func (m *machine) staleGuard(g *jen.Group) {
	last := m.otherwise()
	if n := len(m.Transitions); n > 0 {
		last = m.row(m.Transitions[n-1])
	}
	if m.hasMisuse() {
		last = m.misuse()
	}
	comment(g, "The tables below hold transitions by number. If the next line does not compile, the files of this package come from different schemas: generate them again.")
	g.Var().Id("_").Op("=").Index(jen.Lit(1)).Struct().Values().Index(jen.Id(last).Op("-").Add(hex(uint64(m.transitions() - 1))))
}

// callTable emits
//
//	// serverRequestCalls has the transition for every state and event.
//	var serverRequestCalls = [9][4]ServerRequestTransition{
//		ServerRequestInactive: {0x29, 0x29, 0x2b, 0x2d},
//		...
//	}
func (m *machine) callTable(g *jen.Group) {
	if len(m.Events) == 0 {
		return
	}
	var rows []jen.Code
	for s, cells := range dispatch.Calls(m.Machine) {
		var numbers []jen.Code
		for _, c := range cells {
			n := c + 1
			if c == dispatch.Otherwise {
				n = m.transitions() - 1
			}
			numbers = append(numbers, jen.Op(fmt.Sprintf("0x%02x", n)))
		}
		rows = append(rows, jen.Id(m.state(m.States[s])).Op(":").Values(numbers...))
	}
	comment(g, m.callsName()+" has the transition for every state and event.")
	g.Var().Id(m.callsName()).Op("=").Index(jen.Lit(len(m.States))).Index(jen.Lit(len(m.Events))).Id(m.transitionType()).Add(multi(rows))
}

// multi emits a literal's braces with a row on each line.
func multi(rows []jen.Code) jen.Code {
	return jen.Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, rows...)
}
