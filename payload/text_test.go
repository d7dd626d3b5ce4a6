package payload_test

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
)

// Atom is short for tables.
type Atom = payload.Atom

var textHeader = framing.Header{RequestID: 1, StreamID: 2, Type: framing.TypeTextOutput}

var textTests = []struct {
	payload string
	atoms   []Atom
}{
	{payload: ""},
	{payload: "\x00\x00\x00\x00", atoms: []Atom{{}}},
	{payload: "\x03\x00\x00\x00foo", atoms: []Atom{{Format: "foo"}}},
	{payload: "\x03\x00\x00\x00foo\x03\x00\x00\x00bar", atoms: []Atom{{Format: "foo"}, {Format: "bar"}}},
	{payload: "\x06\x00\x00\x01\x04\x00foo %sval1", atoms: []Atom{{Format: "foo %s", Args: []string{"val1"}}}},
	{payload: "\x09\x00\x00\x02\x03\x00\x05\x00foo %s %svalvalue", atoms: []Atom{{Format: "foo %s %s", Args: []string{"val", "value"}}}},
	{payload: "\x03\x00\x01\x00\x05foolabel", atoms: []Atom{{Format: "foo", Labels: []string{"label"}}}},
	{payload: "\x06\x00\x01\x01\x05\x03\x00foo %slabelarg", atoms: []Atom{{Format: "foo %s", Labels: []string{"label"}, Args: []string{"arg"}}}},
	{payload: "\x00\x00\x02\x02\x00\x01\x00\x00\x01\x00la", atoms: []Atom{{Labels: []string{"", "l"}, Args: []string{"", "a"}}}},
	{payload: "\x03\x00\x00\x01\x02\x00\xe2\x82\xac\xc3\xa9", atoms: []Atom{{Format: "€", Args: []string{"é"}}}},
	{payload: "\x00\x01\x00\x00" + strings.Repeat("x", 0x100), atoms: []Atom{{Format: strings.Repeat("x", 0x100)}}},
	{payload: "\x00\x00\xff\x00" + strings.Repeat("\x01", 255) + strings.Repeat("l", 255), atoms: []Atom{{Labels: slices.Repeat([]string{"l"}, 255)}}},
	{payload: "\x00\x00\x00\xff" + strings.Repeat("\x01\x00", 255) + strings.Repeat("a", 255), atoms: []Atom{{Args: slices.Repeat([]string{"a"}, 255)}}},
	{payload: "\x00\x00\x01\x00\xff" + strings.Repeat("l", 255), atoms: []Atom{{Labels: []string{strings.Repeat("l", 255)}}}},
	{payload: "\xfc\x7f\x00\x00" + strings.Repeat("x", 32764), atoms: []Atom{{Format: strings.Repeat("x", 32764)}}},
}

func TestAppendText(t *testing.T) {
	for _, tt := range textTests {
		got, err := payload.AppendText([]byte("dst"), tt.atoms)
		if err != nil || string(got) != "dst"+tt.payload {
			t.Errorf("AppendText(%.60q) = %.60q, %v; want %.60q", tt.atoms, got, err, "dst"+tt.payload)
		}
	}
}

func TestParseText(t *testing.T) {
	for _, tt := range textTests {
		got, err := payload.ParseText(&textHeader, []byte(tt.payload))
		if err != nil || !reflect.DeepEqual(got, tt.atoms) {
			t.Errorf("ParseText(%.60q) = %.60q, %v; want %.60q", tt.payload, got, err, tt.atoms)
		}
	}
}

