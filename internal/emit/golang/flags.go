package golang

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/schema"
)

func (p *plan) flagsFile(f *jen.File) {
	g := f.Group
	if p.byType != nil {
		p.rawFlags(g)
	}
	for _, s := range p.flagSets {
		s.constants(g)
		s.text(g)
		s.tests(g)
	}
}

// rawFlags emits
//
//	// Flags is the flags field of a frame as it stands on the wire: its frame type says what the
//	// bits mean. ...
//	type Flags uint8
//
//	// Has reports whether all bits of x are set.
//	func (f Flags) Has(x Flags) bool { return f&x == x }
//
//	// AppendFlags appends the text form of the flags of a frame type: ...
//	func AppendFlags(dst []byte, t FrameType, f Flags) []byte {
//		return appendFlags(dst, t.flagNames(), uint64(f))
//	}
//
//	// ParseFlags is the inverse of AppendFlags.
//	func ParseFlags(t FrameType, s string) (Flags, error) {
//		v, err := parseFlags("flags", t.flagNames(), 4, s)
//		return Flags(v), err
//	}
//
//	// flagNames returns the names of the flags of a frame type.
//	func (t FrameType) flagNames() []flagName {
//		switch t {
//		case TypeCommandName:
//			return commandNameFlagsNames
//		...
//		}
//		return nil
//	}
func (p *plan) rawFlags(g *jen.Group) {
	comment(g, "Flags is the "+p.byType.Name+" field of a frame as it stands on the wire. What the bits mean is for the frame type to say: convert it to the type's own, such as "+p.exampleFlags()+".")
	g.Type().Id("Flags").Id(unsigned(p.byType.Bits))
	hasMethod(g, "Flags")
	comment(g, "AppendFlags appends the text form of the flags of a frame type: names joined by `|`, undefined bits as one decimal number at the end, `0` for none.")
	g.Func().Id("AppendFlags").Params(jen.Id("dst").Index().Byte(), jen.Id("t").Id("FrameType"), jen.Id("f").Id("Flags")).Index().Byte().Block(
		jen.Return(jen.Id("appendFlags").Call(jen.Id("dst"), jen.Id("t").Dot("flagNames").Call(), jen.Uint64().Call(jen.Id("f")))),
	)
	comment(g, "ParseFlags parses the text form of the flags of a frame type: names and decimal numbers joined by `|`.")
	g.Func().Id("ParseFlags").Params(jen.Id("t").Id("FrameType"), jen.Id("s").String()).Params(jen.Id("Flags"), jen.Error()).Block(
		jen.List(jen.Id("v"), jen.Err()).Op(":=").Id("parseFlags").Call(jen.Lit(p.byType.Name), jen.Id("t").Dot("flagNames").Call(), jen.Lit(p.byType.Bits), jen.Id("s")),
		jen.Return(jen.Id("Flags").Call(jen.Id("v")), jen.Err()),
	)
	comment(g, "flagNames returns the names of the flags of a frame type.")
	g.Func().Params(jen.Id("f").Id("FrameType")).Id("flagNames").Params().Index().Id("flagName").BlockFunc(func(g *jen.Group) {
		var cases []jen.Code
		for _, s := range p.flagSets {
			if s.frame != nil {
				cases = append(cases, jen.Case(jen.Id(p.frameType(s.frame))).Block(jen.Return(jen.Id(s.table()))))
			}
		}
		if len(cases) > 0 {
			g.Switch(jen.Id("f")).Block(cases...)
		}
		g.Return(jen.Nil())
	})
}

func (p *plan) exampleFlags() string {
	for _, s := range p.flagSets {
		if s.frame != nil {
			return s.goType
		}
	}
	return "one of the caller"
}

