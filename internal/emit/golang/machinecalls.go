package golang

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/schema"
)

// events emits
//
//	// ServerRequestEvent is something other than a frame that the machine reacts to.
//	type ServerRequestEvent uint8
//
//	const (
//		// ServerRequestEventRespond is respond. The application has a bytes response. Raises
//		// not-active and already-answered.
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
			comment(g, sentence(name+" is "+e.Name+".", e.Doc, raises(m.endings(e))))
			c := g.Id(name)
			if i == 0 {
				c.Id(m.eventType()).Op("=").Iota()
			}
			rows = append(rows, jen.Id(name).Op(":").Lit(e.Name))
		}
	})
	names(g, "e", m.eventType(), rows)
}

// endings returns the errors that a call can end in: those raised before a row is looked for, those
// of the rows and of their actions, and that of states without a row.
func (m *machine) endings(e *schema.Event) []*schema.Error {
	var list []*schema.Error
	add := func(errs ...*schema.Error) {
		for _, err := range errs {
			if err != nil && !slices.Contains(list, err) {
				list = append(list, err)
			}
		}
	}
	add(e.Raises...)
	for _, t := range m.Transitions {
		if slices.Contains(t.Events, e) {
			add(t.Error)
			for _, a := range t.Do {
				add(a.Raises...)
			}
		}
	}
	for _, cells := range dispatch.Calls(m.Machine) {
		if cells[e.Index] == dispatch.Otherwise {
			add(m.Misuse)
		}
	}
	return list
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
