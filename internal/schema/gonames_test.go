package schema

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"testing"
)

// TestGoNamesOfGenerated checks that the loader knows all the exported names and all the files of
// the generated package, and so can tell when a schema asks for one of them again.
func TestGoNamesOfGenerated(t *testing.T) {
	r := &resolver{schema: mustLoad(t, "../../schema.toml"), found: new(Diagnostics)}
	names := make(map[string]bool)
	files := make(map[string]bool)
	for _, c := range r.goNames().claims {
		switch c.scope {
		case "":
			names[c.name] = true
		case fileScope:
			files[c.name] = true
		}
	}
	paths, err := filepath.Glob("../../generated/framing/*.go")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no generated package: %v", err)
	}
	for _, path := range paths {
		if !files[filepath.Base(path)] {
			t.Errorf("the file %s is not known", filepath.Base(path))
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range declared(f) {
			if ast.IsExported(name) && !names[name] {
				t.Errorf("%s: the name %s is not known", filepath.Base(path), name)
			}
		}
	}
}

// declared returns the names that a file declares in its package.
func declared(f *ast.File) []string {
	var names []string
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				names = append(names, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					names = append(names, s.Name.Name)
				case *ast.ValueSpec:
					for _, n := range s.Names {
						names = append(names, n.Name)
					}
				}
			}
		}
	}
	return names
}
