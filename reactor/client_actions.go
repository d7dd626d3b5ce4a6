package reactor

import (
	"errors"
	"fmt"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
)

// clientActions implements what the rows of the client's request machine do: they say what becomes
// of the payload, which stays in the frame. Its method set is exactly that of
// framing.ClientRequestActions.
type clientActions Client

var _ framing.ClientRequestActions = (*clientActions)(nil)

// Deliver hands on the next part of the response.
func (a *clientActions) Deliver() *framing.ProtocolError {
	a.action = ResponsePart
	return nil
}

// Finish makes the part that was delivered the last one.
func (a *clientActions) Finish() *framing.ProtocolError {
	a.action = ResponseEnd
	return nil
}

// Fail hands on the error of the application.
func (a *clientActions) Fail() *framing.ProtocolError {
	a.action = CommandFailed
	return nil
}

// Refuse hands on why the server does not go on.
func (a *clientActions) Refuse() *framing.ProtocolError {
	a.action = Refused
	return nil
}

// ShowText reads the text in the payload. Since text takes a multiple of its octets, it may have no more
// of them than a frame that is not encoded.
func (a *clientActions) ShowText() *framing.ProtocolError {
	if n, most := len(a.frame.Payload), a.limits.FramePayload; n > most {
		return framing.NewMalformedText(&a.frame.Header, fmt.Sprintf("it decodes to %d octets, which are more than the %d of a frame", n, most))
	}
	text, err := payload.ParseText(&a.frame.Header, a.frame.Payload)
	if malformed, ok := errors.AsType[*framing.ProtocolError](err); ok {
		return malformed
	}
	a.action, a.text = TextOutput, text
	return nil
}
