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
func (JSON) AppendOutcome(dst []byte, e *Event, o *Outcome) []byte {
	if o.Usage != "" {
		dst = append(dst, `["usage-error", {"message": `...)
		dst = appendJSONString(dst, o.Usage)
		return append(dst, "}]\n"...)
	}
	dst = append(append(append(dst, `["`...), o.Action.String()...), `", {`...)
	switch o.Action {
	case reactor.WantFrame:
		dst = append(dst, `"state": `...)
		dst = appendJSONString(dst, o.State)
	case reactor.RunCommand, reactor.OpenCommand:
		dst = appendJSONRequest(dst, o)
	case reactor.SendFrames:
		dst = appendJSONFrames(dst, o)
	case reactor.TakeData, reactor.ResponsePart, reactor.ResponseEnd:
		dst = appendJSONString(append(dst, `"data": `...), o.Payload)
		dst = appendJSONID(append(dst, ", "...), o.ID)
	case reactor.CommandFailed, reactor.Refused:
		dst = appendJSONString(append(dst, `"message": `...), o.Payload)
		dst = appendJSONID(append(dst, ", "...), o.ID)
	case reactor.TextOutput:
		dst = appendJSONText(dst, o)
	case reactor.Noop:
		switch {
		case e.Op == OpOpen:
			dst = appendJSONID(dst, o.ID)
		case len(o.Incomplete) > 0:
			dst = appendJSONIncomplete(dst, o.Incomplete)
		}
	case reactor.Error:
		dst = append(dst, `"message": `...)
		dst = appendJSONString(dst, o.Err.Text)
	}
	return append(dst, "}]\n"...)
}

func appendJSONID(dst []byte, id uint16) []byte {
	return strconv.AppendUint(append(dst, `"requestid": `...), uint64(id), 10)
}

// appendJSONRequest appends the members of a request, without data when that is still to come.
func appendJSONRequest(dst []byte, o *Outcome) []byte {
	req := o.Request
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
	switch data := o.data(); {
	case o.Action == reactor.OpenCommand:
	case data == nil:
		dst = append(dst, `, "data": null`...)
	default:
		dst = appendJSONString(append(dst, `, "data": `...), data)
	}
	return appendJSONID(append(dst, ", "...), req.ID)
}

func appendJSONText(dst []byte, o *Outcome) []byte {
	dst = append(dst, `"atoms": [`...)
	for i, a := range o.Text {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = appendJSONStrings(append(dst, `{"args": `...), a.Args)
		dst = appendJSONString(append(dst, `, "format": `...), a.Format)
		dst = append(appendJSONStrings(append(dst, `, "labels": `...), a.Labels), '}')
	}
	return appendJSONID(append(dst, "], "...), o.ID)
}

func appendJSONStrings(dst []byte, list []string) []byte {
	dst = append(dst, '[')
	for i, s := range list {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = appendJSONString(dst, s)
	}
	return append(dst, ']')
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
	if len(o.Incomplete) > 0 {
		dst = appendJSONIncomplete(append(dst, ", "...), o.Incomplete)
	}
	return dst
}

func appendJSONIncomplete(dst []byte, ids []uint16) []byte {
	for i, id := range ids {
		if i == 0 {
			dst = append(dst, `"incomplete": [`...)
		} else {
			dst = append(dst, ", "...)
		}
		dst = strconv.AppendUint(dst, uint64(id), 10)
	}
	return append(dst, ']')
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
