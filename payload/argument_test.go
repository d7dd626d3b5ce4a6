package payload_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
)

var argumentTests = []struct {
	payload     string
	name, value string
	valueLength int
	code        framing.ErrorCode
}{
	{payload: "\x03\x00\x03\x00foobar", name: "foo", value: "bar", valueLength: 3},
	{payload: "\x04\x00\x09\x00key1key1value", name: "key1", value: "key1value", valueLength: 9},
	{payload: "\x00\x00\x00\x00"},
	{payload: "\x00\x00\x01\x00x", value: "x", valueLength: 1},
	{payload: "\x01\x00\x00\x00x", name: "x"},
	{payload: "\x03\x00\x04\x00foobar", name: "foo", value: "bar", valueLength: 4},
	{payload: "\x03\x00\xaa\xaafoopartialvalue", name: "foo", value: "partialvalue", valueLength: 0xaaaa},
	{payload: "\x03\x00\xff\xfffoo", name: "foo", valueLength: 0xffff},
	{payload: "\x01\x00\x02\x00\x7f\x80\xff", name: "\x7f", value: "\x80\xff", valueLength: 2},
	{payload: "\x00\x01\x00\x01" + strings.Repeat("n", 0x100) + strings.Repeat("v", 0x100),
		name: strings.Repeat("n", 0x100), value: strings.Repeat("v", 0x100), valueLength: 0x100},
	{payload: "\xff\xff\xff\xff" + strings.Repeat("n", 0xffff) + strings.Repeat("v", 0xffff),
		name: strings.Repeat("n", 0xffff), value: strings.Repeat("v", 0xffff), valueLength: 0xffff},

	{payload: "", code: framing.ErrPartialArgumentHeader},
	{payload: "\x00\x00\x00", code: framing.ErrPartialArgumentHeader},
	{payload: "\x04\x00\xde\xadfoo", code: framing.ErrPartialArgumentName},
	{payload: "\x03\x00\x02\x00foobar", code: framing.ErrPartialArgumentValue},
	{payload: "\x00\x00\x00\x00x", code: framing.ErrPartialArgumentValue},
	{payload: "\x01\x00\x00\x00\x80", code: framing.ErrArgumentNameNotASCII},
	{payload: "\x02\x00\x01\x00\x80", code: framing.ErrPartialArgumentName},
	{payload: "\x01\x00\x00\x00\x80x", code: framing.ErrPartialArgumentValue},
}

func TestParseArgument(t *testing.T) {
	for _, tt := range argumentTests {
		got, code := payload.ParseArgument([]byte(tt.payload), true)
		if code != tt.code || string(got.Name) != tt.name || string(got.Value) != tt.value || got.ValueLength != tt.valueLength {
			t.Errorf("ParseArgument(%.40q) = %.40q %.40q %d, %v; want %.40q %.40q %d, %v", tt.payload,
				got.Name, got.Value, got.ValueLength, code, tt.name, tt.value, tt.valueLength, tt.code)
		}
	}
}

func TestAppendArgument(t *testing.T) {
	for _, tt := range argumentTests {
		if tt.code != 0 {
			continue
		}
		got, err := payload.AppendArgument([]byte("dst"), tt.name, []byte(tt.value), tt.valueLength)
		if err != nil || string(got) != "dst"+tt.payload {
			t.Errorf("AppendArgument(%.40q, %.40q, %d) = %.40q, %v; want %.40q", tt.name, tt.value, tt.valueLength, got, err, "dst"+tt.payload)
		}
	}
}

func TestParseArgumentTruncated(t *testing.T) {
	whole := []byte("\x03\x00\x05\x00keyvalue")
	for n := range whole {
		got, code := payload.ParseArgument(whole[:n], true)
		var want framing.ErrorCode
		switch {
		case n < 4:
			want = framing.ErrPartialArgumentHeader
		case n < 4+3:
			want = framing.ErrPartialArgumentName
		}
		if code != want {
			t.Errorf("first %d octets: code %v; want %v", n, code, want)
		}
		if code == 0 && (len(got.Value) != n-7 || got.ValueLength != 5) {
			t.Errorf("first %d octets: value %q of %d octets; want %d of 5", n, got.Value, got.ValueLength, n-7)
		}
	}
}

