package findings

import (
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/hgwire/hgwire/internal/rulebook"
)

// The parts of SARIF 2.1.0 that are in use, in the words of the standard:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool         `json:"tool"`
	Invocations []sarifInvocation `json:"invocations"`
	ColumnKind  string            `json:"columnKind"`
	Results     []sarifResult     `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               string       `json:"id"`
	ShortDescription sarifMessage `json:"shortDescription"`
	FullDescription  sarifMessage `json:"fullDescription"`
	Help             sarifMessage `json:"help"`
	Properties       sarifTags    `json:"properties"`
}

type sarifTags struct {
	Tags []string `json:"tags"`
}

type sarifInvocation struct {
	ExecutionSuccessful bool                `json:"executionSuccessful"`
	Notifications       []sarifNotification `json:"toolExecutionNotifications,omitempty"`
}

type sarifNotification struct {
	Level   string       `json:"level"`
	Message sarifMessage `json:"message"`
}

type sarifResult struct {
	RuleID           string          `json:"ruleId"`
	RuleIndex        int             `json:"ruleIndex"`
	Level            string          `json:"level"`
	Message          sarifMessage    `json:"message"`
	Locations        []sarifLocation `json:"locations"`
	RelatedLocations []sarifLocation `json:"relatedLocations,omitempty"`
}

type sarifLocation struct {
	ID               int           `json:"id,omitempty"` // of a related location, from 1
	PhysicalLocation sarifPhysical `json:"physicalLocation"`
	Message          *sarifMessage `json:"message,omitempty"`
}

type sarifPhysical struct {
	ArtifactLocation sarifArtifact `json:"artifactLocation"`
	Region           sarifRegion   `json:"region"`
	ContextRegion    *sarifRegion  `json:"contextRegion,omitempty"` // the whole line
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

// sarifRegion counts columns in characters from 1, as the run's columnKind says.
type sarifRegion struct {
	StartLine   int           `json:"startLine"`
	StartColumn int           `json:"startColumn,omitempty"`
	EndColumn   int           `json:"endColumn,omitempty"`
	Snippet     *sarifMessage `json:"snippet,omitempty"`
}

type sarifMessage struct {
	Text string `json:"text"`
}

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
	homepage    = "https://github.com/hgwire/hgwire"
)

// sarif writes a log of one run, with the rules that the findings are of.
func (r *Run) sarif(w io.Writer) error {
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Name: "gen", InformationURI: homepage, Rules: []sarifRule{}}},
		Invocations: []sarifInvocation{{ExecutionSuccessful: r.Failure == nil}},
		ColumnKind:  "unicodeCodePoints",
		Results:     []sarifResult{},
	}
	if r.Failure != nil {
		run.Invocations[0].Notifications = []sarifNotification{{"error", sarifMessage{r.Failure.Error()}}}
	}
	index := make(map[string]int)
	for _, d := range r.list() {
		i, ok := index[d.Rule]
		if !ok {
			i = len(index)
			index[d.Rule] = i
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, ruleOf(d.Rule))
		}
		run.Results = append(run.Results, result(d, i))
	}
	return encode(w, sarifLog{sarifSchema, "2.1.0", []sarifRun{run}})
}

func ruleOf(id string) sarifRule {
	rule := sarifRule{ID: id}
	if known, err := rulebook.Find(id); err == nil {
		text := strings.TrimSuffix(strings.ReplaceAll(known.Example.Text, "\n", " "), " ")
		rule.ShortDescription.Text, rule.FullDescription.Text = known.Doc, text
		rule.Help.Text = text + "\n\nSee `gen explain " + id + "` for an example and its mend."
		rule.Properties.Tags = []string{known.Family}
	}
	return rule
}

// result renders a finding. Notes without a place belong to its message.
func result(d Finding, ruleIndex int) sarifResult {
	result := sarifResult{
		RuleID: d.Rule, RuleIndex: ruleIndex, Level: d.Level.String(),
		Message:   sarifMessage{d.Message},
		Locations: []sarifLocation{{PhysicalLocation: physical(d.Place)}},
	}
	for _, n := range d.Notes {
		if n.Place.File == nil {
			result.Message.Text += "\n" + n.Text
			continue
		}
		result.RelatedLocations = append(result.RelatedLocations, sarifLocation{
			ID: len(result.RelatedLocations) + 1, PhysicalLocation: physical(n.Place), Message: &sarifMessage{n.Text},
		})
	}
	return result
}

func physical(p Place) sarifPhysical {
	at := resolve(p)
	region := sarifRegion{StartLine: at.line, StartColumn: at.characters(at.column)}
	if at.endColumn > 0 {
		region.EndColumn = at.characters(at.endColumn)
	}
	physical := sarifPhysical{sarifArtifact{uri(p.File.Path)}, region, nil}
	if at.source != "" {
		physical.ContextRegion = &sarifRegion{StartLine: at.line, Snippet: &sarifMessage{at.source}}
	}
	return physical
}

// uri returns a path as a URI: relative as it is given, or with the scheme file.
func uri(path string) string {
	u := url.URL{Path: filepath.ToSlash(path)}
	if filepath.IsAbs(path) {
		u.Scheme = "file"
		if !strings.HasPrefix(u.Path, "/") {
			u.Path = "/" + u.Path // a drive letter
		}
	}
	return u.String()
}
