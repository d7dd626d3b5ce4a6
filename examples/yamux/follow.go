package yamux

import (
	"fmt"
	"io"

	"github.com/hgwire/hgwire/examples/tap"
	"github.com/hgwire/hgwire/examples/yamux/yamuxframe"
)

const revision = yamuxframe.RevisionVersion0

// Follow prints the frames that one side of a session has sent and received: a line each in the
// human-readable form, after `>` when the side has sent it and `<` when it has received it. Each goes
// through the side's machines; the error says which frame, counted from 1, is none or breaks a rule.
func Follow(w io.Writer, side yamuxframe.Role, pieces []tap.Piece) error {
	at := NewSession(side)
	return frames(pieces, func(sent bool, f *yamuxframe.Frame) error {
		line, take := []byte("< "), at.Receive
		if sent {
			line, take = []byte("> "), at.Send
		}
		if _, err := w.Write(append(revision.AppendText(line, f), '\n')); err != nil {
			return err
		}
		return take(f)
	})
}

// frames calls yield for every frame, once its last octet is there. The frame is valid until the
// call returns. A frame that is cut off at the end is left out.
func frames(pieces []tap.Piece, yield func(sent bool, f *yamuxframe.Frame) error) error {
	rest := make(map[bool][]byte)
	n := 0
	for _, p := range pieces {
		rest[p.Sent] = append(rest[p.Sent], p.Octets...)
		for {
			f, after, err := revision.ParseFrame(rest[p.Sent])
			if err == yamuxframe.ErrShort {
				break
			}
			n++
			if err == nil {
				err = yield(p.Sent, &f)
			}
			if err != nil {
				return fmt.Errorf("frame %d: %w", n, err)
			}
			rest[p.Sent] = after
		}
	}
	return nil
}
