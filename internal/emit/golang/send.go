package golang

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/schema"
)

// sendFile emits what the schema says about sent frames: whose a key is, and what a role may send.
func (p *plan) sendFile(f *jen.File) {
	g := f.Group
	for _, f := range p.Header.Fields {
		if f.Kind == schema.FieldKey && f.Odd != "" {
			p.ownsMethod(g, f)
		}
	}
	p.checkSend(g)
	for _, s := range p.flagSets {
		s.broken(g)
	}
}

// owns returns the name of the method that says whose a key is.
func (p *plan) owns(f *schema.Field) string { return "Owns" + p.name(f.Name) }

// ownsMethod emits
//
//	// OwnsStreamID reports whether a value of stream-id belongs to the role: odd ones are the
//	// client's, even ones are not.
//	func (r Role) OwnsStreamID(key uint8) bool { return key%2 != 0 == (r == RoleClient) }
func (p *plan) ownsMethod(g *jen.Group, f *schema.Field) {
	name := p.owns(f)
	comment(g, name+" reports whether a value of "+f.Name+" belongs to the role: odd ones are the "+f.Odd+"'s, even ones are not.")
	g.Func().Params(jen.Id("r").Id("Role")).Id(name).Params(jen.Id("key").Id(p.goType(f))).Bool().Block(
		jen.Return(jen.Id("key").Op("%").Lit(2).Op("!=").Lit(0).Op("==").Parens(jen.Id("r").Op("==").Id(p.role(f.Odd)))),
	)
}

// checkSend emits
//
//	// CheckSend reports what keeps a role from sending a frame with the header h. ...
//	func (r Revision) CheckSend(role Role, h *Header) error {
//		switch {
//		case !h.Type.In(r):
//			return &RuleError{Header: *h, Field: "type", Rule: "the revision has no such frame type"}
//		case !h.Type.SentBy(role):
//			return &RuleError{Header: *h, Field: "type", Rule: "the " + role.String() + " does not send it"}
//		case r >= RevisionStreams && !role.OwnsStreamID(h.StreamID):
//			...
//		}
//		rule := h.StreamFlags.broken()
//		if rule != "" {
//			return &RuleError{Header: *h, Field: "stream-flags", Rule: rule}
//		}
//		switch h.Type {
//		case TypeCommandName:
//			rule = CommandNameFlags(h.Flags).broken()
//		...
//		default:
//			if h.Flags != 0 {
//				rule = "the frame type has no flags"
//			}
//		}
//		if rule != "" {
//			return &RuleError{Header: *h, Field: "flags", Rule: rule}
//		}
//		return nil
//	}
func (p *plan) checkSend(g *jen.Group) {
	comment(g, "CheckSend reports what keeps a role from sending a frame with the header h: a type that the revision lacks or that another role sends, a key of another role where the sender's own are wanted, undefined flags, and flags that break a rule. In which states a frame may be sent is for the machines to say. The error is a *RuleError.")
	ruleError := func(f *schema.Field, rule jen.Code) jen.Code {
		return jen.Return(jen.Op("&").Id("RuleError").Values(
			jen.Id("Header").Op(":").Op("*").Id("h"), jen.Id("Field").Op(":").Lit(f.Name), jen.Id("Rule").Op(":").Add(rule)))
	}
	value := func(f *schema.Field) *jen.Statement { return jen.Id("h").Dot(p.name(f.Name)) }
	g.Func().Params(jen.Id("r").Id("Revision")).Id("CheckSend").Params(jen.Id("role").Id("Role"), jen.Id("h").Op("*").Id("Header")).Error().BlockFunc(func(g *jen.Group) {
		g.Switch().BlockFunc(func(g *jen.Group) {
			g.Case(jen.Op("!").Add(value(p.typ)).Dot("In").Call(jen.Id("r"))).Block(ruleError(p.typ, jen.Lit("the revision has no such frame type")))
			g.Case(jen.Op("!").Add(value(p.typ)).Dot("SentBy").Call(jen.Id("role"))).Block(
				ruleError(p.typ, jen.Lit("the ").Op("+").Id("role").Dot("String").Call().Op("+").Lit(" does not send it")))
			for _, f := range p.Header.Fields {
				if f.Kind == schema.FieldKey && f.Parity == "sender" {
					g.Case(p.when(f, jen.Op("!").Id("role").Dot(p.owns(f)).Call(value(f)))).Block(
						ruleError(f, jen.Lit("it is not one of the ").Op("+").Id("role").Dot("String").Call().Op("+").Lit("'s own")))
				}
			}
		})
		for _, s := range p.flagSets {
			for _, f := range p.Header.Fields {
				if s.frame == nil && f.FlagSet == s.FlagSet {
					rule := jen.Id("rule").Op(":=").Id(s.goType).Call(value(f)).Dot("broken").Call()
					if s.field == f {
						rule = jen.Id("rule").Op(":=").Add(value(f)).Dot("broken").Call()
					}
					g.If(rule, p.when(f, jen.Id("rule").Op("!=").Lit(""))).Block(ruleError(f, jen.Id("rule")))
				}
			}
		}
		if p.byType == nil {
			g.Return(jen.Nil())
			return
		}
		g.Id("rule").Op(":=").Lit("")
		g.Switch(value(p.typ)).BlockFunc(func(g *jen.Group) {
			for _, s := range p.flagSets {
				if s.frame != nil {
					g.Case(jen.Id(p.frameType(s.frame))).Block(jen.Id("rule").Op("=").Id(s.goType).Call(value(p.byType)).Dot("broken").Call())
				}
			}
			g.Default().Block(jen.If(value(p.byType).Op("!=").Lit(0)).Block(jen.Id("rule").Op("=").Lit("the frame type has no flags")))
		})
		g.If(jen.Id("rule").Op("!=").Lit("")).Block(ruleError(p.byType, jen.Id("rule")))
		g.Return(jen.Nil())
	})
}

