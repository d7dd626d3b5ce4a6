// Package cli is the command hgwire: frames between their human-readable form and their octets,
// and a reactor that is fed from a script.
//
// It opens files and reports errors; the work is done by packages framing and replay. The one
// rule to remember: results go to standard output, and standard error says where, what and why.
package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/hgwire/hgwire/generated/framing"
)

// Exit codes.
const (
	exitFine  = 0
	exitInput = 1 // the input is wrong, or cannot be read
	exitUsage = 2 // the command line is wrong
)

// grammar is the command line.
type grammar struct {
	Revision string           `default:"${latest}" enum:"${revisions}" placeholder:"REVISION" help:"Protocol revision, ${choice}; ${default} unless given."`
	Version  kong.VersionFlag `help:"Print the version and exit."`

	Encode encodeCommand `cmd:"" help:"Turn human-readable frames into octets."`
	Decode decodeCommand `cmd:"" help:"Turn octets into human-readable frames."`
	Replay replayCommand `cmd:"" help:"Run a server or client reactor over a script of events."`
}

const description = `Reads, writes and tries out frames of the Unified Frame-Based Protocol.

FILE is a file, or standard input when it is absent or "-". Exit codes: 0 all is well, 1 the input is wrong, 2 the command line is wrong.`

// session is what the commands work with. Reading input flushes output first, so that a person or
// a program at the other end sees each answer before the next question.
type session struct {
	revision framing.Revision
	stdin    io.Reader
	out      *bufio.Writer
}

// Run runs the command with its arguments, without the program's name, and returns the exit code.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var g grammar
	exited := false
	parser := kong.Must(&g,
		kong.Name("hgwire"),
		kong.Description(description),
		kong.ConfigureHelp(kong.HelpOptions{WrapUpperBound: 100}),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { exited = true }),
		kong.Vars{
			"revisions": revisionNames(","),
			"choice":    revisionNames(" or "),
			"latest":    framing.LatestRevision.String(),
			"limit":     strconv.Itoa(framing.DefaultFramePayload),
			"most":      strconv.Itoa(maxPayload),
			"version":   "hgwire " + version(),
		},
	)
	ctx, err := parser.Parse(args)
	switch {
	case exited: // --help or --version has answered
		return exitFine
	case err != nil:
		fmt.Fprintf(stderr, "hgwire: %v\nRun \"%s --help\" for the usage.\n", err, selected(err))
		return exitUsage
	}
	s := &session{stdin: stdin, out: bufio.NewWriterSize(stdout, 32<<10)}
	if s.revision, err = framing.ParseRevision(g.Revision); err == nil {
		err = ctx.Run(s)
	}
	if failed := s.out.Flush(); failed != nil { // now or before: the writer keeps its error
		err = failed
	}
	if err != nil {
		fmt.Fprintf(stderr, "hgwire: %v\n", err)
		return exitInput
	}
	return exitFine
}

// selected returns the command that a wrong command line was for.
func selected(err error) string {
	if parse, ok := errors.AsType[*kong.ParseError](err); ok && parse.Context != nil {
		if cmd := parse.Context.Selected(); cmd != nil {
			return cmd.FullPath()
		}
	}
	return "hgwire"
}

func revisionNames(sep string) string {
	var names []string
	for _, r := range framing.Revisions() {
		names = append(names, r.String())
	}
	return strings.Join(names, sep)
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(unknown)"
}
