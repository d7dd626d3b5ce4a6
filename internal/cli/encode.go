package cli

import (
	"errors"
	"io"

	"github.com/hgwire/hgwire/internal/replay"
)

// encodeCommand turns human-readable frames into octets.
type encodeCommand struct {
	File string `arg:"" optional:"" help:"Human-readable frames, one a line."`
	Hex  bool   `help:"Print spaced hexadecimal digits, one frame a line."`
}

// Help is the command's paragraph and example.
func (encodeCommand) Help() string {
	return `Each line is a frame; blank lines and lines that begin with # are skipped, and so are spaces and tabs before the first field. Its fields are separated by single spaces, and everything after the last of them is the payload:

    REQUEST-ID STREAM-ID STREAM-FLAGS TYPE FLAGS PAYLOAD   (streams)
    REQUEST-ID TYPE FLAGS PAYLOAD                          (request-ids)

Numbers are decimal. A type is a name or a number. Flags are names or numbers joined by |, or 0. The payload may be empty, but the space before it must be there; it may hold the escapes \xHH, \n, \r, \t, \a, \b, \f, \v, \\, \', \" and octal \ooo. A line that is wrong ends the command; the frames before it have been written then.

Example:

    $ echo '1 1 stream-begin command-name eos heads' | hgwire encode --hex
    05 00 00 01 00 01 01 11 68 65 61 64 73

` + frameTypes()
}

// Run encodes the frames of the input.
func (c *encodeCommand) Run(s *session) error {
	in, err := s.open(c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	return in.locate(c.encode(s, in))
}

func (c *encodeCommand) encode(s *session, in io.Reader) error {
	lines := replay.NewLines(in)
	var octets, digits []byte
	for {
		line, err := lines.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		frame, err := s.revision.ParseText(string(line))
		if err == nil {
			octets, err = s.revision.AppendFrame(octets[:0], &frame)
		}
		if err != nil {
			return &replay.LineError{Line: lines.Number(), Err: err}
		}
		written := octets
		if c.Hex {
			digits = append(appendSpacedHex(digits[:0], octets), '\n')
			written = digits
		}
		if _, err := s.out.Write(written); err != nil {
			return err
		}
	}
}