func TestAppendTextLimits(t *testing.T) {
	long := strings.Repeat("x", 65536)
	tests := []struct {
		name  string
		atoms []Atom
		code  framing.ErrorCode
		text  string
	}{
		{"arguments", []Atom{{Format: "bleh", Args: make([]string, 256)}}, framing.ErrTooManyTextArguments, "cannot use more than 255 formatting arguments"},
		{"labels", []Atom{{Format: "bleh", Labels: make([]string, 256)}}, framing.ErrTooManyTextLabels, "cannot use more than 255 labels"},
		{"format", []Atom{{Format: long}}, framing.ErrTextFormatTooLong, "formatting string cannot be longer than 64k"},
		{"argument", []Atom{{Format: "bleh", Args: []string{"a", long}}}, framing.ErrTextArgumentTooLong, "argument string cannot be longer than 64k"},
		{"label", []Atom{{Format: "bleh", Labels: []string{long}}}, framing.ErrTextLabelTooLong, "label string cannot be longer than 255 bytes"},
		{"label by one octet", []Atom{{Labels: []string{"l", long[:256]}}}, framing.ErrTextLabelTooLong, "label string cannot be longer than 255 bytes"},
		{"label not ASCII", []Atom{{Labels: []string{"caf\xc3\xa9"}}}, framing.ErrTextLabelNotASCII, "label string must be ASCII"},
		{"frame", []Atom{{Format: long[:32765]}}, framing.ErrMessageTooLarge, "cannot encode data in a single frame"},
		{"frame of many atoms", make([]Atom, 32768/4+1), framing.ErrMessageTooLarge, "cannot encode data in a single frame"},
		{"argument that fits its length only", []Atom{{Args: []string{long[:65535]}}}, framing.ErrMessageTooLarge, "cannot encode data in a single frame"},

		{"format that grows by replacement", []Atom{{Format: strings.Repeat("\xff", 21846)}}, framing.ErrTextFormatTooLong, "formatting string cannot be longer than 64k"},
		{"argument that grows by replacement", []Atom{{Args: []string{strings.Repeat("\xff", 21846)}}}, framing.ErrTextArgumentTooLong, "argument string cannot be longer than 64k"},
		{"frame that grows by replacement", []Atom{{Format: strings.Repeat("\xff", 10922)}}, framing.ErrMessageTooLarge, "cannot encode data in a single frame"},

		{"arguments before labels", []Atom{{Format: long, Args: make([]string, 256), Labels: make([]string, 256)}}, framing.ErrTooManyTextArguments, "cannot use more than 255 formatting arguments"},
		{"labels before format", []Atom{{Format: long, Labels: make([]string, 256)}}, framing.ErrTooManyTextLabels, "cannot use more than 255 labels"},
		{"format before argument", []Atom{{Format: long, Args: []string{long}}}, framing.ErrTextFormatTooLong, "formatting string cannot be longer than 64k"},
		{"argument before label", []Atom{{Args: []string{long}, Labels: []string{long}}}, framing.ErrTextArgumentTooLong, "argument string cannot be longer than 64k"},
		{"an atom before the frame", []Atom{{Format: long[:40000]}, {Labels: []string{"\x80"}}}, framing.ErrTextLabelNotASCII, "label string must be ASCII"},
	}
	for _, tt := range tests {
		got, err := payload.AppendText([]byte("dst"), tt.atoms)
		usage, ok := errors.AsType[*framing.UsageError](err)
		if !ok || usage.Code != tt.code || usage.Text != tt.text || usage.Header.Type != framing.TypeTextOutput {
			t.Errorf("%s: error %v; want a usage error: %s", tt.name, err, tt.text)
		}
		if string(got) != "dst" {
			t.Errorf("%s: AppendText = %.20q; want dst as it was", tt.name, got)
		}
	}
}

// The long ones are tables 3-8 to 3-11 of the Unicode standard, version 15.
func TestAppendTextReplaces(t *testing.T) {
	tests := []struct{ in, want string }{
		{"a\xffb", "a?b"},
		{"\xff\xff", "??"},
		{"\xe2\x82", "?"},
		{"\xe2\x82\xe2\x82\xac", "?€"},
		{"\xf0\x90\x80", "?"},
		{"\xf0\x90\x80A", "?A"},
		{"caf\xc3", "caf?"},
		{"\uFFFD", "?"},
		{"\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41", "????????A"},
		{"\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41", "????????A"},
		{"\xf4\x91\x92\x93\xff\x41\x80\xbf\x42", "?????A??B"},
		{"\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", "????A"},
	}
	for _, tt := range tests {
		b, err := payload.AppendText(nil, []Atom{{Format: tt.in, Args: []string{tt.in}}})
		if err != nil {
			t.Fatal(err)
		}
		got, err := payload.ParseText(&textHeader, b)
		s := strings.ReplaceAll(tt.want, "?", "\uFFFD")
		want := []Atom{{Format: s, Args: []string{s}}}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q became %q, %v; want %q", tt.in, got, err, want)
		}
	}
}

