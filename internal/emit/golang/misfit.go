package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/schema"
)

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
