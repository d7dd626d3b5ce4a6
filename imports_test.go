package hgwire_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/hgwire/hgwire"

// allowed lists, for every package of the module, what it may import beside the standard
// library: packages of this module by their path in it, others in full. A trailing "/..." stands
// for everything below.
var allowed = map[string][]string{
	"":                  {"generated/framing", "payload", "stream", "stream/compress", "message", "reactor"},
	"generated/framing": nil,
	"payload":           {"generated/framing"},
	"stream":            {"generated/framing", "payload"},
	"stream/compress":   {"stream", "github.com/klauspost/compress/zlib", "github.com/klauspost/compress/zstd"},
	"message":           {"generated/framing", "payload", "stream"},
	"reactor":           {"generated/framing", "payload", "stream", "message"},
	"internal/replay":   {"generated/framing", "payload", "reactor"},
	"internal/cli":      {"generated/framing", "internal/replay", "github.com/alecthomas/kong"},
	"cmd/hgwire":        {"internal/cli"},

	"internal/example":             {"github.com/rogpeppe/go-internal/..."},
	"internal/schema":              {"github.com/BurntSushi/toml", "github.com/pelletier/go-toml/v2/unstable"},
	"internal/dispatch":            {"internal/schema"},
	"internal/verify":              {"internal/schema", "internal/dispatch"},
	"internal/product":             {"internal/schema", "internal/dispatch", "internal/verify"},
	"internal/output":              {"github.com/rogpeppe/go-internal/..."},
	"internal/emit/golang":         {"internal/schema", "internal/dispatch", "internal/output", "github.com/dave/jennifer/jen"},
	"internal/emit/golang/support": nil,
	"internal/emit/jsonschema":     {"internal/schema"},
	"internal/emit/language":       {"internal/schema"},
	"internal/compat":              {"internal/schema", "internal/dispatch", "internal/verify", "internal/emit/golang"},
	"internal/rulebook":            {"internal/example", "internal/schema", "internal/verify", "internal/product", "internal/compat", "github.com/rogpeppe/go-internal/..."},
	"internal/findings":            {"internal/rulebook", "internal/schema"},
	"gen":                          {"internal/schema", "internal/verify", "internal/product", "internal/compat", "internal/rulebook", "internal/findings", "internal/output", "internal/emit/..."},

	"internal/framingtest": {"generated/framing"},
	"internal/large":       {"internal/schema"},

	"examples/tap":              nil,
	"examples/http2":            {"examples/http2/http2frame", "examples/tap"},
	"examples/http2/http2frame": nil,
	"examples/yamux":            {"examples/yamux/yamuxframe", "examples/tap"},
	"examples/yamux/yamuxframe": nil,
}

// only names the packages that may import a package of the standard library.
var only = map[string][]string{
	"net/http": {"httpwire"},
	"net":      {"", "httpwire", "examples/tap"},
	"unsafe":   nil,
	"reflect":  {"internal/schema"},
}

type pkg struct {
	ImportPath string
	Imports    []string
}

// TestImportDirections holds the tree to the arrows of ARCHITECTURE.md. Tests may import more.
func TestImportDirections(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range list(t) {
		path := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		seen[path] = true
		rule, ok := allowed[path]
		if !ok {
			t.Errorf("package %q has no rule: say in this table what it may import", path)
			continue
		}
		for _, imp := range p.Imports {
			if users, ok := only[imp]; ok && !slices.Contains(users, path) {
				t.Errorf("%s imports %s, which is kept to %q", p.ImportPath, imp, users)
			}
			if !strings.Contains(strings.SplitN(imp, "/", 2)[0], ".") {
				continue // the standard library
			}
			rel := strings.TrimPrefix(imp, module+"/")
			if !slices.ContainsFunc(rule, func(r string) bool {
				prefix, below := strings.CutSuffix(r, "/...")
				return rel == prefix || below && strings.HasPrefix(rel, prefix+"/")
			}) {
				t.Errorf("%s imports %s, against the direction of dependencies", p.ImportPath, imp)
			}
		}
	}
	for path := range allowed {
		if !seen[path] {
			t.Errorf("rule for package %q, which does not exist", path)
		}
	}
}

func list(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var pkgs []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		pkgs = append(pkgs, p)
	}
}
