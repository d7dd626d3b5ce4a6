package findings

import (
	"encoding/json"
	"io"

	"github.com/hgwire/hgwire/internal/rulebook"
)

// The JSON form. Keys are only added, never renamed or removed, while version is 1.
type jsonDocument struct {
	Version  int           `json:"version"`
	Command  string        `json:"command"`
	File     string        `json:"file"`
	Failure  string        `json:"failure,omitempty"` // why nothing could be looked at
	Findings []jsonFinding `json:"findings"`          // in the order of the file
	Report   Report        `json:"report"`            // null when there are errors
}

// jsonFinding is a finding. Lines and columns count from 1, columns in octets.
type jsonFinding struct {
	File      string     `json:"file"`
	Line      int        `json:"line"`
	Column    int        `json:"column"`
	EndColumn int        `json:"endColumn,omitempty"` // one beyond, when it is clear what is meant
	Rule      string     `json:"rule"`
	Family    string     `json:"family"`
	Level     string     `json:"level"` // "error" or "note"
	Message   string     `json:"message"`
	Source    string     `json:"source"` // the line
	Notes     []jsonNote `json:"notes"`
}

// jsonNote is a witness or a hint, or has a place of its own.
type jsonNote struct {
	File      string `json:"file,omitempty"`
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
	EndColumn int    `json:"endColumn,omitempty"`
	Message   string `json:"message"`
	Source    string `json:"source,omitempty"`
}

func (r *Run) json(w io.Writer) error {
	doc := jsonDocument{Version: 1, Command: r.Command, File: r.Path, Findings: []jsonFinding{}, Report: r.Report}
	if r.Failure != nil {
		doc.Failure = r.Failure.Error()
	}
	for _, d := range r.list() {
		at := resolve(d.Place)
		rule, _ := rulebook.Find(d.Rule)
		f := jsonFinding{
			File: d.Place.File.Path, Line: at.line, Column: at.column, EndColumn: at.endColumn,
			Rule: d.Rule, Family: rule.Family, Level: d.Level.String(), Message: d.Message,
			Source: at.source, Notes: []jsonNote{},
		}
		for _, n := range d.Notes {
			note := jsonNote{Message: n.Text}
			if n.Place.File != nil {
				at := resolve(n.Place)
				note.File, note.Line, note.Column, note.EndColumn, note.Source = n.Place.File.Path, at.line, at.column, at.endColumn, at.source
			}
			f.Notes = append(f.Notes, note)
		}
		doc.Findings = append(doc.Findings, f)
	}
	return encode(w, doc)
}

// encode writes a document with indentation, and with < and > as they are.
func encode(w io.Writer, doc any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}
