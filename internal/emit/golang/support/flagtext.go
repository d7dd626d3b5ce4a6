package support

import "strings"

// flagName is a defined bit of a flag set.
type flagName struct {
	bit  uint64
	name string
}

// appendFlags appends the names of the bits of v joined by `|`, with the undefined bits as one
// number at the end, and `0` for none.
func appendFlags(dst []byte, names []flagName, v uint64) []byte {
	if v == 0 {
		return append(dst, '0')
	}
	start := len(dst)
	for _, n := range names {
		if v&n.bit == 0 {
			continue
		}
		if len(dst) > start {
			dst = append(dst, '|')
		}
		dst = append(dst, n.name...)
		v &^= n.bit
	}
	if v == 0 {
		return dst
	}
	if len(dst) > start {
		dst = append(dst, '|')
	}
	return appendNumber(dst, v)
}

// parseFlags parses names and numbers joined by `|`. The value must fit in a field of so many
// bits.
func parseFlags(field string, names []flagName, bits int, s string) (uint64, error) {
	var v uint64
words:
	for word := range strings.SplitSeq(s, "|") {
		for _, n := range names {
			if word == n.name {
				v |= n.bit
				continue words
			}
		}
		if !isDecimal(word) {
			return 0, unknownName(field, word, knownFlags(names))
		}
		n, err := parseNumber(field, word, bits)
		if err != nil {
			return 0, err
		}
		v |= n
	}
	return v, nil
}

// knownFlags lists names for an error text.
func knownFlags(names []flagName) string {
	var list []string
	for _, n := range names {
		list = append(list, n.name)
	}
	return strings.Join(list, ", ")
}
