package schema

import (
	"embed"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode"
)

// Table describes a table of the schema language: the file, a `[table]`, a `[[block]]` or a row.
type Table struct {
	Name string // one of its own, in kebab-case
	Doc  string // Markdown
	Keys []Key
	One  []string // exactly one of these keys is present; empty: no such rule
}

// ValueType is the type of a key's value.
type ValueType uint8

const (
	StringValue  ValueType = iota + 1
	IntegerValue           // of 64 bits
	BooleanValue
	TableValue
)

// Key describes a key of a table.
type Key struct {
	Name     string
	Doc      string // Markdown, without what Words and Notation say
	Type     ValueType
	List     bool // the value is a list of that type
	Need     bool // the key is mandatory, and a list is not empty
	Words    []Word
	Form     string // of a string: word, name, octets, names, set or flags; "" is any text
	Pattern  string // a regular expression for a string, of a syntax that RE2 and ECMA-262 share
	Notation string // how an expression is written, in Markdown; "" for plain values
	Min, Max int64  // of an integer
	Refuses  []string
	Wants    []string
	Example  string // "" for none
	Table    *Table // of a TableValue
}

// Word is one of the values that a key selects from.
type Word struct {
	Name, Doc string
}

const (
	oneWord = `[a-z][a-z0-9]*`
	oneName = oneWord + `(-[a-z0-9]+)*`
	member  = `(api:)?` + oneName // of a set: a state, a frame type or a call
)

// forms are what strings are made of, by the value of the tags form and expr.
var forms = map[string]struct{ pattern, notation string }{
	"":       {pattern: `\S`},
	"word":   {pattern: `^` + oneWord + `$`},
	"name":   {pattern: `^` + oneName + `$`},
	"octets": {pattern: `^\s*[0-9a-fA-F]{2}(\s+[0-9a-fA-F]{2})*\s*$`},
	"names":  {`^\s*` + oneName + `(\s+` + oneName + `)*\s*$`, "Names: `a b`."},
	"set": {
		`^\s*(\*|` + member + `(\s+` + member + `)*|!` + member + `(\s+!` + member + `)*)\s*$`,
		"A set: `a b` any of these, `!a !b` all but these, `*` all.",
	},
	"flags": {
		`^\s*!?` + oneName + `(\s+!?` + oneName + `)*\s*$`,
		"Flags: `a !b` means that a is set and b is clear; a flag that is not named may be either.",
	},
}

//go:embed document.go documentmachines.go
var documentSource embed.FS

// Language returns the schema language, as the table that a whole file is. A table that stands in
// several places is the same pointer.
func Language() *Table {
	l := &language{comments: readComments(), tables: make(map[reflect.Type]*Table)}
	return l.table(reflect.TypeFor[document]())
}

// language makes the description from the Go types of a document.
type language struct {
	comments comments
	tables   map[reflect.Type]*Table
}

func (l *language) table(typ reflect.Type) *Table {
	if t := l.tables[typ]; t != nil {
		return t
	}
	t := &Table{
		Name: tableName(typ.Name()),
		Doc:  l.comments[[2]string{typ.Name()}],
		One:  oneOf(typ),
	}
	l.tables[typ] = t
	for _, f := range slotsOf(typ) {
		t.Keys = append(t.Keys, l.key(typ, f))
	}
	return t
}

func (l *language) key(table reflect.Type, f slot) Key {
	field := table.FieldByIndex(f.index)
	k := Key{
		Name:    f.key,
		Need:    f.need != "",
		Refuses: strings.Fields(field.Tag.Get("refuses")),
		Wants:   strings.Fields(field.Tag.Get("wants")),
		Example: field.Tag.Get("example"),
	}
	var meanings map[string]string
	k.Doc, meanings = splitWords(l.comments[[2]string{table.Name(), field.Name}])
	for _, w := range f.words {
		k.Words = append(k.Words, Word{w, meanings[w]})
	}
	typ := f.typ
	if k.List = typ.Kind() == reflect.Slice; k.List {
		typ = typ.Elem()
	}
	switch typ.Kind() {
	case reflect.String:
		k.Type = StringValue
		k.Form = field.Tag.Get("form") + field.Tag.Get("expr")
		form := forms[k.Form]
		k.Pattern, k.Notation = form.pattern, form.notation
	case reflect.Int64:
		k.Type = IntegerValue
		k.Min, k.Max = bounds(field.Tag.Get("range"))
	case reflect.Bool:
		k.Type = BooleanValue
	default:
		k.Type = TableValue
		k.Table = l.table(typ)
		if !k.List {
			k.Doc = k.Table.Doc
		}
	}
	return k
}

// tableName is the name of a Go type without its last word, in kebab-case: flagRuleRow is
// flag-rule, and document stays as it is.
func tableName(typ string) string {
	var b strings.Builder
	for _, c := range typ[:max(strings.LastIndexFunc(typ, unicode.IsUpper), 0)] {
		if unicode.IsUpper(c) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	if b.Len() == 0 {
		return typ
	}
	return b.String()
}

// bounds parses a range such as `1..64`, `1..` or the empty one, which has all integers.
func bounds(s string) (least, most int64) {
	least, most = math.MinInt64, math.MaxInt64
	low, high, _ := strings.Cut(s, "..")
	if n, err := strconv.ParseInt(low, 10, 64); err == nil {
		least = n
	}
	if n, err := strconv.ParseInt(high, 10, 64); err == nil {
		most = n
	}
	return least, most
}

// comments are the comments of the types of a document and of their fields, by the names of the
// type and of the field, which is "" for the type.
type comments map[[2]string]string

func readComments() comments {
	c := make(comments)
	files, err := documentSource.ReadDir(".")
	if err != nil {
		panic(err) // what is embedded can be read
	}
	for _, f := range files {
		src, err := documentSource.ReadFile(f.Name())
		if err != nil {
			panic(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Name(), src, parser.ParseComments)
		if err != nil {
			panic(err) // it has been compiled
		}
		for _, d := range file.Decls {
			if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.TYPE {
				c.add(d)
			}
		}
	}
	return c
}

func (c comments) add(d *ast.GenDecl) {
	spec := d.Specs[0].(*ast.TypeSpec)
	c[[2]string{spec.Name.Name}] = oneLine(d.Doc.Text())
	fields, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, f := range fields.Fields.List {
		for _, name := range f.Names {
			c[[2]string{spec.Name.Name, name.Name}] = f.Doc.Text()
		}
	}
}

// splitWords splits a comment into the prose and the items `- word: meaning` after it.
func splitWords(comment string) (prose string, meanings map[string]string) {
	prose, items, _ := strings.Cut("\n"+comment, "\n  - ")
	meanings = make(map[string]string)
	if items == "" {
		return oneLine(prose), nil
	}
	for item := range strings.SplitSeq(items, "\n  - ") {
		word, meaning, _ := strings.Cut(oneLine(item), ": ")
		meanings[word] = meaning
	}
	return oneLine(prose), meanings
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
