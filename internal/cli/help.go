package cli

import (
	"fmt"
	"strings"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/internal/replay"
)

// frameTypes lists the frame types with their flags, and the stream flags, as package framing
// names them.
func frameTypes() string {
	var b strings.Builder
	b.WriteString("Types and their flags:\n\n")
	for t := range framing.FrameType(1 << 4) {
		if !t.In(framing.LatestRevision) {
			continue
		}
		var flags []string
		for bit := range 4 {
			flags = appendName(flags, string(framing.AppendFlags(nil, t, 1<<bit)))
		}
		fmt.Fprintf(&b, "    %-2d %-17s %s\n", t, t, strings.Join(flags, ", "))
	}
	var flags []string
	for bit := range 8 {
		flags = appendName(flags, framing.StreamFlags(1<<bit).String())
	}
	fmt.Fprintf(&b, "\nStream flags: %s.", strings.Join(flags, ", "))
	return b.String()
}

// appendName appends what is a name: a bit without one is written as a number.
func appendName(names []string, s string) []string {
	if s[0] >= '0' && s[0] <= '9' {
		return names
	}
	return append(names, s)
}

// settings lists the options of the event reset.
func settings() string {
	var b strings.Builder
	for _, s := range replay.Settings {
		note := ""
		switch {
		case s.Since > framing.RevisionRequestIDs:
			note = "since revision " + s.Since.String()
		case s.Role != 0:
			note = "of a " + s.Role.String()
		}
		line := fmt.Sprintf("    %-18s %9d  %s", s.Name, s.Default(), note)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}
