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
