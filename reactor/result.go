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
)

var actionNames = [...]string{"noop", "wantframe", "runcommand", "sendframes", "error"}

// String returns the name that the protocol's reference uses, such as "wantframe".
func (a Action) String() string {
	if int(a) < len(actionNames) {
		return actionNames[a]
	}
	return "unknown"
}

// Result is what a call to a reactor came to.
type Result struct {
	Action  Action
	State   framing.ServerConnectionState // of the connection, after the call
	Request *Request                      // for RunCommand
	Err     *framing.ProtocolError        // for Error
}
