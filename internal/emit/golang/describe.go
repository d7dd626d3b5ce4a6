package golang

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/schema"
)

// describe emits
//
//	// describe names the frame for an error message: "request 1, stream 1, command-name eos".
//	func (h *Header) describe() string {
//		var parts []string
//		parts = append(parts, "request "+decimal(uint64(h.RequestID)))
//		if h.StreamID != 0 {
//			parts = append(parts, "stream "+decimal(uint64(h.StreamID)))
//		}
//		if h.StreamFlags != 0 {
//			parts = append(parts, h.StreamFlags.String())
//		}
//		if h.Type != 0 || h.Flags != 0 {
//			parts = append(parts, h.Type.String()+" "+string(AppendFlags(nil, h.Type, h.Flags)))
//		}
//		return strings.Join(parts, ", ")
//	}
//
// What may be absent is left out when it is 0, and so is a type 0 that means nothing.
func (p *plan) describe(g *jen.Group) {
	comment(g, "describe names the frame for an error message.")
	g.Func().Params(jen.Id("h").Op("*").Id("Header")).Id("describe").Params().String().BlockFunc(func(g *jen.Group) {
		g.Var().Id("parts").Index().String()
		add := func(always bool, text jen.Code, fields ...*schema.Field) {
			part := jen.Id("parts").Op("=").Append(jen.Id("parts"), text)
			if always {
				g.Add(part)
				return
			}
			given := &jen.Statement{}
			for i, f := range fields {
				if i > 0 {
					given.Op("||")
				}
				given.Id("h").Dot(p.name(f.Name)).Op("!=").Lit(0)
			}
			g.If(given).Block(part)
		}
		for _, f := range p.Header.Fields {
			switch {
			case f.Kind == schema.FieldKey:
				lead := jen.Lit(strings.TrimSuffix(f.Name, "-id") + " ")
				add(f.Since == nil, lead.Op("+").Add(p.fieldText(schema.TextPart{Field: f, Number: true})), f)
			case f == p.typ && p.byType == nil:
				add(p.assigned(0), p.fieldText(schema.TextPart{Field: f}), f)
			case f == p.typ:
				add(p.assigned(0), p.fieldText(schema.TextPart{Field: f}).Op("+").Lit(" ").Op("+").Add(p.fieldText(schema.TextPart{Field: p.byType})), f, p.byType)
			case f.Kind == schema.FieldFlags && f != p.byType:
				add(false, p.fieldText(schema.TextPart{Field: f}), f)
			}
		}
		g.Return(jen.Qual("strings", "Join").Call(jen.Id("parts"), jen.Lit(", ")))
	})
}

// assigned reports whether a frame type has the id.
func (p *plan) assigned(id uint64) bool {
	for _, f := range p.Frames {
		if f.ID == id {
			return true
		}
	}
	return false
}
