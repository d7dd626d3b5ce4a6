package payload_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"github.com/hgwire/hgwire/payload"
)

// layout is a payload as schema.toml lays it out: the specification that the codecs of this package
// are compared with.
type layout struct {
	Name   string
	Repeat bool          // until the payload ends
	Fields []layoutField `toml:"field"`

	bigEndian bool
}

// layoutField is a number or a text, or as many of them as the field Count says. A text takes as
// many octets as the field Size says, of which there is one number for each text.
type layoutField struct {
	Name, Type, Size, Count string
}

// width returns the octets of a number; 0 is a text.
func (f layoutField) width() int { return map[string]int{"u8": 1, "u16": 2}[f.Type] }

// record has the texts of each field of a layout. Numbers follow from them, but for the octets of
// the last text that the payload announces and does not hold.
type record struct {
	texts   map[string][]string
	missing int
}

func readLayouts(t *testing.T) map[string]layout {
	t.Helper()
	var schema struct {
		Header struct {
			ByteOrder string `toml:"byte-order"`
		}
		Payloads []layout `toml:"payload"`
	}
	if _, err := toml.DecodeFile("../schema.toml", &schema); err != nil {
		t.Fatal(err)
	}
	layouts := map[string]layout{}
	for _, l := range schema.Payloads {
		l.bigEndian = schema.Header.ByteOrder == "big"
		layouts[l.Name] = l
	}
	return layouts
}

// append appends a record, field after field.
func (l layout) append(dst []byte, r record) []byte {
	for _, f := range l.Fields {
		if f.width() == 0 {
			dst = append(dst, strings.Join(r.texts[f.Name], "")...)
			continue
		}
		for _, n := range l.numbers(f, r) {
			octets := []byte{byte(n), byte(n >> 8)}[:f.width()]
			if l.bigEndian {
				slices.Reverse(octets)
			}
			dst = append(dst, octets...)
		}
	}
	return dst
}

// numbers returns what a field of numbers says about the texts of another.
func (l layout) numbers(f layoutField, r record) []int {
	for i, g := range l.Fields {
		texts := r.texts[g.Name]
		switch {
		case g.width() > 0:
		case g.Count == f.Name:
			return []int{len(texts)}
		case g.Size == f.Name:
			var sizes []int
			for _, text := range texts {
				sizes = append(sizes, len(text))
			}
			if i == len(l.Fields)-1 && len(sizes) > 0 {
				sizes[len(sizes)-1] += r.missing
			}
			return sizes
		}
	}
	panic("nothing depends on field " + f.Name)
}

var errLayout = errors.New("the payload does not have the layout")

// parse takes records off the payload, field after field.
func (l layout) parse(b []byte) ([]record, error) {
	var records []record
	for len(records) == 0 && !l.Repeat || len(b) > 0 {
		r := record{texts: map[string][]string{}}
		numbers := map[string][]int{}
		for i, f := range l.Fields {
			count := 1
			if f.Count != "" {
				count = numbers[f.Count][0]
			}
			for k := range count {
				size := f.width()
				switch {
				case f.Size == "rest":
					size = len(b)
				case size == 0:
					size = numbers[f.Size][k]
				}
				if size > len(b) && i == len(l.Fields)-1 && !l.Repeat {
					r.missing, size = size-len(b), len(b)
				}
				if size > len(b) {
					return nil, errLayout
				}
				octets := slices.Clone(b[:size])
				b = b[size:]
				if f.width() == 0 {
					r.texts[f.Name] = append(r.texts[f.Name], string(octets))
					if f.Type == "ascii" && slices.ContainsFunc(octets, func(c byte) bool { return c > 0x7f }) {
						return nil, errLayout
					}
					continue
				}
				if !l.bigEndian {
					slices.Reverse(octets)
				}
				n := 0
				for _, c := range octets {
					n = n<<8 | int(c)
				}
				numbers[f.Name] = append(numbers[f.Name], n)
			}
		}
		if records = append(records, r); !l.Repeat && len(b) > 0 {
			return nil, errLayout
		}
	}
	return records, nil
}

// random returns a record of a layout, now and then with a long text. Texts of ASCII are not empty:
// the name of a profile must not be.
func (l layout) random(rng *rand.Rand) record {
	r := record{texts: map[string][]string{}}
	for _, f := range l.Fields {
		if f.width() > 0 {
			continue
		}
		count := 1
		if f.Count != "" {
			count = rng.IntN(4)
		}
		for range count {
			characters, length := []string{"a", "b", "\xff", "\x00"}, rng.IntN(6)
			switch {
			case f.Type == "ascii":
				characters, length = []string{"a", "b", "\n", "\x00"}, 1+length
			case f.Type == "utf-8":
				characters = []string{"a", "é", "€", "%s"}
			}
			if f.Type != "ascii" && rng.IntN(8) == 0 {
				length *= 100
			}
			text := ""
			for range length {
				text += characters[rng.IntN(len(characters))]
			}
			r.texts[f.Name] = append(r.texts[f.Name], text)
		}
	}
	return r
}

