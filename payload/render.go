package payload

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
