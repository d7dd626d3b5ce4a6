package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/schema"
)

func (p *plan) errorsFile(f *jen.File) {
	g := f.Group
	p.errorCodes(g)
	p.catalogue(g)
	p.errorMethods(g)
	p.fill(g)
	p.oddOrEven(g)
	for _, e := range p.Errors {
		if len(e.With) > 0 {
			p.errorConstructor(g, e)
		}
	}
}

// errorCodes emits
//
//	// ErrorCode is an entry of the error catalogue. ...
//	type ErrorCode uint8
//
//	const (
//		// ErrAlreadyErrored is already-errored, the peer's fault. A frame came in after ...
//		ErrAlreadyErrored ErrorCode = iota + 1
//		...
//	)
func (p *plan) errorCodes(g *jen.Group) {
	comment(g, "ErrorCode is an entry of the error catalogue. As an error it is a sentinel: errors.Is finds it in a *ProtocolError and in a *UsageError. The zero value is no error.")
	g.Type().Id("ErrorCode").Id(unsigned(bitsFor(len(p.Errors))))
	if len(p.Errors) == 0 {
		return
	}
	g.Const().DefsFunc(func(g *jen.Group) {
		for i, e := range p.Errors {
			name := p.errorCode(e)
			fault := "the peer's fault"
			if e.Fault == schema.FaultCaller {
				fault = "our caller's fault"
			}
			comment(g, sentence(name+" is "+e.Name+", "+fault+".", e.Doc, p.sinceClause(e.Since)))
			c := g.Id(name)
			if i == 0 {
				c.Id("ErrorCode").Op("=").Iota().Op("+").Lit(1)
			}
		}
	})
}

// bitsFor returns the bits that the numbers up to n take.
func bitsFor(n int) int {
	bits := 0
	for ; n > 0; n >>= 1 {
		bits++
	}
	return bits
}

// catalogue emits
//
//	// catalogue has the entries by code; its texts name their placeholders.
//	var catalogue = []struct {
//		name, text string
//		fault      Fault
//	}{
//		ErrAlreadyErrored: {"already-errored", "server already errored", FaultPeer},
//		...
//	}
func (p *plan) catalogue(g *jen.Group) {
	var rows []jen.Code
	for _, e := range p.Errors {
		fault := "FaultPeer"
		if e.Fault == schema.FaultCaller {
			fault = "FaultCaller"
		}
		rows = append(rows, jen.Id(p.errorCode(e)).Op(":").Values(jen.Lit(e.Name), jen.Lit(outline(e)), jen.Id(fault)))
	}
	comment(g, "catalogue has the entries by code. Its texts name their placeholders.")
	g.Var().Id("catalogue").Op("=").Index().Struct(
		jen.List(jen.Id("name"), jen.Id("text")).String(),
		jen.Id("fault").Id("Fault"),
	).Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, rows...)
}

// outline returns the text of an error with the names of its placeholders: `<request-id>`.
func outline(e *schema.Error) string {
	text := ""
	for _, part := range e.Parts {
		switch {
		case part.Field != nil:
			if part.Parity {
				text += "<odd or even>"
				continue
			}
			text += "<" + part.Field.Name + ">"
		case part.With != "":
			text += "<" + part.With + ">"
		default:
			text += part.Literal
		}
	}
	return text
}

