package golang

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/schema"
)

func (p *plan) textFile(f *jen.File) {
	g := f.Group
	p.appendText(g)
	p.parseText(g)
	p.scanFrameType(g)
	p.scanLength(g)
}

// textForm returns the human-readable form of a revision: `<request-id> <type> <flags> <payload>`.
func (p *plan) textForm(r *schema.Revision) string {
	var words []string
	for _, f := range p.textFields() {
		if r.In(f.Since) {
			words = append(words, "<"+f.Name+">")
		}
	}
	return "`" + strings.Join(append(words, "<payload>"), " ") + "`"
}

// textFields returns the fields of the human-readable form: the flags whose meaning depends on the
// type may come before it in the header, but stand after it here.
func (p *plan) textFields() []*schema.Field {
	var fields []*schema.Field
	for _, f := range p.Header.Fields {
		if visible(f) && f != p.length && f != p.byType {
			fields = append(fields, f)
		}
		if f == p.typ && p.byType != nil {
			fields = append(fields, p.byType)
		}
	}
	return fields
}

// byRevision emits the statements of every field of the human-readable form. Those of successive
// fields that not every revision has share an `if r >= RevisionStreams { ... }`.
func (p *plan) byRevision(g *jen.Group, statements func(*schema.Field) []jen.Code) {
	fields := p.textFields()
	for len(fields) > 0 {
		since := p.since(fields[0].Since)
		var run []jen.Code
		for len(fields) > 0 && p.since(fields[0].Since) == since {
			run = append(run, statements(fields[0])...)
			fields = fields[1:]
		}
		if since.Index > 0 {
			g.If(jen.Id("r").Op(">=").Id(p.revision(since))).Block(run...)
			continue
		}
		for _, s := range run {
			g.Add(s)
		}
	}
}

// appendText emits
//
//	// AppendText appends the human-readable form of a frame: ...
//	func (r Revision) AppendText(dst []byte, f *Frame) []byte {
//		dst = append(appendNumber(dst, uint64(f.RequestID)), ' ')
//		if r >= RevisionStreams {
//			dst = append(appendNumber(dst, uint64(f.StreamID)), ' ')
//			dst = append(appendFlags(dst, streamFlagsNames, uint64(f.StreamFlags)), ' ')
//		}
//		if f.Type.In(r) {
//			dst = append(dst, f.Type.String()...)
//			dst = append(dst, ' ')
//			dst = append(AppendFlags(dst, f.Type, f.Flags), ' ')
//		} else {
//			dst = append(appendNumber(dst, uint64(f.Type)), ' ')
//			dst = append(appendNumber(dst, uint64(f.Flags)), ' ')
//		}
//		if !f.Type.HasPayload(r) { // if some types have none
//			return appendNumber(dst, uint64(f.Length))
//		}
//		return AppendEscaped(dst, f.Payload)
//	}
func (p *plan) appendText(g *jen.Group) {
	lacking := ""
	if len(p.layouts) > 1 {
		lacking = ", less the fields that the revision lacks"
	}
	if p.byValue() {
		lacking += ", and with " + p.name(p.length.Name) + " in place of the payload in frames that have none"
	}
	comment(g, "AppendText appends the human-readable form of a frame: "+p.textForm(p.latestRevision())+lacking+". Types and flags stand by their names in the revision, numbers are decimal, and the payload is as AppendEscaped writes it. ParseText is the inverse.")
	number := func(f *schema.Field) jen.Code {
		return spaced(jen.Id("appendNumber").Call(jen.Id("dst"), jen.Uint64().Call(jen.Id("f").Dot(p.name(f.Name)))))
	}
	g.Func().Params(jen.Id("r").Id("Revision")).Id("AppendText").Params(jen.Id("dst").Index().Byte(), jen.Id("f").Op("*").Id("Frame")).Index().Byte().BlockFunc(func(g *jen.Group) {
		p.byRevision(g, func(f *schema.Field) []jen.Code {
			value := jen.Id("f").Dot(p.name(f.Name))
			switch {
			case f == p.typ:
				return []jen.Code{p.appendType(number)}
			case f == p.byType: // beside the type
				return nil
			case f.Kind == schema.FieldFlags && f.FlagSet != nil:
				return []jen.Code{spaced(jen.Id("appendFlags").Call(jen.Id("dst"), jen.Id(p.setOf(f).table()), jen.Uint64().Call(value)))}
			}
			return []jen.Code{number(f)}
		})
		if p.byValue() {
			g.If(p.hasNone()).Block(jen.Return(jen.Id("appendNumber").Call(jen.Id("dst"), jen.Uint64().Call(jen.Id("f").Dot(p.name(p.length.Name))))))
		}
		g.Return(jen.Id("AppendEscaped").Call(jen.Id("dst"), jen.Id("f").Dot("Payload")))
	})
}

