package support

import "strings"

const hexDigits = "0123456789abcdef"

// AppendEscaped appends the text form of a payload: printable ASCII stands for itself, other octets
// become `\n`, `\r`, `\t`, `\\` or `\xHH`. A space at the very start or end becomes `\x20`, so that
// a line survives trimming.
func AppendEscaped(dst, payload []byte) []byte {
	plain := 0 // payload[plain:i] stands for itself
	for i, c := range payload {
		if c > ' ' && c <= '~' && c != '\\' || c == ' ' && i > 0 && i < len(payload)-1 {
			continue
		}
		dst = append(dst, payload[plain:i]...)
		plain = i + 1
		switch c {
		case '\n':
			dst = append(dst, `\n`...)
		case '\r':
			dst = append(dst, `\r`...)
		case '\t':
			dst = append(dst, `\t`...)
		case '\\':
			dst = append(dst, `\\`...)
		default:
			dst = append(dst, '\\', 'x', hexDigits[c>>4], hexDigits[c&0xf])
		}
	}
	return append(dst, payload[plain:]...)
}

// AppendUnescaped appends the octets that a text stands for. It knows `\xHH`, `\n`, `\r`, `\t`,
// `\a`, `\b`, `\f`, `\v`, `\\`, `\'`, `\"` and one to three octal digits, of whose value the low 8
// bits count; a backslash before a newline vanishes with it, and an unknown escape stays as it
// stands. A trailing backslash and a bad `\x` are a *TextError, with which dst is returned
// unchanged.
func AppendUnescaped(dst []byte, s string) ([]byte, error) {
	start := len(dst)
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			return append(dst, s...), nil
		}
		dst = append(dst, s[:i]...)
		octet, n, reason := unescape(s[i:])
		switch {
		case reason != "":
			return dst[:start], &TextError{"payload", s[i:min(i+4, len(s))], reason}
		case n == 0: // an unknown escape
			dst = append(dst, s[i:i+2]...)
			n = 2
		case octet >= 0:
			dst = append(dst, byte(octet))
		}
		s = s[i+n:]
	}
}

// unescape returns the octet that the escape at the start of s stands for, -1 for none, and the
// length of the escape, 0 when it is unknown. A reason says why it is malformed.
func unescape(s string) (octet, n int, reason string) {
	if len(s) < 2 {
		return 0, 0, "trailing backslash"
	}
	switch c := s[1]; c {
	case '\n':
		return -1, 2, ""
	case '\\', '\'', '"':
		return int(c), 2, ""
	case 'a':
		return '\a', 2, ""
	case 'b':
		return '\b', 2, ""
	case 'f':
		return '\f', 2, ""
	case 'n':
		return '\n', 2, ""
	case 'r':
		return '\r', 2, ""
	case 't':
		return '\t', 2, ""
	case 'v':
		return '\v', 2, ""
	case 'x':
		if len(s) < 4 || hexValue(s[2]) < 0 || hexValue(s[3]) < 0 {
			return 0, 0, `\x needs two hexadecimal digits`
		}
		return hexValue(s[2])<<4 | hexValue(s[3]), 4, ""
	}
	for n = 1; n < min(4, len(s)) && '0' <= s[n] && s[n] <= '7'; n++ {
		octet = octet<<3 | int(s[n]-'0')
	}
	if n == 1 {
		return 0, 0, ""
	}
	return octet & 0xff, n, ""
}

func hexValue(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	default:
		return -1
	}
}
