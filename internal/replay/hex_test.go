package replay

import "testing"

func TestHex(t *testing.T) {
	for _, test := range []struct {
		text, want string
		n          int // characters taken
		half       bool
	}{
		{"", "", 0, false},
		{"00ff7F", "\x00\xff\x7f", 6, false},
		{" 0 0\tf\nf\r\v\f", "\x00\xff", 11, false},
		{"0", "", 1, true},
		{"123", "\x12", 3, true},
		{"12g4", "\x12", 2, false},
		{"1x", "", 1, true},
		{"12 é", "\x12", 3, false},
	} {
		var whole Hex
		got, n := whole.Append(nil, []byte(test.text))
		if string(got) != test.want || n != test.n || whole.Half() != test.half {
			t.Errorf("%q: got %x, %d, %t, want %x, %d, %t", test.text, got, n, whole.Half(), test.want, test.n, test.half)
		}

		// The same in pieces of one character.
		var pieces Hex
		got = nil
		for i := range test.n {
			got, _ = pieces.Append(got, []byte(test.text[i:i+1]))
		}
		if string(got) != test.want || pieces.Half() != test.half {
			t.Errorf("%q in pieces: got %x, %t, want %x, %t", test.text, got, pieces.Half(), test.want, test.half)
		}
	}
}
