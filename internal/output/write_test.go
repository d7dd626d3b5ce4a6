package output

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Write stops at the first file that it cannot write and names it.
func TestWriteStops(t *testing.T) {
	dir := t.TempDir()
	var files []File
	for _, name := range []string{"c.go", "a.go", "b.go"} {
		files = append(files, File{name, []byte(markerStart + "x.toml" + markerEnd + "\n")})
	}
	// A folder of this name keeps the temporary file of b.go from being made.
	blocked := fmt.Sprintf(".b.go.%d.tmp", os.Getpid())
	if err := os.Mkdir(filepath.Join(dir, blocked), 0o777); err != nil {
		t.Fatal(err)
	}
	done, err := Write(dir, files)
	if len(done) != 1 || done[0].Name != "a.go" {
		t.Errorf("got %v, want a.go done", done)
	}
	if path := filepath.Join(dir, "b.go"); err == nil || !strings.HasPrefix(err.Error(), "cannot bring "+path+" up to date: ") {
		t.Errorf("got %v, want an error that names %s", err, path)
	}
	list(t, dir, blocked, "a.go")
}

// What cannot be put in its place is not left behind.
func TestReplaceRemovesTemporary(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "a.go", "inner"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := replace(filepath.Join(dir, "a.go"), []byte("a")); err == nil {
		t.Error("got no error for a file that is a folder")
	}
	list(t, dir, "a.go")
}

// list checks the names in a folder.
func list(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
