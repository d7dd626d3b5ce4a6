package payload_test

import (
	"testing"

	"github.com/hgwire/hgwire/payload"
)

func TestAppendFormatted(t *testing.T) {
	args := func(s ...string) []string { return s }
	tests := []struct {
		format string
		args   []string
		want   string
	}{
		{"", nil, ""},
		{"plain", nil, "plain"},
		{"%s", args("a"), "a"},
		{"foo %s %s", args("val", "value"), "foo val value"},
		{"%s%s", args("a", "b"), "ab"},
		{"100%%", nil, "100%"},
		{"%%s", args("a"), "%s"},
		{"%%%s", args("a"), "%a"},
		{"%d %s %x", args("a"), "%d a %x"},
		{"% s", args("a"), "% s"},
		{"end %", args("a"), "end %"},
		{"%", nil, "%"},
		{"%s and %s", args("a"), "a and %s"},
		{"%s", nil, "%s"},
		{"none", args("a"), "none"},
		{"%s", args("%s%%"), "%s%%"},
		{"%é%s", args("ü"), "%éü"},
	}
	for _, tt := range tests {
		a := payload.Atom{Format: tt.format, Args: tt.args}
		if got := string(a.AppendFormatted([]byte("dst "))); got != "dst "+tt.want {
			t.Errorf("%q with %q: %q; want %q", tt.format, tt.args, got, "dst "+tt.want)
		}
	}
}

func TestAppendPlain(t *testing.T) {
	tests := []struct {
		atoms []payload.Atom
		want  string
	}{
		{nil, ""},
		{[]payload.Atom{{}}, ""},
		{[]payload.Atom{{Format: "a"}}, "a\n"},
		{[]payload.Atom{{Format: "a\n"}}, "a\n"},
		{[]payload.Atom{{Format: "a\n"}, {Format: "b"}}, "a\nb\n"},
		{[]payload.Atom{{Format: "a"}, {Format: "%s", Args: []string{"b\n"}}}, "ab\n"},
		{[]payload.Atom{{Format: "a\n"}, {}}, "a\n"},
		{[]payload.Atom{{Format: "\n\n"}}, "\n\n"},
	}
	for _, tt := range tests {
		if got := string(payload.AppendPlain([]byte("dst "), tt.atoms)); got != "dst "+tt.want {
			t.Errorf("AppendPlain(%q) = %q; want %q", tt.atoms, got, "dst "+tt.want)
		}
	}
}
