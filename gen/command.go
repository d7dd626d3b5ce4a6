package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/hgwire/hgwire/internal/compat"
	"github.com/hgwire/hgwire/internal/emit/jsonschema"
	"github.com/hgwire/hgwire/internal/emit/language"
	"github.com/hgwire/hgwire/internal/findings"
	"github.com/hgwire/hgwire/internal/schema"
)

const usage = `gen compiles a protocol schema into a Go package.

usage: gen [flags]                write the package
       gen -check [flags]         print what is stale as a diff, and write nothing
       gen verify [flags]         print what is proved about the schema
       gen diff OLD [NEW]         print what a change of the schema breaks; OLD and NEW are files or
                                  git:REV or git:REV:PATH, and NEW is that of -schema when left out
       gen explain [RULE...]      explain rules, with an example and its mend; without one, list all
       gen jsonschema             print the JSON Schema of the schema language, which editors check and
                                  complete schemas with; with -out, write or compare a file of it
       gen language               print the page that documents the schema language, likewise

flags, with one dash or two:
  -schema FILE     the schema (default schema.toml)
  -out FOLDER      where the package goes (default generated/NAME for a protocol NAME)
  -package NAME    the name of the package (default the protocol's name)
  -check           compare only
  -format FORM     how findings are told: text (default), json, github (workflow commands), sarif
  -fail-on LEVEL   exit with 3 when a change breaks something of the level or a severer one: wire,
                   behaviour (default), api, text, or none to never do so

verify takes -schema and -format only, diff these and -fail-on, jsonschema and language -out and
-check, explain none. What diff finds is an error at the level of -fail-on or a severer one, and a note
otherwise.

As text, findings go to standard error. In the other forms they are one document on standard
output, also when there are none; what gen says about files goes to standard error then.

Files in the folder that gen did not write are left alone. Files that it once wrote and that the
schema no longer has are removed. A folder has the files of one schema.

What is information, such as frames that no row of a machine decides, fails nothing: gen verify tells
it. In a machine with total = true, a frame or call that no row decides is an error.

exit codes: 0 fine, 1 the schema has errors or a file cannot be used, 2 usage, 3 stale or
incompatible
`

// options are what the command line says: the flags of all commands, and what follows them.
type options struct {
	schema string // path
	out    string // folder, or "" for the default
	pkg    string // package name, or "" for the default
	check  bool
	format string
	failOn string // level
	args   []string
}

// flags declares the flags of all commands.
func (o *options) flags(f *flag.FlagSet) {
	f.StringVar(&o.schema, "schema", "schema.toml", "")
	f.StringVar(&o.out, "out", "", "")
	f.StringVar(&o.pkg, "package", "", "")
	f.BoolVar(&o.check, "check", false, "")
	f.StringVar(&o.format, "format", "text", "")
	f.StringVar(&o.failOn, "fail-on", compat.Behaviour.String(), "")
}

// command is what gen can do.
type command struct {
	name  string   // "" is what gen does without a command
	flags []string // that it takes
	most  int      // arguments that it takes
	run   func(o *options, stdout, stderr io.Writer) error
}

var commands = []*command{
	{"", []string{"schema", "out", "package", "check", "format"}, 0, generate},
	{"verify", []string{"schema", "format"}, 0, prove},
	{"diff", []string{"schema", "fail-on", "format"}, 2, diff},
	{"explain", nil, math.MaxInt, explain},
	{"jsonschema", []string{"out", "check"}, 0, page{"jsonschema", jsonschema.Mark, jsonschema.Document}.run},
	{"language", []string{"out", "check"}, 0, page{"language", language.Mark, language.Document}.run},
}

// parse reads the command line: flags stand before or after the command and its arguments.
func parse(args []string) (*command, *options, error) {
	o := new(options)
	f := flag.NewFlagSet("gen", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	o.flags(f)
	var words []string
	for {
		if err := f.Parse(args); err != nil {
			return nil, nil, wrap(err)
		}
		if f.NArg() == 0 {
			break
		}
		words, args = append(words, f.Arg(0)), f.Args()[1:]
	}
	c := commands[0]
	if len(words) > 0 {
		var names []string
		for _, known := range commands[1:] {
			names = append(names, known.name)
			if known.name == words[0] {
				c = known
			}
		}
		if c == commands[0] {
			return nil, nil, usageError{fmt.Errorf("unknown command %q%s", words[0], schema.Suggest(words[0], names))}
		}
		o.args = words[1:]
	}
	return c, o, wrap(c.accepts(f, o))
}

// wrap makes an error one of usage.
func wrap(err error) error {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return err
	}
	return usageError{err}
}

// accepts checks that the command takes the flags and arguments, and what the flags say.
func (c *command) accepts(f *flag.FlagSet, o *options) error {
	var stray []string
	f.Visit(func(given *flag.Flag) {
		if !slices.Contains(c.flags, given.Name) {
			stray = append(stray, "-"+given.Name)
		}
	})
	switch {
	case len(stray) > 0 && len(c.flags) == 0:
		return fmt.Errorf("%s takes no flags, not %s", c.name, strings.Join(stray, " "))
	case len(stray) > 0:
		return fmt.Errorf("%s does not take %s: of the flags it takes -%s only", c.name, strings.Join(stray, " "), strings.Join(c.flags, " and -"))
	case len(o.args) > c.most && c.most > 0:
		return fmt.Errorf("%s takes up to %d arguments, and %q is another", c.name, c.most, o.args[c.most])
	case len(o.args) > c.most:
		return fmt.Errorf("%s takes flags only, not %q", c.name, o.args[c.most])
	case o.schema == "":
		return errors.New("-schema is empty")
	case o.pkg != "" && !schema.IsPackageName(o.pkg):
		return fmt.Errorf("-package %q is not the name of a Go package that others can import", o.pkg)
	case !slices.Contains(findings.Forms, o.format):
		return fmt.Errorf("-format %q is not one of %s", o.format, strings.Join(findings.Forms, ", "))
	}
	return nil
}
