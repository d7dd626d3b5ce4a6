package golang

import (
	"fmt"

	"github.com/dave/jennifer/jen"
)

// decodeLayout emits
//
//	// decodeStreams sets the fields of h from their octets, and returns the length.
//	func (h *Header) decodeStreams(b *[8]byte) (length uint64) {
//		w := binary.LittleEndian.Uint64(b[:])
//		length = w & 0xffffff
//		h.Length = uint32(length)
//		h.RequestID = uint16(w >> 24)
//		...
//		return length
//	}
//
// The length is returned because reading it back from memory would cost more than all the rest.
func (p *plan) decodeLayout(g *jen.Group, l *layout) {
	comment(g, "decode"+l.name+" sets the fields of h from their octets, and returns the length.")
	g.Func().Params(jen.Id("h").Op("*").Id("Header")).Id("decode" + l.name).Params(jen.Id("b").Op("*").Index(jen.Lit(l.size)).Byte()).Params(jen.Id("length").Uint64()).BlockFunc(func(g *jen.Group) {
		for i, w := range l.words {
			if w.used() {
				g.Id(l.wordName(i)).Op(":=").Add(p.load(w))
			}
		}
		for i, w := range l.words {
			for _, f := range w.fields {
				switch {
				case f.Field == p.length:
					g.Id("length").Op("=").Add(take(l.wordName(i), w, f, "uint64"))
					g.Id("h").Dot(p.name(f.Name)).Op("=").Id(p.goType(f.Field)).Call(jen.Id("length"))
				case visible(f.Field):
					g.Id("h").Dot(p.name(f.Name)).Op("=").Add(take(l.wordName(i), w, f, p.goType(f.Field)))
				}
			}
		}
		for _, f := range p.Header.Fields {
			if visible(f) && !l.present[f.Index] {
				g.Id("h").Dot(p.name(f.Name)).Op("=").Lit(0)
			}
		}
		g.Return(jen.Id("length"))
	})
}

// used reports whether the word holds anything but reserved fields.
func (w word) used() bool {
	for _, f := range w.fields {
		if visible(f.Field) {
			return true
		}
	}
	return false
}

func (l *layout) wordName(i int) string {
	if len(l.words) == 1 {
		return "w"
	}
	return fmt.Sprintf("w%d", i)
}

func (p *plan) byteOrder() *jen.Statement {
	if p.Header.BigEndian {
		return jen.Qual("encoding/binary", "BigEndian")
	}
	return jen.Qual("encoding/binary", "LittleEndian")
}

// pieceShift returns the shift of the piece of n octets that stands so many octets into the word.
func (p *plan) pieceShift(w word, before, n int) int {
	if p.Header.BigEndian {
		return 8 * (w.size - before - n)
	}
	return 8 * before
}

// load emits the octets of a word as an integer:
//
//	uint64(binary.LittleEndian.Uint32(b[:])) | uint64(binary.LittleEndian.Uint16(b[4:]))<<32
func (p *plan) load(w word) *jen.Statement {
	expr := &jen.Statement{}
	before := 0
	for _, n := range w.pieces() {
		if before > 0 {
			expr.Op("|")
		}
		at := w.offset + before
		piece := jen.Id("b").Index(jen.Lit(at))
		if n > 1 {
			from := jen.Empty()
			if at > 0 {
				from = jen.Lit(at)
			}
			piece = p.byteOrder().Dot(fmt.Sprintf("Uint%d", 8*n)).Call(jen.Id("b").Index(from, jen.Empty()))
		}
		if n < 8 {
			piece = jen.Uint64().Call(piece)
		}
		expr.Add(piece)
		if shift := p.pieceShift(w, before, n); shift > 0 {
			expr.Op("<<").Lit(shift)
		}
		before += n
	}
	return expr
}

// take emits a field of a word as a value of a type: `uint32(w) & 0xffffff`, `uint16(w >> 24)`.
func take(name string, w word, f place, typ string) *jen.Statement {
	value := jen.Id(name)
	if f.shift > 0 {
		value.Op(">>").Lit(f.shift)
	}
	bits := 64
	if typ != "uint64" {
		value = jen.Id(typ).Call(value)
		bits = width(f.Bits)
	}
	if f.Bits < bits && f.shift+f.Bits < 8*w.size {
		value.Op("&").Add(hex(mask(f.Bits)))
	}
	return value
}

// appendLayout emits
//
//	// appendRequestIDs appends the octets of h with another length. Every value must fit.
//	func (h *Header) appendRequestIDs(dst []byte, length uint64) []byte {
//		w := length | uint64(h.RequestID)<<24 | uint64(h.Type)<<44 | uint64(h.Flags)<<40
//		dst = binary.LittleEndian.AppendUint32(dst, uint32(w))
//		return binary.LittleEndian.AppendUint16(dst, uint16(w>>32))
//	}
func (p *plan) appendLayout(g *jen.Group, l *layout) {
	comment(g, "append"+l.name+" appends the octets of h with another length. Every value must fit.")
	g.Func().Params(jen.Id("h").Op("*").Id("Header")).Id("append"+l.name).Params(jen.Id("dst").Index().Byte(), jen.Id("length").Uint64()).Index().Byte().BlockFunc(func(g *jen.Group) {
		for i, w := range l.words {
			g.Id(l.wordName(i)).Op(":=").Add(p.gather(w))
		}
		for i, w := range l.words {
			before := 0
			for _, n := range w.pieces() {
				value := jen.Id(l.wordName(i))
				if shift := p.pieceShift(w, before, n); shift > 0 {
					value.Op(">>").Lit(shift)
				}
				before += n
				if w.offset+before == l.size {
					g.Return(p.appendPiece(value, n))
				} else {
					g.Id("dst").Op("=").Add(p.appendPiece(value, n))
				}
			}
		}
	})
}

// appendPiece emits n octets of a word: `binary.LittleEndian.AppendUint32(dst, uint32(w))`.
func (p *plan) appendPiece(value *jen.Statement, n int) jen.Code {
	switch n {
	case 1:
		return jen.Append(jen.Id("dst"), jen.Byte().Call(value))
	case 8:
		return p.byteOrder().Dot("AppendUint64").Call(jen.Id("dst"), value)
	}
	return p.byteOrder().Dot(fmt.Sprintf("AppendUint%d", 8*n)).Call(jen.Id("dst"), jen.Id(unsigned(8*n)).Call(value))
}

// gather emits the integer of a word: `length | uint64(h.RequestID)<<24`.
func (p *plan) gather(w word) *jen.Statement {
	expr := &jen.Statement{}
	for _, f := range w.fields {
		if !visible(f.Field) {
			continue
		}
		if len(*expr) > 0 {
			expr.Op("|")
		}
		switch {
		case f.Field == p.length:
			expr.Id("length")
		case p.goType(f.Field) == "uint64":
			expr.Id("h").Dot(p.name(f.Name))
		default:
			expr.Uint64().Call(jen.Id("h").Dot(p.name(f.Name)))
		}
		if f.shift > 0 {
			expr.Op("<<").Lit(f.shift)
		}
	}
	if len(*expr) == 0 {
		return jen.Uint64().Call(jen.Lit(0))
	}
	return expr
}