func TestParseArgumentAliases(t *testing.T) {
	b := []byte("\x03\x00\x03\x00foobar???")
	a, code := payload.ParseArgument(b[:10], true)
	if code != 0 {
		t.Fatal(code)
	}
	_ = append(a.Name, "!!!"...)
	_ = append(a.Value, "!!!"...)
	if got, want := string(b), "\x03\x00\x03\x00foobar???"; got != want {
		t.Errorf("appending to the parts wrote into the input: %q; want %q", got, want)
	}
	copy(b[4:], "FOOBAR")
	if got, want := string(a.Name)+string(a.Value), "FOOBAR"; got != want {
		t.Errorf("after a change of the input: %q; want %q", got, want)
	}
}

func TestAppendArgumentErrors(t *testing.T) {
	long := strings.Repeat("x", 0x10000)
	tests := []struct {
		name, value string
		valueLength int
		code        framing.ErrorCode
	}{
		{name: "caf\xc3\xa9", code: framing.ErrArgumentNotASCII},
		{name: long, code: framing.ErrArgumentTooLarge},
		{name: "n", value: long, valueLength: 0x10000, code: framing.ErrArgumentTooLarge},
		{name: "n", valueLength: -1, code: framing.ErrArgumentTooLarge},
		{name: "n", value: "longer", valueLength: 5, code: framing.ErrArgumentTooLarge},
	}
	for _, tt := range tests {
		got, err := payload.AppendArgument([]byte("dst"), tt.name, []byte(tt.value), tt.valueLength)
		usage, ok := errors.AsType[*framing.UsageError](err)
		if !ok || usage.Code != tt.code || usage.Header.Type != framing.TypeCommandArgument {
			t.Errorf("AppendArgument(%.20q, %.20q, %d): error %.80v; want a usage error %v", tt.name, tt.value, tt.valueLength, err, tt.code)
		}
		if string(got) != "dst" {
			t.Errorf("AppendArgument(%.20q, %.20q, %d) = %.20q; want dst as it was", tt.name, tt.value, tt.valueLength, got)
		}
	}
}

func TestCheckArgument(t *testing.T) {
	tests := []struct {
		name        string
		valueLength int
		maxSend     int
		code        framing.ErrorCode
	}{
		{name: "four", valueLength: 65535, maxSend: 8},
		{name: "four", maxSend: 7, code: framing.ErrArgumentTooLarge},
		{name: "", maxSend: 4},
		{name: "", maxSend: 3, code: framing.ErrArgumentTooLarge},
		{name: "n", valueLength: 65536, maxSend: 8, code: framing.ErrArgumentTooLarge},
		{name: "n", valueLength: -1, maxSend: 8, code: framing.ErrArgumentTooLarge},
		{name: "caf\xc3\xa9", maxSend: 4, code: framing.ErrArgumentNotASCII},
	}
	for _, tt := range tests {
		err := payload.CheckArgument(tt.name, tt.valueLength, tt.maxSend)
		if got := codeOf(err); got != tt.code {
			t.Errorf("CheckArgument(%q, %d, %d): %v; want %v", tt.name, tt.valueLength, tt.maxSend, err, tt.code)
		}
	}
}

func codeOf(err *framing.UsageError) framing.ErrorCode {
	if err == nil {
		return 0
	}
	return err.Code
}

// An error text repeats no more of a name than fits in a line.
func TestLongNamesAreAbbreviated(t *testing.T) {
	start := strings.Repeat("x", 63)
	for _, err := range []error{
		payload.CheckArgument(start+strings.Repeat("x", 70000), 0, 32768),
		payload.CheckArgument(start+strings.Repeat("\xc3\xa9", 100), 0, 32768), // cut within a character
	} {
		if got := err.Error(); !strings.Contains(got, start) || !strings.Contains(got, "...\"") || len(got) > 250 || !utf8.ValidString(got) {
			t.Errorf("error of %d octets: %.300q; want the name abbreviated", len(got), got)
		}
	}
	for n, whole := range map[int]bool{64: true, 65: false} {
		name := strings.Repeat("x", n)
		err := payload.CheckArgument(name, 70000, 32768)
		if got := err.Error(); strings.Contains(got, `"`+name+`"`) != whole {
			t.Errorf("name of %d octets: got %q; want it whole: %t", n, got, whole)
		}
	}
}

