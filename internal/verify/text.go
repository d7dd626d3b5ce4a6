package verify

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hgwire/hgwire/internal/schema"
)

// written returns the fields that a frame line has in a revision, in the order of the header. The
// length is not among them: it follows from the payload or stands in its place. Nor are reserved
// bits.
func (c *checker) written(r *schema.Revision) []*schema.Field {
	var list []*schema.Field
	for _, p := range c.places(r) {
		if p.Kind != schema.FieldLength && p.Kind != schema.FieldReserved {
			list = append(list, p.Field)
		}
	}
	return list
}

// parse reads a frame line.
func (c *checker) parse(r *schema.Revision, line string) (*frame, error) {
	f := &frame{values: make([]uint64, len(c.Header.Fields))}
	words := make(map[*schema.Field]string)
	rest := line
	for _, field := range c.written(r) {
		word, after, found := strings.Cut(rest, " ")
		if !found {
			return nil, fmt.Errorf("it ends before or with field %s: a space and the payload come after the last field", field.Name)
		}
		words[field], rest = word, after
	}
	// The type comes first: it gives the flags their names, on whichever side of them it stands.
	for _, field := range c.written(r) {
		if field.Kind == schema.FieldType {
			v, err := c.parseType(r, words[field])
			if err != nil {
				return nil, fmt.Errorf("field %s: %w", field.Name, err)
			}
			f.values[field.Index] = v
		}
	}
	for _, field := range c.written(r) {
		v, err := f.values[field.Index], error(nil)
		switch field.Kind {
		case schema.FieldType:
		case schema.FieldFlags:
			v, err = parseFlags(c.flagSet(field, f.values[c.typeField().Index]), words[field])
		default:
			v, err = parseNumber(words[field])
		}
		if err == nil && field.Bits < 64 && v>>field.Bits != 0 {
			err = fmt.Errorf("%d does not fit in %d bits", v, field.Bits)
		}
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", field.Name, err)
		}
		f.values[field.Index] = v
	}
	return f, c.parseRest(r, f, rest)
}

// parseRest sets the payload and the length of a frame from what follows the fields of its line:
// the payload or, in frames whose length is a value, that number.
func (c *checker) parseRest(r *schema.Revision, f *frame, rest string) error {
	var length uint64
	var err error
	what := "a payload of %d octets"
	if c.byValue(r, f) != nil {
		what = "%d"
		length, err = parseNumber(rest)
	} else if f.payload, err = unescape(rest); err != nil {
		return fmt.Errorf("payload: %w", err)
	} else {
		length = uint64(len(f.payload))
	}
	for _, p := range c.places(r) {
		if p.Kind != schema.FieldLength {
			continue
		}
		if err == nil && p.Bits < 64 && length>>p.Bits != 0 {
			err = fmt.Errorf(what+" does not fit in %d bits", length, p.Bits)
		}
		if err != nil {
			return fmt.Errorf("field %s: %w", p.Name, err)
		}
		f.values[p.Index] = length
	}
	return nil
}

func (c *checker) parseType(r *schema.Revision, word string) (uint64, error) {
	for _, f := range c.Frames {
		if f.Name == word && r.In(f.Since) {
			return f.ID, nil
		}
	}
	v, err := parseNumber(word)
	if err != nil {
		var names []string
		for _, f := range c.Frames {
			if r.In(f.Since) {
				names = append(names, f.Name)
			}
		}
		return 0, fmt.Errorf("revision %s has no frame type %q%s", r.ID, word, schema.Suggest(word, names))
	}
	return v, nil
}

// parseFlags reads flags such as "eos|have-args", "0" and "eos|8".
func parseFlags(s *schema.FlagSet, words string) (uint64, error) {
	var flags uint64
	for word := range strings.SplitSeq(words, "|") {
		v, err := parseNumber(word)
		var names []string
		if err != nil && s != nil {
			for _, f := range s.Flags {
				if names = append(names, f.Name); f.Name == word {
					v, err = 1<<f.Bit, nil
				}
			}
		}
		if err != nil {
			return 0, fmt.Errorf("there is no flag %q%s", word, schema.Suggest(word, names))
		}
		flags |= v
	}
	return flags, nil
}

func parseNumber(word string) (uint64, error) {
	if strings.Trim(word, "0123456789") != "" || word == "" {
		return 0, fmt.Errorf("%q is not a decimal number", word)
	}
	return strconv.ParseUint(word, 10, 64)
}

// format renders a frame as a line.
func (c *checker) format(r *schema.Revision, f *frame) string {
	var b strings.Builder
	for _, field := range c.written(r) {
		v := f.values[field.Index]
		word := strconv.FormatUint(v, 10)
		switch field.Kind {
		case schema.FieldType:
			if t := c.frame(v); t != nil && r.In(t.Since) {
				word = t.Name
			}
		case schema.FieldFlags:
			word = flagNames(c.flagSet(field, f.values[c.typeField().Index]), v)
		}
		b.WriteString(word + " ")
	}
	if c.byValue(r, f) != nil {
		for _, p := range c.places(r) {
			if p.Kind == schema.FieldLength {
				return b.String() + strconv.FormatUint(f.values[p.Index], 10)
			}
		}
	}
	for i, o := range f.payload {
		switch edge := i == 0 || i == len(f.payload)-1; {
		case o == '\n':
			b.WriteString(`\n`)
		case o == '\r':
			b.WriteString(`\r`)
		case o == '\t':
			b.WriteString(`\t`)
		case o == '\\':
			b.WriteString(`\\`)
		case o < ' ' || o > '~' || o == ' ' && edge:
			fmt.Fprintf(&b, `\x%02x`, o)
		default:
			b.WriteByte(o)
		}
	}
	return b.String()
}

// simpleEscapes are the escapes of one character.
var simpleEscapes = map[byte]byte{
	'n': '\n', 'r': '\r', 't': '\t', 'a': '\a', 'b': '\b', 'f': '\f', 'v': '\v', '\\': '\\', '\'': '\'', '"': '"',
}

// unescape resolves the backslash escapes of a payload.
func unescape(s string) ([]byte, error) {
	var out []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			out = append(out, s[i])
			continue
		}
		i++
		if i == len(s) {
			return nil, fmt.Errorf("a backslash stands at the end")
		}
		simple, ok := simpleEscapes[s[i]]
		switch {
		case ok:
			out = append(out, simple)
		case s[i] == '\n':
		case s[i] == 'x':
			v, err := strconv.ParseUint(s[i+1:min(i+3, len(s))], 16, 8)
			if err != nil || i+3 > len(s) {
				return nil, fmt.Errorf(`\x wants two hexadecimal digits`)
			}
			out = append(out, byte(v))
			i += 2
		case s[i] >= '0' && s[i] <= '7':
			v := 0
			end := min(i+3, len(s))
			for ; i < end && s[i] >= '0' && s[i] <= '7'; i++ {
				v = v*8 + int(s[i]-'0')
			}
			out = append(out, byte(v))
			i--
		default:
			out = append(out, '\\', s[i])
		}
	}
	return out, nil
}
