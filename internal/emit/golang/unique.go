package golang

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"

	"github.com/hgwire/hgwire/internal/output"
)

// checkUnique finds names of the schema that come out as the same file or Go identifier, among them
// those that only this package knows. The loader reports the rest with their places.
func checkUnique(files []output.File) error {
	byName := map[string]bool{}
	declared := map[string]string{} // identifier, or Type.Method, to its file
	for _, file := range files {
		if byName[file.Name] {
			return fmt.Errorf("two parts of the package would be %s: rename the machine", file.Name)
		}
		byName[file.Name] = true
		parsed, err := parser.ParseFile(token.NewFileSet(), file.Name, file.Content, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, name := range declarations(parsed) {
			if other, ok := declared[name]; ok {
				return fmt.Errorf("two items of the schema have the Go name %s (in %s and %s)", name, other, file.Name)
			}
			declared[name] = file.Name
		}
	}
	return nil
}

// declarations returns what a file declares at the top, methods as Type.Method.
func declarations(f *ast.File) []string {
	var names []string
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil {
				name = receiver(d.Recv.List[0].Type) + "." + name
			}
			names = append(names, name)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					names = append(names, spec.Name.Name)
					names = append(names, members(spec)...)
				case *ast.ValueSpec:
					for _, n := range spec.Names {
						if n.Name != "_" {
							names = append(names, n.Name)
						}
					}
				}
			}
		}
	}
	return names
}

func receiver(t ast.Expr) string {
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// members returns the fields of a struct and the methods of an interface as Type.Member.
func members(spec *ast.TypeSpec) []string {
	var list *ast.FieldList
	switch t := spec.Type.(type) {
	case *ast.StructType:
		list = t.Fields
	case *ast.InterfaceType:
		list = t.Methods
	default:
		return nil
	}
	var names []string
	for _, f := range list.List {
		for _, n := range f.Names {
			names = append(names, spec.Name.Name+"."+n.Name)
		}
	}
	return names
}
