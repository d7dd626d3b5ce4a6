package main

import (
	"errors"
	"io"

	"github.com/hgwire/hgwire/internal/findings"
	"github.com/hgwire/hgwire/internal/product"
	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// look reads and proves a schema. The schema is of use when the run has not failed.
func look(command, path string) (*schema.Schema, *findings.Run) {
	s, err := schema.LoadFile(path)
	return s, judge(command, path, s, err, product.Options{})
}

// judge proves a schema, or tells the error of loading it.
func judge(command, path string, s *schema.Schema, err error, o product.Options) *findings.Run {
	r := &findings.Run{Command: command, Path: path}
	if err != nil {
		if found, ok := errors.AsType[*schema.Diagnostics](err); ok {
			r.Found = found
		} else {
			r.Failure = err
		}
		return r
	}
	alone, err := verify.Check(s)
	r.Found = alone.Found
	if err != nil {
		return r
	}
	together, err := product.Check(s, o)
	r.Found.List = append(r.Found.List, together.Found.List...)
	r.Found.Sort()
	if err == nil {
		r.Report = proof{alone, together}
	}
	return r
}

// proof is what is proved about a schema: about each role by itself, and about both together.
type proof struct {
	*verify.Report
	Together *product.Report `json:"together"`
}

// WriteTo renders both parts.
func (p proof) WriteTo(w io.Writer) (int64, error) {
	n, err := p.Report.WriteTo(w)
	if err != nil {
		return n, err
	}
	m, err := p.Together.WriteTo(w)
	return n + m, err
}

// prove tells what is proved about the schema.
func prove(o *options, stdout, stderr io.Writer) error {
	_, r := look("verify", o.schema)
	return tell(r, o, stdout, stderr)
}

// tell tells what was found. The error is errFound when the schema is of no use.
func tell(r *findings.Run, o *options, stdout, stderr io.Writer) error {
	if err := r.Write(o.format, stdout, stderr); err != nil {
		return err
	}
	if r.Failed() {
		return errFound
	}
	return nil
}