// spaced emits `dst = append(text, ' ')`.
func spaced(text jen.Code) jen.Code {
	return jen.Id("dst").Op("=").Append(text, jen.LitRune(' '))
}

// appendType emits the type and, beside it, its flags: by name in a revision that has the type, by
// number elsewhere.
func (p *plan) appendType(number func(*schema.Field) jen.Code) jen.Code {
	typ := jen.Id("f").Dot(p.name(p.typ.Name))
	named := []jen.Code{
		jen.Id("dst").Op("=").Append(jen.Id("dst"), typ.Clone().Dot("String").Call().Op("...")),
		jen.Id("dst").Op("=").Append(jen.Id("dst"), jen.LitRune(' ')),
	}
	numbered := []jen.Code{number(p.typ)}
	if p.byType != nil {
		named = append(named, spaced(jen.Id("AppendFlags").Call(jen.Id("dst"), typ.Clone(), jen.Id("f").Dot(p.name(p.byType.Name)))))
		numbered = append(numbered, number(p.byType))
	}
	return jen.If(typ.Clone().Dot("In").Call(jen.Id("r"))).Block(named...).Else().Block(numbered...)
}

func (p *plan) setOf(f *schema.Field) *flagSet {
	for _, s := range p.flagSets {
		if s.FlagSet == f.FlagSet {
			return s
		}
	}
	return nil
}

// parseText emits
//
//	// ParseText parses the human-readable form of a frame. ...
//	func (r Revision) ParseText(line string) (Frame, error) {
//		if r.HeaderSize() == 0 {
//			return Frame{}, ErrRevision
//		}
//		var f Frame
//		s := lineScanner{rest: line}
//		f.RequestID = uint16(s.number("request-id", 16))
//		if r >= RevisionStreams {
//			f.StreamID = uint8(s.number("stream-id", 8))
//			f.StreamFlags = StreamFlags(s.flags("stream-flags", streamFlagsNames, 8))
//		}
//		f.Type = r.scanFrameType(&s)
//		var names []flagName
//		if f.Type.In(r) {
//			names = f.Type.flagNames()
//		}
//		f.Flags = Flags(s.flags("flags", names, 4))
//		f.Payload = s.payload("length", 24)
//		if err := s.finish(); err != nil {
//			return Frame{}, err
//		}
//		f.Length = uint32(len(f.Payload))
//		return f, nil
//	}
//
// where, if some frame types have no payload, the last word of theirs is Length.
func (p *plan) parseText(g *jen.Group) {
	comment(g, "ParseText parses the human-readable form of a frame, as AppendText writes it. Fields stand between single spaces, and the payload, which may be empty, after the last one. The payload is freshly allocated. A mistake is a *TextError that names the field.")
	scan := func(method string, f *schema.Field, args ...jen.Code) *jen.Statement {
		return jen.Id("f").Dot(p.name(f.Name)).Op("=").Id(p.goType(f)).Call(
			jen.Id("s").Dot(method).Call(append([]jen.Code{jen.Lit(f.Name)}, args...)...))
	}
	fail := func(err jen.Code) *jen.Statement { return jen.Return(jen.Id("Frame").Values(), err) }
	g.Func().Params(jen.Id("r").Id("Revision")).Id("ParseText").Params(jen.Id("line").String()).Params(jen.Id("Frame"), jen.Error()).BlockFunc(func(g *jen.Group) {
		g.If(jen.Id("r").Dot("HeaderSize").Call().Op("==").Lit(0)).Block(fail(jen.Id("ErrRevision")))
		g.Var().Id("f").Id("Frame")
		g.Id("s").Op(":=").Id("lineScanner").Values(jen.Id("rest").Op(":").Id("line"))
		p.byRevision(g, func(f *schema.Field) []jen.Code {
			switch {
			case f == p.typ:
				return []jen.Code{jen.Id("f").Dot(p.name(f.Name)).Op("=").Id("r").Dot("scanFrameType").Call(jen.Op("&").Id("s"))}
			case f == p.byType:
				typ := jen.Id("f").Dot(p.name(p.typ.Name))
				return []jen.Code{
					jen.Var().Id("names").Index().Id("flagName"),
					jen.If(typ.Clone().Dot("In").Call(jen.Id("r"))).Block(jen.Id("names").Op("=").Add(typ).Dot("flagNames").Call()),
					scan("flags", f, jen.Id("names"), jen.Lit(f.Bits)),
				}
			case f.Kind == schema.FieldFlags && f.FlagSet != nil:
				return []jen.Code{scan("flags", f, jen.Id(p.setOf(f).table()), jen.Lit(f.Bits))}
			}
			return []jen.Code{scan("number", f, jen.Lit(f.Bits))}
		})
		payload := jen.Id("f").Dot("Payload")
		length := jen.Id("f").Dot(p.name(p.length.Name))
		scanned := jen.Add(payload.Clone()).Op("=").Id("s").Dot("payload").Call(jen.Lit(p.length.Name), jen.Lit(p.length.Bits))
		derived := length.Clone().Op("=").Id(p.goType(p.length)).Call(jen.Len(payload.Clone()))
		if p.byValue() {
			g.If(p.hasNone()).Block(length.Clone().Op("=").Id("scanLength").Call(jen.Op("&").Id("s"))).Else().Block(scanned, derived)
		} else {
			g.Add(scanned)
		}
		g.If(jen.Err().Op(":=").Id("s").Dot("finish").Call(), jen.Err().Op("!=").Nil()).Block(fail(jen.Err()))
		if !p.byValue() {
			g.Add(derived)
		}
		g.Return(jen.Id("f"), jen.Nil())
	})
}

