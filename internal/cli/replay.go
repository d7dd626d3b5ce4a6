package cli

import (
	"github.com/hgwire/hgwire/internal/replay"
)

// replayCommand runs a reactor over a script.
type replayCommand struct {
	File  string `arg:"" optional:"" help:"Script of events, one a line."`
	JSON  bool   `name:"json" xor:"form" help:"Print one JSON array for each event."`
	Trace bool   `xor:"form" help:"Print each event, and after its result the connection's state and the rows of the protocol's tables that led there."`
}

// Help is the command's paragraphs and example.
func (replayCommand) Help() string {
	return `Feeds events to a server reactor, or a client's, and prints the result of each: what the reactor says, error (the peer broke the protocol), usage-error (the application asked for what it must not) or noop. Blank lines and lines that begin with # are skipped, and so are spaces and tabs at the start of a line. The events:

    reset [defer] [stream-data] [NAME=N ...]
                     start a scenario with a fresh server; defer keeps the
                     answers until the end of input, stream-data hands on
                     the data of requests as it comes
    reset client [NAME=N ...]
                     start a scenario with a fresh client
    frame FRAME      receive a human-readable frame, as for encode
    hex OCTETS       receive the frame that these hexadecimal digits hold
    respond REQUEST-ID STREAM-ID PAYLOAD
                     answer a request with bytes, and send the answer
    fail REQUEST-ID STREAM-ID MESSAGE
                     answer a request with an error, and send the answer
    ready REQUEST-ID STREAM-ID PAYLOAD
                     like respond, but the answer stays with the reactor
    take             send the answers that are ready
    begin REQUEST-ID answer a request with frames that send sends
    send FRAME       send a frame of one's own making
    eof              no more frames will come
    call respond REQUEST-ID, call fail REQUEST-ID, sent FRAME
                     what conversations of gen verify say of the server: the calls are like ready,
                     with an answer of one letter, and sent is take when an answer ends with the frame

A client has reset, frame, hex, send and eof, and these:

    open             take a request ID
    release REQUEST-ID
                     give back a request ID of which no frame was sent

Revision request-ids has no STREAM-ID. PAYLOAD and MESSAGE may be empty, and take the escapes that encode takes. Requests that eof cuts short are refused on the stream of the latest answer, or on stream 2 when there was none.

These are the numbers that reset sets, and what they are otherwise. The first is where the frames of an answer are cut, the others are limits: on what the peer may do, and on the requests of a client:

` + settings() + `
With --json a result is an array of its name and an object, such as ["wantframe", {"state": "command-receiving"}]. Octets are strings in which each code point from 0 to 255 is an octet; frames are strings of hexadecimal digits.

A line that is wrong ends the command; the results before it have been printed then.

Example:

    $ hgwire replay <<'END'
    frame 1 1 stream-begin command-name have-args lookup
    frame 1 1 0 command-argument eoa \x03\x00\x03\x00keytip
    respond 1 2 found
    END
    wantframe command-receiving
    runcommand 1 lookup
      arg key tip
    sendframes
      1 2 stream-begin bytes-response eos found`
}

// Run plays the script of the input.
func (c *replayCommand) Run(s *session) error {
	in, err := s.open(c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	var p replay.Printer = replay.Human{Trace: c.Trace}
	if c.JSON {
		p = replay.JSON{}
	}
	return in.locate(replay.Play(s.out, in, s.revision, p))
}
