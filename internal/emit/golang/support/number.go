package support

import (
	"errors"
	"fmt"
	"strconv"
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
		return 0, &TextError{field, s, "neither a known name nor a decimal number"}
	}
}

// orDefault returns v, or the default when v is not positive.
func orDefault(v, def int) int {
	if v > 0 {
		return v
	}
	return def
}
