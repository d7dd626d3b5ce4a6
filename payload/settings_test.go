package payload_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
)

var settingsHeader = framing.Header{StreamID: 3, Type: framing.TypeStreamSettings}

var settingsTests = []struct {
	payload        string
	profile, extra string
	reason         string
}{
	{payload: "\x08identity", profile: "identity"},
	{payload: "\x04zlib\x09", profile: "zlib", extra: "\x09"},
	{payload: "\x01z\x00\xff", profile: "z", extra: "\x00\xff"},
	{payload: "\xff" + strings.Repeat("p", 255), profile: strings.Repeat("p", 255)},

	{payload: "", reason: "length of the profile name is missing"},
	{payload: "\x00", reason: "profile name is empty"},
	{payload: "\x00zlib", reason: "profile name is empty"},
	{payload: "\x04", reason: "profile name is cut short: 0 of 4 octets"},
	{payload: "\x04zli", reason: "profile name is cut short: 3 of 4 octets"},
	{payload: "\x02\xc3\xa9", reason: "profile name is not ASCII"},
}

func TestParseSettings(t *testing.T) {
	for _, tt := range settingsTests {
		got, err := payload.ParseSettings(&settingsHeader, []byte(tt.payload))
		if got.Profile != tt.profile || string(got.Extra) != tt.extra {
			t.Errorf("ParseSettings(%.40q) = %q; want %q %q", tt.payload, got, tt.profile, tt.extra)
		}
		if tt.reason == "" {
			if err != nil {
				t.Errorf("ParseSettings(%.40q): %v; want no error", tt.payload, err)
			}
			continue
		}
		want := "malformed stream settings frame on stream 3: " + tt.reason
		if err == nil || err.Text != want || !errors.Is(err, framing.ErrMalformedSettings) {
			t.Errorf("ParseSettings(%.40q): error %v; want %s", tt.payload, err, want)
		}
	}
}

func TestAppendSettings(t *testing.T) {
	for _, tt := range settingsTests {
		if tt.reason != "" {
			continue
		}
		got, err := payload.AppendSettings([]byte("dst"), payload.Settings{Profile: tt.profile, Extra: []byte(tt.extra)})
		if err != nil || string(got) != "dst"+tt.payload {
			t.Errorf("AppendSettings(%.20q, %q) = %.40q, %v; want %.40q", tt.profile, tt.extra, got, err, "dst"+tt.payload)
		}
	}
	for _, profile := range []string{"", strings.Repeat("p", 256), "caf\xc3\xa9"} {
		got, err := payload.AppendSettings([]byte("dst"), payload.Settings{Profile: profile})
		usage, ok := errors.AsType[*framing.UsageError](err)
		if !ok || usage.Code != framing.ErrProfileTooLarge {
			t.Errorf("AppendSettings(%.20q): error %v; want %v", profile, err, framing.ErrProfileTooLarge)
		}
		if string(got) != "dst" {
			t.Errorf("AppendSettings(%.20q) = %q; want dst as it was", profile, got)
		}
	}
}

func TestParseSettingsAliases(t *testing.T) {
	b := []byte("\x04zlibxyz???")
	s, err := payload.ParseSettings(&settingsHeader, b[:8])
	if err != nil {
		t.Fatal(err)
	}
	_ = append(s.Extra, "!!!"...)
	if got, want := string(b), "\x04zlibxyz???"; got != want {
		t.Errorf("appending to Extra wrote into the input: %q; want %q", got, want)
	}
	copy(b[1:], "ZLIBXYZ")
	if got, want := s.Profile+string(s.Extra), "zlibXYZ"; got != want {
		t.Errorf("after a change of the input: %q; want %q", got, want)
	}
}

func FuzzSettings(f *testing.F) {
	for _, tt := range settingsTests {
		f.Add([]byte(tt.payload))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := payload.ParseSettings(&settingsHeader, b)
		valid := len(b) > 1 && b[0] > 0 && len(b)-1 >= int(b[0]) &&
			!bytes.ContainsFunc(b[1:1+int(b[0])], func(r rune) bool { return r > 0x7f })
		if (err == nil) != valid {
			t.Fatalf("error %v; want one: %v", err, !valid)
		}
		if err != nil {
			return
		}
		again, uerr := payload.AppendSettings(nil, s)
		if uerr != nil || !bytes.Equal(again, b) {
			t.Fatalf("appended again: %q, %v; want %q", again, uerr, b)
		}
	})
}

func ExampleAppendSettings() {
	b, err := payload.AppendSettings(nil, payload.Settings{Profile: "zlib"})
	fmt.Printf("%q %v\n", b, err)
	// Output: "\x04zlib" <nil>
}
