package replay

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/hgwire/hgwire/generated/framing"
)

// Parse parses a line of a script, as Lines yields it: a word and its operands, separated by single
// spaces. A line that is wrong is a *framing.TextError naming the field at fault.
func Parse(rev framing.Revision, line string) (Event, error) {
	e := Event{Text: line}
	word, operands, given := strings.Cut(line, " ")
	var err error
	switch word {
	case "reset":
		e.Op = OpReset
		err = e.parseReset(rev, operands)
	case "frame":
		e.Op = OpFrame
		e.Frame, err = rev.ParseText(operands)
	case "hex":
		e.Op = OpHex
		e.Octets, err = parseOctets(operands)
	case "respond":
		e.Op = OpRespond
		err = e.parseAnswer(rev, operands, "payload")
	case "fail":
		e.Op = OpFail
		err = e.parseAnswer(rev, operands, "message")
	case "ready":
		e.Op = OpReady
		err = e.parseAnswer(rev, operands, "payload")
	case "call":
		e.Op = OpCall
		err = e.parseCall(operands)
	case "sent":
		e.Op = OpSent
		e.Frame, err = rev.ParseText(operands)
	case "send":
		e.Op = OpSend
		e.Frame, err = rev.ParseText(operands)
	case "begin":
		e.Op = OpBegin
		err = e.parseRequest(operands)
	case "release":
		e.Op = OpRelease
		err = e.parseRequest(operands)
	case "take", "eof", "open":
		e.Op = map[string]Op{"take": OpTake, "eof": OpEOF, "open": OpOpen}[word]
		if given && strings.TrimSpace(operands) != "" {
			err = &framing.TextError{Field: "event", Value: line, Reason: word + " takes no operands"}
		}
	default:
		err = &framing.TextError{Field: "event", Value: word, Reason: "unknown; the events are " + strings.Join(opNames[1:], ", ")}
	}
	return e, err
}

// parseAnswer parses `REQUEST STREAM PAYLOAD`, or `REQUEST PAYLOAD` in a revision without
// streams. Without a payload there need be no space before it either.
func (e *Event) parseAnswer(rev framing.Revision, operands, name string) error {
	word, rest, _ := strings.Cut(operands, " ")
	id, err := parseNumber("request-id", word, 16)
	if err != nil {
		return err
	}
	e.Request = uint16(id)
	if rev >= framing.RevisionStreams {
		word, rest, _ = strings.Cut(rest, " ")
		id, err := parseNumber("stream-id", word, 8)
		if err != nil {
			return err
		}
		e.Stream = uint8(id)
	}
	e.Payload, err = framing.AppendUnescaped([]byte{}, rest)
	if text, ok := errors.AsType[*framing.TextError](err); ok {
		text.Field = name
	}
	return err
}

// parseCall parses `respond REQUEST` or `fail REQUEST`.
func (e *Event) parseCall(operands string) error {
	word, rest, _ := strings.Cut(operands, " ")
	switch word {
	case framing.ServerRequestEventRespond.String():
		e.Call = framing.ServerRequestEventRespond
	case framing.ServerRequestEventFail.String():
		e.Call = framing.ServerRequestEventFail
	default:
		return &framing.TextError{Field: "call", Value: word, Reason: "unknown; the calls are respond and fail"}
	}
	return e.parseRequest(rest)
}

func (e *Event) parseRequest(operand string) error {
	id, err := parseNumber("request-id", operand, 16)
	e.Request = uint16(id)
	return err
}

func parseOctets(operands string) ([]byte, error) {
	var digits Hex
	octets, n := digits.Append(make([]byte, 0, len(operands)/2), []byte(operands))
	switch {
	case n < len(operands):
		return nil, &framing.TextError{Field: "octets", Value: operands, Reason: fmt.Sprintf("character %d, %q, is not a hexadecimal digit", n+1, operands[n])}
	case digits.Half():
		return nil, &framing.TextError{Field: "octets", Value: operands, Reason: "the last octet has one hexadecimal digit only"}
	}
	return octets, nil
}

// parseNumber parses plain decimal digits that fit in so many bits.
func parseNumber(field, s string, bits int) (uint64, error) {
	if s == "" {
		return 0, &framing.TextError{Field: field, Reason: "missing"}
	}
	if strings.Trim(s, "0123456789") != "" {
		return 0, &framing.TextError{Field: field, Value: s, Reason: "not a decimal number"}
	}
	n, err := strconv.ParseUint(s, 10, bits)
	if err != nil {
		return 0, &framing.TextError{Field: field, Value: s, Reason: fmt.Sprintf("does not fit in %d bits", bits)}
	}
	return n, nil
}
