package golang

import (
	"github.com/dave/jennifer/jen"
)

func (p *plan) frameFile(f *jen.File) {
	g := f.Group
	p.frameStruct(g)
	p.frameAppend(g)
	if p.judged() {
		p.lengthOf(g)
	}
	p.frameParse(g)
	p.frameTooLarge(g)
}

// frameStruct emits
//
//	// Frame is a header and the payload that it announces.
//	type Frame struct {
//		Header
//		Payload []byte
//	}
func (p *plan) frameStruct(g *jen.Group) {
	text := "Frame is a header and the payload that it announces. Whoever makes a frame leaves " + p.name(p.length.Name) + " alone: it is derived from the payload."
	if p.byValue() {
		text += " Only in frames of a type that has no payload it is sent as it stands."
	}
	comment(g, text)
	g.Type().Id("Frame").Struct(
		jen.Id("Header"),
		jen.Id("Payload").Index().Byte(),
	)
}

// frameAppend emits
//
//	// AppendFrame appends a frame. ...
//	func (r Revision) AppendFrame(dst []byte, f *Frame) ([]byte, error) {
//		if uint64(len(f.Payload)) > 0xffffff {
//			return dst, &FieldError{Field: "length", Value: uint64(len(f.Payload)), Bits: 24}
//		}
//		switch r {
//		case RevisionRequestIDs:
//			if f.StreamID != 0 || f.StreamFlags != 0 || f.Type > 0xf || f.Flags > 0xf {
//				return dst, r.misfit(&f.Header)
//			}
//			dst = f.appendRequestIDs(dst, uint64(len(f.Payload)))
//		...
//		default:
//			return dst, ErrRevision
//		}
//		return append(dst, f.Payload...), nil
//	}
//
//	// appendPrefix appends the header of a frame, with the length of its payload.
//	func (r Revision) appendPrefix(dst []byte, f *Frame) ([]byte, error) {
//		if uint64(len(f.Payload)) > 0xffffff {
//			return dst, &FieldError{Field: "length", Value: uint64(len(f.Payload)), Bits: 24}
//		}
//		h := f.Header
//		h.Length = uint32(len(f.Payload))
//		return r.AppendHeader(dst, &h)
//	}
//
// where, in a protocol with frames that have no payload or that refuses undefined types, the
// length is what r.lengthOf(f) returns.
func (p *plan) frameAppend(g *jen.Group) {
	frame := jen.Id("f").Op("*").Id("Frame")
	size := func() *jen.Statement { return jen.Uint64().Call(jen.Len(jen.Id("f").Dot("Payload"))) }
	announced := jen.Len(jen.Id("f").Dot("Payload"))
	text := "AppendFrame appends a frame whose length is that of its payload, whatever " + p.name(p.length.Name) + " says. A value that does not fit in its field, or one for a field that the revision lacks, is a *FieldError,"
	if p.judged() {
		size = func() *jen.Statement { return jen.Id("length") }
		announced = size()
		text += " and a frame that the protocol does not have is a *FrameError,"
	}
	checkLength := func(g *jen.Group) {
		if p.judged() {
			g.List(jen.Id("length"), jen.Err()).Op(":=").Id("r").Dot("lengthOf").Call(jen.Id("f"))
			g.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Id("dst"), jen.Err()))
			return
		}
		if p.length.Bits < 63 { // no payload is longer than an int
			g.If(size().Op(">").Add(hex(mask(p.length.Bits)))).Block(
				jen.Return(jen.Id("dst"), fieldError(p.length, jen.Len(jen.Id("f").Dot("Payload")))),
			)
		}
	}
	comment(g, text+" with which dst is returned unchanged.")
	p.appendFunc(g, "AppendFrame", frame).BlockFunc(func(g *jen.Group) {
		checkLength(g)
		g.Switch(jen.Id("r")).BlockFunc(func(g *jen.Group) {
			for _, l := range p.layouts {
				g.Case(p.revisionsOf(l)...).BlockFunc(func(g *jen.Group) {
					p.refuseMisfits(g, l, "f", jen.Op("&").Id("f").Dot("Header"))
					g.Id("dst").Op("=").Id("f").Dot("append"+l.name).Call(jen.Id("dst"), size())
				})
			}
			g.Default().Block(jen.Return(jen.Id("dst"), jen.Id("ErrRevision")))
		})
		g.Return(jen.Append(jen.Id("dst"), jen.Id("f").Dot("Payload").Op("...")), jen.Nil())
	})
	comment(g, "appendPrefix appends the header of a frame, with the length of its payload.")
	p.appendFunc(g, "appendPrefix", frame).BlockFunc(func(g *jen.Group) {
		checkLength(g)
		g.Id("h").Op(":=").Id("f").Dot("Header")
		g.Id("h").Dot(p.name(p.length.Name)).Op("=").Id(p.goType(p.length)).Call(announced)
		g.Return(jen.Id("r").Dot("AppendHeader").Call(jen.Id("dst"), jen.Op("&").Id("h")))
	})
}

