package golang

import (
	"errors"
	"fmt"
	"go/token"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/schema"
)

// plan is a schema with what the emitted code needs to know beyond it.
type plan struct {
	*schema.Schema
	opt      Options
	layouts  []*layout
	length   *schema.Field
	typ      *schema.Field
	byType   *schema.Field // the field whose flags depend on the frame type, or nil
	tooLarge *schema.Error // raised for a frame over the receiver's limit
	flagSets []*flagSet    // in schema order: the sets of fields, then those of frame types
	machines []*machine
}

// flagSet is a set of flags and the Go names it has.
type flagSet struct {
	*schema.FlagSet
	p      *plan
	frame  *schema.Frame // nil for a set of its own
	field  *schema.Field // where it stands in the header; the widest, if there are several
	goType string
	prefix string // of its constants
}

func newPlan(s *schema.Schema, opt Options) (*plan, error) {
	p := &plan{Schema: s, opt: opt}
	if !token.IsIdentifier(opt.Package) || opt.Package == "_" {
		return nil, fmt.Errorf("%q cannot be the name of a Go package", opt.Package)
	}
	for _, f := range s.Header.Fields {
		switch {
		case f.Kind == schema.FieldLength:
			p.length = f
		case f.Kind == schema.FieldType:
			p.typ = f
		case f.Kind == schema.FieldFlags && f.ByType:
			p.byType = f
		}
	}
	if p.length == nil || p.typ == nil || p.length.Since != nil || p.typ.Since != nil {
		return nil, errors.New("the header needs a payload-length and a type field in every revision")
	}
	if p.length.Bits > 63 {
		return nil, fmt.Errorf("header field %s: a length of more than 63 bits is not supported", p.length.Name)
	}
	if p.length.Limit == nil || p.length.Limit.Error == nil || p.length.Limit.Error.Fault != schema.FaultPeer {
		return nil, fmt.Errorf("header field %s needs a limit whose error is the peer's fault", p.length.Name)
	}
	p.tooLarge = p.length.Limit.Error
	for _, w := range p.tooLarge.With {
		if !isNumber(w) {
			return nil, fmt.Errorf("error %s: beside header fields, the error of the length limit can only tell limit and size", p.tooLarge.Name)
		}
	}
	var err error
	if p.layouts, err = newLayouts(p); err != nil {
		return nil, err
	}
	p.collectFlagSets()
	for _, m := range s.Machines {
		p.machines = append(p.machines, newMachine(p, m))
	}
	return p, nil
}

// collectFlagSets gathers the sets that have a Go type: those that a header field refers to, and
// those of frame types with flags.
func (p *plan) collectFlagSets() {
	for _, set := range p.FlagSets {
		var widest *schema.Field
		for _, f := range p.Header.Fields {
			if f.FlagSet == set && (widest == nil || f.Bits > widest.Bits) {
				widest = f
			}
		}
		if widest != nil {
			p.flagSets = append(p.flagSets, &flagSet{FlagSet: set, p: p, field: widest, goType: p.name(set.Name), prefix: "Flag"})
		}
	}
	if p.byType == nil {
		return
	}
	for _, f := range p.Frames {
		if len(f.Flags) > 0 {
			name := p.name(f.Name)
			p.flagSets = append(p.flagSets, &flagSet{FlagSet: &f.FlagSet, p: p, frame: f, field: p.byType, goType: name + "Flags", prefix: name})
		}
	}
}

// constant returns the Go name of a flag.
func (s *flagSet) constant(f *schema.Flag) string { return s.prefix + s.p.name(f.Name) }

// table returns the Go name of the set's table of names.
func (s *flagSet) table() string { return unexported(s.goType) + "Names" }

func (p *plan) name(kebab string) string { return schema.GoName(kebab, p.Protocol.Initialisms) }

// parameter returns an unexported Go name that is no keyword and hides nothing that a constructor
// of an error uses.
func (p *plan) parameter(kebab string) string {
	name := schema.GoParameter(kebab, p.Protocol.Initialisms)
	switch name {
	case "h", "int", "string", "decimal", "strconv", "headerOrZero", "oddOrEven":
		return name + "Value"
	}
	if token.IsKeyword(name) {
		return name + "Value"
	}
	return name
}

func (p *plan) revision(r *schema.Revision) string  { return "Revision" + p.name(r.ID) }
func (p *plan) frameType(f *schema.Frame) string    { return "Type" + p.name(f.Name) }
func (p *plan) errorCode(e *schema.Error) string    { return "Err" + p.name(e.Name) }
func (p *plan) defaultLimit(l *schema.Limit) string { return "Default" + p.name(l.Name) }
func (p *plan) role(name string) string             { return "Role" + p.name(name) }
func (p *plan) firstRevision() *schema.Revision     { return p.Revisions[0] }
func (p *plan) latestRevision() *schema.Revision    { return p.Revisions[len(p.Revisions)-1] }
func (p *plan) since(s *schema.Revision) *schema.Revision {
	if s == nil {
		return p.firstRevision()
	}
	return s
}

// visible reports whether a field is part of the Header struct.
func visible(f *schema.Field) bool { return f.Kind != schema.FieldReserved }

// goType returns the Go type of a field in the Header struct.
func (p *plan) goType(f *schema.Field) string {
	switch {
	case f.Kind == schema.FieldType:
		return "FrameType"
	case f == p.byType:
		return "Flags"
	case f.Kind == schema.FieldFlags && f.FlagSet != nil:
		return p.name(f.FlagSet.Name)
	}
	return unsigned(f.Bits)
}

// unsigned returns the smallest unsigned type of so many bits.
func unsigned(bits int) string { return fmt.Sprintf("uint%d", width(bits)) }

func width(bits int) int {
	w := 8
	for w < bits {
		w *= 2
	}
	return w
}

func mask(bits int) uint64 { return 1<<bits - 1 }

// hex emits a number in hexadecimal, which jen.Lit does not.
func hex(v uint64) *jen.Statement { return jen.Op(fmt.Sprintf("%#x", v)) }

// isNumber says which parameters of an error text are numbers.
func isNumber(with string) bool { return with == "limit" || with == "size" }

func unexported(name string) string { return strings.ToLower(name[:1]) + name[1:] }
