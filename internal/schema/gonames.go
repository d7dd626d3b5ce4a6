package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// generated has the exported identifiers that every generated package declares, whatever its
// schema. Lower-case ones are no match for what a schema makes.
var generated = strings.Fields(`
	AppendEscaped AppendFlags AppendUnescaped
	DefaultMaxSend
	ErrRevision ErrShort ErrorCode
	Fault FaultCaller FaultPeer FieldError Flags Frame FrameError FrameType
	Header
	LatestRevision Limits
	NewProtocolError NewReader NewUsageError NewWriter
	ParseErrorCode ParseFlags ParseFrameType ParseRevision ProtocolError
	Reader Revision Revisions Role RuleError
	ShortError
	TextError TransitionInfo
	UsageError
	Writer`)

// generatedFiles has the files of every generated package, without their endings.
var generatedFiles = strings.Fields(`
	doc errors escape fault flags flagtext frame header limits line misfit number
	reader revision send short text transition types writer`)

// claim is a Go name that an item of the schema will have.
type claim struct {
	scope string // "" for the package; names in other scopes do not meet
	name  string
	what  string // the item
	pos   Pos    // zero when the name does not come from the schema
}

// goNames collects the Go names that a schema asks for.
type goNames struct {
	initialisms []string
	claims      []claim
}

// goNames returns all names that the generated package will have.
func (r *resolver) goNames() *goNames {
	g := &goNames{initialisms: r.schema.Protocol.Initialisms}
	g.reserve("", generated...)
	g.reserve("Header", "Header", "Payload") // a Frame has these beside the header's fields
	g.reserve("Limits", "WithDefaults")
	for _, name := range generatedFiles {
		g.reserve(fileScope, name+".go")
	}
	g.packageLevel(r.schema)
	for _, m := range r.schema.Machines {
		g.machine(m)
	}
	return g
}

// checkGoNames checks that the generated package will have no name twice.
func (r *resolver) checkGoNames() {
	for _, m := range r.schema.Machines {
		r.checkFile(m)
	}
	g := r.goNames()
	slices.SortStableFunc(g.claims, func(a, b claim) int {
		return cmp.Or(cmp.Compare(a.pos.Line, b.pos.Line), cmp.Compare(a.pos.Column, b.pos.Column))
	})
	type key struct{ scope, name string }
	first := make(map[key]claim)
	reported := make(map[Pos]bool) // an item can claim many names
	for _, c := range g.claims {
		other, taken := first[key{c.scope, c.name}]
		switch {
		case !taken:
			first[key{c.scope, c.name}] = c
		case other.what == c.what || reported[c.pos]:
		case other.pos == (Pos{}):
			reported[c.pos] = true
			r.found.Add(c.pos, GoCollision, "%s would be %s in Go, which the generated package has anyway", c.what, c.name)
		default:
			reported[c.pos] = true
			r.found.Add(c.pos, GoCollision, "%s would be %s in Go, and so would %s", c.what, c.name, other.what).Note(other.pos, "defined here")
		}
	}
}

// reserve claims names that do not come from the schema.
func (g *goNames) reserve(scope string, names ...string) {
	for _, name := range names {
		g.claims = append(g.claims, claim{scope: scope, name: name})
	}
}

// add claims prefix + name + suffix for the item whose name stands under a key of n. What has no
// proper name, as has been reported, claims nothing.
func (g *goNames) add(scope, prefix, name, suffix, what string, n Node, key string) {
	if isKebab(name) && has(n, key) {
		g.claims = append(g.claims, claim{scope, prefix + GoName(name, g.initialisms) + suffix, fmt.Sprintf("%s %q", what, name), n.At(key)})
	}
}

