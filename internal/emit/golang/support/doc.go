// Package support is the part of a generated package that is the same for every schema: the
// reader and the writer, the escapes of the human-readable form, error types and the plumbing of
// the text forms.
//
// It is compiled and checked here as ordinary Go; package golang copies its files into every
// generated package. The one rule to remember: doc.go and stub.go stay here. The stub declares
// just enough of what the generator writes from a schema for the rest to compile.
package support
