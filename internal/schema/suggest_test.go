package schema

import "testing"

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"name", "name", 0},
		{"nmae", "name", 1},
		{"nam", "name", 1},
		{"names", "name", 1},
		{"nane", "name", 1},
		{"abcd", "badc", 2},
		{"kitten", "sitting", 3},
	} {
		if got := distance(test.a, test.b); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
		if got := distance(test.b, test.a); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.b, test.a, got, test.want)
		}
	}
}

func TestSimilar(t *testing.T) {
	candidates := []string{"to", "do", "doc", "flags", "error", "while"}
	for _, test := range []struct{ word, want string }{
		{"docs", "doc"},
		{"d", "do"},
		{"flag", "flags"},
		{"Error", "error"},
		{"wihle", "while"},
		{"until", ""},
		{"", ""},
	} {
		if got := similar(test.word, candidates); got != test.want {
			t.Errorf("similar(%q) = %q, want %q", test.word, got, test.want)
		}
	}
}
