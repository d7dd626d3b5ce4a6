// Package example reads the archives that show what a rule about schemas means: a schema that
// breaks the rule, what is said about it, and how it is mended. It knows neither rules nor the
// schema language.
//
// RULE.txtar is the main archive of a rule, which `gen explain` prints. Beside its comment, an
// explanation for people, it has the files schema.toml, want and mend. RULE-CASE.txtar is a
// further case, which tests alone look at: it needs neither a comment nor a mend.
//
// A new archive may have mend.toml, the whole mended schema, in place of mend: what Format returns
// has the mend. The tests that rewrite archives do that.
package example

import (
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
	list := strings.Join(names, " ")
	if list != "schema.toml want" && list != "schema.toml want mend" && list != "schema.toml want mend.toml" {
		return nil, fmt.Errorf("the archive has the files %q, not schema.toml, want and perhaps mend", names)
	}
	e := &Example{Text: string(a.Comment), Schema: a.Files[0].Data, Want: string(a.Files[1].Data)}
	switch {
	case strings.HasSuffix(list, "mend.toml"):
		e.Mend = mend(e.Schema, a.Files[2].Data)
	case len(a.Files) == 3:
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