// when limits a condition about a field to the revisions that have the field.
func (p *plan) when(f *schema.Field, cond *jen.Statement) *jen.Statement {
	if p.since(f.Since) == p.firstRevision() {
		return cond
	}
	return jen.Id("r").Op(">=").Id(p.revision(f.Since)).Op("&&").Add(cond)
}

// broken emits
//
//	// broken returns the first rule for senders that the flags break, or "".
//	func (c CommandNameFlags) broken() string {
//		switch {
//		case c&^0x7 != 0:
//			return "undefined flags are never sent"
//		case c&(CommandNameEOS|CommandNameHaveArgs) == CommandNameEOS|CommandNameHaveArgs:
//			return "eos and have-args exclude each other"
//		...
//		}
//		return ""
//	}
func (s *flagSet) broken(g *jen.Group) {
	recv := strings.ToLower(s.goType[:1])
	comment(g, "broken returns the first rule for senders that the flags break, or nothing.")
	g.Func().Params(jen.Id(recv).Id(s.goType)).Id("broken").Params().String().Block(
		jen.Switch().BlockFunc(func(g *jen.Group) {
			g.Case(jen.Id(recv).Op("&^").Add(hex(s.Mask())).Op("!=").Lit(0)).Block(jen.Return(jen.Lit("undefined flags are never sent")))
			for _, r := range s.Rules {
				g.Case(s.condition(recv, r, false)).Block(jen.Return(jen.Lit(ruleText(r))))
			}
		}),
		jen.Return(jen.Lit("")),
	)
}

// ruleText words a rule.
func ruleText(r *schema.FlagRule) string {
	var names []string
	for _, f := range r.Flags {
		names = append(names, f.Name)
	}
	switch {
	case r.Kind == schema.RuleExcludes:
		return enumerate(names) + " exclude each other"
	case r.Kind == schema.RuleRequires:
		return names[0] + " requires " + enumerate(names[1:])
	case len(names) == 1:
		return names[0] + " is always set"
	}
	return "one of " + enumerate(names) + " is set"
}
