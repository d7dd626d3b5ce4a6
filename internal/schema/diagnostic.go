package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Diagnostic is one finding about a schema.
type Diagnostic struct {
	Pos     Pos
	Rule    string // stable identifier, such as FLG002
	Message string
	Notes   []Note
}

// Note adds a witness, a hint or another place to a diagnostic.
type Note struct {
	Pos  Pos // zero when the note has no place of its own
	Text string
}

// Diagnostics are findings about one schema file. As an error they render as a compiler would.
type Diagnostics struct {
	Path   string
	Source []byte
	List   []Diagnostic
}

// Add appends a finding.
func (d *Diagnostics) Add(pos Pos, rule, format string, args ...any) *Diagnostic {
	d.List = append(d.List, Diagnostic{Pos: pos, Rule: rule, Message: fmt.Sprintf(format, args...)})
	return &d.List[len(d.List)-1]
}

// Note appends a note and returns the diagnostic.
func (d *Diagnostic) Note(pos Pos, format string, args ...any) *Diagnostic {
	d.Notes = append(d.Notes, Note{Pos: pos, Text: fmt.Sprintf(format, args...)})
	return d
}

// Sort orders the findings by place, then by rule and message.
func (d *Diagnostics) Sort() {
	slices.SortStableFunc(d.List, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column),
			cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
}

// Err returns d as an error, or nil when there are no findings.
func (d *Diagnostics) Err() error {
	if len(d.List) == 0 {
		return nil
	}
	d.Sort()
	return d
}

// Error renders all findings, each with its source line, a caret and its notes.
func (d *Diagnostics) Error() string {
	var b strings.Builder
	show := func(p Pos) {
		if line, caret, ok := excerpt(d.Source, p); ok {
			fmt.Fprintf(&b, "    %s\n    %s\n", line, caret)
		}
	}
	for i, f := range d.List {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s:%d:%d: %s: %s\n", d.Path, f.Pos.Line, f.Pos.Column, f.Rule, f.Message)
		show(f.Pos)
		for _, n := range f.Notes {
			if n.Pos.Line == 0 {
				fmt.Fprintf(&b, "  %s\n", n.Text)
				continue
			}
			fmt.Fprintf(&b, "  %s:%d:%d: %s\n", d.Path, n.Pos.Line, n.Pos.Column, n.Text)
			show(n.Pos)
		}
	}
	return b.String()
}
