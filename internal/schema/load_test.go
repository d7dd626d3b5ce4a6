package schema

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func mustLoad(t *testing.T, path string) *Schema {
	t.Helper()
	s, err := LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// mustRead returns a file with edits made, pairs of old and new text.
func mustRead(t *testing.T, path string, edits ...string) []byte {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(edits); i += 2 {
		if !strings.Contains(string(src), edits[i]) {
			t.Fatalf("%s lacks %q", path, edits[i])
		}
		src = []byte(strings.Replace(string(src), edits[i], edits[i+1], 1))
	}
	return src
}

func named[T any](list []T, name func(T) string, want string) T {
	return list[slices.IndexFunc(list, func(item T) bool { return name(item) == want })]
}

func TestLoadResolves(t *testing.T) {
	s := mustLoad(t, "testdata/small.toml")
	call := s.Machines[1]
	row := func(id string) *Transition {
		return named(call.Transitions, func(t *Transition) string { return t.ID }, id)
	}
	for _, test := range []struct {
		what      string
		got, want any
	}{
		{"byte order", s.Header.BigEndian, true},
		{"bit order", s.Header.LSBFirst, false},
		{"limit of the length", s.Header.Fields[0].Limit, s.Limits[0]},
		{"max-send", s.Header.Fields[0].MaxSend, uint64(100)},
		{"error of the limit", s.Limits[0].Error, s.Errors[0]},
		{"role of odd keys", s.Header.Fields[1].Odd, "client"},
		{"flagset of a field", s.Header.Fields[2].FlagSet, s.FlagSets[0]},
		{"revision of a field", s.Header.Fields[2].Since, s.Revisions[1]},
		{"flags by type", s.Header.Fields[4].ByType, true},
		{"payload of a frame", s.Frames[1].Payload, s.Payloads[0]},
		{"length of a frame", s.Frames[1].ByValue, false},
		{"unknown types", s.Header.Fields[3].Unknown, (*Error)(nil)},
		{"kind of a rule", s.Frames[0].Rules[0].Kind, RuleExcludes},
		{"flags of a rule", s.Frames[0].Rules[0].Flags, s.Frames[0].Flags},
		{"reserved ids", s.Reserved[0].IDs, []uint64{0, 15}},
		{"fault", s.Errors[2].Fault, FaultCaller},
		{"parts of a text", s.Errors[1].Parts, []TextPart{
			{Literal: "unexpected frame of type "}, {Field: s.Header.Fields[3], Number: true},
			{Literal: " for call "}, {Field: s.Header.Fields[1]},
		}},
		{"parameter of a text", s.Errors[0].Parts[3], TextPart{With: "limit"}},
		{"key of a connection", s.Machines[0].Key, (*Field)(nil)},
		{"key", call.Key, s.Header.Fields[1]},
		{"within", call.Within, s.Machines[0]},
		{"guard", call.Guard, s.Header.Fields[4]},
		{"initial keys", call.Initial[0].Keys, KeyAny},
		{"initial state", call.Initial[0].State, call.States[0]},
		{"total", s.Machines[0].Total, true},
		{"not total", call.Total, false},
		{"final", call.States[0].Final, true},
		{"not final", call.States[1].Final, false},
		{"when", s.Machines[0].States[2].When, WhenError},
		{"raises of an action", call.Actions[0].Raises, s.Errors[:1]},
		{"raises of an event", call.Events[0].Raises, []*Error{s.Errors[2], s.Errors[1]}},
		{"while, negated", row("open").While, StateSet(0b011)},
		{"while, not given", row("answer").While, StateSet(0b111)},
		{"from", row("open").From, StateSet(0b011)},
		{"types", row("open").Types, TypeSet{Frames: s.Frames[:1]}},
		{"types of a call", row("answer").Types, TypeSet{}},
		{"all types", s.Machines[0].Transitions[0].Types, TypeSet{Not: true}},
		{"flags", row("ask").Flags, FlagGuard{Set: 0b10, Clear: 0b01}},
		{"events", row("answer").Events, call.Events},
		{"to", row("answer").To, call.States[0]},
		{"do", row("answer").Do, call.Actions[1:]},
		{"error of a row", row("wait").Error, s.Errors[1]},
		{"misuse", call.Misuse, s.Errors[2]},
		{"revision of a vector", s.Vectors[0].Revision, s.Revisions[0]},
		{"octets of a vector", s.Vectors[0].Octets, []byte("\x03\x01\x12\x02hi")},
	} {
		if !reflect.DeepEqual(test.got, test.want) {
			t.Errorf("%s: got %v, want %v", test.what, test.got, test.want)
		}
	}
}

// TestLoadByValue loads a schema in which the length of a frame is a value.
func TestLoadByValue(t *testing.T) {
	src := mustRead(t, "testdata/small.toml",
		`kind = "type",  `, `kind = "type", unknown = "reject", error = "unexpected",  `,
		"from = [\"server\"]\npayload = \"text\"", "from = [\"server\"]\nlength = \"value\"")
	s, err := Load("schema.toml", src)
	if err != nil {
		t.Fatal(err)
	}
	if f := s.Frames[1]; !f.ByValue || f.Payload != nil {
		t.Errorf("got by value %v, payload %v, want no payload", f.ByValue, f.Payload)
	}
	if got, want := s.Header.Fields[3].Unknown, s.Errors[1]; got != want {
		t.Errorf("got %v for unknown types, want %v", got, want)
	}
}

// TestLoadPlaces checks the positions in the model of the flagship schema by what stands there.
func TestLoadPlaces(t *testing.T) {
	s := mustLoad(t, "../../schema.toml")
	lines := strings.Split(string(s.Source), "\n")
	stands := func(p Pos, want string) {
		t.Helper()
		if got := lines[p.Line-1][p.Column-1:]; !strings.HasPrefix(got, want) {
			t.Errorf("%d:%d: got %.40q, want %q", p.Line, p.Column, got, want)
		}
	}
	for _, f := range s.Header.Fields {
		stands(f.Pos, "{ name")
		stands(f.At("name"), `"`+f.Name+`"`)
		stands(f.At("bits"), fmt.Sprint(f.Bits))
	}
	for _, f := range s.Frames {
		stands(f.Pos, "[[frame]]")
		stands(f.At("id"), fmt.Sprintf("%#x", f.ID))
		stands(f.At("flag"), "[")
		stands(f.At("no-such-key"), "[[frame]]")
		for i, role := range f.From {
			stands(f.Element("from", i), `"`+role+`"`)
		}
		for _, flag := range f.Flags {
			stands(flag.At("bit"), fmt.Sprint(flag.Bit))
		}
	}
	for _, e := range s.Errors {
		stands(e.Pos, "[[error]]")
		stands(e.At("name"), `"`+e.Name+`"`)
	}
	for _, m := range s.Machines {
		stands(m.Pos, "[[machine]]")
		stands(m.At("otherwise"), `"`+m.Otherwise.Name+`"`)
		for _, e := range m.Events {
			for i, raised := range e.Raises {
				stands(e.Element("raises", i), `"`+raised.Name+`"`)
			}
		}
		for _, r := range m.Transitions {
			stands(r.Pos, "{ id")
			stands(r.At("id"), `"`+r.ID+`"`)
			stands(r.At("doc"), `"`+r.Doc+`"`)
			if r.To != nil {
				stands(r.At("to"), `"`+r.To.Name+`"`)
			}
			for i, a := range r.Do {
				stands(r.Element("do", i), `"`+a.Name+`"`)
			}
		}
	}
}

// TestLoadForms checks that blocks and rows, [tables] and dotted keys are the same to Load.
func TestLoadForms(t *testing.T) {
	rows := mustLoad(t, "testdata/small.toml")
	src := mustRead(t, "testdata/small.toml",
		"\n[protocol]\nname", "\nprotocol.name", "\ntitle", "\nprotocol.title", "\nroles", "\nprotocol.roles", "\ndoc", "\nprotocol.doc",
		`
flag = [
  { name = "more", bit = 0, doc = "More follows." },
  { name = "last", bit = 1, doc = "Nothing follows." },
]
rule = [
  { excludes = "more last", doc = "Either." },
]`, `
[[frame.flag]]
name = 'more'
bit = 0b0
doc = """
More \
follows."""
[[frame.flag]]
name = "last"
bit = 0x1
doc = "Nothing follows."
[[frame.rule]]
excludes = "more last"
doc = "Either."
`)
	blocks, err := Load(rows.Path, src)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(blocks, rows, cmpopts.IgnoreTypes(Node{}), cmpopts.IgnoreFields(Schema{}, "Source")); diff != "" {
		t.Errorf("blocks (-got +want):\n%s", diff)
	}
}

var marker = regexp.MustCompile(`<<([A-Z]{3}\d{3})>>`)

// TestLoadFindsAll checks that all the errors of a file are found in one run and sorted, each at
// the marker <<RULE>> that is put before it.
func TestLoadFindsAll(t *testing.T) {
	src := mustRead(t, "testdata/small.toml",
		`edition = 1`, `edition = <<SYN007>>"1"`,
		`name = "small"`, `name = <<NAM001>>"Small"`,
		`name = "call",   bits = 8, kind = "key"`, `name = "call",   bits = <<LAY001>>99, <<SYN004>>kin = "key", <<SYN003>>bits = 8, kind = <<SYN008>>"kee"`,
		`flagset = "marks"`, `flagset = <<REF004>>"mark"`,
		`name = "urgent"`, `name = <<NAM001>>"URGENT"`,
		`size = "size"`, `size = <<REF014>>"length"`,
		`id = 0x1`, `id = <<LAY002>>0x10`,
		`excludes = "more last"`, `excludes = "more <<REF005>>lost"`,
		"[[frame]]\nname = \"tell\"\nid = 0x2", "<<SYN005>>[[frame]]\nname = \"tell\"",
		`from = ["server"]`, `from = ["server", <<REF002>>"sever"]`,
		`bit = 0, doc = "Nothing follows."`, `bit = <<LAY003>>4, doc = <<DOC001>>""`,
		`ids = [0x0, 0xf]`, `ids = [0x0, <<SYN007>>"0x1", <<SYN007>>{ id = 1 }, <<NAM003>>0x0, 0xf]`,
		`default = 200`, `default = <<LAY004>>256`,
		`%{call}`, `<<ERR002>>%{cell}`,
		`{ name = "dead", when`, `{ name = <<NAM002>>"idle", when`,
		`from = "!dead", on = "*", `, `from = "<<REF011>>!dead", on = "<<SET004>>* ask", `,
		`from = "dead", `, `from = "<<REF011>>dead", `,
		`while = "!dead", from = "closed open"`, `while = "!idle", from = "closed <<SET002>>!open"`,
		`flags = "more",`, `flags = <<SET001>>"  ",`,
		`{ id = "ask",    while = "!dead", `, `<<DOC001>>{ id = "ask",    while = <<SYN007>>true, `,
		`flags = "last !more"`, `flags = "last <<SET003>>!last"`,
		`, doc = "All is there." }`, ` }`,
		`{ id = "wait",   while = "!dead", `, `{ id = "wait",   while = "<<REF011>>!dead", `,
	)
	var want []string
	plain := ""
	for i, line := range strings.Split(string(src), "\n") {
		for m := marker.FindStringSubmatchIndex(line); m != nil; m = marker.FindStringSubmatchIndex(line) {
			want = append(want, fmt.Sprintf("%d:%d %s", i+1, m[0]+1, line[m[2]:m[3]]))
			line = line[:m[0]] + line[m[1]:]
		}
		plain += line + "\n"
	}
	_, err := Load("schema.toml", []byte(plain))
	found, ok := errors.AsType[*Diagnostics](err)
	if !ok {
		t.Fatalf("Load: %v", err)
	}
	var got []string
	for _, f := range found.List {
		got = append(got, fmt.Sprintf("%d:%d %s", f.Pos.Line, f.Pos.Column, f.Rule))
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("findings (-got +want):\n%s\n%s", diff, found)
	}
}

// TestDecoderPos checks the place of what the decoder alone might refuse.
func TestDecoderPos(t *testing.T) {
	for _, test := range []struct {
		src  string
		want Pos
	}{
		{"x = 1\ny = 2020-99-99\n", Pos{2, 5}},
		{"[[a]]\nx = 1\n[[a]]\nx = 1\nx = 2\n", Pos{5, 1}},
		{"a = [\n 1,\n  { b = 1, b = 2 },\n]\n", Pos{3, 12}},
		{"x = 99999999999999999999\n", Pos{1, 5}},
		{"'é' = 1\nx = \"\\q\"\n", Pos{2, 6}},
		{"a = 1\n\n\nb = tru\n", Pos{4, 5}},
	} {
		var doc map[string]any
		_, err := toml.Decode(test.src, &doc)
		if got := decoderPos(newSource([]byte(test.src)), err); got != test.want {
			t.Errorf("%q: got %v, want %v: %v", test.src, got, test.want, err)
		}
	}
	if got, want := decoderPos(newSource([]byte("x")), fs.ErrInvalid), (Pos{1, 1}); got != want {
		t.Errorf("error without a place: got %v, want %v", got, want)
	}
}

func TestLoadFileMissing(t *testing.T) {
	_, err := LoadFile(filepath.Join(t.TempDir(), "none.toml"))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want %v", err, fs.ErrNotExist)
	}
}
