package output

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/diff"
)

// WriteFile gives a file that stands alone new content, in one step, and reports whether it had
// to. Its own mark is a text that content has: a file without the mark, unless it is empty, is
// somebody else's, and a *ForeignError.
func WriteFile(path string, content []byte, mark string) (written bool, err error) {
	have, err := readSingle(path, mark)
	if err != nil || have != nil && bytes.Equal(have, content) {
		return false, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return false, fmt.Errorf("cannot make the folder: %w", err)
	}
	if err := replace(path, content); err != nil {
		return false, fmt.Errorf("cannot bring %s up to date: %w", path, err)
	}
	return true, nil
}

// CheckFile returns what WriteFile would change, or nil, and changes nothing.
func CheckFile(path string, content []byte, mark string) (*Stale, error) {
	have, err := readSingle(path, mark)
	if err != nil || have != nil && bytes.Equal(have, content) {
		return nil, err
	}
	name := filepath.ToSlash(path)
	stale := &Stale{Name: path, State: Changed}
	before := name
	if have == nil {
		stale.State, before = Missing, "/dev/null"
	}
	stale.Diff = diff.Diff(before, have, name+" (generated)", content)
	return stale, nil
}

// readSingle returns the content of a file with the mark, which is nil when there is no file.
func readSingle(path, mark string) ([]byte, error) {
	have, err := read(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case len(have) > 0 && !bytes.Contains(have, []byte(mark)):
		return nil, &ForeignError{path, firstLine(have)}
	case have == nil:
		return []byte{}, nil
	default:
		return have, nil
	}
}