func (g *goNames) packageLevel(s *Schema) {
	for i, role := range s.Protocol.Roles {
		g.add("", "Role", role, "", "role", s.Protocol.Node, fmt.Sprintf("roles[%d]", i))
	}
	for _, r := range s.Revisions {
		g.add("", "Revision", r.ID, "", "revision", r.Node, "id")
	}
	for _, f := range s.Header.Fields {
		if f.Kind != FieldReserved {
			g.add("Header", "", f.Name, "", "header field", f.Node, "name")
		}
	}
	for _, f := range s.FlagSets {
		g.add("", "", f.Name, "", "flagset", f.Node, "name")
		g.add("", "Parse", f.Name, "", "flagset", f.Node, "name")
		g.flags("Flag", f, "flagset")
	}
	for _, f := range s.Frames {
		g.add("", "Type", f.Name, "", "frame", f.Node, "name")
		if len(f.Flags) > 0 {
			g.add("", "", f.Name, "Flags", "frame", f.Node, "name")
			g.add("", "Parse", f.Name, "Flags", "frame", f.Node, "name")
			g.flags(GoName(f.Name, g.initialisms), &f.FlagSet, "frame")
		}
	}
	for _, l := range s.Limits {
		g.add("", "Default", l.Name, "", "limit", l.Node, "name")
		g.add("Limits", "", l.Name, "", "limit", l.Node, "name")
	}
	for _, e := range s.Errors {
		g.add("", "Err", e.Name, "", "error", e.Node, "name")
		if len(e.With) > 0 {
			g.add("", "New", e.Name, "", "error", e.Node, "name")
		}
		for i, w := range e.With {
			g.claims = append(g.claims, claim{"constructor of " + e.Name, GoParameter(w, g.initialisms), fmt.Sprintf("parameter %q", w), e.Element("with", i)})
		}
	}
}

func (g *goNames) flags(prefix string, s *FlagSet, of string) {
	for _, f := range s.Flags {
		g.add("", prefix, f.Name, "", fmt.Sprintf("%s %q: flag", of, s.Name), f.Node, "name")
	}
}

func (g *goNames) machine(m *Machine) {
	if !isKebab(m.Name) {
		return
	}
	own := func(prefix, suffix string) { g.add("", prefix, m.Name, suffix, "machine", m.Node, "name") }
	for _, suffix := range []string{"State", "Transition", "Transitions", "Row"} {
		own("", suffix)
	}
	own("Dispatch", "")
	if m.Key == nil {
		own("", "StateOf")
	} else {
		own("Initial", "")
	}
	if len(m.Events) > 0 {
		own("", "Event")
		own("Call", "")
	}
	if len(m.Actions) > 0 {
		own("", "Actions")
	}
	if m.Sends() {
		own("Send", "")
	}
	goName := GoName(m.Name, g.initialisms)
	of := fmt.Sprintf("machine %q: ", m.Name)
	for _, s := range m.States {
		g.add("", goName, s.Name, "", of+"state", s.Node, "name")
	}
	for _, e := range m.Events {
		g.add("", goName+"Event", e.Name, "", of+"event", e.Node, "name")
	}
	g.reserve("", goName+"TransitionOtherwise", goName+"TransitionMisuse")
	for _, t := range m.Transitions {
		g.add("", goName+"Transition", t.ID, "", of+"transition", t.Node, "id")
	}
	for _, a := range m.Actions {
		g.add("actions of "+m.Name, "", a.Name, "", of+"action", a.Node, "name")
	}
	for _, part := range []string{"", "_actions", "_info", "_rows", "_table"} {
		g.claims = append(g.claims, claim{fileScope, fileName(m) + part + ".go", fmt.Sprintf("machine %q", m.Name), m.At("name")})
	}
}

// fileScope is the scope of the files of the generated package.
const fileScope = "files"

// fileName returns the name of a machine's files, without what follows.
func fileName(m *Machine) string { return strings.ReplaceAll(m.Name, "-", "_") }

// constrained are the endings of files that the go command builds for tests, for an operating
// system or for an architecture only.
var constrained = strings.Fields(`
	test
	aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9
	solaris wasip1 windows zos
	386 amd64 amd64p32 arm arm64 arm64be armbe loong64 mips mips64 mips64le mips64p32
	mips64p32le mipsle ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm`)

// checkFile checks that the go command always builds the file of a machine.
func (r *resolver) checkFile(m *Machine) {
	if i := strings.LastIndexByte(m.Name, '-'); i >= 0 && slices.Contains(constrained, m.Name[i+1:]) {
		r.found.Add(m.At("name"), BadFileName, "the file %s.go would not be an ordinary part of a Go package", fileName(m))
	}
}
