package reactor

import (
	"sync"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/internal/schema"
)

// raises has, for each row of each machine, the names of the errors that schema.toml lets the row
// and its actions raise.
var raises = sync.OnceValue(func() map[string]map[string]map[string]bool {
	s, err := schema.LoadFile("../schema.toml")
	if err != nil {
		panic(err)
	}
	all := map[string]map[string]map[string]bool{}
	for _, m := range s.Machines {
		all[m.Name] = map[string]map[string]bool{}
		for _, row := range m.Transitions {
			errors := map[string]bool{}
			if row.Error != nil {
				errors[row.Error.Name] = true
			}
			for _, a := range row.Do {
				for _, e := range a.Raises {
					errors[e.Name] = true
				}
			}
			all[m.Name][row.ID] = errors
		}
	}
	return all
})

// checkRaises holds an error of Receive to what the schema says of the row that was applied.
func checkRaises(t *testing.T, s *Server, err *framing.ProtocolError) {
	t.Helper()
	machine, row := "server-connection", s.ConnectionTransition().String()
	if r := s.StreamTransition(); r != 0 {
		machine, row = "stream", r.String()
	}
	if r := s.Transition(); r != 0 {
		machine, row = "server-request", r.String()
	}
	if machine == "server-connection" && err.Code == framing.ErrFrameTooLarge {
		return // a limit on the header, not a row
	}
	if !raises()[machine][row][err.Code.Name()] {
		t.Fatalf("row %s of %s raised %s, which the schema does not say", row, machine, err.Code.Name())
	}
}
