package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/internal/replay"
)

// input is a FILE argument that has been opened.
type input struct {
	name   string // for messages
	source io.Reader
	out    *bufio.Writer
	close  func() error
}

// open opens a FILE argument. The caller closes the input.
func (s *session) open(path string) (*input, error) {
	if path == "" || path == "-" {
		return &input{"<stdin>", s.stdin, s.out, func() error { return nil }}, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &input{path, f, s.out, f.Close}, nil
}

// Read reads from the file after all output so far has been written.
func (in *input) Read(b []byte) (int, error) {
	if err := in.out.Flush(); err != nil {
		return 0, err
	}
	return in.source.Read(b)
}

// Close closes the file; standard input stays open.
func (in *input) Close() error { return in.close() }

// locate puts the name of the input, and the line if err knows it, before an error about what the
// input holds. Errors of the operating system name the file already.
func (in *input) locate(err error) error {
	if _, ok := errors.AsType[*os.PathError](err); ok || err == nil {
		return err
	}
	if at, ok := errors.AsType[*replay.LineError](err); ok {
		return fmt.Errorf("%s:%d: %s", in.name, at.Line, reason(at.Err))
	}
	return fmt.Errorf("%s: %w", in.name, err)
}

// reason says what is wrong with a line, beginning with the field at fault.
func reason(err error) string {
	text, ok := errors.AsType[*framing.TextError](err)
	if !ok {
		return err.Error()
	}
	const most = 40
	switch value := text.Value; {
	case value == "":
		return fmt.Sprintf("field %s: %s", text.Field, text.Reason)
	case len(value) > most:
		return fmt.Sprintf("field %s: %q...: %s", text.Field, value[:most], text.Reason)
	default:
		return fmt.Sprintf("field %s: %q: %s", text.Field, value, text.Reason)
	}
}
