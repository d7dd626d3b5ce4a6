package compat

import (
	"embed"
	"io/fs"
)

//go:embed testdata/rules/CMP[0-9][0-9][0-9].txtar
var examples embed.FS

// Examples returns the main archive of every rule of this package, RULE.txtar: what happens, then the
// files old and new, the edits that make the schemas, and want, what is said about them.
func Examples() fs.FS {
	sub, err := fs.Sub(examples, "testdata/rules")
	if err != nil {
		panic(err) // the path is valid
	}
	return sub
}
