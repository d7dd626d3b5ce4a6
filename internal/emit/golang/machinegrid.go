package golang

import (
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/schema"
)

// grid is one of a machine's dense tables as an array of Go: that of received frames, or that of
// sent ones.
type grid struct {
	*dispatch.Table
	m       *machine
	columns []*schema.Frame // the frame types that rows tell apart; column 0 is every other type
	within  bool            // a row looks at the state of the connection
}

func newGrid(m *machine, table *dispatch.Table) *grid {
	t := &grid{Table: table, m: m}
	for _, r := range m.Transitions {
		if len(r.Events) > 0 || r.Send != t.Send {
			continue
		}
		for _, f := range r.Types.Frames {
			if !slices.Contains(t.columns, f) {
				t.columns = append(t.columns, f)
			}
		}
		if m.Machine.Within != nil && r.While != 1<<len(m.Machine.Within.States)-1 {
			t.within = true
		}
	}
	slices.SortStableFunc(t.columns, func(a, b *schema.Frame) int {
		return slices.Index(m.p.Frames, a) - slices.Index(m.p.Frames, b)
	})
	return t
}

// grids returns the machine's tables.
func (m *machine) grids() []*grid {
	if m.sent == nil {
		return []*grid{m.received}
	}
	return []*grid{m.received, m.sent}
}

// prefix is what the table's Go names begin with.
func (t *grid) prefix() string {
	if t.Send {
		return unexported(t.m.goName) + "Send"
	}
	return unexported(t.m.goName)
}

func (t *grid) tableName() string   { return t.prefix() + "Table" }
func (t *grid) columnsName() string { return t.prefix() + "Columns" }
func (t *grid) columnName() string  { return t.prefix() + "Column" }

// grows reports whether rows tell apart a frame type that is younger than the machine: then the
// column depends on the revision.
func (t *grid) grows() bool {
	return slices.ContainsFunc(t.columns, func(f *schema.Frame) bool {
		return t.m.p.since(f.Since).Index > t.m.p.since(t.m.Since).Index
	})
}

// column emits the column of the frame type of the header h.
func (t *grid) column() *jen.Statement {
	typ := jen.Id("h").Dot(t.m.p.name(t.m.p.typ.Name))
	switch {
	case t.grows():
		return jen.Id(t.columnName()).Call(jen.Id("r"), typ)
	case t.manyTypes():
		return jen.Id(t.columnName()).Call(typ)
	}
	return jen.Id(t.columnsName()).Index(typ)
}

// manyTypes reports whether there are too many frame types for an array of columns.
func (t *grid) manyTypes() bool { return width(t.m.p.typ.Bits) > 8 }

