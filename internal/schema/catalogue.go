package schema

import (
	"go/token"
	"math"
	"strings"
)

var faults = map[string]Fault{"peer": FaultPeer, "caller": FaultCaller}

func (r *resolver) defineErrors(raws []errorBlock) {
	for i := range raws {
		raw := &raws[i]
		e := &Error{
			Node:  raw.Node,
			Name:  raw.Name,
			Fault: faults[raw.Fault],
			Text:  raw.Text,
			With:  raw.With,
			Since: r.since(raw.Node, raw.Since),
			Doc:   raw.Doc,
		}
		r.errors.define(r.found, raw.At("name"), raw.Name, e)
		r.schema.Errors = append(r.schema.Errors, e)
	}
}

func (r *resolver) defineLimits(raws []limitBlock) {
	for i := range raws {
		raw := &raws[i]
		l := &Limit{
			Node:  raw.Node,
			Name:  raw.Name,
			Unit:  raw.Unit,
			Since: r.since(raw.Node, raw.Since),
			Doc:   raw.Doc,
		}
		if has(raw.Node, "default") {
			l.Default = r.positive(raw.At("default"), raw.Default)
			if l.Default > math.MaxInt32 {
				r.found.Add(raw.At("default"), LimitTooHigh, "a limit is at most %d: %d does not fit in an int of 32 bits", math.MaxInt32, l.Default)
			}
		}
		l.Error, _ = lookUp(r, r.errors, raw.Node, "error", raw.Error)
		r.limits.define(r.found, raw.At("name"), raw.Name, l)
		r.schema.Limits = append(r.schema.Limits, l)
	}
}

// resolveLimits follows the references from limits to the machines whose instances they count.
func (r *resolver) resolveLimits(raws []limitBlock) {
	for i := range raws {
		raw, l := &raws[i], r.schema.Limits[i]
		if !has(raw.Node, "counts") {
			r.refuses(raw.Node, "a limit without counts", "machine")
			continue
		}
		r.needs(raw.Node, "machine", "a limit with counts")
		m, ok := lookUp(r, r.machines, raw.Node, "machine", raw.Machine)
		if !ok {
			continue
		}
		if isConnection := has(m.Node, "per") && m.Key == nil && len(m.Initial) == 0; isConnection {
			r.found.Add(raw.At("machine"), WrongKind, "machine %q is the connection's: there is one instance", m.Name).Note(m.At("per"), "defined here")
			continue
		}
		l.Machine, l.Counts = m, r.states(m, raw.Node, "counts", raw.Counts)
	}
}

// resolveTexts parses the texts of the catalogue and checks their parameters.
func (r *resolver) resolveTexts() {
	for _, e := range r.schema.Errors {
		with := newScope[bool]("parameter", "")
		for i, name := range e.With {
			pos := e.Element("with", i)
			with.define(r.found, pos, name, true)
			if f, ok := r.fields.items[name]; ok {
				r.found.Add(pos, WithIsField, "parameter %q is a header field: leave it out of `with`", name).Note(f.Pos, "defined here")
			}
			if p := GoParameter(name, r.schema.Protocol.Initialisms); token.IsKeyword(p) || notParameters[p] {
				r.found.Add(pos, NotGo, "parameter %q cannot be the parameter %s of a Go function", name, p)
			}
		}
		used := r.errorText(e, with)
		for i, name := range e.With {
			if !used[name] && strings.TrimSpace(name) != "" {
				r.found.Add(e.Element("with", i), UnusedWith, "parameter %q does not stand in the text", name)
			}
		}
	}
}

// notParameters are names that the generated constructors of errors use otherwise.
var notParameters = map[string]bool{"h": true, "string": true, "int": true}

// errorText splits a text into literals and placeholders, and returns the parameters used.
func (r *resolver) errorText(e *Error, with *scope[bool]) (used map[string]bool) {
	used = make(map[string]bool)
	for rest := e.Text; rest != ""; {
		literal, after, more := strings.Cut(rest, "%{")
		if literal != "" {
			e.Parts = append(e.Parts, TextPart{Literal: literal})
		}
		if !more {
			return used
		}
		pos := r.src.inside(e.At("text"), e.Text, len(e.Text)-len(after)-len("%{"))
		name, tail, closed := strings.Cut(after, "}")
		if !closed {
			r.found.Add(pos, BadText, "this placeholder has no closing brace")
			return used
		}
		rest = tail
		name, number := strings.CutSuffix(name, ":number")
		name, parity := strings.CutSuffix(name, ":parity")
		f, isField := r.fields.items[name]
		switch {
		case strings.TrimSpace(name) == "" || strings.ContainsAny(name, ": %{"):
			r.found.Add(pos, BadText, "a placeholder is %%{field}, %%{field:number}, %%{key:parity} or %%{parameter}")
		case with.items[name]:
			used[name] = true
			e.Parts = append(e.Parts, TextPart{With: name})
			if number || parity {
				r.found.Add(pos, BadText, ":number and :parity are for header fields; %q is a parameter", name)
			}
		case isField:
			e.Parts = append(e.Parts, TextPart{Field: f, Number: number, Parity: parity})
			if parity && (number || f.Kind != FieldKey && f.Kind != 0) {
				r.found.Add(pos, BadText, ":parity is for keys, which are odd or even").Note(f.Pos, "field %s", name)
			}
		default:
			r.found.Add(pos, NoPlaceholder, "%q is neither a header field nor listed in `with`%s", name, Suggest(name, append(r.fields.names(), e.With...)))
		}
	}
	return used
}
