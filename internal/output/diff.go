package output

import (
	"path/filepath"

	"github.com/rogpeppe/go-internal/diff"
)

// Stale is a file that is not as a generator would write it, with the unified diff that would
// put it right.
type Stale struct {
	Name  string
	State State
	Diff  []byte
}

// Check returns what Write would change, and changes nothing.
func Check(dir string, files []File) ([]Stale, error) {
	diffs, err := Compare(dir, files)
	if err != nil {
		return nil, err
	}
	var stale []Stale
	for _, d := range diffs {
		path := filepath.ToSlash(filepath.Join(dir, d.Name))
		before, after := path, path+" (generated)"
		switch d.State {
		case Missing:
			before = "/dev/null"
		case Orphaned:
			after = "/dev/null"
		}
		stale = append(stale, Stale{d.Name, d.State, diff.Diff(before, d.Have, after, d.Want)})
	}
	return stale, nil
}
