package reactor

import (
	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/message"
	"github.com/hgwire/hgwire/payload"
)

// actions implements what the rows of the request machine do. Its method set is exactly that of
// framing.ServerRequestActions. Each checks before it changes anything.
type actions Server

var _ framing.ServerRequestActions = (*actions)(nil)

// BeginCommand takes up a request. It enters the table only when the whole row has succeeded.
func (a *actions) BeginCommand() *framing.ProtocolError {
	h := &a.frame.Header
	if a.to.Receiving() && a.receiving >= a.limits.ReceivingRequests {
		return framing.NewTooManyReceiving(h, a.limits.ReceivingRequests)
	}
	if !a.hold(len(a.frame.Payload)) {
		return a.bufferedTooLarge()
	}
	a.req = a.requests.take(h.RequestID)
	a.req.held = len(a.frame.Payload)
	a.req.Command = append(a.req.Command, a.frame.Payload...)
	a.did |= tookUp
	return nil
}

// ExpectData says that the request has data, even if it turns out to be empty.
func (a *actions) ExpectData() *framing.ProtocolError {
	a.req.hasData = true
	return nil
}

// AddArgument adds a whole argument.
func (a *actions) AddArgument() *framing.ProtocolError {
	return a.addArgument(false)
}

// OpenArgument adds an argument whose value goes on in the next frame.
func (a *actions) OpenArgument() *framing.ProtocolError {
	return a.addArgument(true)
}

// ExtendArgument appends to the open value.
func (a *actions) ExtendArgument() *framing.ProtocolError {
	r := a.req
	if len(a.frame.Payload) > r.missing {
		return framing.NewProtocolError(framing.ErrPartialArgumentValue, &a.frame.Header)
	}
	r.missing -= len(a.frame.Payload)
	r.octets = append(r.octets, a.frame.Payload...)
	return nil
}

// CloseArgument appends to the open value, which must then be complete.
func (a *actions) CloseArgument() *framing.ProtocolError {
	if len(a.frame.Payload) != a.req.missing {
		return framing.NewProtocolError(framing.ErrPartialArgumentValue, &a.frame.Header)
	}
	return a.ExtendArgument()
}

// AddData appends to the request's data, or hands it on.
func (a *actions) AddData() *framing.ProtocolError {
	if a.streamData {
		a.did |= tookData
		return nil
	}
	r, data := a.req, a.frame.Payload
	if len(data) > a.limits.DataOctets-len(r.data) {
		return framing.NewDataTooLarge(&a.frame.Header, a.limits.DataOctets)
	}
	if !a.hold(len(data)) {
		return a.bufferedTooLarge()
	}
	r.held += len(data)
	r.data = append(r.data, data...)
	return nil
}

// RunCommand hands the request to the application.
func (a *actions) RunCommand() *framing.ProtocolError {
	if a.active >= a.limits.ActiveRequests {
		return framing.NewTooManyActive(&a.frame.Header, a.limits.ActiveRequests)
	}
	r := a.req
	r.ran = true
	a.active++
	a.did |= ran
	if r.opened {
		return nil
	}
	r.settle()
	if r.hasData {
		r.Data = r.data[:len(r.data):len(r.data)]
		if r.Data == nil {
			r.Data = []byte{}
		}
	}
	return nil
}

// Answer takes up the application's answer, which is the last one in the outbox: it may go out, or
// waits for the end of input.
func (a *actions) Answer() *framing.ProtocolError {
	if !a.deferred {
		a.outbox.ready = len(a.outbox.answers)
	}
	return nil
}

// Refuse answers a request that end of input has cut short.
func (a *actions) Refuse() *framing.ProtocolError {
	err := framing.NewProtocolError(framing.ErrIncompleteRequest, &framing.Header{RequestID: a.req.id})
	// The text comes from the schema and always fits in a frame.
	*a.outbox.add(nil), _ = message.ProtocolError(a.req.id, (*Server)(a).Outgoing(a.refusals), err.Text)
	return nil
}

// Forget ends the request. Its memory may be reused from now on, unless the application, which does
// not know that the request is cut short, may be looking at it.
func (a *actions) Forget() *framing.ProtocolError {
	r := a.req
	a.buffered -= r.held
	if r.ran {
		a.active--
	}
	a.requests.remove(r)
	if r.ran || !r.opened {
		a.requests.reuse(r)
	}
	return nil
}

// addArgument adds what the frame holds of an argument.
func (a *actions) addArgument(continued bool) *framing.ProtocolError {
	arg, code := payload.ParseArgument(a.frame.Payload, continued)
	if code != 0 {
		return framing.NewProtocolError(code, &a.frame.Header)
	}
	r, size := a.req, len(arg.Name)+arg.ValueLength
	if argumentHeader+size > a.limits.ArgumentOctets-r.spent {
		return framing.NewArgumentsTooLarge(&a.frame.Header, a.limits.ArgumentOctets)
	}
	if !a.hold(argumentSpan + size) {
		return a.bufferedTooLarge()
	}
	r.spent += argumentHeader + size
	r.held += argumentSpan + size
	r.missing = arg.ValueLength - len(arg.Value)
	r.args = append(r.args, argument{len(r.octets), uint16(len(arg.Name)), uint16(arg.ValueLength)})
	r.octets = append(append(r.octets, arg.Name...), arg.Value...)
	return nil
}

// hold counts octets against the limit of the connection, and reports whether it allows them. The
// caller adds them to the request.
func (a *actions) hold(n int) bool {
	if n > a.limits.BufferedOctets-a.buffered {
		return false
	}
	a.buffered += n
	return true
}

func (a *actions) bufferedTooLarge() *framing.ProtocolError {
	return framing.NewBufferedTooLarge(&a.frame.Header, a.limits.BufferedOctets)
}
