package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hgwire/hgwire/internal/compat"
	"github.com/hgwire/hgwire/internal/findings"
	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// comparison is what two schemas are compared for.
type comparison struct {
	schema   string // path of -schema
	old, new string
	failOn   compat.Level // 0: never
}

// diff tells what a change of a schema breaks. The error is errIncompatible when that is of the
// level of -fail-on, or severer.
func diff(o *options, stdout, stderr io.Writer) error {
	c, err := comparisonOf(o)
	if err != nil {
		return usageError{err}
	}
	r := &findings.Run{Command: "diff", Path: c.new}
	report, err := c.run()
	found, isFound := errors.AsType[*schema.Diagnostics](err)
	switch {
	case isFound && o.format == "text":
		which, _, _ := strings.Cut(err.Error(), ":")
		fmt.Fprintf(stderr, "gen: %s has errors\n%s", which, found.Error())
		return errFound
	case isFound:
		r.Path, r.Found = found.Path, found
	case err != nil && o.format == "text":
		return err
	case err != nil:
		r.Failure = err
	default:
		r.Path, r.Changes, r.Report = report.New.Path, c.changes(report), summary(report)
	}
	if err := r.Write(o.format, stdout, stderr); err != nil {
		return err
	}
	switch {
	case !r.Failed():
		return nil
	case report == nil:
		return errFound
	}
	return errIncompatible
}

// changes returns what a report tells. What -fail-on asks for are errors.
func (c *comparison) changes(report *compat.Report) []findings.Finding {
	files := make(map[compat.Side]*findings.File)
	for _, side := range []compat.Side{compat.Old, compat.New} {
		s := report.Schema(side)
		files[side] = &findings.File{Path: s.Path, Source: s.Source}
	}
	at := func(p compat.Place) findings.Place { return findings.Place{File: files[p.Side], Pos: p.Pos} }
	var list []findings.Finding
	for _, d := range report.Findings {
		f := findings.Finding{Place: at(d.Place), Rule: d.Rule, Level: schema.LevelNote, Message: d.Message}
		if d.Level <= c.failOn {
			f.Level = schema.LevelError
		}
		for _, n := range d.Notes {
			f.Notes = append(f.Notes, findings.Note{Place: at(n.Place), Text: n.Text})
		}
		list = append(list, f)
	}
	return list
}

// counts is a report for people, and as JSON the number of findings of each level.
type counts struct {
	*compat.Report `json:"-"`
	Wire           int `json:"wire"`
	Behaviour      int `json:"behaviour"`
	API            int `json:"api"`
	Text           int `json:"text"`
}

func summary(r *compat.Report) counts {
	return counts{r, r.Count(compat.Wire), r.Count(compat.Behaviour), r.Count(compat.API), r.Count(compat.Text)}
}

// comparisonOf reads what the command line says to compare.
func comparisonOf(o *options) (*comparison, error) {
	switch {
	case len(o.args) == 0:
		return nil, errors.New("diff: which schema is the old one? name a file or git:REV")
	case slices.Contains(o.args, ""):
		return nil, errors.New("diff: the name of a schema is empty")
	}
	c := &comparison{schema: o.schema, old: o.args[0], new: o.schema}
	if len(o.args) == 2 {
		c.new = o.args[1]
	}
	if o.failOn == "none" {
		return c, nil
	}
	for _, l := range compat.Levels() {
		if l.String() == o.failOn {
			c.failOn = l
			return c, nil
		}
	}
	return nil, fmt.Errorf("-fail-on is wire, behaviour, api, text or none, not %q", o.failOn)
}

func (c *comparison) run() (*compat.Report, error) {
	old, err := c.load(c.old, c.new)
	if err != nil {
		return nil, fmt.Errorf("the old schema: %w", err)
	}
	new, err := c.load(c.new, c.old)
	if err != nil {
		return nil, fmt.Errorf("the new schema: %w", err)
	}
	return compat.Compare(old, new)
}

// load reads and proves one of the schemas. The other one gives a git revision its path.
func (c *comparison) load(name, other string) (*schema.Schema, error) {
	s, err := c.read(name, other)
	if err != nil {
		return nil, err
	}
	_, err = verify.Check(s)
	return s, err
}

func (c *comparison) read(name, other string) (*schema.Schema, error) {
	revision, isGit := strings.CutPrefix(name, "git:")
	if !isGit {
		return schema.LoadFile(name)
	}
	revision, path, named := strings.Cut(revision, ":")
	if !named {
		path = c.schema
		if !strings.HasPrefix(other, "git:") {
			path = other
		}
	}
	source, err := committed(revision, path, named)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return schema.Load("git:"+revision+":"+filepath.ToSlash(path), source)
}

// committed returns a file as it is in a revision of a git repository: the one that the file's
// folder is in or, when the path is from its root, the one of the working folder.
func committed(revision, path string, fromRoot bool) ([]byte, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, fmt.Errorf("the git command is needed to read a revision: %w", err)
	}
	if revision == "" || path == "" {
		return nil, errors.New("write git:REV or git:REV:PATH")
	}
	folder, object := ".", path
	if !fromRoot {
		folder = filepath.Dir(path)
		object = "./" + filepath.Base(path)
	}
	if _, err := git(folder, "rev-parse", "--show-toplevel"); err != nil {
		return nil, fmt.Errorf("%s is in no git repository: %w", folder, err)
	}
	if _, err := git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}"); err != nil {
		return nil, fmt.Errorf("the git repository has no revision %q; is it fetched?", revision)
	}
	out, err := git(folder, "show", "--end-of-options", revision+":"+filepath.ToSlash(object))
	if err != nil {
		return nil, fmt.Errorf("the revision has no file %s: %w", path, err)
	}
	return out, nil
}

// git runs the git command in a folder. The error is what it says.
func git(folder string, args ...string) ([]byte, error) {
	cmd := exec.Command("git", append([]string{"-C", folder}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if text := strings.TrimSpace(stderr.String()); err != nil && text != "" {
		return nil, errors.New(text)
	}
	return out, err
}
