package golang

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/schema"
)

func (p *plan) limitsFile(f *jen.File) {
	g := f.Group
	p.maxSend(g)
	p.defaultLimits(g)
	p.limitsStruct(g)
}

// maxSend emits
//
//	// DefaultMaxSend is the most payload octets that a sender produces in a frame by default.
//	const DefaultMaxSend = 32768
func (p *plan) maxSend(g *jen.Group) {
	value := p.length.MaxSend
	if value == 0 {
		value = mask(p.length.Bits)
	}
	comment(g, "DefaultMaxSend is the most payload octets that a sender puts in a frame by default.")
	g.Const().Id("DefaultMaxSend").Op("=").Op(strconv.FormatUint(value, 10))
}

// defaultLimits emits
//
//	// Defaults of Limits.
//	const (
//		DefaultFramePayload = 65535 // octets
//		...
//	)
func (p *plan) defaultLimits(g *jen.Group) {
	comment(g, "Defaults of Limits.")
	g.Const().DefsFunc(func(g *jen.Group) {
		for _, l := range p.Limits {
			c := g.Id(p.defaultLimit(l)).Op("=").Op(strconv.FormatUint(l.Default, 10))
			if l.Unit != "" {
				c.Comment("// " + l.Unit)
			}
		}
	})
}

// limitsStruct emits
//
//	// Limits are what a receiver puts up with. One that is not positive stands for its default.
//	type Limits struct {
//		// Payload octets of one received frame. ... Raises frame-too-large.
//		FramePayload int
//		...
//	}
//
//	// WithDefaults returns the limits with the default for each that is not positive.
//	func (l Limits) WithDefaults() Limits {
//		return Limits{
//			FramePayload: orDefault(l.FramePayload, DefaultFramePayload),
//			...
//		}
//	}
func (p *plan) limitsStruct(g *jen.Group) {
	comment(g, "Limits are what a receiver puts up with. One that is not positive stands for its default.")
	g.Type().Id("Limits").StructFunc(func(g *jen.Group) {
		for _, l := range p.Limits {
			var errs []*schema.Error
			if l.Error != nil {
				errs = append(errs, l.Error)
			}
			comment(g, sentence(l.Doc, raises(errs), p.sinceClause(l.Since)))
			g.Id(p.name(l.Name)).Int()
		}
	})
	var rows []jen.Code
	for _, l := range p.Limits {
		name := p.name(l.Name)
		rows = append(rows, jen.Id(name).Op(":").Id("orDefault").Call(jen.Id("l").Dot(name), jen.Id(p.defaultLimit(l))))
	}
	comment(g, "WithDefaults returns the limits with the default for each that is not positive.")
	g.Func().Params(jen.Id("l").Id("Limits")).Id("WithDefaults").Params().Id("Limits").Block(
		jen.Return(jen.Id("Limits").Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, rows...)),
	)
}
