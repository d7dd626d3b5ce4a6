package rulebook

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// List renders all rules by family, a line each.
func List(w io.Writer) error {
	var b strings.Builder
	for i, f := range Families() {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s\n", f.Title)
		for _, r := range f.Rules {
			fmt.Fprintf(&b, "  %s  %s\n", r.ID, r.Doc)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Explain renders what the rule means, an example with what is found in it, and its mend.
func (r Rule) Explain(w io.Writer) error {
	if len(r.Edits) > 0 {
		return r.explainChange(w)
	}
	mended, err := r.Example.Mended()
	if err != nil {
		return fmt.Errorf("rule %s: %w", r.ID, err)
	}
	mend := diff.Diff("schema.toml", r.Example.Schema, "schema.toml (mended)", mended)
	_, mend, _ = bytes.Cut(mend, []byte("\n")) // the line that repeats both names
	_, err = fmt.Fprintf(w, "%s (%s): %s\n\n%s\nFor example:\n\n%s\nMended:\n\n%s",
		r.ID, r.Family, r.Doc, r.Example.Text, r.Example.Want, bytes.ToValidUTF8(mend, []byte("\ufffd")))
	return err
}
