package jsonschema

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/hgwire/hgwire/internal/schema"
	"github.com/rogpeppe/go-internal/txtar"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
)

const committed = "../../../generated/schema.schema.json"

func document(t *testing.T) []byte {
	t.Helper()
	content, err := Document(schema.Language())
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// compile checks the JSON Schema against its metaschema and makes a validator of it.
func compile(t *testing.T) *validator.Schema {
	t.Helper()
	value, err := validator.UnmarshalJSON(bytes.NewReader(document(t)))
	if err != nil {
		t.Fatal(err)
	}
	c := validator.NewCompiler()
	if err := c.AddResource(URL, value); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(URL)
	if err != nil {
		t.Fatal(err)
	}
	if s.DraftVersion != 7 {
		t.Fatalf("draft: got %d, want 7", s.DraftVersion)
	}
	return s
}

// validate returns the places of what the JSON Schema refuses, such as `frame/0/name`.
func validate(t *testing.T, s *validator.Schema, src []byte) (places []string, err error) {
	t.Helper()
	var file map[string]any
	if err := toml.Unmarshal(src, &file); err != nil {
		t.Fatal(err)
	}
	plain, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	value, err := validator.UnmarshalJSON(bytes.NewReader(plain))
	if err != nil {
		t.Fatal(err)
	}
	err = s.Validate(value)
	invalid, ok := errors.AsType[*validator.ValidationError](err)
	if err != nil && !ok {
		t.Fatal(err)
	}
	var walk func(*validator.ValidationError)
	walk = func(e *validator.ValidationError) {
		if len(e.Causes) == 0 {
			places = append(places, strings.Join(e.InstanceLocation, "/"))
		}
		for _, cause := range e.Causes {
			walk(cause)
		}
	}
	if invalid != nil {
		walk(invalid)
	}
	return places, err
}

func TestCommitted(t *testing.T) {
	have, err := os.ReadFile(committed)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, document(t)) {
		t.Error("generated/schema.schema.json is stale: run go generate")
	}
}

// schemas returns the schemas of the repository by path: every TOML file that Load accepts.
func schemas(t *testing.T) map[string][]byte {
	t.Helper()
	found := make(map[string][]byte)
	err := filepath.WalkDir("../../..", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".toml" {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if _, err := schema.Load(path, src); err == nil {
			found[filepath.ToSlash(path)] = src
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found["../../../schema.toml"] == nil || len(found) < 6 {
		t.Fatalf("the repository has the %d schemas %v", len(found), found)
	}
	return found
}

func TestSchemasAreValid(t *testing.T) {
	s := compile(t)
	for path, src := range schemas(t) {
		if _, err := validate(t, s, src); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestSchemasNameIt checks that an editor finds the JSON Schema from every schema.
func TestSchemasNameIt(t *testing.T) {
	want, err := os.Stat(committed)
	if err != nil {
		t.Fatal(err)
	}
	for path, src := range schemas(t) {
		line, _, _ := strings.Cut(string(src), "\n")
		relative, ok := strings.CutPrefix(line, "#:schema ")
		if !ok {
			t.Errorf("%s: the first line is %q, want `#:schema PATH`", path, line)
			continue
		}
		if got, err := os.Stat(filepath.Join(filepath.Dir(path), relative)); err != nil || !os.SameFile(got, want) {
			t.Errorf("%s: %q is not the path of generated/schema.schema.json (%v)", path, relative, err)
		}
	}
}

// TestFaults breaks a schema in one place each.
func TestFaults(t *testing.T) {
	s := compile(t)
	src, err := os.ReadFile("../golang/testdata/wide/schema.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range faults {
		t.Run(test.what, func(t *testing.T) {
			if strings.Count(string(src), test.right) == 0 {
				t.Fatalf("the schema lacks %q", test.right)
			}
			places, err := validate(t, s, []byte(strings.Replace(string(src), test.right, test.wrong, 1)))
			if !slices.Contains(places, test.place) {
				t.Errorf("places: got %q, want %q among them: %v", places, test.place, err)
			}
		})
	}
}

// plain are the rules of Load that hold inside one table, so that the JSON Schema has them too.
var plain = []string{
	schema.UnknownKey, schema.MissingKey, schema.EmptyValue, schema.WrongType, schema.UnknownWord, schema.WrongEdition,
	schema.BadOctets, schema.BadName, schema.MissingDoc, schema.NotPositive, schema.BadWidth, schema.LimitTooHigh,
	schema.StarAndMore,
}

// TestBadSchemas checks that the archives of bad schemas that break such a rule are refused.
func TestBadSchemas(t *testing.T) {
	s := compile(t)
	refused := 0
	for _, rule := range plain {
		paths, err := filepath.Glob("../../schema/testdata/bad/" + rule + "*.txtar")
		if err != nil || len(paths) == 0 {
			t.Fatalf("no bad schemas for %s: %v", rule, err)
		}
		for _, path := range paths {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			src := archive.Files[0].Data
			if toml.Unmarshal(src, new(map[string]any)) != nil {
				continue // it is no TOML, which editors say by themselves
			}
			if places, _ := validate(t, s, src); len(places) == 0 {
				t.Errorf("%s is valid", path)
			} else {
				refused++
			}
		}
	}
	if refused < len(plain) {
		t.Errorf("%d bad schemas are refused, want %d or more", refused, len(plain))
	}
}

// TestRefusesNoMore checks that what Load accepts is valid, whatever verify says about it.
func TestRefusesNoMore(t *testing.T) {
	s := compile(t)
	paths, err := filepath.Glob("../../verify/testdata/bad/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no bad schemas: %v", err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := validate(t, s, archive.Files[0].Data); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestDescriptions checks that editors have something to show over every key.
func TestDescriptions(t *testing.T) {
	var root map[string]any
	if err := json.Unmarshal(document(t), &root); err != nil {
		t.Fatal(err)
	}
	definitions := root["definitions"].(map[string]any)
	tables := map[string]any{"the file": root}
	for name, d := range definitions {
		tables[name] = d
	}
	for name, table := range tables {
		table := table.(map[string]any)
		if table["description"] == nil || table["additionalProperties"] != false {
			t.Errorf("%s has the description %v and additionalProperties %v", name, table["description"], table["additionalProperties"])
		}
		for key, p := range table["properties"].(map[string]any) {
			p := p.(map[string]any)
			if ref, ok := p["$ref"].(string); ok {
				p = definitions[strings.TrimPrefix(ref, "#/definitions/")].(map[string]any)
			}
			if p["description"] == nil || p["type"] == nil {
				t.Errorf("%s: %s has the description %v and the type %v", name, key, p["description"], p["type"])
			}
		}
	}
}
