package golang

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/schema"
)

func (m *machine) actionsFile(f *jen.File) {
	g := f.Group
	m.actionsInterface(g)
	m.do(g)
}

// actionsInterface emits
//
//	// ServerRequestActions are what the rows of the machine server-request do; hand-written code
//	// implements them.
//	type ServerRequestActions interface {
//		// BeginCommand is begin-command. Takes up a request under the command name in the payload.
//		// Raises too-many-receiving and buffered-too-large.
//		BeginCommand() *ProtocolError
//		...
//	}
func (m *machine) actionsInterface(g *jen.Group) {
	comment(g, m.actionsType()+" are what the rows of the machine "+m.Name+" do. The code that runs the machine implements them.")
	g.Type().Id(m.actionsType()).InterfaceFunc(func(g *jen.Group) {
		for _, a := range m.Actions {
			name := m.p.name(a.Name)
			comment(g, sentence(name+" is "+a.Name+".", a.Doc, raises(a.Raises)))
			g.Id(name).Params().Op("*").Id("ProtocolError")
		}
	})
}

// do emits
//
//	// Do takes the transition's actions in order, up to the first that fails.
//	func (t ServerRequestTransition) Do(a ServerRequestActions) *ProtocolError {
//		switch t {
//		case ServerRequestTransitionRun:
//			if err := a.BeginCommand(); err != nil {
//				return err
//			}
//			return a.RunCommand()
//		...
//		}
//		return nil
//	}
func (m *machine) do(g *jen.Group) {
	var sequences []string // in order of appearance
	rows := map[string][]*schema.Transition{}
	for _, t := range m.Transitions {
		var names []string
		for _, a := range t.Do {
			names = append(names, a.Name)
		}
		key := strings.Join(names, " ")
		if key == "" {
			continue
		}
		if rows[key] == nil {
			sequences = append(sequences, key)
		}
		rows[key] = append(rows[key], t)
	}
	comment(g, "Do takes the transition's actions in order, up to the first that fails.")
	g.Func().Params(jen.Id("t").Id(m.transitionType())).Id("Do").Params(jen.Id("a").Id(m.actionsType())).Op("*").Id("ProtocolError").BlockFunc(func(g *jen.Group) {
		if len(sequences) > 0 {
			g.Switch(jen.Id("t")).BlockFunc(func(g *jen.Group) {
				for _, key := range sequences {
					m.doCase(g, rows[key])
				}
			})
		}
		g.Return(jen.Nil())
	})
}

// doCase emits the case of the rows with one sequence of actions.
func (m *machine) doCase(g *jen.Group, rows []*schema.Transition) {
	var match []jen.Code
	for i, t := range rows {
		c := jen.Id(m.row(t))
		if i > 0 && len(rows) > 2 {
			c = jen.Line().Add(c)
		}
		match = append(match, c)
	}
	do := rows[0].Do
	g.Case(match...).BlockFunc(func(g *jen.Group) {
		for _, a := range do[:len(do)-1] {
			g.If(jen.Err().Op(":=").Id("a").Dot(m.p.name(a.Name)).Call(), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err()))
		}
		g.Return(jen.Id("a").Dot(m.p.name(do[len(do)-1].Name)).Call())
	})
}
