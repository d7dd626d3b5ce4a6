package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/hgwire/hgwire/generated/framing"
)

// maxPayload is the largest payload that a header can announce.
const maxPayload = 1<<24 - 1

// decodeCommand turns octets into human-readable frames.
type decodeCommand struct {
	File  string `arg:"" optional:"" help:"Octets of frames, one after the other."`
	Hex   bool   `help:"Read hexadecimal digits instead of octets; white space is ignored."`
	Limit int    `default:"${limit}" placeholder:"N" help:"The largest payload that is accepted, 1 to ${most} octets; ${default} unless given."`
}

// Help is the command's paragraph and example.
func (decodeCommand) Help() string {
	return `Prints one line for each frame, in the form that encode reads. Numbers stand for types and flags that the revision does not define. A frame that is cut off, or larger than the limit, ends the command with the offset at which that frame begins; the frames before it have been printed then.

Example:

    $ echo '05 00 00 01 00 01 01 11 68 65 61 64 73' | hgwire decode --hex
    1 1 stream-begin command-name eos heads`
}

// Validate checks the flags' values.
func (c *decodeCommand) Validate() error {
	if c.Limit < 1 || c.Limit > maxPayload {
		return fmt.Errorf("--limit: %d is not in the range of 1 to %d", c.Limit, maxPayload)
	}
	return nil
}

// Run decodes the frames of the input.
func (c *decodeCommand) Run(s *session) error {
	in, err := s.open(c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	err = c.decode(s, in)
	if bad, ok := errors.AsType[*hexError](err); ok {
		return fmt.Errorf("%s:%w", in.name, bad)
	}
	return in.locate(err)
}

func (c *decodeCommand) decode(s *session, in io.Reader) error {
	if c.Hex {
		in = newHexReader(in)
	}
	r := framing.NewReader(in, s.revision)
	r.MaxPayload = c.Limit
	var frame framing.Frame
	var line []byte
	for {
		switch err := r.Next(&frame); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return describe(err, r.Offset(), s.revision)
		}
		line = append(s.revision.AppendText(line[:0], &frame), '\n')
		if _, err := s.out.Write(line); err != nil {
			return err
		}
	}
}

// describe says at which offset a frame is wrong. What is not about the frame stays as it is.
func describe(err error, offset int64, rev framing.Revision) error {
	if short, ok := errors.AsType[*framing.ShortError](err); ok {
		part := ""
		if short.Need == rev.HeaderSize() {
			part = " of header"
		}
		return fmt.Errorf("offset %d: frame cut off after %d of %d octets%s", offset, short.Have, short.Need, part)
	}
	if wrong, ok := errors.AsType[*framing.ProtocolError](err); ok {
		return fmt.Errorf("offset %d: %s", offset, wrong.Text)
	}
	return err
}
