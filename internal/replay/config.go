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
	field func(*reactor.Config) *int
}

// Default returns the number that holds unless a script sets another.
func (s *Setting) Default() int {
	cfg := reactor.Config{Limits: framing.Limits{}.WithDefaults(), MaxSend: framing.DefaultMaxSend}
	return *s.field(&cfg)
}

// Settings are all numbers that reset can set: what a sender cuts at, and the receiver's limits.
var Settings = []Setting{
	{"max-send", 24, framing.RevisionRequestIDs, func(c *reactor.Config) *int { return &c.MaxSend }},
	{"frame-payload", 24, framing.RevisionRequestIDs, func(c *reactor.Config) *int { return &c.Limits.FramePayload }},
	{"receiving-requests", 31, framing.RevisionRequestIDs, func(c *reactor.Config) *int { return &c.Limits.ReceivingRequests }},
	{"active-requests", 31, framing.RevisionRequestIDs, func(c *reactor.Config) *int { return &c.Limits.ActiveRequests }},
	{"argument-octets", 31, framing.RevisionRequestIDs, func(c *reactor.Config) *int { return &c.Limits.ArgumentOctets }},
	{"data-octets", 31, framing.RevisionRequestIDs, func(c *reactor.Config) *int { return &c.Limits.DataOctets }},
	{"buffered-octets", 31, framing.RevisionRequestIDs, func(c *reactor.Config) *int { return &c.Limits.BufferedOctets }},
	{"open-streams", 31, framing.RevisionStreams, func(c *reactor.Config) *int { return &c.Limits.OpenStreams }},
	{"encoded-streams", 31, framing.RevisionStreams, func(c *reactor.Config) *int { return &c.Limits.EncodedStreams }},
	{"decoded-octets", 31, framing.RevisionStreams, func(c *reactor.Config) *int { return &c.Limits.DecodedOctets }},
}

// parseConfig parses the options of reset: `defer`, and `NAME=N` for the settings of the revision,
// in any order and each at most once.
func parseConfig(rev framing.Revision, operands string) (reactor.Config, error) {
	cfg := reactor.Config{Revision: rev}
	for option := range strings.FieldsSeq(operands) {
		if option == "defer" {
			if cfg.DeferOutput {
				return cfg, &framing.TextError{Field: option, Value: option, Reason: "given twice"}
			}
			cfg.DeferOutput = true
			continue
		}
		name, value, _ := strings.Cut(option, "=")
		setting := findSetting(rev, name)
		if setting == nil {
			return cfg, &framing.TextError{Field: "option", Value: option, Reason: "unknown; the options are " + optionNames(rev)}
		}
		n, err := parseNumber(name, value, setting.Bits)
		if err != nil {
			return cfg, err
		}
		number := setting.field(&cfg)
		if *number != 0 {
			return cfg, &framing.TextError{Field: name, Value: value, Reason: "given twice"}
		}
		if n == 0 {
			return cfg, &framing.TextError{Field: name, Value: value, Reason: "must be at least 1"}
		}
		*number = int(n)
	}
	return cfg, nil
}

func findSetting(rev framing.Revision, name string) *Setting {
	for i := range Settings {
		if s := &Settings[i]; s.Name == name && rev >= s.Since {
			return s
		}
	}
	return nil
}

func optionNames(rev framing.Revision) string {
	names := "defer"
	for _, s := range Settings {
		if rev >= s.Since {
			names += ", " + s.Name + "=N"
		}
	}
	return names
}
