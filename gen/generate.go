package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/hgwire/hgwire/internal/emit/golang"
	"github.com/hgwire/hgwire/internal/findings"
	"github.com/hgwire/hgwire/internal/output"
	"github.com/hgwire/hgwire/internal/schema"
)

// generate writes the package of the schema, or compares it with what is there.
func generate(o *options, stdout, stderr io.Writer) error {
	s, r := look("generate", o.schema)
	r.Report = nil // that is for those who ask for it
	if n := information(r); n > 0 && o.format == "text" {
		r.Found = &schema.Diagnostics{} // so is what is no error
		fmt.Fprintf(stderr, "gen: %s: information: %d (gen verify tells it)\n", o.schema, n)
	}
	if err := tell(r, o, stdout, stderr); err != nil {
		return err
	}
	if o.format != "text" {
		stdout = stderr
	}
	pkg, out := o.pkg, o.out
	if pkg == "" {
		pkg = s.Protocol.Name
	}
	if out == "" {
		out = filepath.Join("generated", s.Protocol.Name)
	}
	files, err := golang.Files(s, golang.Options{Package: pkg, Source: filepath.Base(o.schema)})
	if err != nil {
		return err
	}
	if o.check {
		return compare(out, files, stdout)
	}
	return write(out, files, stdout)
}

// information returns the number of findings of a run that found no errors.
func information(r *findings.Run) int {
	if r.Failed() || r.Found == nil {
		return 0
	}
	return len(r.Found.List)
}

// write brings the folder up to date and tells what it had to do.
func write(out string, files []output.File, stdout io.Writer) error {
	done, err := output.Write(out, files)
	for _, d := range done {
		verb := "wrote"
		if d.State == output.Orphaned {
			verb = "removed"
		}
		fmt.Fprintf(stdout, "%s %s\n", verb, filepath.Join(out, d.Name))
	}
	return err
}

// compare prints what write would change.
func compare(out string, files []output.File, stdout io.Writer) error {
	stale, err := output.Check(out, files)
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
	return fmt.Errorf("%s is %w: %s; run gen to bring it up to date", out, errStale, strings.Join(list, ", "))
}
