package replay

import (
	"encoding/json"
	"testing"
)

// TestJSONString compares with what Python's json.dumps makes of the same code points.
func TestJSONString(t *testing.T) {
	for _, test := range []struct{ octets, want string }{
		{"", `""`},
		{"plain /<&>' text", `"plain /<&>' text"`},
		{"\"\\", `"\"\\"`},
		{"\n\r\t\f\b", `"\n\r\t\f\b"`},
		{"\x00\x07\x0b\x1b\x1f", `"\u0000\u0007\u000b\u001b\u001f"`},
		{"~\x7f\x80\xff", `"~\u007f\u0080\u00ff"`},
		{"é", `"\u00c3\u00a9"`},
	} {
		if got := string(appendJSONString(nil, test.octets)); got != test.want {
			t.Errorf("%q: got %s, want %s", test.octets, got, test.want)
		}
	}
}

func TestJSONStringRoundTrip(t *testing.T) {
	var octets []byte
	var want []rune
	for c := range 256 {
		octets, want = append(octets, byte(c)), append(want, rune(c))
	}
	var got string
	if err := json.Unmarshal(appendJSONString(nil, octets), &got); err != nil || got != string(want) {
		t.Errorf("got %q, %v, want %q", got, err, string(want))
	}
}
