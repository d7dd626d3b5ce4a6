package golang

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/schema"
)

func (p *plan) typesFile(f *jen.File) {
	g := f.Group
	p.frameTypes(g)
	p.frameTypeText(g)
	p.frameTypeIn(g)
	p.frameTypeSince(g)
	p.hasPayload(g)
	p.knownTypes(g)
	p.frameTypeSentBy(g)
	p.roles(g)
}

// frameTypes emits
//
//	// FrameType says what a frame means. ...
//	type FrameType uint8
//
//	const (
//		// TypeCommandName is command-name, sent by the client. Opens a request: ...
//		TypeCommandName FrameType = 0x1
//		...
//	)
func (p *plan) frameTypes(g *jen.Group) {
	comment(g, sentence("FrameType is the type of a frame.", p.typ.Doc))
	g.Type().Id("FrameType").Id(unsigned(p.typ.Bits))
	g.Const().DefsFunc(func(g *jen.Group) {
		for _, f := range p.Frames {
			name := p.frameType(f)
			var from []string
			for _, r := range f.From {
				from = append(from, "the "+r)
			}
			comment(g, sentence(name+" is "+f.Name+", sent by "+enumerate(from)+".", f.Doc, p.valueClause(f), p.sinceClause(f.Since)))
			g.Id(name).Id("FrameType").Op("=").Add(hex(f.ID))
		}
	})
}

// frameTypeText emits
//
//	// String returns the name of the type, or its number when it has none.
//	func (f FrameType) String() string {
//		switch f {
//		case TypeCommandName:
//			return "command-name"
//		...
//		}
//		return decimal(uint64(f))
//	}
//
//	// ParseFrameType returns the type with that name or decimal number.
//	func ParseFrameType(s string) (FrameType, error) {
//		switch s {
//		case "command-name":
//			return TypeCommandName, nil
//		...
//		}
//		if !isDecimal(s) {
//			return 0, unknownName("type", s, LatestRevision.knownTypes())
//		}
//		v, err := parseNumber("type", s, 4)
//		return FrameType(v), err
//	}
//
// and the methods of package encoding.
func (p *plan) frameTypeText(g *jen.Group) {
	recv := jen.Id("f").Id("FrameType")
	comment(g, "String returns the name of the type, or its number when it has none.")
	g.Func().Params(recv).Id("String").Params().String().BlockFunc(func(g *jen.Group) {
		p.switchFrames(g, jen.Id("f"), func(f *schema.Frame) (jen.Code, jen.Code) {
			return jen.Id(p.frameType(f)), jen.Return(jen.Lit(f.Name))
		})
		g.Return(jen.Id("decimal").Call(jen.Uint64().Call(jen.Id("f"))))
	})
	known := jen.Id("LatestRevision").Dot("knownTypes").Call()
	if len(p.Frames) == 0 {
		known = jen.Lit("")
	}
	comment(g, "ParseFrameType returns the type with that name or decimal number.")
	g.Func().Id("ParseFrameType").Params(jen.Id("s").String()).Params(jen.Id("FrameType"), jen.Error()).BlockFunc(func(g *jen.Group) {
		p.switchFrames(g, jen.Id("s"), func(f *schema.Frame) (jen.Code, jen.Code) {
			return jen.Lit(f.Name), jen.Return(jen.Id(p.frameType(f)), jen.Nil())
		})
		g.If(jen.Op("!").Id("isDecimal").Call(jen.Id("s"))).Block(
			jen.Return(jen.Lit(0), jen.Id("unknownName").Call(jen.Lit(p.typ.Name), jen.Id("s"), known)),
		)
		g.List(jen.Id("v"), jen.Err()).Op(":=").Id("parseNumber").Call(jen.Lit(p.typ.Name), jen.Id("s"), jen.Lit(p.typ.Bits))
		g.Return(jen.Id("FrameType").Call(jen.Id("v")), jen.Err())
	})
	marshalText(g, "FrameType", jen.Append(jen.Id("dst"), jen.Id("f").Dot("String").Call().Op("...")))
	unmarshalText(g, "FrameType", "ParseFrameType")
}

// switchFrames emits a switch with a case for every frame type, if there are any.
func (p *plan) switchFrames(g *jen.Group, on jen.Code, row func(*schema.Frame) (match, body jen.Code)) {
	if len(p.Frames) == 0 {
		return
	}
	g.Switch(on).BlockFunc(func(g *jen.Group) {
		for _, f := range p.Frames {
			match, body := row(f)
			g.Case(match).Block(body)
		}
	})
}

// frameTypeIn emits
//
//	// In reports whether the type is assigned in a revision.
//	func (f FrameType) In(r Revision) bool {
//		switch f {
//		case TypeCommandName, TypeCommandArgument:
//			return r >= RevisionRequestIDs && r <= LatestRevision
//		case TypeTextOutput, TypeStreamSettings:
//			return r >= RevisionStreams && r <= LatestRevision
//		}
//		return false
//	}
func (p *plan) frameTypeIn(g *jen.Group) {
	comment(g, "In reports whether the type is assigned in a revision.")
	g.Func().Params(jen.Id("f").Id("FrameType")).Id("In").Params(jen.Id("r").Id("Revision")).Bool().BlockFunc(func(g *jen.Group) {
		if len(p.Frames) > 0 {
			g.Switch(jen.Id("f")).BlockFunc(func(g *jen.Group) {
				for _, r := range p.Revisions {
					var types []jen.Code
					for _, f := range p.Frames {
						if p.since(f.Since) == r {
							types = append(types, jen.Id(p.frameType(f)))
						}
					}
					if len(types) > 0 {
						g.Case(types...).Block(jen.Return(
							jen.Id("r").Op(">=").Id(p.revision(r)).Op("&&").Id("r").Op("<=").Id("LatestRevision"),
						))
					}
				}
			})
		}
		g.Return(jen.False())
	})
}

