package hgwire_test

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/internal/cli"
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