func TestParseTextErrors(t *testing.T) {
	tests := []struct{ payload, reason string }{
		{"\x00", "atom 1: header is cut short: 1 of 4 octets"},
		{"\x00\x00\x00\x00\x00\x00\x00", "atom 2: header is cut short: 3 of 4 octets"},
		{"\x00\x00\x01\x02\x00\x00\x00\x00", "atom 1: table of lengths is cut short: 4 of 5 octets"},
		{"\x04\x00\x00\x00foo", "atom 1: format string is cut short: 3 of 4 octets"},
		{"\xff\xff\x00\x00foo", "atom 1: format string is cut short: 3 of 65535 octets"},
		{"\x01\x00\x02\x00\x01\x03fabc", "atom 1: label 2 is cut short: 2 of 3 octets"},
		{"\x01\x00\x02\x00\x01\x02fab\x80", "atom 1: label 2 is not ASCII"},
		{"\x01\x00\x00\x02\x01\x00\x00\x01fab", "atom 1: argument 2 is cut short: 1 of 256 octets"},
		{"\x01\x00\x00\x00x\x01\x00\x00\x01\xff\xffx", "atom 2: argument 1 is cut short: 0 of 65535 octets"},
	}
	for _, tt := range tests {
		got, err := payload.ParseText(&textHeader, []byte(tt.payload))
		want := "malformed text output frame: " + tt.reason
		perr, ok := errors.AsType[*framing.ProtocolError](err)
		if !ok || perr.Code != framing.ErrMalformedText || perr.Text != want || perr.Header != textHeader {
			t.Errorf("ParseText(%q): error %v; want %s", tt.payload, err, want)
		}
		if got != nil {
			t.Errorf("ParseText(%q) = %q; want nothing", tt.payload, got)
		}
	}
}

func TestParseTextTruncated(t *testing.T) {
	atoms := []Atom{
		{Format: "one %s %s", Labels: []string{"a", "bc"}, Args: []string{"x", "yz"}},
		{Format: "two"},
		{Format: "%s", Args: []string{"three"}},
	}
	var whole []byte
	ends := map[int]int{0: 0} // of an atom, and how many atoms end there
	for i := range atoms {
		var err error
		if whole, err = payload.AppendText(whole, atoms[i:i+1]); err != nil {
			t.Fatal(err)
		}
		ends[len(whole)] = i + 1
	}
	last := 0
	for n := range len(whole) + 1 {
		got, err := payload.ParseText(&textHeader, whole[:n])
		if count, ok := ends[n]; ok {
			last = count
			if err != nil || len(got) != count {
				t.Errorf("first %d octets: %q, %v; want %d atoms", n, got, err, count)
			}
			continue
		}
		if where := fmt.Sprintf("atom %d: ", last+1); err == nil || !strings.Contains(err.Error(), where) {
			t.Errorf("first %d octets: error %v; want one about %s", n, err, where)
		}
	}
}

// A payload makes no more than a fixed multiple of itself, whatever it says.
func TestParseTextMemory(t *testing.T) {
	const size = 0xffff
	tests := []struct{ name, atom string }{
		{"empty atoms", "\x00\x00\x00\x00"},
		{"empty labels", "\x00\x00\xff\x00" + strings.Repeat("\x00", 255)},
		{"empty arguments", "\x00\x00\x00\xff" + strings.Repeat("\x00\x00", 255)},
		{"announced only", "\xff\xff\xff\xff"},
	}
	for _, tt := range tests {
		b := []byte(strings.Repeat(tt.atom, size/len(tt.atom)))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		atoms, err := payload.ParseText(&textHeader, b)
		runtime.ReadMemStats(&after)
		if got, limit := after.TotalAlloc-before.TotalAlloc, uint64(20*size); got > limit {
			t.Errorf("%s: %d octets of memory for %d atoms (%v); want at most %d", tt.name, got, len(atoms), err, limit)
		}
	}
}

