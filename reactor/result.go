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

	// A client. All but Refused are about the request ClientResult.Request.
	ResponsePart  // the frame's payload is the next part of the response
	ResponseEnd   // the frame's payload is the last part of the response: the request has ended
	CommandFailed // the command failed, for the reason in the frame's payload: the request has ended
	Refused       // the server refuses to go on, for the reason in the frame's payload: close
	TextOutput    // show Text to people
)

var actionNames = [...]string{
	"noop", "wantframe", "runcommand", "sendframes", "error",
	"opencommand", "takedata",
	"responsepart", "responseend", "commandfailed", "refused", "textoutput",
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

// ClientResult is what a frame that a Client received came to.
type ClientResult struct {
	Action  Action
	State   framing.ClientConnectionState // of the connection, after the frame
	Request uint16                        // the frame's; 0 for WantFrame and Error
	From    framing.ClientRequestState    // of that request, before the frame
	Err     *framing.ProtocolError        // for Error
}
