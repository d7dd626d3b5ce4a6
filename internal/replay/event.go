package replay

import (
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/reactor"
)

// Op is what an event does.
type Op uint8

const (
	OpReset   Op = iota + 1 // starts a scenario with a fresh reactor
	OpFrame                 // receives a frame
	OpHex                   // receives a frame given as octets
	OpRespond               // answers a request with bytes and sends the answer
	OpFail                  // answers a request with an error and sends the answer
	OpReady                 // answers a request with bytes; the answer stays with the reactor
	OpTake                  // sends every answer that is ready
	OpEOF                   // ends the input
	OpCall                  // answers a request, as a conversation has it: the answer stays with the reactor
	OpSent                  // sends every answer that is ready, if the frame is the last of an answer
	OpBegin                 // server: answers a request with frames that the script sends
	OpOpen                  // client: takes a request ID
	OpRelease               // client: gives a request ID back
	OpSend                  // sends a frame
)

var opNames = [...]string{
	OpReset:   "reset",
	OpFrame:   "frame",
	OpHex:     "hex",
	OpRespond: "respond",
	OpFail:    "fail",
	OpReady:   "ready",
	OpTake:    "take",
	OpEOF:     "eof",
	OpCall:    "call",
	OpSent:    "sent",
	OpBegin:   "begin",
	OpOpen:    "open",
	OpRelease: "release",
	OpSend:    "send",
}

// role returns the role whose event it is, or zero for one of both.
func (op Op) role() framing.Role {
	switch op {
	case OpReset, OpFrame, OpHex, OpEOF, OpSend:
		return 0
	case OpOpen, OpRelease:
		return framing.RoleClient
	default:
		return framing.RoleServer
	}
}

// String returns the word that begins the event's line.
func (op Op) String() string {
	if op > 0 && int(op) < len(opNames) {
		return opNames[op]
	}
	return "unknown"
}

// Event is one line of a script. Its memory is its own: nothing aliases the reader's buffer.
type Event struct {
	Op      Op
	Text    string                     // the line as written, without its end
	Role    framing.Role               // OpReset
	Config  reactor.Config             // OpReset
	Frame   framing.Frame              // OpFrame, OpSent, OpSend
	Octets  []byte                     // OpHex
	Request uint16                     // OpRespond, OpFail, OpReady, OpCall, OpBegin, OpRelease
	Stream  uint8                      // OpRespond, OpFail, OpReady in a revision with streams
	Payload []byte                     // OpRespond, OpReady; for OpFail the message
	Call    framing.ServerRequestEvent // OpCall
}
