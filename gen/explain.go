package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/hgwire/hgwire/internal/rulebook"
)

// explain explains the rules that are named, or lists all.
func explain(o *options, stdout, _ io.Writer) error {
	if len(o.args) == 0 {
		return rulebook.List(stdout)
	}
	var rules []rulebook.Rule
	var unknown []error
	for _, id := range o.args {
		r, err := rulebook.Find(id)
		if err != nil {
			unknown = append(unknown, err)
		}
		rules = append(rules, r)
	}
	if err := errors.Join(unknown...); err != nil {
		return usageError{err}
	}
	for i, r := range rules {
		if i > 0 {
			fmt.Fprintln(stdout)
		}
		if err := r.Explain(stdout); err != nil {
			return err
		}
	}
	return nil
}
