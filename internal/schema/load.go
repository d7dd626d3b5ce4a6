package schema

import (
	"bytes"
	"errors"
	"os"
	"reflect"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// LoadFile reads a schema file. The error is a *Diagnostics, or that of reading the file.
func LoadFile(path string) (*Schema, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Load(path, src)
}

// Load reads a schema. The path is for messages only. The error is a *Diagnostics with all
// findings, sorted by position, and the schema is then nil. The schema keeps src.
func Load(path string, src []byte) (*Schema, error) {
	found := &Diagnostics{Path: path, Source: src}
	text := newSource(src)
	if !checkText(text, found) {
		return nil, found.Err()
	}
	doc := decode(text, found)
	if doc == nil {
		return nil, found.Err()
	}
	if has(doc.Node, "edition") && doc.Edition != edition {
		// What else was found may be right in that edition.
		found.List = nil
		found.Add(doc.At("edition"), WrongEdition, "the schema is of edition %d of the language; this program knows edition %d", doc.Edition, edition)
		return nil, found.Err()
	}
	s := resolve(doc, path, text, found)
	if err := found.Err(); err != nil {
		return nil, err
	}
	return s, nil
}

// checkText checks that a file is text at all.
func checkText(src *source, found *Diagnostics) bool {
	if bytes.HasPrefix(src.text, []byte("\ufeff")) {
		found.Add(src.pos(0), NotText, "the file begins with a byte order mark, which TOML 1.0 does not have")
		return false
	}
	for off := 0; off < len(src.text); {
		r, size := utf8.DecodeRune(src.text[off:])
		if r == utf8.RuneError && size == 1 {
			found.Add(src.pos(off), NotText, "the file is not UTF-8: octet %#02x does not belong here", src.text[off])
			return false
		}
		off += size
	}
	return true
}

// decode reads a file into a document with positions. All findings about its syntax, its keys and
// the types of its values are added to found, and the document has the rest. It is nil when there
// is no reading on.
//
// The decoder stops at the first value that does not fit, and has no positions to speak of. So
// the tree goes first: what is found there is blanked out before the decoder, which is strict,
// reads what is left.
func decode(src *source, found *Diagnostics) *document {
	t, ok := parseTree(src, found)
	if !ok {
		return nil
	}
	doc := new(document)
	shape := shape{t}
	shape.table(t.root, reflect.TypeFor[document](), "the schema")
	meta, err := toml.Decode(string(t.withoutDropped()), doc)
	if err != nil {
		found.Add(decoderPos(src, err), SyntaxError, "%s", err)
		return nil
	}
	for _, key := range meta.Undecoded() {
		found.Add(t.pos(t.root.off), UnknownKey, "the schema has no key %q", key)
	}
	src.place(t.root, reflect.ValueOf(doc).Elem())
	return doc
}

// decoderPos returns the place of an error of the decoder, of which only the offset can be relied
// on.
func decoderPos(src *source, err error) Pos {
	e, ok := errors.AsType[toml.ParseError](err)
	if !ok {
		return src.pos(0)
	}
	return src.pos(e.Position.Start)
}
