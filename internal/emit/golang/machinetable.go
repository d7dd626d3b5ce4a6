package golang

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/dispatch"
)

func (m *machine) tableName() string   { return unexported(m.goName) + "Table" }
func (m *machine) columnsName() string { return unexported(m.goName) + "Columns" }
func (m *machine) callsName() string   { return unexported(m.goName) + "Calls" }

// manyTypes reports whether there are too many frame types for an array of columns.
func (m *machine) manyTypes() bool { return width(m.p.typ.Bits) > 8 }

func (m *machine) tableFile(f *jen.File) {
	g := f.Group
	m.staleGuard(g)
	m.columnTable(g)
	m.cellTable(g)
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
	if len(m.Events) > 0 {
		last = m.misuse()
	}
	comment(g, "The tables below hold transitions by number. If the next line does not compile, the files of this package come from different schemas: generate them again.")
	g.Var().Id("_").Op("=").Index(jen.Lit(1)).Struct().Values().Index(jen.Id(last).Op("-").Add(hex(uint64(m.transitions() - 1))))
}

// columnTable emits
//
//	// serverRequestColumns has the column of every frame type; rows tell apart only those named here.
//	var serverRequestColumns = [256]uint8{
//		TypeCommandName:     1,
//		TypeCommandArgument: 2,
//		TypeCommandData:     3,
//	}
//
// or, when types take more than 8 bits, a function with a switch.
func (m *machine) columnTable(g *jen.Group) {
	if len(m.columns) == 0 {
		return
	}
	comment(g, m.columnsName()+" gives every frame type its column. Types without one of their own share column 0.")
	if m.manyTypes() {
		g.Func().Id(m.columnsName()).Params(jen.Id("t").Id("FrameType")).Uint8().Block(
			jen.Switch(jen.Id("t")).BlockFunc(func(g *jen.Group) {
				for i, f := range m.columns {
					g.Case(jen.Id(m.p.frameType(f))).Block(jen.Return(jen.Lit(i + 1)))
				}
			}),
			jen.Return(jen.Lit(0)),
		)
		return
	}
	var rows []jen.Code
	for i, f := range m.columns {
		rows = append(rows, jen.Id(m.p.frameType(f)).Op(":").Lit(i+1))
	}
	g.Var().Id(m.columnsName()).Op("=").Index(jen.Lit(256)).Uint8().Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, rows...)
}

// cellTable emits
//
//	// serverRequestTable has the transition for every state of the connection, state, column and
//	// value of the low 3 bits of the flags. Cells that are not listed are otherwise.
//	var serverRequestTable = [3][9][4][8]ServerRequestTransition{
//		ServerConnectionIdle: {
//			ServerRequestInactive: {
//				0: {0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b},
//				...
//			},
//		},
//	}
func (m *machine) cellTable(g *jen.Group) {
	t := m.table
	typ := &jen.Statement{}
	what := []string{}
	if m.within {
		typ.Index(jen.Lit(t.Within))
		what = append(what, "state of the connection")
	}
	typ.Index(jen.Lit(t.States))
	what = append(what, "state")
	if len(m.columns) > 0 {
		typ.Index(jen.Lit(len(m.columns) + 1))
		what = append(what, "column")
	}
	if t.FlagBits > 0 {
		typ.Index(jen.Lit(1 << t.FlagBits))
		bits := "bit"
		if t.FlagBits > 1 {
			bits = fmt.Sprintf("%d bits", t.FlagBits)
		}
		what = append(what, fmt.Sprintf("value of the low %s of %s", bits, m.Guard.Name))
	}
	comment(g, m.tableName()+" has the transition for every "+enumerate(what)+". Cells that are not listed are "+m.otherwise()+".")
	g.Var().Id(m.tableName()).Op("=").Add(typ).Id(m.transitionType()).Add(m.cellsOf())
}

// cellsOf emits the cells as nested literals without those that are all Otherwise.
func (m *machine) cellsOf() jen.Code {
	if !m.within {
		cells, _ := m.stateCells(-1)
		return cells
	}
	var rows []jen.Code
	outer := m.outer()
	for w, s := range outer.States {
		if cells, any := m.stateCells(w); any {
			rows = append(rows, jen.Id(outer.state(s)).Op(":").Add(cells))
		}
	}
	return multi(rows)
}

func (m *machine) stateCells(within int) (_ jen.Code, any bool) {
	var rows []jen.Code
	for i, s := range m.States {
		if cells, any := m.columnCells(within, i); any {
			rows = append(rows, jen.Id(m.state(s)).Op(":").Add(cells))
		}
	}
	return multi(rows), len(rows) > 0
}

func (m *machine) columnCells(within, state int) (_ jen.Code, any bool) {
	if len(m.columns) == 0 {
		return m.flagCells(within, state, m.otherType())
	}
	var rows []jen.Code
	for column := range len(m.columns) + 1 {
		id := m.otherType()
		if column > 0 {
			id = m.columns[column-1].ID
		}
		if cells, any := m.flagCells(within, state, id); any {
			rows = append(rows, jen.Lit(column).Op(":").Add(cells))
		}
	}
	return multi(rows), len(rows) > 0
}

// otherType returns a frame type without a column of its own. There may be none: then column 0 is
// never looked at.
func (m *machine) otherType() uint64 {
	var id uint64
	for {
		taken := false
		for _, f := range m.columns {
			taken = taken || f.ID == id
		}
		if !taken || id == mask(m.p.typ.Bits) {
			return id
		}
		id++
	}
}

func (m *machine) flagCells(within, state int, typ uint64) (_ jen.Code, any bool) {
	var cells []jen.Code
	for flags := range uint64(1) << m.table.FlagBits {
		n := m.number(m.cell(within, dispatch.Cell{State: state, Type: typ, Flags: flags}))
		any = any || n != 0
		cells = append(cells, jen.Op(fmt.Sprintf("0x%02x", n)))
	}
	if m.table.FlagBits == 0 {
		return cells[0], any
	}
	return jen.Values(cells...), any
}

// cell returns a cell of the table, or, when the state of the connection is -1 because no row
// looks at it, the cell of one in which it is possible.
func (m *machine) cell(within int, c dispatch.Cell) int {
	if within >= 0 {
		c.Within = within
		return m.table.Cells[m.table.Index(c)]
	}
	found := dispatch.Impossible
	for c.Within = range m.table.Within {
		if found = m.table.Cells[m.table.Index(c)]; found != dispatch.Impossible {
			break
		}
	}
	return found
}

// number returns the transition of a cell.
func (m *machine) number(cell int) int { return max(cell, -1) + 1 }

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
			n := m.number(c)
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
