package compat_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The schemas under testdata/history are steps that the protocol has taken, each in the place of
// the one before. What a step breaks is in the file of the same name that ends with .diff.
func TestHistory(t *testing.T) {
	paths, err := filepath.Glob("testdata/history/*.toml")
	if err != nil || len(paths) < 2 {
		t.Fatalf("got %d schemas, %v", len(paths), err)
	}
	for i, path := range paths[1:] {
		before := paths[i]
		t.Run(strings.TrimSuffix(filepath.Base(path), ".toml"), func(t *testing.T) {
			got := compare(t, load(t, filepath.Base(before), read(t, before)), load(t, filepath.Base(path), read(t, path)))
			wantPath := strings.TrimSuffix(path, ".toml") + ".diff"
			if *rewrite {
				if err := os.WriteFile(wantPath, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(got, read(t, wantPath)); diff != "" {
				t.Errorf("report (-got +want):\n%s", diff)
			}
		})
	}
}

// Each of these has happened, and is found where and as severe as it is.
func TestHistorySteps(t *testing.T) {
	for _, step := range []struct{ file, want string }{
		{"02-request-ids", "CMP003: header field request-id of 16 bits is new"},
		{"02-request-ids", "the header has 6 octets, and had 4"},
		{"03-streams", "CMP003: header field stream-id of 8 bits is new"},
		{"03-streams", "CMP003: header field stream-flags of 8 bits is new"},
		{"03-streams", "the header has 8 octets, and had 6"},
		{"03-streams", "CMP101: frame text-output with id 0x6 is new in a revision that exists"},
		{"04-requests", "CMP009: id 0x1 is command-request from the client, and was command-name from the client"},
		{"04-requests", "CMP009: id 0x2 is command-data from the client, and was command-argument from the client"},
		{"05-retired", "CMP102: frame bytes-response is gone; id 0x4 is kept from being assigned"},
		{"04-requests", "CMP009: id 0x3 is command-response from the server, and was command-data from the client"},
		{"06-progress", "CMP101: frame progress with id 0x7 is new in a revision that exists"},
		{"06-progress", "CMP014: flag protocol of error-response is gone"},
		{"07-settings", "CMP009: id 0x8 is sender-protocol-settings from the client or server, and was stream-settings from the client or server"},
	} {
		if got := read(t, "testdata/history/"+step.file+".diff"); !strings.Contains(got, step.want) {
			t.Errorf("%s: got no %q", step.file, step.want)
		}
	}
}

// From the first draft to what was released, id 0x3 is the response where it was data.
func TestHistoryAtOnce(t *testing.T) {
	first, last := "testdata/history/03-streams.toml", "testdata/history/07-settings.toml"
	got := compare(t, load(t, "03-streams.toml", read(t, first)), load(t, "07-settings.toml", read(t, last)))
	for _, want := range []string{
		"CMP009: id 0x3 is command-response from the server, and was command-data from the client",
		"CMP009: id 0x2 is command-data from the client, and was command-argument from the client",
		"CMP009: id 0x8 is sender-protocol-settings",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got no %q in\n%s", want, got)
		}
	}
}
