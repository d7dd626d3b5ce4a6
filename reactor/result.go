package reactor

import "github.com/hgwire/hgwire/generated/framing"

// Action says what the caller is to do next.
type Action uint8

const (
	Noop       Action = iota // nothing
	WantFrame                // read another frame
	RunCommand               // run Result.Request
	SendFrames               // send what Take appends
	Error                    // the peer broke the protocol: report Result.Err and close

	// A server whose Config has StreamData.
	OpenCommand // run Result.Request, whose data is still to come
	TakeData    // the frame's payload is the next part of the data of Result.Request
)

var actionNames = [...]string{
	"noop", "wantframe", "runcommand", "sendframes", "error",
	"opencommand", "takedata",
}

// String returns the name that the protocol's reference uses, such as "wantframe", or one like it.
func (a Action) String() string {
	if int(a) < len(actionNames) {
		return actionNames[a]
	}
	return "unknown"
}

// Result is what a call to a Server came to.
type Result struct {
	Action  Action
	State   framing.ServerConnectionState // of the connection, after the call
	Request *Request                      // for RunCommand, OpenCommand and TakeData
	Err     *framing.ProtocolError        // for Error
}
