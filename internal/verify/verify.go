// Package verify proves what a schema promises: that the header can be coded, that flag rules can
// be kept, that every cell of every machine is decided by one row, that every row and state is of
// use, and that the worked examples are right.
//
// It takes a schema that schema.Load accepts and adds what needs a search or a count; it does not
// repeat what the loader checks. The one rule to remember: every finding has a witness, a case
// that a reader can follow by hand.
package verify

import (
	"slices"

	"github.com/hgwire/hgwire/internal/dispatch"
	"github.com/hgwire/hgwire/internal/schema"
)

// Check proves the schema. The report says what was looked at and has all the findings; the error
// is nil or a *schema.Diagnostics, the same findings when one of them is an error.
func Check(s *schema.Schema) (*Report, error) {
	c := &checker{
		Schema: s,
		found:  &schema.Diagnostics{Path: s.Path, Source: s.Source},
		report: newReport(s),
		tables: make(map[*schema.Machine]*dispatch.Table),
		sends:  make(map[*schema.Machine]*dispatch.Table),
	}
	layout := c.layout()
	c.gaps()
	c.flags()
	c.siblings()
	c.unusedPayloads()
	c.errors()
	c.machines()
	if layout {
		c.vectors()
	}
	c.report.Found = c.found
	return c.report, c.found.Err()
}

type checker struct {
	*schema.Schema
	found  *schema.Diagnostics
	report *Report
	tables map[*schema.Machine]*dispatch.Table // of received frames
	sends  map[*schema.Machine]*dispatch.Table // of sent frames, for machines with rows for them
	byID   map[uint64]*schema.Frame            // made by frame
}

// typeField returns the field that holds the frame type.
func (c *checker) typeField() *schema.Field {
	for _, f := range c.Header.Fields {
		if f.Kind == schema.FieldType {
			return f
		}
	}
	return nil
}

// frame returns the frame type that has the id.
func (c *checker) frame(id uint64) *schema.Frame {
	if c.byID == nil {
		c.byID = make(map[uint64]*schema.Frame)
		for _, f := range slices.Backward(c.Frames) {
			c.byID[f.ID] = f
		}
	}
	return c.byID[id]
}

// byValue returns the type of a frame whose length is a value, or nil for any other frame.
func (c *checker) byValue(r *schema.Revision, f *frame) *schema.Frame {
	if typ := c.typeField(); typ != nil {
		if t := c.frame(f.values[typ.Index]); t != nil && r.In(t.Since) && t.ByValue {
			return t
		}
	}
	return nil
}

// flagSet returns the flags that the field has in frames of a type, or nil when it has none.
func (c *checker) flagSet(f *schema.Field, typ uint64) *schema.FlagSet {
	if f == nil {
		return nil
	}
	if !f.ByType {
		return f.FlagSet
	}
	if frame := c.frame(typ); frame != nil {
		return &frame.FlagSet
	}
	return nil
}
