package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/hgwire/hgwire/internal/emit/jsonschema"
	"github.com/hgwire/hgwire/internal/output"
	"github.com/hgwire/hgwire/internal/schema"
)

// jsonSchema prints the JSON Schema of the schema language, or writes or compares a file of it.
func jsonSchema(o *options, stdout, _ io.Writer) error {
	if o.check && o.out == "" {
		return usageError{errors.New("-check compares with a file: name it with -out")}
	}
	content, err := jsonschema.Document(schema.Language())
	if err != nil {
		return err
	}
	switch {
	case o.check:
		return compareFile(o.out, content, stdout)
	case o.out == "":
		_, err := stdout.Write(content)
		return err
	}
	written, err := output.WriteFile(o.out, content, jsonschema.Mark)
	if written {
		fmt.Fprintf(stdout, "wrote %s\n", o.out)
	}
	return err
}

// compareFile prints what writing the file would change.
func compareFile(path string, content []byte, stdout io.Writer) error {
	stale, err := output.CheckFile(path, content, jsonschema.Mark)
	if err != nil || stale == nil {
		return err
	}
	if _, err := stdout.Write(stale.Diff); err != nil {
		return err
	}
	return fmt.Errorf("%s is %w (%s); run gen jsonschema -out %s to bring it up to date", path, errStale, stale.State, path)
}