// scanFrameType emits
//
//	// scanFrameType returns the next word as a type. A name must be one of the revision; ...
//	func (r Revision) scanFrameType(s *lineScanner) FrameType {
//		word := s.word("type")
//		if s.err != nil {
//			return 0
//		}
//		t, err := ParseFrameType(word)
//		switch {
//		case isDecimal(word) || err == nil && t.In(r):
//			s.err = err
//		case err == nil:
//			s.err = &TextError{"type", word, "known since revision " + t.since().String()}
//		default:
//			s.err = unknownName("type", word, r.knownTypes())
//		}
//		return t
//	}
//
// which, when every revision has every type, comes to what ParseFrameType returns.
func (p *plan) scanFrameType(g *jen.Group) {
	word := jen.Id("word")
	comment(g, "scanFrameType returns the next word as a type. A name must be one of the revision; any number will do.")
	g.Func().Params(jen.Id("r").Id("Revision")).Id("scanFrameType").Params(jen.Id("s").Op("*").Id("lineScanner")).Id("FrameType").BlockFunc(func(g *jen.Group) {
		g.Add(word).Op(":=").Id("s").Dot("word").Call(jen.Lit(p.typ.Name))
		g.If(jen.Id("s").Dot("err").Op("!=").Nil()).Block(jen.Return(jen.Lit(0)))
		g.List(jen.Id("t"), jen.Err()).Op(":=").Id("ParseFrameType").Call(word)
		if !p.typesGrow() {
			g.Id("s").Dot("err").Op("=").Err()
			g.Return(jen.Id("t"))
			return
		}
		failure := func(err jen.Code) jen.Code { return jen.Id("s").Dot("err").Op("=").Add(err) }
		good := jen.Err().Op("==").Nil()
		g.Switch().Block(
			jen.Case(jen.Id("isDecimal").Call(word).Op("||").Add(good).Op("&&").Id("t").Dot("In").Call(jen.Id("r"))).Block(failure(jen.Err())),
			jen.Case(good).Block(failure(jen.Op("&").Id("TextError").Values(
				jen.Lit(p.typ.Name), word, jen.Lit("known since revision ").Op("+").Id("t").Dot("since").Call().Dot("String").Call(),
			))),
			jen.Default().Block(failure(jen.Id("unknownName").Call(jen.Lit(p.typ.Name), word, jen.Id("r").Dot("knownTypes").Call()))),
		)
		g.Return(jen.Id("t"))
	})
}
