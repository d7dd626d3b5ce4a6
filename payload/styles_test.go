package payload_test

import (
	"fmt"
	"testing"

	"github.com/hgwire/hgwire/payload"
)

func TestStyles(t *testing.T) {
	styles := payload.Styles{"warning": "33", "error": "1;31", "plain": ""}
	tests := []struct {
		name  string
		atoms []payload.Atom
		want  string
	}{
		{"nothing", nil, ""},
		{"empty text", []payload.Atom{{Labels: []string{"error"}}}, ""},
		{"no labels", []payload.Atom{{Format: "abc\n"}}, "abc\n"},
		{"a newline is added", []payload.Atom{{Format: "abc"}}, "abc\n"},
		{"a label", []payload.Atom{{Format: "no %s", Args: []string{"way"}, Labels: []string{"error"}}, {Format: "\n"}}, "\x1b[1;31mno way\x1b[0m\n"},
		{"two labels", []payload.Atom{{Format: "x\n", Labels: []string{"error", "warning"}}}, "\x1b[1;31m\x1b[33mx\x1b[0m\n"},
		{"labels without style", []payload.Atom{{Format: "x\n", Labels: []string{"plain", "other"}}}, "x\n"},
		{"newline within a style", []payload.Atom{{Format: "x\n", Labels: []string{"error"}}, {}}, "\x1b[1;31mx\x1b[0m\n"},
		{"several lines", []payload.Atom{{Format: "x\n\ny", Labels: []string{"error"}}}, "\x1b[1;31mx\x1b[0m\n\n\x1b[1;31my\x1b[0m\n"},
		{"what could do harm", []payload.Atom{{Format: "\x1b[2J\a%s\r", Args: []string{"\u009b1m\xff\t\x7f"}}}, `\x1b[2J\x07\x9b1m` + "\ufffd\t" + `\x7f\x0d` + "\n"},
	}
	for _, tt := range tests {
		if got := string(styles.AppendText([]byte("> "), tt.atoms)); got != "> "+tt.want {
			t.Errorf("%s: %q; want %q", tt.name, got, "> "+tt.want)
		}
	}
}

func ExampleStyles() {
	styles := payload.Styles{"ui.warning": "1;33"}
	text := styles.AppendText(nil, []payload.Atom{
		{Format: "%s: ", Args: []string{"warning"}, Labels: []string{"ui.warning"}},
		{Format: "repository is %s\x07", Args: []string{"unrelated"}},
	})
	fmt.Printf("%q\n", text)
	// Output:
	// "\x1b[1;33mwarning: \x1b[0mrepository is unrelated\\x07\n"
}
