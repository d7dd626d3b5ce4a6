package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Level says what a finding means for the schema.
type Level uint8

const (
	LevelError Level = iota // the schema is wrong, and nothing is generated from it
	LevelNote               // information: the schema is as good as without it
)

// String returns "error" or "note".
func (l Level) String() string { return [...]string{"error", "note"}[l] }

// Diagnostic is one finding about a schema.
type Diagnostic struct {
	Pos     Pos
	Rule    string // stable identifier, such as FLG002
	Level   Level
	Message string
	Notes   []Note
}

// Note adds a witness, a hint or another place to a diagnostic.
type Note struct {
	Pos  Pos // zero when the note has no place of its own
	Text string
}

// Diagnostics are findings about one schema file. They render as a compiler would: all of them as
// text, and those that make the schema wrong as an error.
type Diagnostics struct {
	Path   string
	Source []byte
	List   []Diagnostic
}

// Add appends an error. What it returns is good until the next one is added.
func (d *Diagnostics) Add(pos Pos, rule, format string, args ...any) *Diagnostic {
	d.List = append(d.List, Diagnostic{Pos: pos, Rule: rule, Message: fmt.Sprintf(format, args...)})
	return &d.List[len(d.List)-1]
}

// Inform appends information.
func (d *Diagnostics) Inform(pos Pos, rule, format string, args ...any) *Diagnostic {
	f := d.Add(pos, rule, format, args...)
	f.Level = LevelNote
	return f
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

// Errors counts the findings that make the schema wrong.
func (d *Diagnostics) Errors() int {
	n := 0
	for _, f := range d.List {
		if f.Level == LevelError {
			n++
		}
	}
	return n
}

// Err returns d as an error, or nil when it has none.
func (d *Diagnostics) Err() error {
	d.Sort()
	if d.Errors() == 0 {
		return nil
	}
	return d
}

// Error renders the errors as Text does.
func (d *Diagnostics) Error() string {
	return d.render(func(f Diagnostic) bool { return f.Level == LevelError })
}

// Text renders all findings, each with its source line, a caret and its notes.
func (d *Diagnostics) Text() string {
	return d.render(func(Diagnostic) bool { return true })
}

func (d *Diagnostics) render(wanted func(Diagnostic) bool) string {
	var b strings.Builder
	show := func(p Pos) {
		if line, caret, ok := excerpt(d.Source, p); ok {
			fmt.Fprintf(&b, "    %s\n    %s\n", line, caret)
		}
	}
	for _, f := range d.List {
		if !wanted(f) {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		level := ""
		if f.Level != LevelError {
			level = f.Level.String() + ": "
		}
		fmt.Fprintf(&b, "%s:%d:%d: %s%s: %s\n", d.Path, f.Pos.Line, f.Pos.Column, level, f.Rule, f.Message)
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