// handwritten is a codec of package payload, in terms of the names of the schema.
type handwritten struct {
	append func([]record) ([]byte, error)
	parse  func([]byte) ([]record, error)
}

var codecs = map[string]handwritten{
	"argument": {
		append: func(r []record) ([]byte, error) {
			value := r[0].texts["value"][0]
			return payload.AppendArgument(nil, r[0].texts["name"][0], []byte(value), len(value)+r[0].missing)
		},
		parse: func(b []byte) ([]record, error) {
			a, code := payload.ParseArgument(b, true)
			if code != 0 {
				return nil, code
			}
			texts := map[string][]string{"name": {string(a.Name)}, "value": {string(a.Value)}}
			return []record{{texts, a.ValueLength - len(a.Value)}}, nil
		},
	},
	"text-atoms": {
		append: func(r []record) ([]byte, error) {
			var atoms []Atom
			for _, r := range r {
				atoms = append(atoms, Atom{r.texts["format"][0], r.texts["labels"], r.texts["arguments"]})
			}
			return payload.AppendText(nil, atoms)
		},
		parse: func(b []byte) ([]record, error) {
			atoms, err := payload.ParseText(&textHeader, b)
			var records []record
			for _, a := range atoms {
				texts := map[string][]string{"format": {a.Format}}
				if a.Labels != nil {
					texts["labels"] = a.Labels
				}
				if a.Args != nil {
					texts["arguments"] = a.Args
				}
				records = append(records, record{texts: texts})
			}
			return records, err
		},
	},
	"encoding-settings": {
		append: func(r []record) ([]byte, error) {
			return payload.AppendSettings(nil, payload.Settings{Profile: r[0].texts["profile"][0], Extra: []byte(r[0].texts["settings"][0])})
		},
		parse: func(b []byte) ([]record, error) {
			s, err := payload.ParseSettings(&settingsHeader, b)
			if err != nil {
				return nil, err
			}
			return []record{{texts: map[string][]string{"profile": {s.Profile}, "settings": {string(s.Extra)}}}}, nil
		},
	},
}

// TestLayouts compares the hand-written codecs with the layouts of the schema, on records of any
// kind and on payloads in which octets were changed.
func TestLayouts(t *testing.T) {
	layouts := readLayouts(t)
	for name, codec := range codecs {
		t.Run(name, func(t *testing.T) {
			l := layouts[name]
			rng := rand.New(rand.NewPCG(1, 2))
			good, bad := 0, 0
			for range 2000 {
				records := []record{l.random(rng)}
				for l.Repeat && rng.IntN(2) == 0 {
					records = append(records, l.random(rng))
				}
				if name == "argument" {
					records[0].missing = rng.IntN(2) * rng.IntN(1000)
				}
				var b []byte
				for _, r := range records {
					b = l.append(b, r)
				}
				if got, err := codec.append(records); err != nil || string(got) != string(b) {
					t.Fatalf("%v: got payload %q, %v, want %q as the schema lays it out", records, got, err, b)
				}
				for range 5 {
					got, err := codec.parse(b)
					want, wantErr := l.parse(b)
					if name == "encoding-settings" && wantErr == nil && want[0].texts["profile"][0] == "" {
						want, wantErr = nil, errLayout // no layout says that a name cannot be empty
					}
					if (err == nil) != (wantErr == nil) || !reflect.DeepEqual(got, want) {
						t.Fatalf("%q: got %v, %v, want %v, %v as the schema lays it out", b, got, err, want, wantErr)
					}
					if err == nil {
						good++
					} else {
						bad++
					}
					b[rng.IntN(min(len(b), 8))] = byte(rng.IntN(256))
					b = b[:1+max(rng.IntN(len(b)), rng.IntN(len(b)))]
				}
			}
			if good < 2000 || bad < 500 {
				t.Errorf("got %d good and %d bad payloads, want many of both", good, bad)
			}
		})
	}
}

// TestLayoutsMatter checks that TestLayouts would notice a change of the schema: fields in another
// order or of another width make other payloads.
func TestLayoutsMatter(t *testing.T) {
	for name, l := range readLayouts(t) {
		if _, ok := codecs[name]; !ok {
			continue
		}
		var others []layout
		for i := range l.Fields {
			if l.Fields[i].width() > 0 {
				wider := l
				wider.Fields = slices.Clone(l.Fields)
				wider.Fields[i].Type = map[string]string{"u8": "u16", "u16": "u8"}[l.Fields[i].Type]
				others = append(others, wider)
			}
			if i > 0 {
				swapped := l
				swapped.Fields = slices.Clone(l.Fields)
				swapped.Fields[i-1], swapped.Fields[i] = l.Fields[i], l.Fields[i-1]
				others = append(others, swapped)
			}
		}
		for _, other := range others {
			rng := rand.New(rand.NewPCG(1, 2))
			same := true
			for range 100 {
				r := l.random(rng)
				same = same && string(l.append(nil, r)) == string(other.append(nil, r))
			}
			if same {
				t.Errorf("%s: got the same payloads with the fields %s", name, fmt.Sprint(other.Fields))
			}
		}
	}
}
