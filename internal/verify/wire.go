package verify

import "github.com/hgwire/hgwire/internal/schema"

// Wire reads and writes frames by the model of a schema, bit by bit. It is for witnesses: slow,
// obvious, and of any schema whose header passes Check.
type Wire struct{ c checker }

// NewWire returns the wire format of a schema.
func NewWire(s *schema.Schema) *Wire { return &Wire{checker{Schema: s}} }

// Frame is a frame as values by Field.Index. Fields that the revision lacks and reserved ones are
// zero.
type Frame struct {
	Values  []uint64
	Payload []byte
}

// Bit is a place in a header: the octet, and the bit in it, where 0 is of the least weight.
type Bit struct{ Octet, Shift int }

// Encode returns the octets of a frame. A length of 0 stands for that of the payload, unless it
// is a value.
func (w *Wire) Encode(r *schema.Revision, f *Frame) []byte {
	whole := &frame{append([]uint64(nil), f.Values...), f.Payload}
	for _, field := range w.c.Header.Fields {
		if field.Kind == schema.FieldLength && whole.values[field.Index] == 0 && w.c.byValue(r, whole) == nil {
			whole.values[field.Index] = uint64(len(f.Payload))
		}
	}
	return w.c.encode(r, whole)
}

// Decode returns what the octets say. When they are not one whole frame, it is what their header
// would say and what follows it, and the error tells what is wrong.
func (w *Wire) Decode(r *schema.Revision, octets []byte) (*Frame, error) {
	_, err := w.c.decode(r, octets)
	f, _ := w.c.read(r, octets)
	return &Frame{f.values, f.payload}, err
}

// Line renders a frame in human-readable form.
func (w *Wire) Line(r *schema.Revision, f *Frame) string {
	return w.c.format(r, &frame{f.Values, f.Payload})
}

// Unsendable returns why no role may send the frame, or "" when one may.
func (w *Wire) Unsendable(r *schema.Revision, f *Frame) string {
	why, _ := w.c.unsendable(r, &frame{f.Values, f.Payload})
	return why
}

// Bits returns where the bits of a field stand, the one of least weight first, or nil when the
// revision lacks the field.
func (w *Wire) Bits(r *schema.Revision, field *schema.Field) []Bit {
	for _, p := range w.c.places(r) {
		if p.Field == field {
			bits := make([]Bit, p.Bits)
			for i := range bits {
				bits[i].Octet, bits[i].Shift = w.c.bitAt(p, i)
			}
			return bits
		}
	}
	return nil
}

// HeaderSize returns the octets of the header.
func (w *Wire) HeaderSize(r *schema.Revision) int {
	_, size := w.c.read(r, nil)
	return size
}

// Flags returns the flags that a field has in frames of a type, or nil when it has none.
func (w *Wire) Flags(field *schema.Field, typ uint64) *schema.FlagSet { return w.c.flagSet(field, typ) }

// Type returns the frame type that has the id, or nil.
func (w *Wire) Type(id uint64) *schema.Frame { return w.c.frame(id) }

// FlagNames renders flags as frame lines do. The set may be nil.
func FlagNames(s *schema.FlagSet, flags uint64) string { return flagNames(s, flags) }

// Spaced renders the first octets of a frame in hexadecimal.
func Spaced(octets []byte) string { return spaced(octets) }

// RuleText renders a rule between flags as the schema does.
func RuleText(r *schema.FlagRule) string { return ruleText(r) }

// Receives reports whether frames of the type come in at the role.
func (w *Wire) Receives(role string, f *schema.Frame) bool { return w.c.receives(role, f) }
