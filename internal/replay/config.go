package replay

import (
	"strings"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/reactor"
)

// Setting is a number that the event reset can set: `NAME=N`.
type Setting struct {
	Name  string
	Bits  int              // that the number may have
	Since framing.Revision // the first revision to have it
	Role  framing.Role     // whose it is; zero: of clients and servers
	field func(*reactor.Config) *int
}

// Default returns the number that holds unless a script sets another.
func (s *Setting) Default() int {
	cfg := reactor.Config{Limits: framing.Limits{}.WithDefaults(), MaxSend: framing.DefaultMaxSend}
	return *s.field(&cfg)
}

// Settings are all numbers that reset can set: what a sender cuts at, and the receiver's limits.
var Settings = []Setting{
	{"max-send", 24, framing.RevisionRequestIDs, framing.RoleServer, func(c *reactor.Config) *int { return &c.MaxSend }},
	{"frame-payload", 24, framing.RevisionRequestIDs, 0, func(c *reactor.Config) *int { return &c.Limits.FramePayload }},
	{"receiving-requests", 31, framing.RevisionRequestIDs, framing.RoleServer, func(c *reactor.Config) *int { return &c.Limits.ReceivingRequests }},
	{"active-requests", 31, framing.RevisionRequestIDs, framing.RoleServer, func(c *reactor.Config) *int { return &c.Limits.ActiveRequests }},
	{"in-flight-requests", 31, framing.RevisionRequestIDs, framing.RoleClient, func(c *reactor.Config) *int { return &c.Limits.InFlightRequests }},
	{"argument-octets", 31, framing.RevisionRequestIDs, framing.RoleServer, func(c *reactor.Config) *int { return &c.Limits.ArgumentOctets }},
	{"data-octets", 31, framing.RevisionRequestIDs, framing.RoleServer, func(c *reactor.Config) *int { return &c.Limits.DataOctets }},
	{"buffered-octets", 31, framing.RevisionRequestIDs, framing.RoleServer, func(c *reactor.Config) *int { return &c.Limits.BufferedOctets }},
	{"open-streams", 31, framing.RevisionStreams, 0, func(c *reactor.Config) *int { return &c.Limits.OpenStreams }},
	{"encoded-streams", 31, framing.RevisionStreams, 0, func(c *reactor.Config) *int { return &c.Limits.EncodedStreams }},
	{"encoding-streams", 31, framing.RevisionStreams, 0, func(c *reactor.Config) *int { return &c.Limits.EncodingStreams }},
	{"decoded-octets", 31, framing.RevisionStreams, 0, func(c *reactor.Config) *int { return &c.Limits.DecodedOctets }},
}

// parseReset parses the options of reset: `client`, which comes first, or `defer` and `stream-data`;
// and `NAME=N` for the settings of the role and the revision; each at most once.
func (e *Event) parseReset(rev framing.Revision, operands string) error {
	e.Config.Revision = rev
	e.Role = framing.RoleServer
	if rest := strings.TrimLeft(operands, " "); rest == "client" || strings.HasPrefix(rest, "client ") {
		e.Role = framing.RoleClient
		operands = rest[len("client"):]
	}
	for option := range strings.FieldsSeq(operands) {
		word := e.option(option)
		if word == nil {
			if err := e.parseSetting(rev, option); err != nil {
				return err
			}
			continue
		}
		if *word {
			return &framing.TextError{Field: option, Value: option, Reason: "given twice"}
		}
		*word = true
	}
	return nil
}

// option returns what an option of one word sets, or nil when it is none.
func (e *Event) option(word string) *bool {
	switch {
	case word == "defer" && e.Role == framing.RoleServer:
		return &e.Config.DeferOutput
	case word == "stream-data" && e.Role == framing.RoleServer:
		return &e.Config.StreamData
	default:
		return nil
	}
}

func (e *Event) parseSetting(rev framing.Revision, option string) error {
	name, value, _ := strings.Cut(option, "=")
	setting := findSetting(rev, e.Role, name)
	if setting == nil {
		return &framing.TextError{Field: "option", Value: option, Reason: "unknown; the options are " + optionNames(rev, e.Role)}
	}
	n, err := parseNumber(name, value, setting.Bits)
	if err != nil {
		return err
	}
	number := setting.field(&e.Config)
	if *number != 0 {
		return &framing.TextError{Field: name, Value: value, Reason: "given twice"}
	}
	if n == 0 {
		return &framing.TextError{Field: name, Value: value, Reason: "must be at least 1"}
	}
	*number = int(n)
	return nil
}

// in reports whether the setting is there in a revision, for a role.
func (s *Setting) in(rev framing.Revision, role framing.Role) bool {
	return rev >= s.Since && (s.Role == 0 || s.Role == role)
}

func findSetting(rev framing.Revision, role framing.Role, name string) *Setting {
	for i := range Settings {
		if s := &Settings[i]; s.Name == name && s.in(rev, role) {
			return s
		}
	}
	return nil
}

func optionNames(rev framing.Revision, role framing.Role) string {
	var names []string
	if role == framing.RoleServer {
		names = []string{"client", "defer", "stream-data"}
	}
	for _, s := range Settings {
		if s.in(rev, role) {
			names = append(names, s.Name+"=N")
		}
	}
	return strings.Join(names, ", ")
}
