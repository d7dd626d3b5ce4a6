package replay

import (
	"errors"
	"io"

	"github.com/hgwire/hgwire/generated/framing"
)

// Printer puts outcomes into text.
type Printer interface {
	// AppendOutcome appends the outcome of an event to dst, whole lines only.
	AppendOutcome(dst []byte, e *Event, o *Outcome) []byte
}

var (
	_ Printer = JSON{}
	_ Printer = Human{}
)

// Play runs a script and prints what each of its events came to, one write for each. A line that
// is wrong ends it with a *LineError; what the lines before it came to has been printed then.
func Play(w io.Writer, script io.Reader, rev framing.Revision, p Printer) error {
	lines := NewLines(script)
	runner := NewRunner(rev)
	var text []byte
	for {
		line, err := lines.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		event, err := Parse(rev, string(line))
		if err != nil {
			return &LineError{lines.Number(), err}
		}
		outcome, err := runner.Do(&event)
		if err != nil {
			return &LineError{lines.Number(), err}
		}
		text = p.AppendOutcome(text[:0], &event, &outcome)
		if _, err := w.Write(text); err != nil {
			return err
		}
	}
}
