package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/hgwire/hgwire/internal/emit/golang"
	"github.com/hgwire/hgwire/internal/output"
	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// job is one run of the command.
type job struct {
	schema string // path
	out    string // folder, or "" for the default
	pkg    string // package name, or "" for the default
	check  bool
	verify bool
}

// errStale says that the folder is not as gen would write it.
var errStale = errors.New("stale")

func (j *job) run(stdout, stderr io.Writer) error {
	s, err := schema.LoadFile(j.schema)
	if err != nil {
		return err
	}
	report, err := verify.Check(s)
	if err != nil {
		return err
	}
	if j.verify {
		_, err := report.WriteTo(stdout)
		return err
	}
	fmt.Fprint(stderr, report.Found.Text())
	if j.pkg == "" {
		j.pkg = s.Protocol.Name
	}
	if j.out == "" {
		j.out = filepath.Join("generated", s.Protocol.Name)
	}
	files, err := golang.Files(s, golang.Options{Package: j.pkg, Source: filepath.Base(j.schema)})
	if err != nil {
		return err
	}
	if j.check {
		return j.compare(files, stdout)
	}
	return j.write(files, stdout)
}

// write brings the folder up to date and tells what it had to do.
func (j *job) write(files []output.File, stdout io.Writer) error {
	done, err := output.Write(j.out, files)
	for _, d := range done {
		verb := "wrote"
		if d.State == output.Orphaned {
			verb = "removed"
		}
		fmt.Fprintf(stdout, "%s %s\n", verb, filepath.Join(j.out, d.Name))
	}
	return err
}

// compare prints what write would change.
func (j *job) compare(files []output.File, stdout io.Writer) error {
	stale, err := output.Check(j.out, files)
	if err != nil || len(stale) == 0 {
		return err
	}
	var list []string
	for _, f := range stale {
		list = append(list, fmt.Sprintf("%s (%s)", f.Name, f.State))
		if _, err := stdout.Write(f.Diff); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s is %w: %s; run gen to bring it up to date", j.out, errStale, strings.Join(list, ", "))
}

// message renders an error for people. Findings about a schema name their places themselves.
func message(err error) string {
	if found, ok := errors.AsType[*schema.Diagnostics](err); ok {
		return strings.TrimSuffix(found.Error(), "\n")
	}
	return "gen: " + strings.ReplaceAll(err.Error(), "\n", "\ngen: ")
}
