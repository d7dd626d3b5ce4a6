package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/schema"
)

// byValue reports whether the length of some frame types is a value: they have no payload.
func (p *plan) byValue() bool {
	for _, f := range p.Frames {
		if f.ByValue {
			return true
		}
	}
	return false
}

// strict reports whether frames of undefined types are refused.
func (p *plan) strict() bool { return p.typ.Unknown != nil }

// judged reports whether there is more to the length of a frame than that of its payload.
func (p *plan) judged() bool { return p.byValue() || p.strict() }

// hasPayload emits, if some frame types have none,
//
//	// HasPayload reports whether frames of the type have a payload in a revision. ...
//	func (f FrameType) HasPayload(r Revision) bool {
//		switch f {
//		case TypeWindowUpdate, TypePing:
//			return false
//		case TypeHint:
//			return r < RevisionNext
//		}
//		return true
//	}
func (p *plan) hasPayload(g *jen.Group) {
	if !p.byValue() {
		return
	}
	comment(g, "HasPayload reports whether frames of the type have a payload in a revision. Where they have none, "+p.name(p.length.Name)+" is a number of their own; frames of an undefined type have a payload.")
	g.Func().Params(jen.Id("f").Id("FrameType")).Id("HasPayload").Params(jen.Id("r").Id("Revision")).Bool().Block(
		jen.Switch(jen.Id("f")).BlockFunc(func(g *jen.Group) {
			for _, r := range p.Revisions {
				var types []jen.Code
				for _, f := range p.Frames {
					if f.ByValue && p.since(f.Since) == r {
						types = append(types, jen.Id(p.frameType(f)))
					}
				}
				answer := jen.Id("r").Op("<").Id(p.revision(r))
				if r == p.firstRevision() {
					answer = jen.False()
				}
				if len(types) > 0 {
					g.Case(types...).Block(jen.Return(answer))
				}
			}
		}),
		jen.Return(jen.True()),
	)
}

// hasNone emits `!f.Type.HasPayload(r)`.
func (p *plan) hasNone() *jen.Statement {
	return jen.Op("!").Id("f").Dot(p.name(p.typ.Name)).Dot("HasPayload").Call(jen.Id("r"))
}

// undefined emits `!f.Type.In(r)`.
func (p *plan) undefined() *jen.Statement {
	return jen.Op("!").Id("f").Dot(p.name(p.typ.Name)).Dot("In").Call(jen.Id("r"))
}

// lengthOf emits, when it is more than len(f.Payload),
//
//	// FrameError reports a frame that cannot be sent as it is: our caller's fault.
//	type FrameError struct {
//		Type   FrameType
//		Reason string
//	}
//
//	func (e *FrameError) Error() string {
//		return "frame of type " + e.Type.String() + ": " + e.Reason
//	}
//
//	// lengthOf returns what the header of a frame says as its length.
//	func (r Revision) lengthOf(f *Frame) (uint64, error) {
//		if r.HeaderSize() == 0 {
//			return 0, ErrRevision
//		}
//		if !f.Type.In(r) {
//			return 0, &FrameError{f.Type, "the revision has no such type"}
//		}
//		length := uint64(len(f.Payload))
//		if !f.Type.HasPayload(r) {
//			if length > 0 {
//				return 0, &FrameError{f.Type, "it has no payload"}
//			}
//			length = uint64(f.Length)
//		}
//		if length > 0xffffffff {
//			return 0, &FieldError{Field: "length", Value: length, Bits: 32}
//		}
//		return length, nil
//	}
func (p *plan) lengthOf(g *jen.Group) {
	comment(g, "FrameError reports a frame that cannot be sent as it is: our caller's fault.")
	g.Type().Id("FrameError").Struct(jen.Id("Type").Id("FrameType"), jen.Id("Reason").String())
	g.Func().Params(jen.Id("e").Op("*").Id("FrameError")).Id("Error").Params().String().Block(
		jen.Return(jen.Lit("frame of type ").Op("+").Id("e").Dot("Type").Dot("String").Call().Op("+").Lit(": ").Op("+").Id("e").Dot("Reason")),
	)
	typ := func() *jen.Statement { return jen.Id("f").Dot(p.name(p.typ.Name)) }
	fail := func(reason string) *jen.Statement {
		return jen.Return(jen.Lit(0), jen.Op("&").Id("FrameError").Values(typ(), jen.Lit(reason)))
	}
	length := func() *jen.Statement { return jen.Id("length") }
	comment(g, "lengthOf returns what the header of a frame says as its length.")
	g.Func().Params(jen.Id("r").Id("Revision")).Id("lengthOf").Params(jen.Id("f").Op("*").Id("Frame")).Params(jen.Uint64(), jen.Error()).BlockFunc(func(g *jen.Group) {
		if p.strict() {
			g.If(jen.Id("r").Dot("HeaderSize").Call().Op("==").Lit(0)).Block(jen.Return(jen.Lit(0), jen.Id("ErrRevision")))
			g.If(p.undefined()).Block(fail("the revision has no such type"))
		}
		g.Add(length()).Op(":=").Uint64().Call(jen.Len(jen.Id("f").Dot("Payload")))
		if p.byValue() {
			g.If(p.hasNone()).Block(
				jen.If(length().Op(">").Lit(0)).Block(fail("it has no payload")),
				length().Op("=").Uint64().Call(jen.Id("f").Dot(p.name(p.length.Name))),
			)
		}
		if p.length.Bits < 63 { // no payload is longer than an int
			g.If(length().Op(">").Add(hex(mask(p.length.Bits)))).Block(jen.Return(jen.Lit(0), jen.Op("&").Id("FieldError").Values(
				jen.Id("Field").Op(":").Lit(p.length.Name), jen.Id("Value").Op(":").Add(length()), jen.Id("Bits").Op(":").Lit(p.length.Bits),
			)))
		}
		g.Return(length(), jen.Nil())
	})
}

// scanLength emits, if some frame types have no payload,
//
//	// scanLength returns the rest of a line as the length of a frame that has no payload.
//	func scanLength(s *lineScanner) uint32 {
//		length := uint32(s.number("length", 32))
//		if s.err == nil && !s.ended {
//			s.err = &TextError{"length", s.rest, "nothing follows the number: a frame of this type has no payload"}
//		}
//		return length
//	}
func (p *plan) scanLength(g *jen.Group) {
	if !p.byValue() {
		return
	}
	typ := p.goType(p.length)
	field := jen.Lit(p.length.Name)
	comment(g, "scanLength returns the rest of a line as the length of a frame that has no payload.")
	g.Func().Id("scanLength").Params(jen.Id("s").Op("*").Id("lineScanner")).Id(typ).Block(
		jen.Id("length").Op(":=").Id(typ).Call(jen.Id("s").Dot("number").Call(field, jen.Lit(p.length.Bits))),
		jen.If(jen.Id("s").Dot("err").Op("==").Nil().Op("&&").Op("!").Id("s").Dot("ended")).Block(
			jen.Id("s").Dot("err").Op("=").Op("&").Id("TextError").Values(field, jen.Id("s").Dot("rest"), jen.Lit("nothing follows the number: a frame of this type has no payload")),
		),
		jen.Return(jen.Id("length")),
	)
}

// valueClause is the sentence of a doc comment about a frame type without payload.
func (p *plan) valueClause(f *schema.Frame) string {
	if !f.ByValue {
		return ""
	}
	return "It has no payload: " + p.name(p.length.Name) + " is a number of its own."
}
