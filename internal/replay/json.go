package replay

import (
	"encoding/hex"
	"strconv"

	"github.com/hgwire/hgwire/reactor"
)

// JSON prints each outcome as one array, `[ACTION, {...}]`, the way the protocol's reference does:
// keys sorted, `, ` and `: ` between, ASCII only. An octet is the code point of the same number.
type JSON struct{}

// AppendOutcome appends the line of an outcome.
func (JSON) AppendOutcome(dst []byte, _ *Event, o *Outcome) []byte {
	if o.Usage != nil {
		dst = append(dst, `["usage-error", {"message": `...)
		dst = appendJSONString(dst, o.Usage.Text)
		return append(dst, "}]\n"...)
	}
	dst = append(append(append(dst, `["`...), o.Action.String()...), `", {`...)
	switch o.Action {
	case reactor.WantFrame:
		dst = append(dst, `"state": `...)
		dst = appendJSONString(dst, o.State.String())
	case reactor.RunCommand:
		dst = appendJSONRequest(dst, o.Request)
	case reactor.SendFrames:
		dst = appendJSONFrames(dst, o)
	case reactor.Error:
		dst = append(dst, `"message": `...)
		dst = appendJSONString(dst, o.Err.Text)
	}
	return append(dst, "}]\n"...)
}

func appendJSONRequest(dst []byte, req *reactor.Request) []byte {
	dst = append(dst, `"args": {`...)
	first := true
	for name, value := range req.Args() {
		if !first {
			dst = append(dst, ", "...)
		}
		first = false
		dst = append(appendJSONString(dst, name), ": "...)
		dst = appendJSONString(dst, value)
	}
	dst = append(dst, `}, "command": `...)
	dst = appendJSONString(dst, req.Command)
	dst = append(dst, `, "data": `...)
	if req.Data == nil {
		dst = append(dst, "null"...)
	} else {
		dst = appendJSONString(dst, req.Data)
	}
	dst = append(dst, `, "requestid": `...)
	return strconv.AppendUint(dst, uint64(req.ID), 10)
}

func appendJSONFrames(dst []byte, o *Outcome) []byte {
	dst = append(dst, `"frames": [`...)
	rest := o.octets
	for f := range o.Frames() {
		if len(rest) < len(o.octets) {
			dst = append(dst, ", "...)
		}
		n := o.revision.HeaderSize() + len(f.Payload)
		dst = append(hex.AppendEncode(append(dst, '"'), rest[:n]), '"')
		rest = rest[n:]
	}
	dst = append(dst, ']')
	for i, id := range o.Incomplete {
		if i == 0 {
			dst = append(dst, `, "incomplete": [`...)
		} else {
			dst = append(dst, ", "...)
		}
		dst = strconv.AppendUint(dst, uint64(id), 10)
	}
	if len(o.Incomplete) > 0 {
		dst = append(dst, ']')
	}
	return dst
}

// appendJSONString appends octets as a JSON string of the code points 0 to 255.
func appendJSONString[S []byte | string](dst []byte, s S) []byte {
	const digits = "0123456789abcdef"
	dst = append(dst, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case 0x20 <= c && c <= 0x7e:
			dst = append(dst, c)
		case c == '\n':
			dst = append(dst, `\n`...)
		case c == '\r':
			dst = append(dst, `\r`...)
		case c == '\t':
			dst = append(dst, `\t`...)
		case c == '\f':
			dst = append(dst, `\f`...)
		case c == '\b':
			dst = append(dst, `\b`...)
		default:
			dst = append(dst, '\\', 'u', '0', '0', digits[c>>4], digits[c&0xf])
		}
	}
	return append(dst, '"')
}
