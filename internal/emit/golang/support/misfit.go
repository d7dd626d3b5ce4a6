package support

import (
	"errors"
	"fmt"
)

// ErrRevision says that a Revision is none of the protocol's, such as the zero value. It is our
// caller's fault.
var ErrRevision = errors.New("invalid protocol revision")

// FieldError reports a value that the header cannot carry: our caller's fault. Bits is the width
// of the field; 0 means that the revision has no such field.
type FieldError struct {
	Field string
	Value uint64
	Bits  int
}

func (e *FieldError) Error() string {
	if e.Bits == 0 {
		return fmt.Sprintf("field %s: the revision has no such field, so it cannot carry %d", e.Field, e.Value)
	}
	return fmt.Sprintf("field %s: %d does not fit in %d bits", e.Field, e.Value, e.Bits)
}

// TextError reports a text that is not the text form of a value.
type TextError struct {
	Field  string // what the text should have been
	Value  string // the text
	Reason string
}

func (e *TextError) Error() string {
	return fmt.Sprintf("invalid %s %q: %s", e.Field, e.Value, e.Reason)
}
