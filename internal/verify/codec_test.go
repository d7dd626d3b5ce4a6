package verify

import (
	"bytes"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/internal/schema"
)

// The codec that the vectors are checked with and the one that is generated know nothing of each
// other, and agree on every frame.
func TestCodecAgreesWithGenerated(t *testing.T) {
	src, err := os.ReadFile("../../schema.toml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := schema.Load("schema.toml", src)
	if err != nil {
		t.Fatal(err)
	}
	c := &checker{Schema: s}
	random := rand.New(rand.NewPCG(1, 2))
	for _, r := range s.Revisions {
		rev, err := framing.ParseRevision(r.ID)
		if err != nil {
			t.Fatal(err)
		}
		for range 2000 {
			f := randomFrame(c, r, random)
			octets := c.encode(r, f)

			fast, rest, err := rev.ParseFrame(octets)
			if err != nil || len(rest) != 0 {
				t.Fatalf("ParseFrame of % x: got %d octets left, %v", octets, len(rest), err)
			}
			line := c.format(r, f)
			if got := string(rev.AppendText(nil, &fast)); got != line {
				t.Fatalf("AppendText: got %q, want %q", got, line)
			}
			if fast, err = rev.ParseText(line); err != nil {
				t.Fatalf("ParseText of %q: %v", line, err)
			}
			if got, err := rev.AppendFrame(nil, &fast); err != nil || !bytes.Equal(got, octets) {
				t.Fatalf("AppendFrame of %q: got % x, %v, want % x", line, got, err, octets)
			}

			parsed, err := c.parse(r, line)
			if err != nil {
				t.Fatalf("parse of %q: %v", line, err)
			}
			decoded, err := c.decode(r, octets)
			if err != nil {
				t.Fatalf("decode of % x: %v", octets, err)
			}
			for _, got := range []*frame{parsed, decoded} {
				if !slices.Equal(got.values, f.values) || !bytes.Equal(got.payload, f.payload) {
					t.Fatalf("%q: got %v, want %v", line, got, f)
				}
			}
		}
	}
}

// randomFrame returns a frame whose fields have any value that fits.
func randomFrame(c *checker, r *schema.Revision, random *rand.Rand) *frame {
	f := &frame{values: make([]uint64, len(c.Header.Fields)), payload: make([]byte, random.IntN(20))}
	for i := range f.payload {
		f.payload[i] = byte(random.Uint32())
		if random.IntN(4) == 0 {
			f.payload[i] = " \\\n\r\tx0"[random.IntN(7)]
		}
	}
	for _, p := range c.places(r) {
		f.values[p.Index] = random.Uint64() & (1<<p.Bits - 1)
		if p.Kind == schema.FieldLength {
			f.values[p.Index] = uint64(len(f.payload))
		}
	}
	return f
}

// Where the bits of a field stand: 12 bits, then 4 bits, by byte order and bit order. Orders that
// do not agree give no place to fields across octets, so there the fields have 8 bits and 4 each.
func TestEncode(t *testing.T) {
	for _, test := range []struct {
		name      string
		bigEndian bool
		lsbFirst  bool
		bits      []int
		values    []uint64
		want      []byte
	}{
		{"big, high bits first", true, false, []int{12, 4}, []uint64{0xabc, 0xd}, []byte{0xab, 0xcd}},
		{"little, low bits first", false, true, []int{12, 4}, []uint64{0xabc, 0xd}, []byte{0xbc, 0xda}},
		{"little, high bits first", false, false, []int{16, 4, 4}, []uint64{0xabcd, 0xe, 0xf}, []byte{0xcd, 0xab, 0xef}},
		{"big, low bits first", true, true, []int{16, 4, 4}, []uint64{0xabcd, 0xe, 0xf}, []byte{0xab, 0xcd, 0xfe}},
		{"a bit before 31", true, false, []int{1, 31}, []uint64{1, 0x12345678}, []byte{0x92, 0x34, 0x56, 0x78}},
		{"64 bits", true, false, []int{64}, []uint64{0x0123456789abcdef}, []byte{0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef}},
		{"64 bits, little", false, false, []int{64}, []uint64{0x0123456789abcdef}, []byte{0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := &checker{Schema: &schema.Schema{Header: schema.Header{BigEndian: test.bigEndian, LSBFirst: test.lsbFirst}}}
			for i, bits := range test.bits {
				c.Header.Fields = append(c.Header.Fields, &schema.Field{Index: i, Bits: bits})
			}
			r := &schema.Revision{}
			if got := c.encode(r, &frame{values: test.values}); !bytes.Equal(got, test.want) {
				t.Errorf("encode: got % x, want % x", got, test.want)
			}
			got, err := c.decode(r, test.want)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got.values, test.values); diff != "" {
				t.Errorf("decode: got(-) want(+):\n%s", diff)
			}
		})
	}
}

func TestUnescape(t *testing.T) {
	for _, test := range []struct {
		in   string
		want string
		bad  bool
	}{
		{``, "", false},
		{`a b`, "a b", false},
		{`\x00\xff\xAb`, "\x00\xff\xab", false},
		{`\n\r\t\a\b\f\v\\\'\"`, "\n\r\t\a\b\f\v\\'\"", false},
		{`\0\12\1234\777`, "\x00\n\x534\xff", false},
		{`\8\q`, `\8\q`, false},
		{"a\\\nb", "ab", false},
		{`\`, "", true},
		{`\\\`, "", true},
		{`\x`, "", true},
		{`\x1`, "", true},
		{`\x1g`, "", true},
		{`\x+1`, "", true},
	} {
		got, err := unescape(test.in)
		if string(got) != test.want || err != nil != test.bad {
			t.Errorf("unescape(%q): got %q, %v, want %q, error %v", test.in, got, err, test.want, test.bad)
		}
	}
}
