package replay

// Hex decodes hexadecimal digits that may come in pieces and with white space anywhere.
type Hex struct {
	high byte
	half bool
}

// Append appends the octets that src completes to dst. It stops at the first character that is
// neither a digit nor white space and returns its index, or len(src).
func (h *Hex) Append(dst, src []byte) ([]byte, int) {
	for i, c := range src {
		var digit byte
		switch {
		case '0' <= c && c <= '9':
			digit = c - '0'
		case 'a' <= c && c <= 'f':
			digit = c - 'a' + 10
		case 'A' <= c && c <= 'F':
			digit = c - 'A' + 10
		case c == ' ' || '\t' <= c && c <= '\r':
			continue
		default:
			return dst, i
		}
		if h.half {
			dst = append(dst, h.high<<4|digit)
		}
		h.high, h.half = digit, !h.half
	}
	return dst, len(src)
}

// Half reports whether the digits so far end in the middle of an octet.
func (h *Hex) Half() bool { return h.half }
