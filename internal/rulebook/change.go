package rulebook

import (
	"fmt"
	"io"
	"io/fs"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hgwire/hgwire/internal/compat"
	"github.com/hgwire/hgwire/internal/example"
)

// changes returns the rules about changes of a schema. Their examples are edits of two equal schemas:
// lines that go, and what they become.
func changes() []Rule {
	var list []Rule
	for _, r := range compat.Rules() {
		rule := Rule{ID: r.ID, Doc: r.Doc, Family: family(r.ID), Example: &example.Example{}}
		if data, err := fs.ReadFile(compat.Examples(), r.ID+".txtar"); err == nil {
			a := txtar.Parse(data)
			rule.Example.Text = string(a.Comment)
			for _, f := range a.Files {
				if f.Name == "want" {
					rule.Example.Want = string(f.Data)
				} else {
					rule.Edits = append(rule.Edits, f)
				}
			}
		}
		list = append(list, rule)
	}
	return list
}

// explainChange renders what the rule means, the edits of an example, and what is said about them.
func (r Rule) explainChange(w io.Writer) error {
	if _, err := fmt.Fprintf(w, "%s (%s): %s\n\n%s\nFor example, two schemas that are the same but for this:\n\n", r.ID, r.Family, r.Doc, r.Example.Text); err != nil {
		return err
	}
	for _, e := range r.Edits {
		if _, err := fmt.Fprintf(w, "the %s one:\n%s\n", e.Name, e.Data); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "What gen diff says:\n\n%s", r.Example.Want)
	return err
}
