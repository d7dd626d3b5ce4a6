package replay

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
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
	if o.Usage != "" {
		dst = append(framing.AppendEscaped(append(dst, "usage-error "...), []byte(o.Usage)), '\n')
	} else {
		dst = appendHuman(dst, e, o)
	}
	if p.Trace {
		dst = append(appendTrace(dst, o), '\n')
	}
	return dst
}

func appendHuman(dst []byte, e *Event, o *Outcome) []byte {
	dst = append(dst, o.Action.String()...)
	switch o.Action {
	case reactor.WantFrame:
		dst = append(append(dst, ' '), o.State...)
	case reactor.RunCommand, reactor.OpenCommand:
		return appendHumanRequest(dst, o)
	case reactor.Error:
		dst = framing.AppendEscaped(append(dst, ' '), []byte(o.Err.Text))
	case reactor.TakeData, reactor.ResponsePart, reactor.ResponseEnd, reactor.CommandFailed, reactor.Refused:
		dst = strconv.AppendUint(append(dst, ' '), uint64(o.ID), 10)
		dst = framing.AppendEscaped(append(dst, ' '), o.Payload)
	case reactor.TextOutput:
		dst = strconv.AppendUint(append(dst, ' '), uint64(o.ID), 10)
	}
	dst = append(dst, '\n')
	if e.Op == OpOpen {
		dst = append(strconv.AppendUint(append(dst, "  request "...), uint64(o.ID), 10), '\n')
	}
	for i := range o.Text {
		dst = appendHumanAtom(dst, &o.Text[i])
	}
	for f := range o.Frames() {
		dst = append(o.revision.AppendText(append(dst, "  "...), &f), '\n')
	}
	for _, id := range o.Incomplete {
		dst = append(strconv.AppendUint(append(dst, "  incomplete "...), uint64(id), 10), '\n')
	}
	return dst
}

func appendHumanAtom(dst []byte, a *payload.Atom) []byte {
	line := func(what, text string) {
		dst = append(framing.AppendEscaped(append(dst, what...), []byte(text)), '\n')
	}
	line("  text ", a.Format)
	for _, label := range a.Labels {
		line("    label ", label)
	}
	for _, arg := range a.Args {
		line("    arg ", arg)
	}
	return dst
}

func appendHumanRequest(dst []byte, o *Outcome) []byte {
	req := o.Request
	dst = strconv.AppendUint(append(dst, ' '), uint64(req.ID), 10)
	dst = append(framing.AppendEscaped(append(dst, ' '), req.Command), '\n')
	for name, value := range req.Args() {
		dst = appendWord(append(dst, "  arg "...), name)
		dst = append(framing.AppendEscaped(append(dst, ' '), value), '\n')
	}
	if data := o.data(); data != nil {
		dst = append(framing.AppendEscaped(append(dst, "  data "...), data), '\n')
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
	dst = append(append(dst, "  state "...), o.State...)
	for i, row := range o.Rows {
		sep := ", "
		if i == 0 {
			sep = "; "
		}
		machine := strings.TrimPrefix(strings.TrimPrefix(row.Machine, "server-"), "client-")
		dst = append(append(append(append(dst, sep...), machine...), ' '), row.ID...)
	}
	return dst
}
