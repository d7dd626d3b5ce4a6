package http2

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/hgwire/hgwire/examples/http2/http2frame"
	"github.com/hgwire/hgwire/examples/tap"
)

const revision = http2frame.RevisionH2

// Preface is what a client sends before its first frame (RFC 9113, section 3.4).
const Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// ErrPreface says that a client begins with something else than the preface.
var ErrPreface = errors.New("no preface of HTTP/2")

// Follow prints the frames that one side of a connection has sent and received: a line each in the
// human-readable form, after `>` when the side has sent it and `<` when it has received it. The
// client's preface is no frame. Each frame goes through the side's machines; the error says which,
// counted from 1, is none or breaks a rule.
func Follow(w io.Writer, side http2frame.Role, pieces []tap.Piece) error {
	at := NewConnection(side)
	return frames(side, pieces, func(sent bool, f *http2frame.Frame) error {
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
// call returns. A frame that is cut off at the end is left out. Frames are as long as the settings of
// their receiver allow (section 4.2).
func frames(side http2frame.Role, pieces []tap.Piece, yield func(sent bool, f *http2frame.Frame) error) error {
	rest := make(map[bool][]byte) // by direction: true is sent
	limit := make(map[bool]int)   // by direction
	preface := true               // to be expected from the client
	n := 0
	for _, p := range pieces {
		rest[p.Sent] = append(rest[p.Sent], p.Octets...)
		if preface && p.Sent == (side == http2frame.RoleClient) {
			if len(rest[p.Sent]) < len(Preface) {
				continue
			}
			after, ok := bytes.CutPrefix(rest[p.Sent], []byte(Preface))
			if !ok {
				return ErrPreface
			}
			preface, rest[p.Sent] = false, after
		}
		for {
			var f http2frame.Frame
			size, err := revision.DecodeFrame(&f, rest[p.Sent], limit[p.Sent])
			if err == http2frame.ErrShort {
				break
			}
			n++
			if err == nil {
				err = yield(p.Sent, &f)
			}
			if err != nil {
				return fmt.Errorf("frame %d: %w", n, err)
			}
			if most := maxFrameSize(&f); most > 0 {
				limit[!p.Sent] = most
			}
			rest[p.Sent] = rest[p.Sent][size:]
		}
	}
	return nil
}

// maxFrameSize returns the SETTINGS_MAX_FRAME_SIZE that a frame sets, or 0.
func maxFrameSize(f *http2frame.Frame) (most int) {
	if f.Type != http2frame.TypeSettings {
		return 0
	}
	for b := f.Payload; len(b) >= 6; b = b[6:] {
		if binary.BigEndian.Uint16(b) == 5 {
			most = int(binary.BigEndian.Uint32(b[2:]))
		}
	}
	return most
}
