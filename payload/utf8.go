package payload

import "unicode/utf8"

// A run of octets that begins a character but does not complete it is replaced as a whole, any
// other octet by itself. This is the practice that Unicode recommends (section 3.9,
// "U+FFFD Substitution of Maximal Subparts"), so other implementations count the same lengths.

// validLen returns the length of s once its invalid UTF-8 is replaced by U+FFFD.
func validLen(s string) int {
	if utf8.ValidString(s) {
		return len(s)
	}
	n := 0
	for len(s) > 0 {
		r, size := decodeRune(s)
		n += utf8.RuneLen(r)
		s = s[size:]
	}
	return n
}

// appendValid appends s with its invalid UTF-8 replaced by U+FFFD.
func appendValid(dst []byte, s string) []byte {
	if utf8.ValidString(s) {
		return append(dst, s...)
	}
	for len(s) > 0 {
		r, size := decodeRune(s)
		dst = utf8.AppendRune(dst, r)
		s = s[size:]
	}
	return dst
}

// decodeRune returns the first character of s and the octets it takes, or U+FFFD and the octets
// that it replaces.
func decodeRune(s string) (rune, int) {
	r, size := utf8.DecodeRuneInString(s)
	if r != utf8.RuneError || size != 1 {
		return r, size
	}
	for size < min(len(s), utf8.UTFMax-1) && !utf8.FullRuneInString(s[:size+1]) {
		size++
	}
	return r, size
}
