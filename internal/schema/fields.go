package schema

// fieldKinds are the words for the kinds of header fields.
var fieldKinds = map[string]FieldKind{
	"payload-length": FieldLength,
	"key":            FieldKey,
	"flags":          FieldFlags,
	"type":           FieldType,
	"number":         FieldNumber,
	"reserved":       FieldReserved,
}

func (r *resolver) defineHeader(raw *headerTable) {
	h := &r.schema.Header
	h.Node = raw.Node
	h.BigEndian = raw.ByteOrder == "big"
	h.LSBFirst = raw.BitOrder == "lsb"
	h.Doc = raw.Doc
	for i := range raw.Fields {
		raw := &raw.Fields[i]
		f := &Field{
			Node:   raw.Node,
			Index:  i,
			Name:   raw.Name,
			Kind:   fieldKinds[raw.Kind],
			Since:  r.since(raw.Node, raw.Since),
			Doc:    raw.Doc,
			Parity: raw.Parity,
		}
		switch {
		case raw.Bits >= 1 && raw.Bits <= 64:
			f.Bits = int(raw.Bits)
		case has(raw.Node, "bits"):
			r.found.Add(raw.At("bits"), BadWidth, "a header field has 1 to 64 bits, not %d", raw.Bits)
		}
		if has(raw.Node, "max-send") {
			f.MaxSend = r.positive(raw.At("max-send"), raw.MaxSend)
		}
		r.fields.define(r.found, raw.At("name"), raw.Name, f)
		h.Fields = append(h.Fields, f)
	}
}

// positive returns a number that is more than 0.
func (r *resolver) positive(pos Pos, n int64) uint64 {
	if n <= 0 {
		r.found.Add(pos, NotPositive, "%d is not positive", n)
		return 0
	}
	return uint64(n)
}

// resolveHeader follows the references of the header's fields and checks that each field has the
// keys of its kind.
func (r *resolver) resolveHeader(raws []fieldRow) {
	for i := range raws {
		raw, f := &raws[i], r.schema.Header.Fields[i]
		f.Limit, _ = lookUp(r, r.limits, raw.Node, "limit", raw.Limit)
		f.Odd, _ = lookUp(r, r.roles, raw.Node, "odd", raw.Odd)
		f.FlagSet, _ = lookUp(r, r.flagSets, raw.Node, "flagset", raw.FlagSet)
		if by, ok := lookUp(r, r.fields, raw.Node, "by", raw.By); ok {
			f.ByType = by.Kind == FieldType
			if by.Kind != FieldType && by.Kind != 0 {
				r.found.Add(raw.At("by"), WrongKind, "header field %q is not of the kind type", raw.By).Note(by.Pos, "defined here")
			}
		}
		sort := "a field of the kind " + raw.Kind
		if f.Kind == FieldType {
			r.unknownTypes(raw, f)
		} else if f.Kind != 0 {
			r.refuses(raw.Node, sort, "unknown", "error")
		}
		switch f.Kind {
		case 0: // has been reported
			continue
		case FieldLength:
			r.refuses(raw.Node, sort, "odd", "parity", "flagset", "by")
			r.needs(raw.Node, "limit", sort)
			if f.Limit != nil && f.Limit.Error != nil && f.Limit.Error.Fault == FaultCaller {
				r.found.Add(raw.At("limit"), WrongFault, "a frame is the peer's: the error %q of limit %q says that our caller is at fault", f.Limit.Error.Name, f.Limit.Name).
					Note(f.Limit.Error.At("fault"), "its fault")
			}
		case FieldKey:
			r.refuses(raw.Node, sort, "max-send", "limit", "flagset", "by")
			if has(raw.Node, "odd") != has(raw.Node, "parity") {
				r.needs(raw.Node, "odd", "a field with parity")
				r.needs(raw.Node, "parity", "a field with odd")
			}
		case FieldFlags:
			r.refuses(raw.Node, sort, "max-send", "limit", "odd", "parity")
			switch {
			case has(raw.Node, "flagset") && has(raw.Node, "by"):
				r.found.Add(raw.At("by"), KeyConflict, "flagset and by exclude each other").Note(raw.At("flagset"), "the flagset")
			case !has(raw.Node, "flagset") && !has(raw.Node, "by"):
				r.found.Add(raw.Pos, MissingKey, "%s has neither flagset nor by", sort)
			}
		default:
			r.refuses(raw.Node, sort, "max-send", "limit", "odd", "parity", "flagset", "by")
		}
	}
}

// unknownTypes sets what becomes of frames of undefined types. Where a length can be something else
// than that of a payload, nobody knows what it is in such a frame, so the schema has to say.
func (r *resolver) unknownTypes(raw *fieldRow, f *Field) {
	f.Unknown = r.raised(raw.Node, "error", raw.Error, FaultPeer)
	switch {
	case raw.Unknown == "reject":
		if !has(raw.Node, "error") {
			r.found.Add(raw.At("unknown"), UnknownTypes, "a type field that rejects unknown types has no error")
		}
	case has(raw.Node, "error"):
		r.refuses(raw.Node, "a type field that rejects no types", "error")
	}
	for _, frame := range r.schema.Frames {
		if frame.ByValue && !has(raw.Node, "unknown") {
			r.found.Add(raw.Pos, UnknownTypes, "a type field says what becomes of unknown types, when the length of a frame is not always that of its payload").
				Note(frame.At("length"), "frame %s", frame.Name)
			return
		}
	}
}
