package compat

import (
	"fmt"
	"io"
	"strings"

	"github.com/hgwire/hgwire/internal/schema"
)

var levelTitles = map[Level]string{
	Wire:      "WIRE: octets, or what they say",
	Behaviour: "BEHAVIOUR: old and new peers come to different results",
	API:       "API: Go code that uses the generated package",
	Text:      "TEXT: readers only",
}

// WriteTo renders the findings as a compiler would, grouped by level, and a last line that counts
// them. There is no output without findings.
func (r *Report) WriteTo(w io.Writer) (int64, error) {
	if len(r.Findings) == 0 {
		return 0, nil
	}
	var b strings.Builder
	var level Level
	for _, f := range r.Findings {
		if f.Level != level {
			level = f.Level
			fmt.Fprintf(&b, "%s\n\n", levelTitles[level])
		}
		fmt.Fprintf(&b, "%s: %s: %s\n", r.where(f.Place), f.Rule, f.Message)
		r.excerpt(&b, f.Place)
		for _, n := range f.Notes {
			if n.Place.Side == Nowhere {
				fmt.Fprintf(&b, "  %s\n", n.Text)
				continue
			}
			fmt.Fprintf(&b, "  %s: %s\n", r.where(n.Place), n.Text)
			r.excerpt(&b, n.Place)
		}
		b.WriteByte('\n')
	}
	var counts []string
	for _, l := range Levels() {
		counts = append(counts, fmt.Sprintf("%s %d", l, r.Count(l)))
	}
	b.WriteString(strings.Join(counts, ", ") + "\n")
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

func (r *Report) where(p Place) string {
	return fmt.Sprintf("%s:%d:%d", r.Schema(p.Side).Path, p.Pos.Line, p.Pos.Column)
}

func (r *Report) excerpt(b *strings.Builder, p Place) {
	if line, caret, ok := schema.Excerpt(r.Schema(p.Side).Source, p.Pos); ok {
		fmt.Fprintf(b, "    %s\n    %s\n", line, caret)
	}
}