// hasMethod emits
//
//	// Has reports whether all bits of x are set.
//	func (f Flags) Has(x Flags) bool { return f&x == x }
func hasMethod(g *jen.Group, typ string) {
	recv := strings.ToLower(typ[:1])
	comment(g, "Has reports whether all bits of x are set.")
	g.Func().Params(jen.Id(recv).Id(typ)).Id("Has").Params(jen.Id("x").Id(typ)).Bool().Block(
		jen.Return(jen.Id(recv).Op("&").Id("x").Op("==").Id("x")),
	)
}

// constants emits
//
//	// CommandNameFlags are the flags of command-name frames.
//	type CommandNameFlags uint8
//
//	const (
//		// CommandNameEOS is eos. The request is complete.
//		CommandNameEOS CommandNameFlags = 0x1
//		...
//	)
//
//	var commandNameFlagsNames = []flagName{
//		{uint64(CommandNameEOS), "eos"},
//		...
//	}
func (s *flagSet) constants(g *jen.Group) {
	doc := s.Doc
	of := "the header field " + s.field.Name
	if s.frame != nil {
		of, doc = s.frame.Name+" frames", ""
	}
	unknown := "Undefined bits are ignored on receipt and never sent."
	if s.RejectUnknown {
		unknown = "Undefined bits are refused."
	}
	comment(g, sentence(s.goType+" are the flags of "+of+".", doc, unknown, s.p.sinceClause(s.Since)))
	g.Type().Id(s.goType).Id(unsigned(s.field.Bits))
	if len(s.Flags) > 0 {
		g.Const().DefsFunc(func(g *jen.Group) {
			for _, f := range s.Flags {
				name := s.constant(f)
				comment(g, sentence(name+" is "+f.Name+".", f.Doc))
				g.Id(name).Id(s.goType).Op("=").Add(hex(1 << f.Bit))
			}
		})
	}
	g.Var().Id(s.table()).Op("=").Index().Id("flagName").Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, s.nameRows()...)
}

func (s *flagSet) nameRows() []jen.Code {
	var rows []jen.Code
	for _, f := range s.Flags {
		rows = append(rows, jen.Values(jen.Uint64().Call(jen.Id(s.constant(f))), jen.Lit(f.Name)))
	}
	return rows
}

// text emits
//
//	// String returns the names of the flags joined by `|`, ...
//	func (c CommandNameFlags) String() string {
//		return string(appendFlags(nil, commandNameFlagsNames, uint64(c)))
//	}
//
//	// ParseCommandNameFlags parses names and decimal numbers joined by `|`.
//	func ParseCommandNameFlags(s string) (CommandNameFlags, error) {
//		v, err := parseFlags("flags", commandNameFlagsNames, 4, s)
//		return CommandNameFlags(v), err
//	}
//
// and the methods of package encoding.
func (s *flagSet) text(g *jen.Group) {
	recv := strings.ToLower(s.goType[:1])
	parse := "Parse" + s.goType
	appended := func(dst jen.Code) *jen.Statement {
		return jen.Id("appendFlags").Call(dst, jen.Id(s.table()), jen.Uint64().Call(jen.Id(recv)))
	}
	comment(g, "String returns the names of the flags joined by `|`, undefined bits as one decimal number at the end, `0` for none.")
	g.Func().Params(jen.Id(recv).Id(s.goType)).Id("String").Params().String().Block(jen.Return(jen.String().Call(appended(jen.Nil()))))
	comment(g, parse+" parses names and decimal numbers joined by `|`.")
	g.Func().Id(parse).Params(jen.Id("s").String()).Params(jen.Id(s.goType), jen.Error()).Block(
		jen.List(jen.Id("v"), jen.Err()).Op(":=").Id("parseFlags").Call(jen.Lit(s.field.Name), jen.Id(s.table()), jen.Lit(s.field.Bits), jen.Id("s")),
		jen.Return(jen.Id(s.goType).Call(jen.Id("v")), jen.Err()),
	)
	marshalText(g, s.goType, appended(jen.Id("dst")))
	unmarshalText(g, s.goType, parse)
}

