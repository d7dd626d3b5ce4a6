package output

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSingleFile(t *testing.T) {
	const mark = "by gen"
	content := []byte("{ by gen }\n")
	for _, test := range []struct {
		what, have string
		state      State // 0: up to date
		diff       string
	}{
		{"no file", "-", Missing, "/dev/null"},
		{"empty file", "", Changed, "+{ by gen }"},
		{"other content", "[ by gen ]\n", Changed, "-[ by gen ]"},
		{"right content", "{ by gen }\n", 0, ""},
	} {
		t.Run(test.what, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "sub", "a.json")
			if test.have != "-" {
				if err := errors.Join(os.Mkdir(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(test.have), 0o666)); err != nil {
					t.Fatal(err)
				}
			}
			stale, err := CheckFile(path, content, mark)
			if err != nil {
				t.Fatal(err)
			}
			if test.state == 0 && stale != nil || test.state != 0 && (stale == nil || stale.State != test.state || !strings.Contains(string(stale.Diff), test.diff)) {
				t.Errorf("CheckFile: got %+v, want the state %d and the diff %q", stale, test.state, test.diff)
			}
			if written, err := WriteFile(path, content, mark); err != nil || written != (test.state != 0) {
				t.Errorf("WriteFile: got %v and %v, want %v", written, err, test.state != 0)
			}
			if got, err := os.ReadFile(path); err != nil || string(got) != string(content) {
				t.Errorf("the file has %q and %v, want %q", got, err, content)
			}
		})
	}
}

func TestSingleFileOfOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "schema.toml")
	if err := os.WriteFile(path, []byte("edition = 1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, checked := CheckFile(path, []byte("by gen"), "by gen")
	_, written := WriteFile(path, []byte("by gen"), "by gen")
	for _, err := range []error{checked, written} {
		if foreign, ok := errors.AsType[*ForeignError](err); !ok || foreign.First != "edition = 1" {
			t.Errorf("got %v, want a *ForeignError with the first line", err)
		}
	}
}