// errorMethods emits
//
//	// Error returns the text of the catalogue, with placeholders as <request-id>.
//	func (e ErrorCode) Error() string {
//		if int(e) < len(catalogue) && e != 0 {
//			return catalogue[e].text
//		}
//		return "error " + decimal(uint64(e))
//	}
//
//	// Name returns the name in the catalogue; that of the zero value is empty.
//	func (e ErrorCode) Name() string {
//		if int(e) < len(catalogue) {
//			return catalogue[e].name
//		}
//		return decimal(uint64(e))
//	}
//
//	// Fault says whose mistake the error is; the zero value is nobody's.
//	func (e ErrorCode) Fault() Fault {
//		if int(e) < len(catalogue) {
//			return catalogue[e].fault
//		}
//		return 0
//	}
//
//	// ParseErrorCode returns the entry with that name.
//	func ParseErrorCode(s string) (ErrorCode, error) {
//		for i := range catalogue {
//			if s == catalogue[i].name {
//				return ErrorCode(i), nil
//			}
//		}
//		return 0, &TextError{"error code", s, "not in the catalogue"}
//	}
//
// and the methods of package encoding.
func (p *plan) errorMethods(g *jen.Group) {
	recv := jen.Id("e").Id("ErrorCode")
	known := jen.Int().Call(jen.Id("e")).Op("<").Len(jen.Id("catalogue"))
	entry := jen.Id("catalogue").Index(jen.Id("e"))
	number := jen.Id("decimal").Call(jen.Uint64().Call(jen.Id("e")))
	comment(g, "Error returns the text of the catalogue, with placeholders as <request-id>.")
	g.Func().Params(recv).Id("Error").Params().String().Block(
		jen.If(known.Clone().Op("&&").Id("e").Op("!=").Lit(0)).Block(jen.Return(entry.Clone().Dot("text"))),
		jen.Return(jen.Lit("error ").Op("+").Add(number)),
	)
	comment(g, "Name returns the name in the catalogue. That of the zero value is empty.")
	g.Func().Params(recv).Id("Name").Params().String().Block(
		jen.If(known.Clone()).Block(jen.Return(entry.Clone().Dot("name"))),
		jen.Return(number),
	)
	comment(g, "Fault says whose mistake the error is.")
	g.Func().Params(recv).Id("Fault").Params().Id("Fault").Block(
		jen.If(known.Clone()).Block(jen.Return(entry.Clone().Dot("fault"))),
		jen.Return(jen.Lit(0)),
	)
	comment(g, "ParseErrorCode returns the entry with that name.")
	g.Func().Id("ParseErrorCode").Params(jen.Id("s").String()).Params(jen.Id("ErrorCode"), jen.Error()).Block(
		jen.For(jen.Id("i").Op(":=").Range().Id("catalogue")).Block(
			jen.If(jen.Id("s").Op("==").Id("catalogue").Index(jen.Id("i")).Dot("name")).Block(
				jen.Return(jen.Id("ErrorCode").Call(jen.Id("i")), jen.Nil()),
			),
		),
		jen.Return(jen.Lit(0), jen.Op("&").Id("TextError").Values(jen.Lit("error code"), jen.Id("s"), jen.Lit("not in the catalogue"))),
	)
	marshalText(g, "ErrorCode", jen.Append(jen.Id("dst"), jen.Id("e").Dot("Name").Call().Op("...")))
	unmarshalText(g, "ErrorCode", "ParseErrorCode")
}

// fill emits
//
//	// fill returns the text of the catalogue with the values of a header in place.
//	func (e ErrorCode) fill(h *Header) string {
//		switch e {
//		case ErrExpectedCommand:
//			return "expected command frame; got " + decimal(uint64(h.Type))
//		...
//		}
//		return e.Error()
//	}
func (p *plan) fill(g *jen.Group) {
	var cases []jen.Code
	for _, e := range p.Errors {
		if len(e.With) == 0 && readsHeader(e) {
			cases = append(cases, jen.Case(jen.Id(p.errorCode(e))).Block(jen.Return(p.errorText(e))))
		}
	}
	comment(g, "fill returns the text of the catalogue with the values of a header in place.")
	g.Func().Params(jen.Id("e").Id("ErrorCode")).Id("fill").Params(jen.Id("h").Op("*").Id("Header")).String().BlockFunc(func(g *jen.Group) {
		if len(cases) > 0 {
			g.Switch(jen.Id("e")).Block(cases...)
		}
		g.Return(jen.Id("e").Dot("Error").Call())
	})
}

