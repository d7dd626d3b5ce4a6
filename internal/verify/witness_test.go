package verify

import (
	"bytes"
	"strings"
	"testing"
)

// Lists and octets are cut when they are longer than what is shown, and not before.
func TestShortened(t *testing.T) {
	list := strings.Fields("a b c d e f g h i j")
	octets := bytes.Repeat([]byte{0xab}, 49)
	whole := strings.TrimSuffix(strings.Repeat("ab ", 48), " ")
	for _, test := range []struct{ got, want string }{
		{abridge(nil, ", "), ""},
		{abridge(list[:8], ", "), "a, b, c, d, e, f, g, h"},
		{abridge(list[:9], ", "), "a, b, c, d, e, f, g, h, and 1 more"},
		{abridge(list, ", "), "a, b, c, d, e, f, g, h, and 2 more"},
		{spaced(nil), ""},
		{spaced(octets[:48]), whole},
		{spaced(octets), whole + " ... (49 octets)"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}
