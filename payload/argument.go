package payload

import (
	"encoding/binary"
	"math"

	"github.com/hgwire/hgwire/generated/framing"
)

// ArgumentHeaderSize is the size of the two lengths at the beginning of an argument.
const ArgumentHeaderSize = 4

// Argument is what one argument frame holds of an argument.
type Argument struct {
	Name  []byte // ASCII
	Value []byte // what this frame holds of the value
	// ValueLength is the announced length of the whole value. Where it exceeds len(Value), the
	// rest comes in further frames as raw octets.
	ValueLength int
}

// ParseArgument reads the payload of a frame that begins an argument. Continued says that the
// frame's flags announce more of the value. Name and Value alias b.
//
// The code is zero, or says what is wrong: ErrPartialArgumentHeader, ErrPartialArgumentName,
// ErrPartialArgumentValue or ErrArgumentNameNotASCII, checked in this order. The value is partial
// when it is longer than announced, and when it is shorter and not continued.
func ParseArgument(b []byte, continued bool) (Argument, framing.ErrorCode) {
	if len(b) < ArgumentHeaderSize {
		return Argument{}, framing.ErrPartialArgumentHeader
	}
	end := ArgumentHeaderSize + int(binary.LittleEndian.Uint16(b))
	length := int(binary.LittleEndian.Uint16(b[2:]))
	if len(b) < end {
		return Argument{}, framing.ErrPartialArgumentName
	}
	if rest := length - (len(b) - end); rest < 0 || rest > 0 && !continued {
		return Argument{}, framing.ErrPartialArgumentValue
	}
	name := b[ArgumentHeaderSize:end:end]
	if !isASCII(name) {
		return Argument{}, framing.ErrArgumentNameNotASCII
	}
	return Argument{Name: name, Value: b[end:len(b):len(b)], ValueLength: length}, 0
}

// AppendArgument appends the payload of a frame that begins an argument: the lengths, the name
// and value, which is the whole value of valueLength octets or its first part.
//
// The error is a *framing.UsageError, and dst is returned as it was: ErrArgumentNotASCII, or
// ErrArgumentTooLarge when a length does not fit its 16 bits, or when value is longer than
// valueLength. That the payload fits in a frame is for the caller to see to.
func AppendArgument(dst []byte, name string, value []byte, valueLength int) ([]byte, error) {
	if err := CheckArgument(name, valueLength, ArgumentHeaderSize+math.MaxUint16); err != nil {
		return dst, err
	}
	if len(value) > valueLength {
		return dst, framing.NewArgumentTooLarge(&argumentHeader, abbreviate(name))
	}
	dst = binary.LittleEndian.AppendUint16(dst, uint16(len(name)))
	dst = binary.LittleEndian.AppendUint16(dst, uint16(valueLength))
	dst = append(dst, name...)
	return append(dst, value...), nil
}

// CheckArgument says what keeps an argument from being sent in frames of at most maxSend octets of
// payload, or nil. It is AppendArgument's check, for those who want to know before they begin, and
// covers the frame as well: header and name must fit in the first one.
func CheckArgument(name string, valueLength, maxSend int) *framing.UsageError {
	if !isASCII(name) {
		return framing.NewArgumentNotASCII(&argumentHeader, abbreviate(name))
	}
	if len(name) > min(math.MaxUint16, maxSend-ArgumentHeaderSize) || valueLength < 0 || valueLength > math.MaxUint16 {
		return framing.NewArgumentTooLarge(&argumentHeader, abbreviate(name))
	}
	return nil
}

var argumentHeader = framing.Header{Type: framing.TypeCommandArgument}