// number returns the transition of a cell.
func (t *grid) number(cell int) int {
	switch {
	case cell >= 0:
		return cell + 1
	case t.Send:
		return t.m.transitions() - 1
	}
	return 0
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
// or, when types take more than 8 bits or come with later revisions, a function:
//
//	func clientRequestColumn(r Revision, t FrameType) uint8 {
//		switch t {
//		case TypeBytesResponse:
//			return 1
//		case TypeTextOutput:
//			if r >= RevisionStreams {
//				return 2
//			}
//		}
//		return 0
//	}
func (t *grid) columnTable(g *jen.Group) {
	if len(t.columns) == 0 {
		return
	}
	const doc = " gives every frame type its column. Types without one of their own share column 0"
	if t.manyTypes() || t.grows() {
		params := []jen.Code{jen.Id("t").Id("FrameType")}
		end := "."
		if t.grows() {
			params = []jen.Code{jen.Id("r").Id("Revision"), jen.Id("t").Id("FrameType")}
			end = ", and so do those that the revision lacks."
		}
		comment(g, t.columnName()+doc+end)
		g.Func().Id(t.columnName()).Params(params...).Uint8().Block(
			jen.Switch(jen.Id("t")).BlockFunc(func(g *jen.Group) {
				for i, f := range t.columns {
					column := jen.Return(jen.Lit(i + 1))
					if since := t.m.p.since(f.Since); t.grows() && since.Index > t.m.p.since(t.m.Since).Index {
						column = jen.If(jen.Id("r").Op(">=").Id(t.m.p.revision(since))).Block(column)
					}
					g.Case(jen.Id(t.m.p.frameType(f))).Block(column)
				}
			}),
			jen.Return(jen.Lit(0)),
		)
		return
	}
	comment(g, t.columnsName()+doc+".")
	var rows []jen.Code
	for i, f := range t.columns {
		rows = append(rows, jen.Id(t.m.p.frameType(f)).Op(":").Lit(i+1))
	}
	g.Var().Id(t.columnsName()).Op("=").Index(jen.Lit(256)).Uint8().Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, rows...)
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
func (t *grid) cellTable(g *jen.Group) {
	typ := &jen.Statement{}
	what := []string{}
	if t.within {
		typ.Index(jen.Lit(t.Within))
		what = append(what, "state of the connection")
	}
	typ.Index(jen.Lit(t.States))
	what = append(what, "state")
	if len(t.columns) > 0 {
		typ.Index(jen.Lit(len(t.columns) + 1))
		what = append(what, "column")
	}
	if t.FlagBits > 0 {
		typ.Index(jen.Lit(1 << t.FlagBits))
		bits := "bit"
		if t.FlagBits > 1 {
			bits = fmt.Sprintf("%d bits", t.FlagBits)
		}
		what = append(what, fmt.Sprintf("value of the low %s of %s", bits, t.m.Guard.Name))
	}
	doc := " has the transition for every " + enumerate(what) + ". Cells that are not listed are " + t.m.otherwise() + "."
	if t.Send {
		doc = " has the transition of a sent frame for every " + enumerate(what) + "."
	}
	comment(g, t.tableName()+doc)
	g.Var().Id(t.tableName()).Op("=").Add(typ).Id(t.m.transitionType()).Add(t.cellsOf())
}

// cellsOf emits the cells as nested literals without those that are all Otherwise.
func (t *grid) cellsOf() jen.Code {
	if !t.within {
		cells, _ := t.stateCells(-1)
		return cells
	}
	var rows []jen.Code
	outer := t.m.outer()
	for w, s := range outer.States {
		if cells, any := t.stateCells(w); any {
			rows = append(rows, jen.Id(outer.state(s)).Op(":").Add(cells))
		}
	}
	return multi(rows)
}

func (t *grid) stateCells(within int) (_ jen.Code, any bool) {
	var rows []jen.Code
	for i, s := range t.m.States {
		if cells, any := t.columnCells(within, i); any {
			rows = append(rows, jen.Id(t.m.state(s)).Op(":").Add(cells))
		}
	}
	return multi(rows), len(rows) > 0
}

func (t *grid) columnCells(within, state int) (_ jen.Code, any bool) {
	if len(t.columns) == 0 {
		return t.flagCells(within, state, t.otherType())
	}
	var rows []jen.Code
	for column := range len(t.columns) + 1 {
		id := t.otherType()
		if column > 0 {
			id = t.columns[column-1].ID
		}
		if cells, any := t.flagCells(within, state, id); any {
			rows = append(rows, jen.Lit(column).Op(":").Add(cells))
		}
	}
	return multi(rows), len(rows) > 0
}

// otherType returns a frame type without a column of its own. There may be none: then column 0 is
// never looked at.
func (t *grid) otherType() uint64 {
	var id uint64
	for {
		taken := false
		for _, f := range t.columns {
			taken = taken || f.ID == id
		}
		if !taken || id == mask(t.m.p.typ.Bits) {
			return id
		}
		id++
	}
}

func (t *grid) flagCells(within, state int, typ uint64) (_ jen.Code, any bool) {
	var cells []jen.Code
	for flags := range uint64(1) << t.FlagBits {
		n := t.number(t.cell(within, dispatch.Cell{State: state, Type: typ, Flags: flags}))
		any = any || n != 0
		cells = append(cells, jen.Op(fmt.Sprintf("0x%02x", n)))
	}
	if t.FlagBits == 0 {
		return cells[0], any
	}
	return jen.Values(cells...), any
}

// cell returns a cell of the table, or, when the state of the connection is -1 because no row
// looks at it, the cell of one in which it is possible.
func (t *grid) cell(within int, c dispatch.Cell) int {
	if within >= 0 {
		c.Within = within
		return t.Cells[t.Index(c)]
	}
	found := dispatch.Impossible
	for c.Within = range t.Within {
		if found = t.Cells[t.Index(c)]; found != dispatch.Impossible {
			break
		}
	}
	return found
}
