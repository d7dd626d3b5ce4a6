package hgwire_test

import (
	"bytes"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/internal/cli"
	"github.com/hgwire/hgwire/internal/compat"
	"github.com/hgwire/hgwire/internal/emit/jsonschema"
	"github.com/hgwire/hgwire/internal/product"
	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// block matches a fenced block of the README: its language, then its text.
var block = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

// TestReadmeCode holds the README's Go code to the tested examples.
func TestReadmeCode(t *testing.T) {
	readme, examples := read(t, "README.md"), flat(read(t, "example_test.go"))
	found := 0
	for _, b := range block.FindAllStringSubmatch(readme, -1) {
		if b[1] != "go" {
			continue
		}
		found++
		if !strings.Contains(examples, flat(b[2])) {
			t.Errorf("this code is in no example:\n%s", b[2])
		}
	}
	if found == 0 {
		t.Error("the README shows no code")
	}
}

// TestReadmeTranscripts runs every `$ hgwire` command of the README, with its here-document or the
// file it names, and compares what it prints.
func TestReadmeTranscripts(t *testing.T) {
	found := 0
	for _, b := range block.FindAllStringSubmatch(read(t, "README.md"), -1) {
		if b[1] != "console" {
			continue
		}
		for _, part := range strings.Split("\n"+b[2], "\n$ ")[1:] {
			command, want, _ := strings.Cut(part, "\n")
			args := strings.Fields(command)
			if len(args) == 0 || args[0] != "hgwire" {
				continue
			}
			found++
			var input string
			if n := len(args); n > 1 && args[n-2] == "<<" {
				end := "\n" + strings.Trim(args[n-1], "'") + "\n"
				input, want, _ = strings.Cut("\n"+want, end)
				args, input = args[:n-2], strings.TrimPrefix(input, "\n")+"\n"
			}
			var stdout, stderr bytes.Buffer
			if code := cli.Run(args[1:], strings.NewReader(input), &stdout, &stderr); code != 0 {
				t.Errorf("$ %s\nexit code %d: %s", command, code, &stderr)
			}
			if got := stdout.String(); strings.TrimRight(got, "\n") != strings.TrimRight(want, "\n") {
				t.Errorf("$ %s\ngot:\n%s\nwant:\n%s", command, got, want)
			}
		}
	}
	if found == 0 {
		t.Error("the README shows no command")
	}
}

// TestReadmeDiagnostics breaks schema.toml in the two ways that the README tells of, and holds its
// messages to what comes out.
func TestReadmeDiagnostics(t *testing.T) {
	readme, source := read(t, "README.md"), read(t, "schema.toml")
	for _, fault := range []struct{ right, wrong string }{
		{`flags = "eos have-args"`, `flags = "eos have-arg"`},
		{`flags = "!continuation eos",  to = "active"`, `flags = "eos",                to = "active"`},
	} {
		if strings.Count(source, fault.right) != 1 {
			t.Fatalf("schema.toml has %d times %s, want 1", strings.Count(source, fault.right), fault.right)
		}
		s, err := schema.Load("schema.toml", []byte(strings.Replace(source, fault.right, fault.wrong, 1)))
		if err == nil {
			_, err = verify.Check(s)
		}
		if err == nil {
			t.Errorf("%s: no finding", fault.wrong)
			continue
		}
		message, _, _ := strings.Cut(err.Error(), "\n")
		if !strings.Contains(readme, "```text\n"+message+"\n```") {
			t.Errorf("the README does not show\n%s", message)
		}
	}
}

// TestReadmeConversation frees the ID of a request too early, as the README tells, and holds its
// conversation to what comes out.
func TestReadmeConversation(t *testing.T) {
	source := read(t, "schema.toml")
	right, wrong := `flags = "continuation !eos",  to = "responding"`, `flags = "continuation !eos",  to = "idle"`
	if strings.Count(source, right) != 1 {
		t.Fatalf("schema.toml has %d times %s, want 1", strings.Count(source, right), right)
	}
	s, err := schema.Load("schema.toml", []byte(strings.Replace(source, right, wrong, 1)))
	if err != nil {
		t.Fatal(err)
	}
	_, err = product.Check(s, product.Options{})
	if err == nil {
		t.Fatal("no finding")
	}
	message, _, _ := strings.Cut(err.Error(), "\n\n")
	if !strings.Contains(read(t, "README.md"), "```text\n"+message+"\n```") {
		t.Errorf("the README does not show\n%s", message)
	}
}

// TestReadmeReport holds the README to what `make verify` prints.
func TestReadmeReport(t *testing.T) {
	s, err := schema.LoadFile("schema.toml")
	if err != nil {
		t.Fatal(err)
	}
	alone, err := verify.Check(s)
	if err != nil {
		t.Fatal(err)
	}
	together, err := product.Check(s, product.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for _, report := range []io.WriterTo{alone, together} {
		if _, err := report.WriteTo(&want); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(read(t, "README.md"), "```text\n"+want.String()+"```") {
		t.Errorf("the README does not show\n%s", want.String())
	}
}

// TestReadmeEditors holds the README to the address of the JSON Schema.
func TestReadmeEditors(t *testing.T) {
	if line := "#:schema " + jsonschema.URL; !strings.Contains(read(t, "README.md"), "\n"+line+"\n") {
		t.Errorf("the README does not show\n%s", line)
	}
}

// TestReadmeFrames holds the frames that the README shows to those that a test expects.
func TestReadmeFrames(t *testing.T) {
	tests, found := read(t, "examples/http2/follow_test.go"), false
	for _, b := range block.FindAllStringSubmatch(read(t, "README.md"), -1) {
		if b[1] == "text" && strings.HasPrefix(b[2], "> ") {
			found = true
			if !strings.Contains(tests, "`\n"+strings.TrimSuffix(b[2], "\n")+"`") {
				t.Errorf("no test expects\n%s", b[2])
			}
		}
	}
	if !found {
		t.Error("the README shows no frames")
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// flat drops indentation, so that code matches wherever it stands.
func flat(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// TestReadmeDiff drops a row of schema.toml, as the README tells, and holds it to what comes out.
func TestReadmeDiff(t *testing.T) {
	source := read(t, "schema.toml")
	row := regexp.MustCompile(`(?m)^  \{ id = "value-ends", .*\n`)
	changed := strings.ReplaceAll(row.ReplaceAllString(source, ""), "total = true\n", "")
	old, err := schema.Load("schema.toml", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	new, err := schema.Load("new.toml", []byte(changed))
	if err != nil {
		t.Fatal(err)
	}
	report, err := compat.Compare(old, new)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if _, err := report.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, b := range block.FindAllStringSubmatch(read(t, "README.md"), -1) {
		if b[1] != "text" || !strings.Contains(b[2], ": CMP") {
			continue
		}
		found = true
		for line := range strings.Lines(b[2]) {
			if !strings.Contains(out.String(), line) {
				t.Errorf("the README shows %s and this comes out:\n%s", line, &out)
			}
		}
	}
	if !found {
		t.Error("the README shows no finding of gen diff")
	}
}
