// Package findings renders what was found about a schema: as text for people, as JSON for
// programs, as workflow commands for GitHub and as SARIF for code scanning. It decides nothing.
//
// The one rule to remember: text has findings on standard error and the report on standard
// output; every other form is one document on standard output, whatever was found.
package findings

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/hgwire/hgwire/internal/schema"
)

// Forms are the output forms.
var Forms = []string{"text", "json", "github", "sarif"}

// Report is what is told beside the findings: text for people, and a JSON object.
type Report interface {
	io.WriterTo
}

// File is a schema that findings are about.
type File struct {
	Path   string
	Source []byte
}

// Place is a place in a file.
type Place struct {
	File *File // nil for no place
	Pos  schema.Pos
}

// Finding is one finding. The places of its notes can be in other files.
type Finding struct {
	Place   Place
	Rule    string
	Level   schema.Level
	Message string
	Notes   []Note
}

// Note is a witness or a hint, or has a place of its own.
type Note struct {
	Place Place
	Text  string
}

// Run is what one run of a command has to say.
type Run struct {
	Command string              // such as "verify"
	Path    string              // of the schema
	Found   *schema.Diagnostics // nil when there is nothing to look at
	Changes []Finding           // what differs between two schemas, in place of Found; the report has their text
	Failure error               // why there is nothing to look at, such as a file that cannot be read
	Report  Report              // nil when there is none
}

// Failed reports whether something is wrong, beyond information.
func (r *Run) Failed() bool {
	return r.Failure != nil || slices.ContainsFunc(r.list(), func(f Finding) bool { return f.Level == schema.LevelError })
}

// Write renders the run in one of the Forms.
func (r *Run) Write(form string, stdout, stderr io.Writer) error {
	switch form {
	case "text":
		return r.text(stdout, stderr)
	case "json":
		return r.json(stdout)
	case "github":
		return r.github(stdout)
	case "sarif":
		return r.sarif(stdout)
	default:
		return fmt.Errorf("%q is no output form: it is one of %s", form, strings.Join(Forms, ", "))
	}
}

func (r *Run) text(stdout, stderr io.Writer) error {
	if r.Failure != nil {
		_, err := fmt.Fprintf(stderr, "gen: %s\n", r.Failure)
		return err
	}
	if r.Report != nil {
		if _, err := r.Report.WriteTo(stdout); err != nil {
			return err
		}
	}
	if r.Found == nil {
		return nil
	}
	_, err := io.WriteString(stderr, r.Found.Text())
	return err
}

// list returns the findings, of which there may be none.
func (r *Run) list() []Finding {
	if r.Found == nil {
		return r.Changes
	}
	file := &File{r.Path, r.Found.Source}
	var list []Finding
	for _, d := range r.Found.List {
		f := Finding{Place: Place{file, d.Pos}, Rule: d.Rule, Level: d.Level, Message: d.Message}
		for _, n := range d.Notes {
			note := Note{Text: n.Text}
			if n.Pos.Line != 0 {
				note.Place = Place{file, n.Pos}
			}
			f.Notes = append(f.Notes, note)
		}
		list = append(list, f)
	}
	return list
}
