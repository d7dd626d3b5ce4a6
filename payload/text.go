package payload

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math"

	"github.com/hgwire/hgwire/generated/framing"
)

// Atom is a piece of text for people: a format string, its arguments, and labels that a renderer
// may take for styles.
type Atom struct {
	Format string
	Labels []string // ASCII
	Args   []string
}

// atomHeaderSize is the size of the format's length and the two counts.
const atomHeaderSize = 4

var textHeader = framing.Header{Type: framing.TypeTextOutput}

// AppendText appends the payload of a text-output frame. Invalid UTF-8 in formats and arguments
// is replaced by U+FFFD, and lengths are those after replacement.
//
// The error is a *framing.UsageError, and dst is returned as it was. The first atom at fault
// counts, and in it the first of: ErrTooManyTextArguments, ErrTooManyTextLabels,
// ErrTextFormatTooLong, ErrTextArgumentTooLong, ErrTextLabelTooLong, ErrTextLabelNotASCII. When no
// atom is at fault but all together exceed framing.DefaultMaxSend octets: ErrMessageTooLarge.
func AppendText(dst []byte, atoms []Atom) ([]byte, error) {
	total := 0
	for i := range atoms {
		size, code := atoms[i].wireSize()
		if code != 0 {
			return dst, framing.NewUsageError(code, &textHeader)
		}
		total += size
	}
	if total > framing.DefaultMaxSend {
		return dst, framing.NewUsageError(framing.ErrMessageTooLarge, &textHeader)
	}
	for i := range atoms {
		dst = atoms[i].appendWire(dst)
	}
	return dst, nil
}

// wireSize returns the octets that a takes in a payload, or the limit that it breaks.
func (a *Atom) wireSize() (int, framing.ErrorCode) {
	if len(a.Args) > math.MaxUint8 {
		return 0, framing.ErrTooManyTextArguments
	}
	if len(a.Labels) > math.MaxUint8 {
		return 0, framing.ErrTooManyTextLabels
	}
	n := validLen(a.Format)
	if n > math.MaxUint16 {
		return 0, framing.ErrTextFormatTooLong
	}
	size := atomHeaderSize + n + len(a.Labels) + 2*len(a.Args)
	for _, arg := range a.Args {
		n := validLen(arg)
		if n > math.MaxUint16 {
			return 0, framing.ErrTextArgumentTooLong
		}
		size += n
	}
	for _, label := range a.Labels {
		if len(label) > math.MaxUint8 {
			return 0, framing.ErrTextLabelTooLong
		}
		if !isASCII(label) {
			return 0, framing.ErrTextLabelNotASCII
		}
		size += len(label)
	}
	return size, 0
}

// appendWire appends a, which wireSize has found to be within all limits.
func (a *Atom) appendWire(dst []byte) []byte {
	dst = binary.LittleEndian.AppendUint16(dst, uint16(validLen(a.Format)))
	dst = append(dst, byte(len(a.Labels)), byte(len(a.Args)))
	for _, label := range a.Labels {
		dst = append(dst, byte(len(label)))
	}
	for _, arg := range a.Args {
		dst = binary.LittleEndian.AppendUint16(dst, uint16(validLen(arg)))
	}
	dst = appendValid(dst, a.Format)
	for _, label := range a.Labels {
		dst = append(dst, label...)
	}
	for _, arg := range a.Args {
		dst = appendValid(dst, arg)
	}
	return dst
}

// ParseText reads the payload of a text-output frame. The atoms do not alias b; their strings
// share one copy of it.
//
// The error is a *framing.ProtocolError with the code ErrMalformedText and the header h, the
// frame's, which may be nil. Its text says which atom is wrong (they count from 1) and how. Then no
// atom is returned. Formats and arguments are taken as they are: on receipt invalid UTF-8 is no
// error.
func ParseText(h *framing.Header, b []byte) ([]Atom, error) {
	atoms, labels, args := 0, 0, 0
	s := string(b)
	for rest := s; rest != ""; atoms++ {
		var w wireAtom
		var reason string
		if w, rest, reason = cutAtom(rest); reason != "" {
			return nil, malformedText(h, atoms+1, reason)
		}
		labels += w.labels()
		args += w.args()
	}
	if atoms == 0 {
		return nil, nil
	}
	// An atom takes at least 4 octets, a label 1 and an argument 2, so this is bounded by a small
	// multiple of the payload.
	list := make([]Atom, atoms)
	texts := make([]string, 0, labels+args)
	for i := range list {
		var w wireAtom
		w, s, _ = cutAtom(s)
		list[i], texts = w.atom(texts)
	}
	return list, nil
}