// tests emits Has and
//
//	// Allowed reports whether the flags obey the rules of the protocol, undefined bits aside:
//	//
//	//   - A complete request is followed by no arguments.
//	//   - ...
//	func (c CommandNameFlags) Allowed() bool {
//		return c&(CommandNameEOS|CommandNameHaveArgs) != CommandNameEOS|CommandNameHaveArgs &&
//			c&(CommandNameEOS|CommandNameHaveArgs|CommandNameHaveData) != 0
//	}
func (s *flagSet) tests(g *jen.Group) {
	hasMethod(g, s.goType)
	recv := strings.ToLower(s.goType[:1])

	var conds []*jen.Statement
	head := "Allowed reports whether a sender may combine the flags so"
	if s.RejectUnknown {
		conds = append(conds, jen.Id(recv).Op("&^").Add(hex(s.Mask())).Op("==").Lit(0))
		head += "; undefined bits are refused"
	} else {
		head += ", undefined bits aside"
	}
	for _, r := range s.Rules {
		c := s.condition(recv, r, true)
		if r.Kind == schema.RuleRequires && (len(s.Rules) > 1 || s.RejectUnknown) {
			c = jen.Parens(c)
		}
		conds = append(conds, c)
	}
	if len(s.Rules) == 0 {
		comment(g, head+".")
	} else {
		comment(g, head+":")
		g.Comment("//")
		for _, r := range s.Rules {
			for i, line := range wrap(r.Doc, proseWidth-4) {
				lead := "//   - "
				if i > 0 {
					lead = "//     "
				}
				g.Comment(strings.TrimRight(lead+line, " "))
			}
		}
	}
	g.Func().Params(jen.Id(recv).Id(s.goType)).Id("Allowed").Params().Bool().BlockFunc(func(g *jen.Group) {
		if len(conds) == 0 {
			g.Return(jen.True())
			return
		}
		expr := &jen.Statement{}
		for i, c := range conds {
			if i > 0 {
				expr.Op("&&").Line()
			}
			expr.Add(c)
		}
		g.Return(expr)
	})
}

// condition emits a rule: `c&(A|B) != A|B` for two flags that exclude each other, `c&(A|B) != 0` for
// any of them, `c&A == 0 || c&(B|C) == B|C` for one that requires others; or that it is broken.
func (s *flagSet) condition(recv string, r *schema.FlagRule, holds bool) *jen.Statement {
	equal, unequal, or := "==", "!=", "||"
	if !holds {
		equal, unequal, or = "!=", "==", "&&"
	}
	masked := func(flags []*schema.Flag) *jen.Statement {
		return jen.Id(recv).Op("&").Add(s.anyOf(flags, true))
	}
	switch r.Kind {
	case schema.RuleAnyOf:
		return masked(r.Flags).Op(unequal).Lit(0)
	case schema.RuleRequires:
		return masked(r.Flags[:1]).Op(equal).Lit(0).Op(or).Add(masked(r.Flags[1:])).Op(equal).Add(s.anyOf(r.Flags[1:], false))
	}
	if len(r.Flags) == 2 {
		return masked(r.Flags).Op(unequal).Add(s.anyOf(r.Flags, false))
	}
	all := s.anyOf(r.Flags, true)
	return jen.Id(recv).Op("&").Add(all.Clone()).Op("&").Parens(jen.Id(recv).Op("&").Add(all).Op("-").Lit(1)).Op(equal).Lit(0)
}

// anyOf emits `A|B`, in parentheses if asked for and needed.
func (s *flagSet) anyOf(flags []*schema.Flag, parens bool) *jen.Statement {
	expr := &jen.Statement{}
	for i, f := range flags {
		if i > 0 {
			expr.Op("|")
		}
		expr.Id(s.constant(f))
	}
	if parens && len(flags) > 1 {
		return jen.Parens(expr)
	}
	return expr
}
