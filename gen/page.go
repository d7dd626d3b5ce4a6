package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/hgwire/hgwire/internal/output"
	"github.com/hgwire/hgwire/internal/schema"
)

// page is a document about the schema language.
type page struct {
	command  string // that prints it
	mark     string // stands in every file of it
	document func(language *schema.Table) ([]byte, error)
}

// run prints the document, or writes or compares a file of it.
func (p page) run(o *options, stdout, _ io.Writer) error {
	if o.check && o.out == "" {
		return usageError{errors.New("-check compares with a file: name it with -out")}
	}
	content, err := p.document(schema.Language())
	if err != nil {
		return err
	}
	switch {
	case o.check:
		return p.compare(o.out, content, stdout)
	case o.out == "":
		_, err := stdout.Write(content)
		return err
	}
	written, err := output.WriteFile(o.out, content, p.mark)
	if written {
		fmt.Fprintf(stdout, "wrote %s\n", o.out)
	}
	return err
}

// compare prints what writing the file would change.
func (p page) compare(path string, content []byte, stdout io.Writer) error {
	stale, err := output.CheckFile(path, content, p.mark)
	if err != nil || stale == nil {
		return err
	}
	if _, err := stdout.Write(stale.Diff); err != nil {
		return err
	}
	return fmt.Errorf("%s is %w (%s); run gen %s -out %s to bring it up to date", path, errStale, stale.State, p.command, path)
}