func TestArgumentAllocations(t *testing.T) {
	dst := make([]byte, 0, 64)
	value := []byte("bar")
	allocs := testing.AllocsPerRun(100, func() {
		b, err := payload.AppendArgument(dst, "foo", value, len(value))
		if err != nil {
			t.Fatal(err)
		}
		if _, code := payload.ParseArgument(b, true); code != 0 {
			t.Fatal(code)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations per argument; want 0", allocs)
	}
}

// FuzzArgument compares with the layout put in the plainest words: two lengths, a name, a value.
func FuzzArgument(f *testing.F) {
	for _, tt := range argumentTests {
		if len(tt.payload) < 1000 {
			f.Add([]byte(tt.payload))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		a, code := payload.ParseArgument(b, true)
		var want framing.ErrorCode
		if len(b) < 4 {
			want = framing.ErrPartialArgumentHeader
		} else {
			name, value := int(b[0])+int(b[1])*256, int(b[2])+int(b[3])*256
			switch {
			case 4+name > len(b):
				want = framing.ErrPartialArgumentName
			case 4+name+value < len(b):
				want = framing.ErrPartialArgumentValue
			case bytes.ContainsFunc(b[4:4+name], func(r rune) bool { return r > 0x7f }):
				want = framing.ErrArgumentNameNotASCII
			}
		}
		if code != want {
			t.Fatalf("code %v; want %v", code, want)
		}
		if code != 0 {
			return
		}
		again, err := payload.AppendArgument(nil, string(a.Name), a.Value, a.ValueLength)
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("appended again: %q, %v; want %q", again, err, b)
		}
	})
}

// TestParseArgumentNotContinued announces no more frames: the value must be whole.
func TestParseArgumentNotContinued(t *testing.T) {
	tests := []struct {
		payload string
		want    framing.ErrorCode
	}{
		{"\x01\x00\x02\x00kvv", 0},
		{"\x01\x00\x02\x00kv", framing.ErrPartialArgumentValue},
		{"\x01\x00\x02\x00kvvv", framing.ErrPartialArgumentValue},
		{"\x01\x00\x02\x00\xffv", framing.ErrPartialArgumentValue}, // before the name is looked at
		{"\x01\x00\x02\x00\xffvv", framing.ErrArgumentNameNotASCII},
	}
	for _, tt := range tests {
		if _, got := payload.ParseArgument([]byte(tt.payload), false); got != tt.want {
			t.Errorf("%q: got %v, want %v", tt.payload, got, tt.want)
		}
	}
}

func BenchmarkParseArgument(b *testing.B) {
	p := []byte("\x03\x00\x03\x00foobar")
	for b.Loop() {
		if _, code := payload.ParseArgument(p, true); code != 0 {
			b.Fatal(code)
		}
	}
}

func BenchmarkAppendArgument(b *testing.B) {
	dst := make([]byte, 0, 64)
	value := []byte("bar")
	for b.Loop() {
		if _, err := payload.AppendArgument(dst, "foo", value, len(value)); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleParseArgument() {
	a, code := payload.ParseArgument([]byte("\x03\x00\x09\x00keypart"), true)
	if code != 0 {
		fmt.Println(code)
		return
	}
	fmt.Printf("%s=%s, %d octets to come\n", a.Name, a.Value, a.ValueLength-len(a.Value))

	_, code = payload.ParseArgument([]byte("\x03\x00\x02\x00keyvalue"), true)
	fmt.Println(code)
	// Output:
	// key=part, 5 octets to come
	// malformed argument frame: partial argument value
}

func ExampleAppendArgument() {
	b, err := payload.AppendArgument(nil, "foo", []byte("bar"), len("bar"))
	fmt.Printf("% x %v\n", b, err)
	// Output: 03 00 03 00 66 6f 6f 62 61 72 <nil>
}
