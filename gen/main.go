// Command gen compiles a protocol schema into a Go package that needs the standard library alone.
//
//	gen            writes what the schema says
//	gen -check     says what is stale, and writes nothing
//	gen verify     reports what is proved about the schema
//
// From another module: go run github.com/hgwire/hgwire/gen -schema my.toml -out ./my
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/hgwire/hgwire/internal/schema"
)

// Exit codes.
const (
	exitFine   = 0
	exitFailed = 1 // the schema has errors, or a file cannot be read or written
	exitUsage  = 2
	exitStale  = 3
)

const usage = `gen compiles a protocol schema into a Go package.

usage: gen [flags]           write the package
       gen -check [flags]    print what is stale as a diff, and write nothing
       gen verify [flags]    print what is proved about the schema

flags:
  -schema FILE     the schema (default schema.toml)
  -out FOLDER      where the package goes (default generated/NAME for a protocol NAME)
  -package NAME    the name of the package (default the protocol's name)
  -check           compare only

Files in the folder that gen did not write are left alone. Files that it once wrote and that the
schema no longer has are removed. A folder has the files of one schema.

Frames and calls that no row of a machine decides fall back to its otherwise or misuse. gen says
so on standard error, and goes on; in a machine with total = true it is an error.

exit codes: 0 fine, 1 the schema has errors or a file cannot be used, 2 usage, 3 stale
`

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is the command: what was asked for goes to stdout, findings and errors go to stderr.
func run(args []string, stdout, stderr io.Writer) int {
	j, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, usage)
		return exitFine
	}
	if err != nil {
		fmt.Fprintf(stderr, "gen: %s\nRun 'gen -h' for usage.\n", err)
		return exitUsage
	}
	if err := j.run(stdout, stderr); err != nil {
		fmt.Fprintln(stderr, message(err))
		if errors.Is(err, errStale) {
			return exitStale
		}
		return exitFailed
	}
	return exitFine
}

// parse reads the command line: flags stand before or after the subcommand.
func parse(args []string) (*job, error) {
	j := new(job)
	f := flag.NewFlagSet("gen", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&j.schema, "schema", "schema.toml", "")
	f.StringVar(&j.out, "out", "", "")
	f.StringVar(&j.pkg, "package", "", "")
	f.BoolVar(&j.check, "check", false, "")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	if f.Arg(0) == "verify" {
		j.verify = true
		if err := f.Parse(f.Args()[1:]); err != nil {
			return nil, err
		}
	}
	switch {
	case f.NArg() > 0 && j.verify:
		return nil, fmt.Errorf("verify takes flags only, not %q", f.Arg(0))
	case f.NArg() > 0:
		return nil, fmt.Errorf("unknown command %q", f.Arg(0))
	case j.verify && (j.check || j.out != "" || j.pkg != ""):
		return nil, errors.New("verify writes nothing: of the flags it takes -schema only")
	case j.schema == "":
		return nil, errors.New("-schema is empty")
	case j.pkg != "" && !schema.IsPackageName(j.pkg):
		return nil, fmt.Errorf("-package %q is not the name of a Go package that others can import", j.pkg)
	}
	return j, nil
}
