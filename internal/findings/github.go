package findings

import (
	"fmt"
	"io"
	"strings"

	"github.com/hgwire/hgwire/internal/schema"
)

// Workflow commands escape what would end a line, a value or the properties.
var (
	githubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// github writes a workflow command for every finding:
//
//	::error file=schema.toml,line=3,col=7,title=FLG002::message
func (r *Run) github(w io.Writer) error {
	var b strings.Builder
	if r.Failure != nil {
		fmt.Fprintf(&b, "::error file=%s,title=gen::%s\n", githubProperty.Replace(r.Path), githubData.Replace(r.Failure.Error()))
	}
	for _, d := range r.list() {
		command := "error"
		if d.Level == schema.LevelNote {
			command = "notice"
		}
		at := resolve(d.Place)
		end := ""
		if at.endColumn > 0 {
			end = fmt.Sprintf(",endColumn=%d", at.characters(at.endColumn))
		}
		message := d.Message
		for _, n := range d.Notes {
			message += "\n"
			switch {
			case n.Place.File == nil:
			case n.Place.File.Path == d.Place.File.Path:
				message += fmt.Sprintf("line %d: ", n.Place.Pos.Line)
			default:
				message += fmt.Sprintf("%s, line %d: ", n.Place.File.Path, n.Place.Pos.Line)
			}
			message += n.Text
		}
		fmt.Fprintf(&b, "::%s file=%s,line=%d,col=%d%s,title=%s::%s\n", command, githubProperty.Replace(d.Place.File.Path),
			at.line, at.characters(at.column), end, githubProperty.Replace(d.Rule), githubData.Replace(message))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
