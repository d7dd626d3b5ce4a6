package golang

import (
	"slices"
	"testing"
)

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{" one ", []string{"one"}},
		{"one two three", []string{"one two", "three"}},
		{"one\ntwo three", []string{"one two", "three"}},
		{"one\n\n\n\ntwo", []string{"one", "", "two"}},
		{"incomprehensibility of words", []string{"incomprehensibility", "of words"}},
		{"äöüäöü ß", []string{"äöüäöü ß"}},
	} {
		if got := wrap(tt.text, 8); !slices.Equal(got, tt.want) {
			t.Errorf("wrap(%q, 8) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestEnumerate(t *testing.T) {
	for _, tt := range []struct {
		words []string
		want  string
	}{
		{nil, ""},
		{[]string{"a"}, "a"},
		{[]string{"a", "b"}, "a and b"},
		{[]string{"a", "b", "c"}, "a, b and c"},
	} {
		if got := enumerate(tt.words); got != tt.want {
			t.Errorf("enumerate(%q) = %q, want %q", tt.words, got, tt.want)
		}
	}
}
