package golang

import (
	"strings"

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

// refuseMisfits emits
//
//	if h.StreamID != 0 || h.Type > 0xf {
//		return dst, r.misfit(header)
//	}
//
// where h is what holds the fields, and header is a pointer to a Header.
func (p *plan) refuseMisfits(g *jen.Group, l *layout, h string, header jen.Code) {
	bad := p.misfits(l, h)
	if len(bad) == 0 {
		return
	}
	cond := &jen.Statement{}
	for i, b := range bad {
		if i > 0 {
			cond.Op("||")
		}
		cond.Add(b.cond)
	}
	g.If(cond).Block(jen.Return(jen.Id("dst"), jen.Id("r").Dot("misfit").Call(header)))
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

// unfit is a way in which a header does not fit a layout.
type unfit struct {
	field  *schema.Field
	cond   jen.Code
	absent bool
}

// misfits returns the ways in which the header in the variable h does not fit a layout; its length
// is looked at elsewhere.
func (p *plan) misfits(l *layout, h string) []unfit {
	var list []unfit
	for _, f := range p.Header.Fields {
		value := jen.Id(h).Dot(p.name(f.Name))
		switch {
		case !visible(f) || f == p.length:
		case !l.present[f.Index]:
			list = append(list, unfit{f, value.Op("!=").Lit(0), true})
		case f.Bits < width(f.Bits):
			list = append(list, unfit{f, value.Op(">").Add(hex(mask(f.Bits))), false})
		}
	}
	return list
}

// misfit emits
//
//	// misfit returns the error for the first field of h that the revision cannot carry.
//	func (r Revision) misfit(h *Header) error {
//		switch r {
//		case RevisionRequestIDs:
//			switch {
//			case h.StreamID != 0:
//				return &FieldError{Field: "stream-id", Value: uint64(h.StreamID)}
//			case h.Type > 0xf:
//				return &FieldError{Field: "type", Value: uint64(h.Type), Bits: 4}
//			}
//		...
//		}
//		return ErrRevision
//	}
func (p *plan) misfit(g *jen.Group) {
	needed := false
	for _, l := range p.layouts {
		needed = needed || len(p.misfits(l, "h")) > 0
	}
	if !needed {
		return
	}
	comment(g, "misfit returns the error for the first field of h, its length aside, that the revision cannot carry.")
	g.Func().Params(jen.Id("r").Id("Revision")).Id("misfit").Params(jen.Id("h").Op("*").Id("Header")).Error().Block(
		jen.Switch(jen.Id("r")).BlockFunc(func(g *jen.Group) {
			for _, l := range p.layouts {
				bad := p.misfits(l, "h")
				if len(bad) == 0 {
					continue
				}
				g.Case(p.revisionsOf(l)...).Block(jen.Switch().BlockFunc(func(g *jen.Group) {
					for _, b := range bad {
						value := jen.Id("h").Dot(p.name(b.field.Name))
						err := fieldError(b.field, value)
						if b.absent {
							err = jen.Op("&").Id("FieldError").Values(
								jen.Id("Field").Op(":").Lit(b.field.Name),
								jen.Id("Value").Op(":").Uint64().Call(value),
							)
						}
						g.Case(b.cond).Block(jen.Return(err))
					}
				}))
			}
		}),
		jen.Return(jen.Id("ErrRevision")),
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
				add(f.Since == nil, lead.Op("+").Add(p.fieldText(f, true)), f)
			case f == p.typ && p.byType == nil:
				add(p.assigned(0), p.fieldText(f, false), f)
			case f == p.typ:
				add(p.assigned(0), p.fieldText(f, false).Op("+").Lit(" ").Op("+").Add(p.fieldText(p.byType, false)), f, p.byType)
			case f.Kind == schema.FieldFlags && f != p.byType:
				add(false, p.fieldText(f, false), f)
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
