package schema

import "fmt"

// field returns the first header field that is wanted, or nil.
func (r *resolver) field(wanted func(*Field) bool) *Field {
	for _, f := range r.schema.Header.Fields {
		if wanted(f) {
			return f
		}
	}
	return nil
}

// checkIDs checks that ids fit in the type field, and that each is used or reserved once.
func (r *resolver) checkIDs(doc *document) {
	typ := r.field(func(f *Field) bool { return f.Kind == FieldType })
	places := make(map[int64]Pos)
	check := func(pos Pos, id int64) {
		if first, ok := places[id]; ok {
			r.found.Add(pos, NumberTwice, "id %#x is used twice", id).Note(first, "first used here")
			return
		}
		places[id] = pos
		switch {
		case id < 0:
			r.found.Add(pos, IDTooLarge, "id %d is negative", id)
		case typ != nil && typ.Bits > 0 && uint64(id) > typ.max():
			r.misfit(pos, IDTooLarge, fmt.Sprintf("id %#x", id), typ)
		}
	}
	for _, f := range doc.Frames {
		if has(f.Node, "id") {
			check(f.At("id"), f.ID)
		}
	}
	for _, raw := range doc.Reserved {
		v := &Reserved{Node: raw.Node, Kind: raw.Kind, Doc: raw.Doc}
		for i, id := range raw.IDs {
			check(raw.Element("ids", i), id)
			v.IDs = append(v.IDs, uint64(id))
		}
		r.schema.Reserved = append(r.schema.Reserved, v)
	}
}

// checkBits checks that flags fit in the header fields that hold them.
func (r *resolver) checkBits() {
	for _, f := range r.schema.Header.Fields {
		if f.FlagSet != nil {
			r.bitsFit(f.FlagSet, f)
		}
	}
	byType := r.field(func(f *Field) bool { return f.Kind == FieldFlags && (has(f.Node, "by") || !has(f.Node, "flagset")) })
	for _, f := range r.schema.Frames {
		switch {
		case byType != nil:
			r.bitsFit(&f.FlagSet, byType)
		case len(f.Flags) > 0 && len(r.schema.Header.Fields) > 0:
			r.found.Add(f.At("flag"), KeyConflict, "frame has no use for flag: the header has no field for flags by type")
		}
	}
}

func (r *resolver) bitsFit(s *FlagSet, field *Field) {
	for _, f := range s.Flags {
		if field.Bits > 0 && f.Bit >= field.Bits {
			r.misfit(f.At("bit"), BitTooHigh, fmt.Sprintf("bit %d", f.Bit), field)
		}
	}
}

// checkLengths checks that what the length field is compared with fits in it.
func (r *resolver) checkLengths() {
	for _, f := range r.schema.Header.Fields {
		if f.Bits == 0 {
			continue
		}
		if f.MaxSend > f.max() {
			r.misfit(f.At("max-send"), LengthTooHigh, fmt.Sprint(f.MaxSend), f)
		}
		if f.Limit != nil && f.Limit.Default > f.max() {
			r.misfit(f.Limit.At("default"), LengthTooHigh, fmt.Sprint(f.Limit.Default), f)
		}
	}
}

// misfit reports a number that does not fit in a field.
func (r *resolver) misfit(pos Pos, rule, number string, f *Field) {
	r.found.Add(pos, rule, "%s does not fit in header field %q of %d bits", number, f.Name, f.Bits).
		Note(f.At("bits"), "its width")
}

// SendLimit returns the most payload octets that a sender produces by default.
func (f *Field) SendLimit() uint64 {
	if f.MaxSend == 0 {
		return f.max()
	}
	return f.MaxSend
}

// max returns the largest number that fits in the field.
func (f *Field) max() uint64 { return 1<<f.Bits - 1 }
