package example_test

import (
	"strings"
	"testing"

	"github.com/hgwire/hgwire/internal/example"
)

func TestMended(t *testing.T) {
	for _, test := range []struct{ name, schema, mend, want, err string }{
		{"replace", "a\nb\nc\n", "-b\n+d\n", "a\nd\nc\n", ""},
		{"first line", "a\nb\n", "-a\n+c\n", "c\nb\n", ""},
		{"remove", "a\nb\nc\n", "-b\n", "a\nc\n", ""},
		{"add", "a\nb\n", " a\n+c\n", "a\nc\nb\n", ""},
		{"context", "a\nx\nb\nx\n", " b\n-x\n+y\n", "a\nx\nb\ny\n", ""},
		{"hunks", "a\nb\nc\n", "-a\n+x\n\n-c\n+y\n", "x\nb\ny\n", ""},
		{"no part of a line", "ab\nb\n", "-b\n+c\n", "ab\nc\n", ""},
		{"none", "a\n", "", "", "there is no mend"},
		{"twice", "a\nb\na\nb\n", "-a\n", "", "2 times"},
		{"absent", "a\n", "-b\n", "", "0 times"},
		{"nowhere", "a\n", "+b\n", "", "once"},
		{"no diff", "a\n", "a\n", "", `begins with "a"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := &example.Example{Schema: []byte(test.schema), Mend: []byte(test.mend)}
			got, err := e.Mended()
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("got %v, want %s", err, test.err)
				}
				return
			}
			if err != nil || string(got) != test.want {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

func TestParse(t *testing.T) {
	const whole = "Text.\n-- schema.toml --\na\n-- want --\nb\n-- mend --\n-a\n"
	for _, archive := range []string{whole, "-- schema.toml --\na\n-- want --\nb\n"} {
		e, err := example.Parse([]byte(archive))
		if err != nil || string(e.Format()) != archive {
			t.Errorf("got %+v, %v, want what formats as %q", e, err, archive)
		}
	}
	if e, err := example.Parse([]byte("-- want --\nb\n")); err == nil {
		t.Errorf("got %+v, want an error", e)
	}
}

// A mended schema in whole becomes the diff that leads to it.
func TestParseMended(t *testing.T) {
	for _, test := range []struct{ name, schema, mended, mend string }{
		{"replace", "a\nb\nc\n", "a\nd\nc\n", "-b\n+d\n"},
		{"add", "a\nb\nb\nc\n", "a\nb\nb\nc\nd\n", " c\n+d\n"},
		{"remove one of two", "a\nb\nx\nb\nc\n", "a\nb\nx\nc\n", " x\n-b\n"},
		{"far apart", "a\n1\n2\n3\n4\n5\n6\n7\n8\nb\n", "x\n1\n2\n3\n4\n5\n6\n7\n8\ny\n", "-a\n+x\n\n-b\n+y\n"},
		{"nothing", "a\n", "a\n", ""},
		{"empty lines", "a\n\nb\n\na\n", "a\n\nc\n\na\n", "-b\n+c\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			e, err := example.Parse([]byte("-- schema.toml --\n" + test.schema + "-- want --\n-- mend.toml --\n" + test.mended))
			if err != nil {
				t.Fatal(err)
			}
			if string(e.Mend) != test.mend {
				t.Errorf("got mend %q, want %q", e.Mend, test.mend)
			}
			if got, err := e.Mended(); test.mend == "" {
				if err == nil {
					t.Errorf("got %q, want an error", got)
				}
			} else if err != nil || string(got) != test.mended {
				t.Errorf("got %q, %v, want %q", got, err, test.mended)
			}
		})
	}
}

func TestRule(t *testing.T) {
	for _, test := range []struct {
		name, rule string
		main       bool
	}{
		{"testdata/bad/REF001.txtar", "REF001", true},
		{"REF001-case.txtar", "REF001", false},
	} {
		if rule, main := example.Rule(test.name); rule != test.rule || main != test.main {
			t.Errorf("Rule(%q): got %s, %v, want %s, %v", test.name, rule, main, test.rule, test.main)
		}
	}
}
