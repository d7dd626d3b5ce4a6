package payload

import "unicode/utf8"

// isASCII reports whether s consists of octets below 0x80.
func isASCII[T string | []byte](s T) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
