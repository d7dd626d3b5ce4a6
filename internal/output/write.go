package output

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/robustio"
)

// Write makes the folder hold files, creating it when needed, and returns what had to be done.
// Every file is replaced in one step, so a reader sees the old or the new content and nothing in
// between. When a file of somebody else stands in the way, nothing at all is written.
func Write(dir string, files []File) ([]Difference, error) {
	diffs, err := Compare(dir, files)
	if err != nil || len(diffs) == 0 {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("cannot make the folder: %w", err)
	}
	for i, d := range diffs {
		path := filepath.Join(dir, d.Name)
		if d.State == Orphaned {
			err = os.Remove(path)
		} else {
			err = replace(path, d.Want)
		}
		if err != nil {
			return diffs[:i], fmt.Errorf("cannot bring %s up to date: %w", path, err)
		}
	}
	return diffs, nil
}

// replace gives the file new content by way of a temporary file beside it. A new file gets the
// usual permissions, an existing one keeps its own. It does not wait for the disk: what gen writes
// can be written again.
func replace(path string, content []byte) (err error) {
	dir, name := filepath.Split(path)
	temp := filepath.Join(dir, fmt.Sprintf(".%s.%d.tmp", name, os.Getpid()))
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(temp)
		}
	}()
	if info, err := os.Stat(path); err == nil {
		if err := f.Chmod(info.Mode().Perm()); err != nil {
			return err
		}
	}
	if _, err := f.Write(content); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return robustio.Rename(temp, path)
}
