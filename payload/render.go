package payload

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// AppendFormatted appends the text of a: in the format, `%s` takes the next argument, `%%` is a
// percent sign, and any other `%x` stands for itself, as does a `%` at the end. A `%s` for which
// no argument is left stands for itself too, so that nobody takes it for an empty argument.
// Arguments that the format does not use are left out.
//
// The text is the peer's: it may hold anything, terminal control sequences included.
func (a Atom) AppendFormatted(dst []byte) []byte {
	args := a.Args
	f := a.Format
	for i := 0; i < len(f); i++ {
		if f[i] == '%' && i+1 < len(f) {
			switch {
			case f[i+1] == '%':
				dst = append(dst, '%')
				i++
				continue
			case f[i+1] == 's' && len(args) > 0:
				dst = append(dst, args[0]...)
				args = args[1:]
				i++
				continue
			}
		}
		dst = append(dst, f[i])
	}
	return dst
}

// AppendPlain appends the text of all atoms, without styles, for a renderer that works in lines:
// a newline is added when the text lacks one at its end. Nothing is appended for no text.
func AppendPlain(dst []byte, atoms []Atom) []byte {
	start := len(dst)
	for i := range atoms {
		dst = atoms[i].AppendFormatted(dst)
	}
	if len(dst) > start && dst[len(dst)-1] != '\n' {
		dst = append(dst, '\n')
	}
	return dst
}

// Styles are what a terminal shows labels with: the parameters of an SGR sequence (ECMA-48, 8.3.117) by
// label, such as "1;31" for bold and red. Labels that are not there mean nothing.
type Styles map[string]string

// AppendText appends the text of all atoms for a terminal, as AppendPlain does, each line of an atom in
// the style of its labels. The text is the peer's and the terminal is not: control characters other than
// newline and tab, with which it could do more than show text, appear as `\xHH`, and invalid UTF-8 as
// U+FFFD.
func (s Styles) AppendText(dst []byte, atoms []Atom) []byte {
	var text, style []byte
	newline := true
	for i := range atoms {
		text = atoms[i].AppendFormatted(text[:0])
		style = s.appendStyle(style[:0], atoms[i].Labels)
		for line := range bytes.Lines(text) {
			line, newline = bytes.CutSuffix(line, []byte("\n"))
			if len(style) > 0 && len(line) > 0 {
				dst = appendPrintable(append(dst, style...), line)
				dst = append(dst, "\x1b[0m"...)
			} else {
				dst = appendPrintable(dst, line)
			}
			if newline {
				dst = append(dst, '\n')
			}
		}
	}
	if !newline {
		dst = append(dst, '\n')
	}
	return dst
}

// appendStyle appends what turns the style of labels on.
func (s Styles) appendStyle(dst []byte, labels []string) []byte {
	for _, label := range labels {
		if style := s[label]; style != "" {
			dst = append(append(append(dst, "\x1b["...), style...), 'm')
		}
	}
	return dst
}

// appendPrintable appends text of which a terminal shows everything.
func appendPrintable(dst, text []byte) []byte {
	for _, r := range string(text) {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			dst = fmt.Appendf(dst, `\x%02x`, r)
		} else {
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}
