package golang

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/schema"
)

func (p *plan) revisionFile(f *jen.File) {
	g := f.Group
	p.revisionType(g)
	p.revisionText(g)
	p.revisionProperty(g, "MediaType", "MediaType returns the media type of the revision.", func(r *schema.Revision) string { return r.MediaType })
	p.revisionProperty(g, "API", "API returns the name of the HTTP API that speaks the revision.", func(r *schema.Revision) string { return r.API })
	p.headerSize(g)
}

// revisionType emits
//
//	// Revision is a version of the protocol. The zero value is none.
//	type Revision uint8
//
//	const (
//		// RevisionRequestIDs is request-ids (changeset 37057). Every frame belongs to a request.
//		RevisionRequestIDs Revision = iota + 1
//		// ...
//		RevisionStreams
//	)
//
//	// LatestRevision is the newest one.
//	const LatestRevision = RevisionStreams
//
//	// Revisions returns all revisions, the oldest first.
//	func Revisions() []Revision { return []Revision{RevisionRequestIDs, RevisionStreams} }
func (p *plan) revisionType(g *jen.Group) {
	comment(g, "Revision is a version of the protocol. The zero value is none.")
	g.Type().Id("Revision").Uint8()
	g.Const().DefsFunc(func(g *jen.Group) {
		for i, r := range p.Revisions {
			name := p.revision(r)
			source := ""
			if r.Source != "" {
				source = " (" + r.Source + ")"
			}
			comment(g, sentence(name+" is "+r.ID+source+".", r.Doc))
			c := g.Id(name)
			if i == 0 {
				c.Id("Revision").Op("=").Iota().Op("+").Lit(1)
			}
		}
	})
	comment(g, "LatestRevision is the newest one.")
	g.Const().Id("LatestRevision").Op("=").Id(p.revision(p.latestRevision()))
	comment(g, "Revisions returns all revisions, the oldest first.")
	g.Func().Id("Revisions").Params().Index().Id("Revision").Block(
		jen.Return(jen.Index().Id("Revision").ValuesFunc(func(g *jen.Group) {
			for _, r := range p.Revisions {
				g.Id(p.revision(r))
			}
		})),
	)
}

// revisionText emits
//
//	// String returns the name of the revision.
//	func (r Revision) String() string {
//		switch r {
//		case RevisionRequestIDs:
//			return "request-ids"
//		...
//		}
//		return "Revision(" + decimal(uint64(r)) + ")"
//	}
//
//	// ParseRevision returns the revision with that name.
//	func ParseRevision(s string) (Revision, error) {
//		for _, r := range Revisions() {
//			if s == r.String() {
//				return r, nil
//			}
//		}
//		return 0, &TextError{"revision", s, "known revisions: request-ids, streams"}
//	}
//
//	// MarshalText implements encoding.TextMarshaler.
//	func (r Revision) MarshalText() ([]byte, error) {
//		if r < RevisionRequestIDs || r > LatestRevision {
//			return nil, ErrRevision
//		}
//		return []byte(r.String()), nil
//	}
//
// and UnmarshalText. There is no method of encoding.TextAppender: Revision.AppendText formats
// frames.
func (p *plan) revisionText(g *jen.Group) {
	receiver := func() *jen.Statement { return jen.Func().Params(jen.Id("r").Id("Revision")) }
	comment(g, "String returns the name of the revision.")
	g.Add(receiver()).Id("String").Params().String().BlockFunc(func(g *jen.Group) {
		g.Switch(jen.Id("r")).BlockFunc(func(g *jen.Group) {
			for _, r := range p.Revisions {
				g.Case(jen.Id(p.revision(r))).Block(jen.Return(jen.Lit(r.ID)))
			}
		})
		g.Return(jen.Lit("Revision(").Op("+").Id("decimal").Call(jen.Uint64().Call(jen.Id("r"))).Op("+").Lit(")"))
	})
	comment(g, "ParseRevision returns the revision with that name.")
	var ids []string
	for _, r := range p.Revisions {
		ids = append(ids, r.ID)
	}
	g.Func().Id("ParseRevision").Params(jen.Id("s").String()).Params(jen.Id("Revision"), jen.Error()).Block(
		jen.For(jen.List(jen.Id("_"), jen.Id("r")).Op(":=").Range().Id("Revisions").Call()).Block(
			jen.If(jen.Id("s").Op("==").Id("r").Dot("String").Call()).Block(
				jen.Return(jen.Id("r"), jen.Nil()),
			),
		),
		jen.Return(jen.Lit(0), jen.Op("&").Id("TextError").Values(
			jen.Lit("revision"), jen.Id("s"), jen.Lit("known revisions: "+strings.Join(ids, ", ")),
		)),
	)
	comment(g, "MarshalText implements encoding.TextMarshaler.")
	g.Add(receiver()).Id("MarshalText").Params().Params(jen.Index().Byte(), jen.Error()).Block(
		jen.If(jen.Id("r").Op("<").Id(p.revision(p.firstRevision())).Op("||").Id("r").Op(">").Id("LatestRevision")).Block(
			jen.Return(jen.Nil(), jen.Id("ErrRevision")),
		),
		jen.Return(jen.Index().Byte().Call(jen.Id("r").Dot("String").Call()), jen.Nil()),
	)
	unmarshalText(g, "Revision", "ParseRevision")
}