// oddOrEven emits, if a text tells the parity of a key,
//
//	// oddOrEven tells the parity of a key.
//	func oddOrEven(odd bool) string {
//		if odd {
//			return "odd"
//		}
//		return "even"
//	}
func (p *plan) oddOrEven(g *jen.Group) {
	for _, e := range p.Errors {
		for _, part := range e.Parts {
			if part.Parity {
				comment(g, "oddOrEven tells the parity of a key.")
				g.Func().Id("oddOrEven").Params(jen.Id("odd").Bool()).String().Block(
					jen.If(jen.Id("odd")).Block(jen.Return(jen.Lit("odd"))),
					jen.Return(jen.Lit("even")),
				)
				return
			}
		}
	}
}

func readsHeader(e *schema.Error) bool {
	for _, part := range e.Parts {
		if part.Field != nil {
			return true
		}
	}
	return false
}

// errorText emits the text of an error as an expression over the header h and the parameters.
func (p *plan) errorText(e *schema.Error) *jen.Statement {
	expr := &jen.Statement{}
	for i, part := range e.Parts {
		if i > 0 {
			expr.Op("+")
		}
		switch {
		case part.Field != nil:
			expr.Add(p.fieldText(part))
		case part.With != "" && isNumber(part.With):
			expr.Qual("strconv", "Itoa").Call(jen.Id(p.parameter(part.With)))
		case part.With != "":
			expr.Id(p.parameter(part.With))
		default:
			expr.Lit(part.Literal)
		}
	}
	return expr
}

// fieldText emits the text of a field of the header h: by name where it has one.
func (p *plan) fieldText(part schema.TextPart) *jen.Statement {
	f := part.Field
	value := jen.Id("h").Dot(p.name(f.Name))
	switch {
	case !visible(f):
		return jen.Lit("0")
	case part.Parity:
		return jen.Id("oddOrEven").Call(value.Op("%").Lit(2).Op("!=").Lit(0))
	case part.Number:
	case f == p.typ, f.Kind == schema.FieldFlags && f.FlagSet != nil:
		return value.Dot("String").Call()
	case f == p.byType:
		return jen.String().Call(jen.Id("AppendFlags").Call(jen.Nil(), jen.Id("h").Dot(p.name(p.typ.Name)), value))
	}
	return jen.Id("decimal").Call(jen.Uint64().Call(value))
}

// errorConstructor emits
//
//	// NewUnknownProfile returns the error ErrUnknownProfile.
//	func NewUnknownProfile(h *Header, profile, known string) *ProtocolError {
//		h = headerOrZero(h)
//		return &ProtocolError{
//			Code:   ErrUnknownProfile,
//			Header: *h,
//			Text:   "unknown content encoding profile \"" + profile + "\" on stream " + ...,
//		}
//	}
func (p *plan) errorConstructor(g *jen.Group, e *schema.Error) {
	params := []jen.Code{jen.Id("h").Op("*").Id("Header")}
	for i := 0; i < len(e.With); {
		var names []jen.Code
		number := isNumber(e.With[i])
		for ; i < len(e.With) && isNumber(e.With[i]) == number; i++ {
			names = append(names, jen.Id(p.parameter(e.With[i])))
		}
		if number {
			params = append(params, jen.List(names...).Int())
		} else {
			params = append(params, jen.List(names...).String())
		}
	}
	typ := "ProtocolError"
	if e.Fault == schema.FaultCaller {
		typ = "UsageError"
	}
	name := "New" + p.name(e.Name)
	comment(g, name+" returns the error "+p.errorCode(e)+" about the frame with the header h, which may be nil.")
	g.Func().Id(name).Params(params...).Op("*").Id(typ).Block(
		jen.Id("h").Op("=").Id("headerOrZero").Call(jen.Id("h")),
		jen.Return(jen.Op("&").Id(typ).Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true},
			jen.Id("Code").Op(":").Id(p.errorCode(e)),
			jen.Id("Header").Op(":").Op("*").Id("h"),
			jen.Id("Text").Op(":").Add(p.errorText(e)),
		)),
	)
}
