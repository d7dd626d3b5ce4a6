package support

// Revision stands in for the generated type: one revision, whose header is a length octet.
type Revision uint8

const (
	maxHeaderSize  = 1
	defaultPayload = 255
)

// HeaderSize returns the octets of a header.
func (r Revision) HeaderSize() int { return maxHeaderSize }

// Header stands in for the generated header.
type Header struct {
	Length uint8
}

func (h *Header) describe() string { return "" }

// Frame stands in for the generated frame.
type Frame struct {
	Header
	Payload []byte
}

// DecodeFrame stands in for the generated decoder.
func (r Revision) DecodeFrame(f *Frame, b []byte, limit int) (int, error) {
	if len(b) < maxHeaderSize {
		return 0, ErrShort
	}
	f.Length = b[0]
	if int(f.Length) > orDefault(limit, defaultPayload) {
		return 0, NewProtocolError(1, &f.Header)
	}
	n := maxHeaderSize + int(f.Length)
	if len(b) < n {
		return 0, ErrShort
	}
	f.Payload = b[maxHeaderSize:n:n]
	return n, nil
}

// AppendFrame stands in for the generated encoder.
func (r Revision) AppendFrame(dst []byte, f *Frame) ([]byte, error) {
	dst, err := r.appendPrefix(dst, f)
	if err != nil {
		return dst, err
	}
	return append(dst, f.Payload...), nil
}

func (r Revision) appendPrefix(dst []byte, f *Frame) ([]byte, error) {
	if len(f.Payload) > 255 {
		return dst, &FieldError{Field: "length", Value: uint64(len(f.Payload)), Bits: 8}
	}
	return append(dst, byte(len(f.Payload))), nil
}

// ErrorCode stands in for the generated catalogue.
type ErrorCode uint8

// Error returns the text of the catalogue.
func (c ErrorCode) Error() string { return decimal(uint64(c)) }

// Name returns the name in the catalogue.
func (c ErrorCode) Name() string { return c.Error() }

func (c ErrorCode) fill(*Header) string { return c.Error() }

// parseText uses what only generated code uses.
func parseText(line string) (Frame, error) {
	s := lineScanner{rest: line}
	n := s.number("length", 8) + s.flags("flags", []flagName{{1, "one"}}, 8)
	f := Frame{Header: Header{Length: uint8(n)}, Payload: s.payload("length", 8)}
	return f, s.finish()
}

func appendText(dst []byte, f *Frame) []byte {
	dst = appendNumber(dst, uint64(f.Length))
	dst = appendFlags(dst, []flagName{{1, "one"}}, uint64(f.Length))
	return AppendEscaped(dst, f.Payload)
}

var _, _ = parseText, appendText
