package replay

import (
	"bytes"
	"strconv"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/reactor"
)

// Human prints each outcome for people: a line with the action, and indented lines with what
// belongs to it. Octets are escaped as in human-readable frames.
type Human struct {
	// Trace puts the event before its outcome, and after it the connection's state and the rows
	// of the schema that brought it about.
	Trace bool
}

// AppendOutcome appends the lines of an outcome.
func (p Human) AppendOutcome(dst []byte, e *Event, o *Outcome) []byte {
	if p.Trace {
		dst = append(append(append(dst, "> "...), e.Text...), '\n')
	}
	if o.Usage != nil {
		dst = append(framing.AppendEscaped(append(dst, "usage-error "...), []byte(o.Usage.Text)), '\n')
	} else {
		dst = appendHuman(dst, o)
	}
	if p.Trace {
		dst = append(appendTrace(dst, o), '\n')
	}
	return dst
}

func appendHuman(dst []byte, o *Outcome) []byte {
	dst = append(dst, o.Action.String()...)
	switch o.Action {
	case reactor.WantFrame:
		dst = append(append(dst, ' '), o.State.String()...)
	case reactor.RunCommand:
		return appendHumanRequest(dst, o.Request)
	case reactor.Error:
		dst = framing.AppendEscaped(append(dst, ' '), []byte(o.Err.Text))
	}
	dst = append(dst, '\n')
	for f := range o.Frames() {
		dst = append(o.revision.AppendText(append(dst, "  "...), &f), '\n')
	}
	for _, id := range o.Incomplete {
		dst = append(strconv.AppendUint(append(dst, "  incomplete "...), uint64(id), 10), '\n')
	}
	return dst
}

func appendHumanRequest(dst []byte, req *reactor.Request) []byte {
	dst = strconv.AppendUint(append(dst, ' '), uint64(req.ID), 10)
	dst = append(framing.AppendEscaped(append(dst, ' '), req.Command), '\n')
	for name, value := range req.Args() {
		dst = appendWord(append(dst, "  arg "...), name)
		dst = append(framing.AppendEscaped(append(dst, ' '), value), '\n')
	}
	if req.Data != nil {
		dst = append(framing.AppendEscaped(append(dst, "  data "...), req.Data), '\n')
	}
	return dst
}

// appendWord escapes octets as one word: spaces, too, so that what follows is told apart.
func appendWord(dst, octets []byte) []byte {
	for {
		part, rest, more := bytes.Cut(octets, []byte(" "))
		dst = framing.AppendEscaped(dst, part)
		if !more {
			return dst
		}
		dst, octets = append(dst, `\x20`...), rest
	}
}

func appendTrace(dst []byte, o *Outcome) []byte {
	dst = append(append(dst, "  state "...), o.State.String()...)
	sep := "; "
	row := func(machine, id string) {
		dst = append(append(append(append(dst, sep...), machine...), ' '), id...)
		sep = ", "
	}
	if t := o.Rows.Connection; t != 0 {
		row("connection", t.String())
	}
	if t := o.Rows.Stream; t != 0 {
		row("stream", t.String())
	}
	if t := o.Rows.Request; t != 0 {
		row("request", t.String())
	}
	if t := o.Rows.Sent; t != 0 {
		row("request", t.String())
	}
	return dst
}
