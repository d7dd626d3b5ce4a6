package payload

import "strings"

// maxQuoted is the most octets of a name that an error text repeats.
const maxQuoted = 64

// abbreviate returns name as error texts repeat it: one that is long, perhaps the very mistake, is
// cut and ends in dots.
func abbreviate(name string) string {
	if len(name) <= maxQuoted {
		return name
	}
	return strings.ToValidUTF8(name[:maxQuoted], "") + "..."
}