// frameParse emits
//
//	// ParseFrame parses the frame at the start of b, ...
//	func (r Revision) ParseFrame(b []byte) (f Frame, rest []byte, err error) {
//		n, err := r.DecodeFrame(&f, b, DefaultFramePayload)
//		if err != nil {
//			return Frame{}, b, err
//		}
//		return f, b[n:], nil
//	}
//
//	// DecodeFrame parses the frame at the start of b into f ...
//	func (r Revision) DecodeFrame(f *Frame, b []byte, limit int) (n int, err error) {
//		var length uint64
//		switch r {
//		case RevisionRequestIDs:
//			if len(b) < 6 {
//				return 0, ErrShort
//			}
//			length = f.decodeRequestIDs((*[6]byte)(b))
//			n = 6
//		...
//		default:
//			return 0, ErrRevision
//		}
//		if !f.Type.In(r) { // if undefined types are refused
//			return 0, NewProtocolError(ErrUnknownType, &f.Header)
//		}
//		if !f.Type.HasPayload(r) { // if some types have none
//			f.Payload = nil
//			return n, nil
//		}
//		if int64(length) > int64(limit) && exceeds(length, limit) {
//			return 0, frameTooLarge(&f.Header, limit)
//		}
//		if uint64(len(b)-n) < length {
//			return 0, ErrShort
//		}
//		end := n + int(length)
//		f.Payload = b[n:end:end]
//		return end, nil
//	}
func (p *plan) frameParse(g *jen.Group) {
	recv := jen.Id("r").Id("Revision")
	limit := p.defaultLimit(p.length.Limit)
	text := "ParseFrame parses the frame at the start of b and returns the octets after it. The payload aliases b. The error is ErrShort when b holds less than the frame, and a *ProtocolError with the code " + p.errorCode(p.tooLarge) + " when the header announces more payload than " + limit
	if p.strict() {
		text += ", or with the code " + p.errorCode(p.typ.Unknown) + " when its type is undefined"
	}
	comment(g, text+".")
	g.Func().Params(recv).Id("ParseFrame").Params(jen.Id("b").Index().Byte()).Params(
		jen.Id("f").Id("Frame"), jen.Id("rest").Index().Byte(), jen.Err().Error(),
	).Block(
		jen.List(jen.Id("n"), jen.Err()).Op(":=").Id("r").Dot("DecodeFrame").Call(jen.Op("&").Id("f"), jen.Id("b"), jen.Id(limit)),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Id("Frame").Values(), jen.Id("b"), jen.Err())),
		jen.Return(jen.Id("f"), jen.Id("b").Index(jen.Id("n"), jen.Empty()), jen.Nil()),
	)

	comment(g, "DecodeFrame is ParseFrame into memory of the caller, with a limit of the caller: the form for hot paths. It returns the octets that the frame takes. The limit is checked as soon as the header is there; without a positive one it is "+limit+". An error leaves f undefined.")
	g.Func().Params(recv).Id("DecodeFrame").Params(
		jen.Id("f").Op("*").Id("Frame"), jen.Id("b").Index().Byte(), jen.Id("limit").Int(),
	).Params(jen.Id("n").Int(), jen.Err().Error()).BlockFunc(func(g *jen.Group) {
		g.Var().Id("length").Uint64()
		g.Switch(jen.Id("r")).BlockFunc(func(g *jen.Group) {
			for _, l := range p.layouts {
				g.Case(p.revisionsOf(l)...).Block(
					jen.If(jen.Len(jen.Id("b")).Op("<").Lit(l.size)).Block(jen.Return(jen.Lit(0), jen.Id("ErrShort"))),
					jen.Id("length").Op("=").Id("f").Dot("decode"+l.name).Call(jen.Parens(jen.Op("*").Index(jen.Lit(l.size)).Byte()).Call(jen.Id("b"))),
					jen.Id("n").Op("=").Lit(l.size),
				)
			}
			g.Default().Block(jen.Return(jen.Lit(0), jen.Id("ErrRevision")))
		})
		if p.strict() {
			g.If(p.undefined()).Block(jen.Return(jen.Lit(0), jen.Id("NewProtocolError").Call(
				jen.Id(p.errorCode(p.typ.Unknown)), jen.Op("&").Id("f").Dot("Header"),
			)))
		}
		if p.byValue() {
			g.If(p.hasNone()).Block(
				jen.Id("f").Dot("Payload").Op("=").Nil(),
				jen.Return(jen.Id("n"), jen.Nil()),
			)
		}
		g.If(jen.Int64().Call(jen.Id("length")).Op(">").Int64().Call(jen.Id("limit")).Op("&&").Id("exceeds").Call(jen.Id("length"), jen.Id("limit"))).Block(
			jen.Return(jen.Lit(0), jen.Id("frameTooLarge").Call(jen.Op("&").Id("f").Dot("Header"), jen.Id("limit"))),
		)
		g.If(jen.Uint64().Call(jen.Len(jen.Id("b")).Op("-").Id("n")).Op("<").Id("length")).Block(
			jen.Return(jen.Lit(0), jen.Id("ErrShort")),
		)
		g.Id("end").Op(":=").Id("n").Op("+").Int().Call(jen.Id("length"))
		g.Id("f").Dot("Payload").Op("=").Id("b").Index(jen.Id("n"), jen.Id("end"), jen.Id("end"))
		g.Return(jen.Id("end"), jen.Nil())
	})
}