func TestParseTextCopies(t *testing.T) {
	b := []byte("\x06\x00\x01\x01\x05\x03\x00foo %slabelarg")
	atoms, err := payload.ParseText(&textHeader, b)
	if err != nil {
		t.Fatal(err)
	}
	clear(b)
	want := []Atom{{Format: "foo %s", Labels: []string{"label"}, Args: []string{"arg"}}}
	if !reflect.DeepEqual(atoms, want) {
		t.Errorf("after a change of the input: %q; want %q", atoms, want)
	}
	_ = append(atoms[0].Labels, "intruder")
	if !reflect.DeepEqual(atoms, want) {
		t.Errorf("after an append to the labels: %q; want %q", atoms, want)
	}
}

// Labels and arguments of all atoms share memory; appending to some must not write into others.
func TestParseTextFullSlices(t *testing.T) {
	want := []Atom{
		{Format: "a", Labels: []string{"l1", "l2"}, Args: []string{"x1"}},
		{Format: "b", Labels: []string{"l3"}},
		{Format: "c", Args: []string{"x2", "x3"}},
		{Format: "d", Labels: []string{"l4"}, Args: []string{"x4"}},
	}
	b, err := payload.AppendText(nil, want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := payload.ParseText(&textHeader, b)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range got {
		_ = append(a.Labels, "overwritten", "overwritten")
		_ = append(a.Args, "overwritten", "overwritten")
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("after appending to labels and arguments: %q; want %q", got, want)
	}
	for a := range payload.Atoms(&textHeader, b) {
		labels := append(a.Labels, "overwritten")
		if args := append(a.Args, "overwritten"); len(labels)+len(args) != len(a.Labels)+len(a.Args)+2 || slices.Contains(a.Args, "overwritten") {
			t.Errorf("Atoms: appending to labels made the arguments %q", a.Args)
		}
	}
}

func TestAtoms(t *testing.T) {
	var got []string
	for a, err := range payload.Atoms(&textHeader, []byte("\x02\x00\x00\x01\x01\x00%sx\x02\x00\x00\x01\x01\x00%sy\x00")) {
		if err != nil {
			got = append(got, err.Error())
			continue
		}
		got = append(got, string(a.AppendFormatted(nil)))
	}
	if len(got) != 3 || got[0] != "x" || got[1] != "y" || !strings.Contains(got[2], "atom 3: header is cut short") {
		t.Errorf("Atoms yielded %q; want x, y and an error for atom 3", got)
	}
	for range payload.Atoms(&textHeader, []byte("\x00\x00\x00\x00\x00")) {
		break // the error must not be yielded after this
	}
}

func TestTextAllocations(t *testing.T) {
	atoms := []Atom{{Format: "foo %s", Labels: []string{"label"}, Args: []string{"arg"}}, {Format: "bar"}}
	dst := make([]byte, 0, 256)
	if got := testing.AllocsPerRun(100, func() {
		if _, err := payload.AppendText(dst, atoms); err != nil {
			t.Fatal(err)
		}
	}); got != 0 {
		t.Errorf("AppendText: %v allocations; want 0", got)
	}
	b, err := payload.AppendText(nil, atoms)
	if err != nil {
		t.Fatal(err)
	}
	if got := testing.AllocsPerRun(100, func() {
		if _, err := payload.ParseText(&textHeader, b); err != nil {
			t.Fatal(err)
		}
	}); got > 3 {
		t.Errorf("ParseText: %v allocations; want the copy, the atoms and their texts", got)
	}
}

func BenchmarkAppendText(b *testing.B) {
	atoms := []Atom{{Format: "adding %s\n", Labels: []string{"ui.status"}, Args: []string{"path/to/a/file.txt"}}}
	dst := make([]byte, 0, 256)
	for b.Loop() {
		if _, err := payload.AppendText(dst, atoms); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseText(b *testing.B) {
	p, err := payload.AppendText(nil, []Atom{{Format: "adding %s\n", Labels: []string{"ui.status"}, Args: []string{"path/to/a/file.txt"}}})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := payload.ParseText(&textHeader, p); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleParseText() {
	h := framing.Header{RequestID: 1, StreamID: 2, Type: framing.TypeTextOutput}
	b, err := payload.AppendText(nil, []payload.Atom{
		{Format: "pulling from %s\n", Args: []string{"https://example.com/"}},
		{Format: "%s%% done", Labels: []string{"ui.progress"}, Args: []string{"50"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	atoms, err := payload.ParseText(&h, b)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s", payload.AppendPlain(nil, atoms))
	// Output:
	// pulling from https://example.com/
	// 50% done
}
