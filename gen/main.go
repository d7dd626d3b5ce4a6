// Command gen compiles a protocol schema into a Go package that needs the standard library alone.
//
//	gen            writes what the schema says
//	gen -check     says what is stale, and writes nothing
//	gen verify     reports what is proved about the schema
//	gen explain    explains the rules that schemas obey
//	gen diff       tells what a change of the schema breaks
//	gen jsonschema prints the JSON Schema of the schema language, for editors
//	gen language   prints the page that documents the schema language
//
// From another module: go run github.com/hgwire/hgwire/gen -schema my.toml -out ./my
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// Exit codes.
const (
	exitFine   = 0
	exitFailed = 1 // the schema has errors, or a file cannot be read or written
	exitUsage  = 2
	exitStale  = 3 // or incompatible
)

var (
	// errStale says that the folder is not as gen would write it.
	errStale = errors.New("stale")
	// errFound says that the schema has errors, which have been told.
	errFound = errors.New("the schema has errors")
	// errIncompatible says that a change breaks something, which has been told.
	errIncompatible = errors.New("incompatible")
)

// usageError says what is wrong with the command line.
type usageError struct{ error }

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is the command: what was asked for goes to stdout, findings and errors go to stderr unless
// another form than text is asked for.
func run(args []string, stdout, stderr io.Writer) int {
	c, o, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, usage)
		return exitFine
	}
	if err == nil {
		err = c.run(o, stdout, stderr)
	}
	wrong, isUsage := errors.AsType[usageError](err)
	switch {
	case err == nil:
		return exitFine
	case isUsage:
		fmt.Fprintf(stderr, "%s\nRun 'gen -h' for usage.\n", message(wrong))
		return exitUsage
	case errors.Is(err, errFound):
		return exitFailed
	case errors.Is(err, errIncompatible):
		return exitStale
	}
	fmt.Fprintln(stderr, message(err))
	if errors.Is(err, errStale) {
		return exitStale
	}
	return exitFailed
}

// message renders an error for people, each line with the name of the command.
func message(err error) string { return "gen: " + strings.ReplaceAll(err.Error(), "\n", "\ngen: ") }
