package framingtest

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"github.com/hgwire/hgwire/generated/framing"
)

// schemaFile is schema.toml as these tests read it: on their own, with nothing but the decoder.
type schemaFile struct {
	Frames []struct {
		Name  string
		ID    int
		Since string
		Flags []flagRow `toml:"flag"`
	} `toml:"frame"`
	FlagSets []struct {
		Name  string
		Flags []flagRow `toml:"flag"`
	} `toml:"flagset"`
	Limits   []struct{ Name, Machine, Counts string } `toml:"limit"`
	Errors   []struct{ Name, Fault, Text string }     `toml:"error"`
	Machines []*machineBlock                          `toml:"machine"`
	Vectors  []struct {
		Revision framing.Revision
		Frame    string
		Octets   string
	} `toml:"vector"`
}

type flagRow struct {
	Name string
	Bit  int
}

type machineBlock struct {
	Name    string
	Role    string // "" for every role's
	Since   string
	Within  string
	Guard   string
	Initial []struct{ Keys, State string }
	States  []struct {
		Name      string
		Receiving bool
		When      string
	} `toml:"state"`
	Events            []struct{ Name string } `toml:"event"`
	Rows              []row                   `toml:"transition"`
	Otherwise, Misuse string
}

type row struct {
	ID, While, From, On, Send, Flags, To, Error string
	Do                                          []string
	Consumes, Abnormal                          bool
}

func readSchema(t testing.TB) *schemaFile {
	t.Helper()
	s := new(schemaFile)
	if _, err := toml.DecodeFile("../../schema.toml", s); err != nil {
		t.Fatal(err)
	}
	return s
}

// has reports whether a set such as `a b`, `!a !b` or `*` has a name.
func has(set, name string) bool {
	words := strings.Fields(set)
	if set == "*" {
		return true
	}
	if strings.HasPrefix(set, "!") {
		return !slices.Contains(words, "!"+name)
	}
	return slices.Contains(words, name)
}

func TestVectors(t *testing.T) {
	vectors := readSchema(t).Vectors
	if len(vectors) == 0 {
		t.Fatal("the schema has no vectors")
	}
	for _, v := range vectors {
		octets := octetsOf(t, v.Octets)
		f, err := v.Revision.ParseText(v.Frame)
		if err != nil {
			t.Errorf("%s: %v", v.Frame, err)
			continue
		}
		if got, err := v.Revision.AppendFrame(nil, &f); err != nil || !bytes.Equal(got, octets) {
			t.Errorf("%s: got % x, %v, want % x", v.Frame, got, err, octets)
		}
		parsed, rest, err := v.Revision.ParseFrame(octets)
		if err != nil || len(rest) != 0 || string(v.Revision.AppendText(nil, &parsed)) != v.Frame {
			t.Errorf("% x: got %s, rest % x, %v, want %s", octets, v.Revision.AppendText(nil, &parsed), rest, err, v.Frame)
		}
	}
}
