// Package compat tells what a change of a schema breaks: it compares two schemas and says, for
// each difference, how severe it is, who is affected, and by which frames that shows.
//
// Both schemas have passed schema.Load and verify.Check. Octets are compared by the layouts,
// behaviour by a search through both sides' machines at once, Go names by what is emitted. The one
// rule to remember: schemas that differ in anything but comments and layout have a finding.
package compat

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// Level says how severe a finding is. Lower is severer.
type Level uint8

const (
	Wire      Level = iota + 1 // octets, or what they say
	Behaviour                  // conforming peers come to different results
	API                        // Go code that uses the generated package
	Text                       // readers only
	levels
)

var levelNames = [...]string{Wire: "wire", Behaviour: "behaviour", API: "api", Text: "text"}

// Levels returns the levels, the severest first.
func Levels() []Level { return []Level{Wire, Behaviour, API, Text} }

// String returns the level in small letters.
func (l Level) String() string {
	if l > 0 && int(l) < len(levelNames) {
		return levelNames[l]
	}
	return fmt.Sprintf("Level(%d)", uint8(l))
}

// Side says in which of the two schemas a place is.
type Side uint8

const (
	Nowhere Side = iota
	Old
	New
)

// Place is a place in one of the two schemas.
type Place struct {
	Side Side
	Pos  schema.Pos
}

// Note adds to a finding: another place, who is affected, or a line of a witness.
type Note struct {
	Place Place // Nowhere when the note has no place of its own
	Text  string
}

// Finding is one difference. Its place is in the new schema, or in the old one when the thing is
// gone.
type Finding struct {
	Rule    string
	Level   Level
	Place   Place
	Message string
	Notes   []Note
}

// Report is what Compare finds: the severest first, and within a level in the order of the file.
type Report struct {
	Old, New *schema.Schema
	Findings []*Finding
}

// Compare tells what differs in new from old. The error says that Go code cannot be emitted for
// one of the schemas.
func Compare(old, new *schema.Schema) (*Report, error) {
	c := &comparer{
		old: newSide(old, Old),
		new: newSide(new, New),
	}
	if sameEntries(entries(old), entries(new)) {
		return &Report{Old: old, New: new}, nil
	}
	c.pair()
	c.revisionLines()
	for _, r := range c.revisions {
		c.header(r)
		c.frames(r)
		c.payloads(r)
	}
	c.limits()
	c.faults()
	c.machines()
	if err := c.api(); err != nil {
		return nil, err
	}
	c.texts()
	slices.SortStableFunc(c.found, func(a, b *Finding) int {
		return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(b.Place.Side, a.Place.Side),
			cmp.Compare(a.Place.Pos.Line, b.Place.Pos.Line), cmp.Compare(a.Place.Pos.Column, b.Place.Pos.Column),
			cmp.Compare(a.Rule, b.Rule))
	})
	return &Report{Old: old, New: new, Findings: c.found}, nil
}

// Count returns the number of findings of a level.
func (r *Report) Count(l Level) int {
	n := 0
	for _, f := range r.Findings {
		if f.Level == l {
			n++
		}
	}
	return n
}

// Breaks reports whether there is a finding of the level or of a severer one.
func (r *Report) Breaks(l Level) bool {
	return slices.ContainsFunc(r.Findings, func(f *Finding) bool { return f.Level <= l })
}

// Schema returns the schema that a place is in, or nil.
func (r *Report) Schema(s Side) *schema.Schema {
	switch s {
	case Old:
		return r.Old
	case New:
		return r.New
	}
	return nil
}

// side is one of the two schemas.
type side struct {
	*schema.Schema
	wire  *verify.Wire
	which Side

	received, sent map[*schema.Machine]*dispatch.Table
}

func newSide(s *schema.Schema, which Side) *side {
	d := &side{Schema: s, wire: verify.NewWire(s), which: which,
		received: make(map[*schema.Machine]*dispatch.Table), sent: make(map[*schema.Machine]*dispatch.Table)}
	for _, m := range s.Machines {
		d.received[m] = dispatch.New(m, d.typeField())
		if m.Sends() {
			d.sent[m] = dispatch.NewSend(m, d.typeField())
		}
	}
	return d
}

func (s *side) at(p schema.Pos) Place { return Place{s.which, p} }

func (s *side) String() string {
	if s.which == Old {
		return "old"
	}
	return "new"
}

// field returns the header field of a kind that is wanted, or nil.
func (s *side) field(wanted func(*schema.Field) bool) *schema.Field {
	for _, f := range s.Header.Fields {
		if wanted(f) {
			return f
		}
	}
	return nil
}

func (s *side) typeField() *schema.Field {
	return s.field(func(f *schema.Field) bool { return f.Kind == schema.FieldType })
}

func (s *side) lengthField() *schema.Field {
	return s.field(func(f *schema.Field) bool { return f.Kind == schema.FieldLength })
}

type comparer struct {
	old, new *side
	pairing
	found []*Finding
}

// add appends a finding, or returns nil when there is the same one already: what holds in many
// revisions is said once.
func (c *comparer) add(rule string, at Place, format string, args ...any) *Finding {
	message := fmt.Sprintf(format, args...)
	for _, f := range c.found {
		if f.Rule == rule && f.Place == at && f.Message == message {
			return nil
		}
	}
	f := &Finding{Rule: rule, Level: levelOf(rule), Place: at, Message: message}
	c.found = append(c.found, f)
	return f
}

// note appends a note. A nil finding takes none.
func (f *Finding) note(format string, args ...any) *Finding {
	return f.noteAt(Place{}, format, args...)
}

func (f *Finding) noteAt(at Place, format string, args ...any) *Finding {
	if f != nil {
		f.Notes = append(f.Notes, Note{at, fmt.Sprintf(format, args...)})
	}
	return f
}
