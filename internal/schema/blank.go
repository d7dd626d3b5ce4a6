package schema

// withoutDropped returns the file with all that was dropped from the tree blanked out: the
// decoder then reads the rest, at unchanged offsets.
func (t *tree) withoutDropped() []byte {
	out := append([]byte(nil), t.text...)
	for _, n := range t.dropped {
		blank(out, n)
	}
	return out
}

func blank(out []byte, n *node) {
	switch n.origin {
	case fromValue:
		erase(out[n.exprOff:n.end])
		if n.inline {
			blankComma(out, n.exprOff, n.end)
		}
		return
	case fromHeader:
		erase(out[n.off:n.end])
	}
	for _, e := range n.entries {
		blank(out, e)
	}
	for _, i := range n.items {
		blank(out, i)
	}
}

// blankComma erases the comma after or else before a blanked part of a list or inline table.
func blankComma(out []byte, off, end int) {
	rest := source{text: out}
	if next := rest.skipTrivia(end); next < len(out) && out[next] == ',' {
		out[next] = ' '
		return
	}
	for off--; out[off] == ' ' || out[off] == '\t'; {
		off--
	}
	if out[off] == ',' {
		out[off] = ' '
	}
}

// erase overwrites text with spaces, except for the ends of lines.
func erase(text []byte) {
	for i, c := range text {
		if c != '\n' && c != '\r' {
			text[i] = ' '
		}
	}
}
