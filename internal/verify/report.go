package verify

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/hgwire/hgwire/internal/schema"
)

// Report says what Check has looked at. Its form as JSON is read by others: keys are only added.
type Report struct {
	Path       string              `json:"-"`
	Protocol   string              `json:"protocol"`
	Revisions  int                 `json:"revisions"`
	FrameTypes int                 `json:"frameTypes"`
	Flags      int                 `json:"flags"`
	Vectors    int                 `json:"vectors"`
	Machines   []MachineReport     `json:"machines"`
	Found      *schema.Diagnostics `json:"-"` // errors and information
}

// MachineReport says what Check has looked at in one machine.
type MachineReport struct {
	Name       string `json:"name"`
	Rows       int    `json:"rows"`
	Cells      int    `json:"cells"`      // of received frames
	Impossible int    `json:"impossible"` // cells that no frame can reach
	Otherwise  int    `json:"otherwise"`  // cells that are possible and that no row decides
	Sends      int    `json:"sends"`      // cells of sent frames; 0 without rows for them
	Calls      int    `json:"calls"`      // pairs of a state and an event
	Misuse     int    `json:"misuse"`     // those of them that no row decides

	// Fallbacks tells, for each group of cells and calls that no row decides, what happens in one
	// of them: FallsBack tells it with its place.
	Fallbacks []string `json:"-"`
}

func newReport(s *schema.Schema) *Report {
	r := &Report{Path: s.Path, Protocol: s.Protocol.Name, Revisions: len(s.Revisions), FrameTypes: len(s.Frames), Machines: []MachineReport{}}
	for _, set := range s.FlagSets {
		r.Flags += len(set.Flags)
	}
	for _, f := range s.Frames {
		r.Flags += len(f.Flags)
	}
	return r
}

// WriteTo renders what was looked at, without the findings.
func (r *Report) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: protocol %s: revisions %d, frame types %d, flags %d, machines %d, vectors %d\n",
		r.Path, r.Protocol, r.Revisions, r.FrameTypes, r.Flags, len(r.Machines), r.Vectors)
	if len(r.Machines) > 0 {
		t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(t, "rows\tcells\timpossible\totherwise\tsends\tcalls\tmisuse\t  machine")
		for _, m := range r.Machines {
			fmt.Fprintf(t, "%d\t%d\t%d\t%d\t%d\t%d\t%d\t  %s\n", m.Rows, m.Cells, m.Impossible, m.Otherwise, m.Sends, m.Calls, m.Misuse, m.Name)
		}
		t.Flush()
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}
