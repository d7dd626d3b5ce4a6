package product

import (
	"embed"
	"io/fs"
)

//go:embed testdata/bad/[A-Z][A-Z][A-Z][0-9][0-9][0-9].txtar
var examples embed.FS

// Examples returns the main archive of every rule of this package, RULE.txtar, in the form of
// package example.
func Examples() fs.FS {
	sub, err := fs.Sub(examples, "testdata/bad")
	if err != nil {
		panic(err) // the path is valid
	}
	return sub
}
