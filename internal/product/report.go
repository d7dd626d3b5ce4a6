package product

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/hgwire/hgwire/internal/schema"
)

// Report says what Check has looked at. Its form as JSON is read by others: keys are only added.
type Report struct {
	Searches []Search            `json:"searches"`
	Found    *schema.Diagnostics `json:"-"` // errors and information
}

// Search is one search: the machines of a header field's keys, in one revision.
type Search struct {
	Revision string `json:"revision"`
	Key      string `json:"key"`   // the header field
	Keys     int    `json:"keys"`  // values of it
	Queue    int    `json:"queue"` // frames on their way in each direction
	States   int    `json:"states"`
	Steps    int    `json:"steps"`
	Whole    bool   `json:"whole"` // false when the search ended before all states were seen
}

// WriteTo renders what was looked at, without the findings.
func (r *Report) WriteTo(w io.Writer) (int64, error) {
	if len(r.Searches) == 0 {
		return 0, nil
	}
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "keys\tqueue\tstates\tsteps\t  two peers together")
	for _, s := range r.Searches {
		fmt.Fprintf(t, "%d\t%d\t%d\t%d\t  %s, %s\n", s.Keys, s.Queue, s.States, s.Steps, s.Revision, s.Key)
	}
	t.Flush()
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}