// frameTypeSince emits, if some types come with a later revision than the first,
//
//	// since returns the first revision in which the type is assigned.
//	func (f FrameType) since() Revision {
//		for _, r := range Revisions() {
//			if f.In(r) {
//				return r
//			}
//		}
//		return 0
//	}
func (p *plan) frameTypeSince(g *jen.Group) {
	if !p.typesGrow() {
		return
	}
	comment(g, "since returns the first revision in which the type is assigned.")
	g.Func().Params(jen.Id("f").Id("FrameType")).Id("since").Params().Id("Revision").Block(
		jen.For(jen.List(jen.Id("_"), jen.Id("r")).Op(":=").Range().Id("Revisions").Call()).Block(
			jen.If(jen.Id("f").Dot("In").Call(jen.Id("r"))).Block(jen.Return(jen.Id("r"))),
		),
		jen.Return(jen.Lit(0)),
	)
}

// typesGrow reports whether some types come with a later revision than the first.
func (p *plan) typesGrow() bool {
	for _, f := range p.Frames {
		if p.since(f.Since) != p.firstRevision() {
			return true
		}
	}
	return false
}

// knownTypes emits
//
//	// knownTypes lists the names of the types of a revision for an error text.
//	func (r Revision) knownTypes() string {
//		switch r {
//		case RevisionRequestIDs:
//			return "command-name, command-argument"
//		...
//		}
//		return ""
//	}
func (p *plan) knownTypes(g *jen.Group) {
	p.revisionProperty(g, "knownTypes", "knownTypes lists the names of the types of a revision for an error text.", func(r *schema.Revision) string {
		var names []string
		for _, f := range p.Frames {
			if r.In(f.Since) {
				names = append(names, f.Name)
			}
		}
		return strings.Join(names, ", ")
	})
}

// frameTypeSentBy emits
//
//	// SentBy reports whether a role sends frames of the type.
//	func (f FrameType) SentBy(role Role) bool {
//		switch f {
//		case TypeCommandName, TypeCommandArgument, TypeCommandData:
//			return role == RoleClient
//		case TypeStreamSettings:
//			return role == RoleClient || role == RoleServer
//		}
//		return false
//	}
func (p *plan) frameTypeSentBy(g *jen.Group) {
	comment(g, "SentBy reports whether a role sends frames of the type.")
	g.Func().Params(jen.Id("f").Id("FrameType")).Id("SentBy").Params(jen.Id("role").Id("Role")).Bool().BlockFunc(func(g *jen.Group) {
		var senders []string // in order of appearance
		types := map[string][]jen.Code{}
		conds := map[string]*jen.Statement{}
		for _, f := range p.Frames {
			key := enumerate(f.From)
			if types[key] == nil {
				senders = append(senders, key)
				cond := &jen.Statement{}
				for i, r := range f.From {
					if i > 0 {
						cond.Op("||")
					}
					cond.Id("role").Op("==").Id(p.role(r))
				}
				conds[key] = cond
			}
			types[key] = append(types[key], jen.Id(p.frameType(f)))
		}
		if len(senders) > 0 {
			g.Switch(jen.Id("f")).BlockFunc(func(g *jen.Group) {
				for _, key := range senders {
					g.Case(types[key]...).Block(jen.Return(conds[key]))
				}
			})
		}
		g.Return(jen.False())
	})
}

// roles emits
//
//	// Role is a side of a connection.
//	type Role uint8
//
//	const (
//		RoleClient Role = iota + 1
//		RoleServer
//	)
//
//	// String returns the name of the role.
//	func (r Role) String() string {
//		switch r {
//		case RoleClient:
//			return "client"
//		...
//		}
//		return "Role(" + decimal(uint64(r)) + ")"
//	}
func (p *plan) roles(g *jen.Group) {
	comment(g, "Role is a side of a connection. The zero value is none.")
	g.Type().Id("Role").Uint8()
	g.Const().DefsFunc(func(g *jen.Group) {
		for i, r := range p.Protocol.Roles {
			c := g.Id(p.role(r))
			if i == 0 {
				c.Id("Role").Op("=").Iota().Op("+").Lit(1)
			}
		}
	})
	comment(g, "String returns the name of the role.")
	g.Func().Params(jen.Id("r").Id("Role")).Id("String").Params().String().Block(
		jen.Switch(jen.Id("r")).BlockFunc(func(g *jen.Group) {
			for _, r := range p.Protocol.Roles {
				g.Case(jen.Id(p.role(r))).Block(jen.Return(jen.Lit(r)))
			}
		}),
		jen.Return(jen.Lit("Role(").Op("+").Id("decimal").Call(jen.Uint64().Call(jen.Id("r"))).Op("+").Lit(")")),
	)
}