// Atoms yields the atoms of a text-output payload one by one, then the error of ParseText if an
// atom is malformed. What it yields is valid until the next step; the strings in it are valid for
// good. The header h is the frame's, and may be nil.
func Atoms(h *framing.Header, b []byte) iter.Seq2[Atom, error] {
	return func(yield func(Atom, error) bool) {
		var texts []string
		s := string(b)
		for n := 1; s != ""; n++ {
			var w wireAtom
			var reason string
			if w, s, reason = cutAtom(s); reason != "" {
				yield(Atom{}, malformedText(h, n, reason))
				return
			}
			var a Atom
			a, texts = w.atom(texts[:0])
			if !yield(a, nil) {
				return
			}
		}
	}
}

// wireAtom is an atom as it stands in a payload. The lengths have been checked against body.
type wireAtom struct {
	format       string
	labelLengths string // one octet each
	argLengths   string // two octets each
	body         string // labels, then arguments
}

func (w *wireAtom) labels() int { return len(w.labelLengths) }
func (w *wireAtom) args() int   { return len(w.argLengths) / 2 }

// cutAtom splits an atom from the front of s. The reason says what is wrong with it, and is empty
// when nothing is.
func cutAtom(s string) (w wireAtom, rest, reason string) {
	short := func(what string, want, got int) (wireAtom, string, string) {
		return wireAtom{}, "", cutShort(what, want, got)
	}
	if len(s) < atomHeaderSize {
		return short("header", atomHeaderSize, len(s))
	}
	format, labels, args := uint16At(s, 0), int(s[2]), int(s[3])
	s = s[atomHeaderSize:]
	if len(s) < labels+2*args {
		return short("table of lengths", labels+2*args, len(s))
	}
	w.labelLengths, s = s[:labels], s[labels:]
	w.argLengths, s = s[:2*args], s[2*args:]

	if len(s) < format {
		return short("format string", format, len(s))
	}
	w.format, s = s[:format], s[format:]

	at := 0
	for i := range labels {
		size := int(w.labelLengths[i])
		if len(s)-at < size {
			return short(fmt.Sprintf("label %d", i+1), size, len(s)-at)
		}
		if !isASCII(s[at : at+size]) {
			return wireAtom{}, "", fmt.Sprintf("label %d is not ASCII", i+1)
		}
		at += size
	}
	for i := range args {
		size := uint16At(w.argLengths, 2*i)
		if len(s)-at < size {
			return short(fmt.Sprintf("argument %d", i+1), size, len(s)-at)
		}
		at += size
	}
	w.body = s[:at]
	return w, s[at:], ""
}

// atom returns w as an Atom whose labels and arguments are appended to texts.
func (w *wireAtom) atom(texts []string) (Atom, []string) {
	body := w.body
	cut := func(n int) {
		texts = append(texts, body[:n])
		body = body[n:]
	}
	start := len(texts)
	for i := range w.labels() {
		cut(int(w.labelLengths[i]))
	}
	middle := len(texts)
	for i := range w.args() {
		cut(uint16At(w.argLengths, 2*i))
	}
	a := Atom{Format: w.format}
	if middle > start {
		a.Labels = texts[start:middle:middle]
	}
	if end := len(texts); end > middle {
		a.Args = texts[middle:end:end]
	}
	return a, texts
}

func uint16At(s string, i int) int { return int(s[i]) | int(s[i+1])<<8 }

func malformedText(h *framing.Header, atom int, reason string) error {
	return framing.NewMalformedText(h, fmt.Sprintf("atom %d: %s", atom, reason))
}

// cutShort says that a part of a payload ends too early.
func cutShort(what string, want, got int) string {
	return fmt.Sprintf("%s is cut short: %d of %d octets", what, got, want)
}
