// Package example reads the archives that show what a rule about schemas means: a schema that
// breaks the rule, what is said about it, and how it is mended. It knows neither rules nor the
// schema language.
//
// RULE.txtar is the main archive of a rule, which `gen explain` prints. Beside its comment, an
// explanation for people, it has the files schema.toml, want and mend. RULE-CASE.txtar is a
// further case, which tests alone look at: it needs neither a comment nor a mend.
package example

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// Example is a schema that breaks a rule.
type Example struct {
	Text   string // what the rule means, why it is there and what to do about a finding
	Schema []byte
	Want   string // all the findings, as they are printed
	Mend   []byte // what makes the schema right; see Mended
}

// Rule returns the rule that an archive is about, by the name of its file, and whether the archive
// is the rule's main one.
func Rule(name string) (rule string, main bool) {
	rule, _, further := strings.Cut(strings.TrimSuffix(path.Base(name), ".txtar"), "-")
	return rule, !further
}

// Parse reads an archive.
func Parse(archive []byte) (*Example, error) {
	a := txtar.Parse(archive)
	var names []string
	for _, f := range a.Files {
		names = append(names, f.Name)
	}
	if list := strings.Join(names, " "); list != "schema.toml want" && list != "schema.toml want mend" {
		return nil, fmt.Errorf("the archive has the files %q, not schema.toml, want and perhaps mend", names)
	}
	e := &Example{Text: string(a.Comment), Schema: a.Files[0].Data, Want: string(a.Files[1].Data)}
	if len(a.Files) == 3 {
		e.Mend = a.Files[2].Data
	}
	return e, nil
}

// Format is the inverse of Parse.
func (e *Example) Format() []byte {
	a := &txtar.Archive{Comment: []byte(e.Text), Files: []txtar.File{
		{Name: "schema.toml", Data: e.Schema},
		{Name: "want", Data: []byte(e.Want)},
	}}
	if len(e.Mend) > 0 {
		a.Files = append(a.Files, txtar.File{Name: "mend", Data: e.Mend})
	}
	return txtar.Format(a)
}

// Mended returns the schema after its mend: a diff without line numbers. An empty line parts the
// hunks. Each has lines that go, with a minus before them, lines that come, with a plus, and
// perhaps lines that stay, with a space; those that go and stay are found once in the schema.
func (e *Example) Mended() ([]byte, error) {
	if len(e.Mend) == 0 {
		return nil, errors.New("there is no mend")
	}
	text := append([]byte("\n"), e.Schema...)
	for hunk := range bytes.SplitSeq(bytes.TrimSuffix(e.Mend, []byte("\n")), []byte("\n\n")) {
		before, after := []byte("\n"), []byte("\n")
		for line := range bytes.SplitSeq(hunk, []byte("\n")) {
			kind, line := line[:min(1, len(line))], append(line[min(1, len(line)):len(line):len(line)], '\n')
			switch string(kind) {
			case " ":
				before, after = append(before, line...), append(after, line...)
			case "-":
				before = append(before, line...)
			case "+":
				after = append(after, line...)
			default:
				return nil, fmt.Errorf("a line of the mend begins with %q, not with a minus, a plus or a space", kind)
			}
		}
		if n := bytes.Count(text, before); n != 1 || len(before) == 1 {
			return nil, fmt.Errorf("the schema has these lines %d times, want once:\n%s", n, before)
		}
		text = bytes.Replace(text, before, after, 1)
	}
	return text[1:], nil
}
