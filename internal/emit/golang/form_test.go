package golang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/hgwire/hgwire/internal/schema"
)

// TestForm checks what makes generated code read as if written: a blank line between declarations
// of which one is a function, one receiver name for each type, and articles that fit.
func TestForm(t *testing.T) {
	schemas := map[string]*schema.Schema{
		"framing":   load(t, "../../../schema.toml"),
		"manytypes": manyTypes(t),
	}
	for _, name := range protocols {
		schemas[name] = load(t, filepath.Join("testdata", name, "schema.toml"))
	}
	article := regexp.MustCompile(`\b[Aa]\s+[aeiAEI]\w\w+`)
	for name, s := range schemas {
		receivers := map[string]string{} // type to receiver name
		for _, file := range generate(t, s) {
			fset := token.NewFileSet()
			parsed, err := parser.ParseFile(fset, file.Name, file.Content, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			for i, d := range parsed.Decls {
				if i > 0 && (isFunc(d) || isFunc(parsed.Decls[i-1])) {
					end, start := fset.Position(parsed.Decls[i-1].End()), fset.Position(start(d))
					if start.Line-end.Line < 2 {
						t.Errorf("%s: %s: no blank line before the declaration", name, start)
					}
				}
				f, ok := d.(*ast.FuncDecl)
				if !ok || f.Recv == nil || len(f.Recv.List[0].Names) == 0 {
					continue
				}
				typ, got := receiver(f.Recv.List[0].Type), f.Recv.List[0].Names[0].Name
				if want, ok := receivers[typ]; ok && got != want {
					t.Errorf("%s: %s: got receiver %s of %s, want %s as elsewhere", name, fset.Position(f.Pos()), got, typ, want)
				}
				receivers[typ] = got
			}
			for _, c := range parsed.Comments {
				for _, wrong := range article.FindAllString(c.Text(), -1) {
					t.Errorf("%s: %s: %q", name, fset.Position(c.Pos()), wrong)
				}
			}
		}
	}
}

func isFunc(d ast.Decl) bool {
	_, ok := d.(*ast.FuncDecl)
	return ok
}

// start returns where a declaration begins with its comment.
func start(d ast.Decl) token.Pos {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc != nil {
			return d.Doc.Pos()
		}
	case *ast.GenDecl:
		if d.Doc != nil {
			return d.Doc.Pos()
		}
	}
	return d.Pos()
}
