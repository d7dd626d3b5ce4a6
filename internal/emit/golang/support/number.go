package support

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

func decimal(v uint64) string { return strconv.FormatUint(v, 10) }

func appendNumber(dst []byte, v uint64) []byte { return strconv.AppendUint(dst, v, 10) }

// parseNumber parses plain decimal digits. The value must fit in a field of so many bits.
func parseNumber(field, s string, bits int) (uint64, error) {
	v, err := strconv.ParseUint(s, 10, bits)
	switch {
	case err == nil:
		return v, nil
	case errors.Is(err, strconv.ErrRange):
		return 0, &TextError{field, s, fmt.Sprintf("does not fit in %d bits", bits)}
	default:
		return 0, &TextError{field, s, "not a decimal number"}
	}
}

// isDecimal reports whether a text is meant to be a number: it has digits alone.
func isDecimal(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// unknownName returns the error for a text that is neither a number nor one of the known names.
// Where nothing has a name, only a number would have done.
func unknownName(field, s, known string) error {
	if known == "" {
		return &TextError{field, s, "not a decimal number"}
	}
	return &TextError{field, s, "neither a decimal number nor a known name; known: " + known}
}

// orDefault returns v, or the default when v is not positive.
func orDefault(v, def int) int {
	if v > 0 {
		return v
	}
	return def
}
