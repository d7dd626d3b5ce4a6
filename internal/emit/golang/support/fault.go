package support

// Fault says whose mistake an error is.
type Fault uint8

const (
	FaultPeer   Fault = iota + 1 // the peer broke the protocol
	FaultCaller                  // our own caller made a mistake
)

func (f Fault) String() string {
	switch f {
	case FaultPeer:
		return "peer"
	case FaultCaller:
		return "caller"
	default:
		return "Fault(" + decimal(uint64(f)) + ")"
	}
}

// ProtocolError reports that the peer broke the protocol. It unwraps to its Code, so that
// errors.Is finds the entry of the catalogue.
type ProtocolError struct {
	Code   ErrorCode
	State  string // of the machine that found the error; empty when none did
	Header Header // of the frame; zero when there is none
	Text   string // the text of the catalogue, with its placeholders filled in
}

// NewProtocolError returns the error for an entry whose text needs nothing but a header, which may
// be nil. Entries with parameters have constructors of their own.
func NewProtocolError(code ErrorCode, h *Header) *ProtocolError {
	h = headerOrZero(h)
	return &ProtocolError{Code: code, Header: *h, Text: code.fill(h)}
}

func (e *ProtocolError) Error() string {
	return "protocol error: " + e.Text + circumstances(e.Code, &e.Header, e.State)
}

func (e *ProtocolError) Unwrap() error { return e.Code }

// UsageError reports a mistake of our own caller: nothing was sent, nothing has changed. It unwraps
// to its Code, so that errors.Is finds the entry of the catalogue.
type UsageError struct {
	Code   ErrorCode
	State  string // of the machine that found the error; empty when none did
	Header Header // of the frame or request in question; zero when there is none
	Text   string // the text of the catalogue, with its placeholders filled in
}

// NewUsageError returns the error for an entry whose text needs nothing but a header, which may be
// nil. Entries with parameters have constructors of their own.
func NewUsageError(code ErrorCode, h *Header) *UsageError {
	h = headerOrZero(h)
	return &UsageError{Code: code, Header: *h, Text: code.fill(h)}
}

func (e *UsageError) Error() string {
	return "usage error: " + e.Text + circumstances(e.Code, &e.Header, e.State)
}

func (e *UsageError) Unwrap() error { return e.Code }

// RuleError reports a header that its sender may not send: our caller's fault.
type RuleError struct {
	Header Header
	Field  string // the header field
	Rule   string // what the schema says about it
}

func (e *RuleError) Error() string {
	return "usage error: " + e.Field + ": " + e.Rule + " (" + e.Header.describe() + ")"
}

// circumstances puts what an error is about in parentheses.
func circumstances(code ErrorCode, h *Header, state string) string {
	s := " (" + code.Name()
	if *h != (Header{}) {
		s += "; " + h.describe()
	}
	if state != "" {
		s += "; state " + state
	}
	return s + ")"
}

func headerOrZero(h *Header) *Header {
	if h == nil {
		return new(Header)
	}
	return h
}
