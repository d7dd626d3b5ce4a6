package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/schema"
)

func (p *plan) headerFile(f *jen.File) {
	g := f.Group
	p.headerStruct(g)
	p.headerAppend(g)
	p.headerParse(g)
	for _, l := range p.layouts {
		p.decodeLayout(g, l)
	}
	for _, l := range p.layouts {
		p.appendLayout(g, l)
	}
	p.misfit(g)
	p.describe(g)
}

// headerStruct emits
//
//	const maxHeaderSize = 8
//
//	// Header is a frame header. Multi-octet integers are little-endian; ...
//	type Header struct {
//		// Payload octets on the wire, after content encoding; the header is not counted.
//		Length uint32
//		// The stream this frame travels on. ... Since streams.
//		StreamID uint8
//	}
func (p *plan) headerStruct(g *jen.Group) {
	comment(g, "maxHeaderSize is that of the largest header of any revision.")
	size := 0
	for _, l := range p.layouts {
		size = max(size, l.size)
	}
	g.Const().Id("maxHeaderSize").Op("=").Lit(size)
	comment(g, sentence("Header is a frame header.", p.Header.Doc))
	g.Type().Id("Header").StructFunc(func(g *jen.Group) {
		for _, f := range p.Header.Fields {
			if visible(f) {
				comment(g, sentence(f.Doc, p.sinceClause(f.Since)))
				g.Id(p.name(f.Name)).Id(p.goType(f))
			}
		}
	})
}

func (p *plan) sinceClause(r *schema.Revision) string {
	if r == nil || r.Index == 0 {
		return ""
	}
	return "Since " + r.ID + "."
}

// headerAppend emits
//
//	// AppendHeader appends a header. ...
//	func (r Revision) AppendHeader(dst []byte, h *Header) ([]byte, error) {
//		if h.Length > 0xffffff {
//			return dst, &FieldError{Field: "length", Value: uint64(h.Length), Bits: 24}
//		}
//		switch r {
//		case RevisionRequestIDs:
//			if h.StreamID != 0 || h.StreamFlags != 0 || h.Type > 0xf || h.Flags > 0xf {
//				return dst, r.misfit(h)
//			}
//			return h.appendRequestIDs(dst, uint64(h.Length)), nil
//		...
//		}
//		return dst, ErrRevision
//	}
func (p *plan) headerAppend(g *jen.Group) {
	length := jen.Id("h").Dot(p.name(p.length.Name))
	comment(g, "AppendHeader appends a header. A value that does not fit in its field, or one for a field that the revision lacks, is a *FieldError, with which dst is returned unchanged.")
	p.appendFunc(g, "AppendHeader", jen.Id("h").Op("*").Id("Header")).BlockFunc(func(g *jen.Group) {
		if p.length.Bits < width(p.length.Bits) {
			g.If(length.Clone().Op(">").Add(hex(mask(p.length.Bits)))).Block(
				jen.Return(jen.Id("dst"), fieldError(p.length, length.Clone())),
			)
		}
		g.Switch(jen.Id("r")).BlockFunc(func(g *jen.Group) {
			for _, l := range p.layouts {
				g.Case(p.revisionsOf(l)...).BlockFunc(func(g *jen.Group) {
					p.refuseMisfits(g, l, "h", jen.Id("h"))
					g.Return(jen.Id("h").Dot("append"+l.name).Call(jen.Id("dst"), jen.Uint64().Call(length.Clone())), jen.Nil())
				})
			}
		})
		g.Return(jen.Id("dst"), jen.Id("ErrRevision"))
	})
}

// appendFunc emits the signature of a method `func (r Revision) name(dst []byte, params) ([]byte, error)`.
func (p *plan) appendFunc(g *jen.Group, name string, params ...jen.Code) *jen.Statement {
	params = append([]jen.Code{jen.Id("dst").Index().Byte()}, params...)
	return g.Func().Params(jen.Id("r").Id("Revision")).Id(name).Params(params...).Params(jen.Index().Byte(), jen.Error())
}

// fieldError emits `&FieldError{Field: "length", Value: uint64(value), Bits: 24}`.
func fieldError(f *schema.Field, value jen.Code) *jen.Statement {
	return jen.Op("&").Id("FieldError").Values(
		jen.Id("Field").Op(":").Lit(f.Name),
		jen.Id("Value").Op(":").Uint64().Call(value),
		jen.Id("Bits").Op(":").Lit(f.Bits),
	)
}

// headerParse emits
//
//	// ParseHeader parses the header at the start of b. It returns ErrShort when b holds less.
//	func (r Revision) ParseHeader(b []byte) (Header, error) {
//		var h Header
//		err := r.DecodeHeader(&h, b)
//		return h, err
//	}
//
//	// DecodeHeader is ParseHeader into memory of the caller: the form for hot paths.
//	func (r Revision) DecodeHeader(h *Header, b []byte) error {
//		switch r {
//		case RevisionRequestIDs:
//			if len(b) < 6 {
//				return ErrShort
//			}
//			h.decodeRequestIDs((*[6]byte)(b))
//			return nil
//		...
//		}
//		return ErrRevision
//	}
func (p *plan) headerParse(g *jen.Group) {
	recv := jen.Id("r").Id("Revision")
	comment(g, "ParseHeader parses the header at the start of b. It returns ErrShort when b holds less.")
	g.Func().Params(recv).Id("ParseHeader").Params(jen.Id("b").Index().Byte()).Params(jen.Id("Header"), jen.Error()).Block(
		jen.Var().Id("h").Id("Header"),
		jen.Err().Op(":=").Id("r").Dot("DecodeHeader").Call(jen.Op("&").Id("h"), jen.Id("b")),
		jen.Return(jen.Id("h"), jen.Err()),
	)
	comment(g, "DecodeHeader is ParseHeader into memory of the caller: the form for hot paths. An error leaves h as it was.")
	g.Func().Params(recv).Id("DecodeHeader").Params(jen.Id("h").Op("*").Id("Header"), jen.Id("b").Index().Byte()).Error().Block(
		jen.Switch(jen.Id("r")).BlockFunc(func(g *jen.Group) {
			for _, l := range p.layouts {
				g.Case(p.revisionsOf(l)...).Block(
					jen.If(jen.Len(jen.Id("b")).Op("<").Lit(l.size)).Block(jen.Return(jen.Id("ErrShort"))),
					jen.Id("h").Dot("decode"+l.name).Call(jen.Parens(jen.Op("*").Index(jen.Lit(l.size)).Byte()).Call(jen.Id("b"))),
					jen.Return(jen.Nil()),
				)
			}
		}),
		jen.Return(jen.Id("ErrRevision")),
	)
}