// revisionProperty emits
//
//	// MediaType returns the media type of the revision.
//	func (r Revision) MediaType() string {
//		switch r {
//		case RevisionRequestIDs, RevisionStreams:
//			return "application/mercurial-exp-framing-0002"
//		}
//		return ""
//	}
//
// if any revision has the property.
func (p *plan) revisionProperty(g *jen.Group, method, doc string, property func(*schema.Revision) string) {
	var values []string
	with := map[string][]jen.Code{}
	for _, r := range p.Revisions {
		v := property(r)
		if v == "" {
			continue
		}
		if with[v] == nil {
			values = append(values, v)
		}
		with[v] = append(with[v], jen.Id(p.revision(r)))
	}
	if len(values) == 0 {
		return
	}
	comment(g, doc)
	g.Func().Params(jen.Id("r").Id("Revision")).Id(method).Params().String().Block(
		jen.Switch(jen.Id("r")).BlockFunc(func(g *jen.Group) {
			for _, v := range values {
				g.Case(with[v]...).Block(jen.Return(jen.Lit(v)))
			}
		}),
		jen.Return(jen.Lit("")),
	)
}

// headerSize emits
//
//	// HeaderSize returns the octets of a frame header: 6 in request-ids, 8 in streams.
//	func (r Revision) HeaderSize() int {
//		switch r {
//		case RevisionRequestIDs:
//			return 6
//		...
//		}
//		return 0
//	}
func (p *plan) headerSize(g *jen.Group) {
	var sizes []string
	for _, l := range p.layouts {
		sizes = append(sizes, fmt.Sprintf("%d in %s", l.size, enumerate(l.ids())))
	}
	comment(g, "HeaderSize returns the octets of a frame header: "+strings.Join(sizes, ", ")+".")
	g.Func().Params(jen.Id("r").Id("Revision")).Id("HeaderSize").Params().Int().Block(
		jen.Switch(jen.Id("r")).BlockFunc(func(g *jen.Group) {
			for _, l := range p.layouts {
				g.Case(p.revisionsOf(l)...).Block(jen.Return(jen.Lit(l.size)))
			}
		}),
		jen.Return(jen.Lit(0)),
	)
}

func (l *layout) ids() []string {
	var ids []string
	for _, r := range l.revisions {
		ids = append(ids, r.ID)
	}
	return ids
}

func (p *plan) revisionsOf(l *layout) []jen.Code {
	var list []jen.Code
	for _, r := range l.revisions {
		list = append(list, jen.Id(p.revision(r)))
	}
	return list
}

// unmarshalText emits
//
//	// UnmarshalText implements encoding.TextUnmarshaler.
//	func (x *Revision) UnmarshalText(text []byte) error {
//		v, err := ParseRevision(string(text))
//		if err == nil {
//			*x = v
//		}
//		return err
//	}
func unmarshalText(g *jen.Group, typ, parse string) {
	recv := strings.ToLower(typ[:1])
	comment(g, "UnmarshalText implements encoding.TextUnmarshaler.")
	g.Func().Params(jen.Id(recv).Op("*").Id(typ)).Id("UnmarshalText").Params(jen.Id("text").Index().Byte()).Error().Block(
		jen.List(jen.Id("v"), jen.Err()).Op(":=").Id(parse).Call(jen.String().Call(jen.Id("text"))),
		jen.If(jen.Err().Op("==").Nil()).Block(jen.Op("*").Id(recv).Op("=").Id("v")),
		jen.Return(jen.Err()),
	)
}

// marshalText emits
//
//	// AppendText implements encoding.TextAppender.
//	func (f FrameType) AppendText(dst []byte) ([]byte, error) { return append(dst, f.String()...), nil }
//
//	// MarshalText implements encoding.TextMarshaler.
//	func (f FrameType) MarshalText() ([]byte, error) { return f.AppendText(nil) }
//
// where text is what it appends.
func marshalText(g *jen.Group, typ string, text jen.Code) {
	recv := jen.Id(strings.ToLower(typ[:1])).Id(typ)
	results := []jen.Code{jen.Index().Byte(), jen.Error()}
	comment(g, "AppendText implements encoding.TextAppender.")
	g.Func().Params(recv).Id("AppendText").Params(jen.Id("dst").Index().Byte()).Params(results...).Block(jen.Return(text, jen.Nil()))
	comment(g, "MarshalText implements encoding.TextMarshaler.")
	g.Func().Params(recv).Id("MarshalText").Params().Params(results...).Block(
		jen.Return(jen.Id(strings.ToLower(typ[:1])).Dot("AppendText").Call(jen.Nil())),
	)
}
