package compat

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"strings"

	"github.com/hgwire/hgwire/internal/emit/golang"
	"github.com/hgwire/hgwire/internal/schema"
)

// goNames has what a package exports: for each name, such as Header, Header.Type, Revision.In and
// Limits.WithDefaults, its type or signature.
type goNames struct {
	list    []string // in the order of the files
	types   map[string]string
	methods map[string]bool // those of interfaces
}

// api compares what Go code sees of the two schemas: what is emitted for them.
func (c *comparer) api() error {
	if c.old.Protocol.Name != c.new.Protocol.Name {
		c.add(PackageRenamed, c.new.at(c.new.Protocol.At("name")), "the Go package is %s by default, and was %s", c.new.Protocol.Name, c.old.Protocol.Name).
			noteAt(c.old.at(c.old.Protocol.At("name")), "in the old schema").
			note("who: Go code that imports it, unless gen is told the name")
	}
	old, err := exported(c.old.Schema)
	if err != nil {
		return err
	}
	new, err := exported(c.new.Schema)
	if err != nil {
		return err
	}
	oldItems, newItems := itemsByName(c.old.Schema), itemsByName(c.new.Schema)
	isGone := func(name string) bool { return old.has(name) && !new.has(name) }
	isAdded := func(name string) bool { return new.has(name) && !old.has(name) }
	gone, added, methods := newTally(), newTally(), newTally()
	for _, name := range old.list {
		is, ok := new.types[name]
		switch {
		case !ok:
			gone.add(oldItems.within(name, isGone), name)
		case is != old.types[name]:
			c.add(NameChanged, c.new.at(newItems.of(name).pos), "in Go, %s is %s, and was %s", name, is, old.types[name]).
				noteAt(c.old.at(oldItems.of(name).pos), "in the old schema").
				note("who: Go code that uses the name")
		}
	}
	for _, name := range new.list {
		if _, ok := old.types[name]; ok {
			continue
		}
		if owner, _, isMember := strings.Cut(name, "."); isMember && new.methods[name] && old.types[owner] != "" {
			methods.add(newItems.of(name), name)
		} else {
			added.add(newItems.within(name, isAdded), name)
		}
	}
	for _, it := range gone.list {
		c.add(NameGone, c.old.at(it.pos), "%s: in Go there is no %s any more", it.what, enumerate(gone.names[it])).
			note("who: Go code that uses the name")
	}
	for _, it := range methods.list {
		c.add(MethodAdded, c.new.at(it.pos), "%s: in Go there is a method more to implement, %s", it.what, enumerate(methods.names[it])).
			note("who: Go code that implements the interface")
	}
	for _, it := range added.list {
		c.add(NameAdded, c.new.at(it.pos), "%s: in Go there is also %s", it.what, enumerate(added.names[it]))
	}
	return nil
}

// tally gathers names by the items they come from.
type tally struct {
	list  []item
	names map[item][]string
}

func newTally() *tally { return &tally{names: make(map[item][]string)} }

func (t *tally) add(it item, name string) {
	if t.names[it] == nil {
		t.list = append(t.list, it)
	}
	t.names[it] = append(t.names[it], name)
}

// enumerate renders the first few names of a list.
func enumerate(names []string) string {
	const shown = 6
	if more := len(names) - shown; more > 1 {
		return strings.Join(names[:shown], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(names, ", ")
}

// exported emits the package of a schema and returns what it exports.
func exported(s *schema.Schema) (*goNames, error) {
	files, err := golang.Files(s, golang.Options{Package: s.Protocol.Name, Source: "schema.toml"})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Path, err)
	}
	g := &goNames{types: make(map[string]string), methods: make(map[string]bool)}
	set := token.NewFileSet()
	for _, f := range files {
		if !strings.HasSuffix(f.Name, ".go") {
			continue
		}
		parsed, err := parser.ParseFile(set, f.Name, f.Content, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("%s: what is emitted for it does not parse: %w", s.Path, err)
		}
		for _, d := range parsed.Decls {
			g.decl(d)
		}
	}
	return g, nil
}

func (g *goNames) has(name string) bool { _, ok := g.types[name]; return ok }

func (g *goNames) add(name, typ string) {
	if _, ok := g.types[name]; !ok {
		g.list = append(g.list, name)
	}
	g.types[name] = typ
}

func (g *goNames) decl(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		name := d.Name.Name
		if d.Recv != nil {
			owner := strings.TrimPrefix(text(d.Recv.List[0].Type), "*")
			if !ast.IsExported(owner) {
				return
			}
			name = owner + "." + name
		}
		if d.Name.IsExported() {
			g.add(name, text(d.Type))
		}
	case *ast.GenDecl:
		kind := "" // of constants without a type of their own
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if spec.Name.IsExported() {
					g.typ(spec)
				}
			case *ast.ValueSpec:
				if spec.Type != nil {
					kind = text(spec.Type)
				} else if len(spec.Values) > 0 {
					kind = ""
				}
				for _, name := range spec.Names {
					if name.IsExported() {
						g.add(name.Name, strings.TrimSpace(d.Tok.String()+" "+kind))
					}
				}
			}
		}
	}
}

// typ enters a type, with its exported fields or its methods.
func (g *goNames) typ(spec *ast.TypeSpec) {
	name := spec.Name.Name
	var members *ast.FieldList
	isInterface := false
	switch t := spec.Type.(type) {
	case *ast.StructType:
		g.add(name, "a struct")
		members = t.Fields
	case *ast.InterfaceType:
		g.add(name, "an interface")
		members, isInterface = t.Methods, true
	default:
		g.add(name, "type "+text(spec.Type))
		return
	}
	for _, m := range members.List {
		for _, n := range m.Names {
			if n.IsExported() {
				g.add(name+"."+n.Name, text(m.Type))
				g.methods[name+"."+n.Name] = isInterface
			}
		}
	}
}

// text renders Go in one line.
func text(n ast.Node) string {
	var b bytes.Buffer
	if err := printer.Fprint(&b, token.NewFileSet(), n); err != nil {
		return err.Error()
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