// frameTooLarge emits
//
//	// exceeds reports whether a length is over a limit, which is the default unless it is positive.
//	func exceeds(length uint64, limit int) bool {
//		return length > uint64(orDefault(limit, DefaultFramePayload))
//	}
//
//	// frameTooLarge returns the error for a frame over a limit, which is the default unless it is positive.
//	func frameTooLarge(h *Header, limit int) error {
//		return NewFrameTooLarge(h, orDefault(limit, DefaultFramePayload))
//	}
func (p *plan) frameTooLarge(g *jen.Group) {
	limit := func() *jen.Statement {
		return jen.Id("orDefault").Call(jen.Id("limit"), jen.Id(p.defaultLimit(p.length.Limit)))
	}
	comment(g, "exceeds reports whether a length is over a limit, which is the default unless it is positive.")
	g.Func().Id("exceeds").Params(jen.Id("length").Uint64(), jen.Id("limit").Int()).Bool().Block(
		jen.Return(jen.Id("length").Op(">").Uint64().Call(limit())),
	)
	args := []jen.Code{jen.Id("h")}
	for _, w := range p.tooLarge.With {
		if w == "limit" {
			args = append(args, limit())
		} else {
			args = append(args, jen.Int().Call(jen.Id("h").Dot(p.name(p.length.Name))))
		}
	}
	call := jen.Id("New" + p.name(p.tooLarge.Name)).Call(args...)
	if len(p.tooLarge.With) == 0 {
		call = jen.Id("NewProtocolError").Call(jen.Id(p.errorCode(p.tooLarge)), jen.Id("h"))
	}
	comment(g, "frameTooLarge returns the error for a frame over a limit, which is the default unless it is positive.")
	g.Func().Id("frameTooLarge").Params(jen.Id("h").Op("*").Id("Header"), jen.Id("limit").Int()).Error().Block(jen.Return(call))
}
