package findings_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/internal/findings"
	"github.com/hgwire/hgwire/internal/schema"
)

// sarifObjects has what SARIF 2.1.0 says about the objects that are in use: for each path into the
// log the properties that it must and may have, of those that we know. A star stands for the items
// of a list.
var sarifObjects = map[string]struct{ must, may string }{
	"":                    {"version $schema runs", ""},
	".runs*":              {"tool results", "invocations columnKind"},
	".runs*.tool":         {"driver", ""},
	".runs*.tool.driver":  {"name", "informationUri rules"},
	".runs*.invocations*": {"executionSuccessful", "toolExecutionNotifications"},
	".runs*.results*":     {"message", "ruleId ruleIndex level locations relatedLocations"},
	"rule":                {"id", "shortDescription fullDescription help properties"},
	"properties":          {"", "tags"},
	"notification":        {"message", "level"},
	"location":            {"", "id physicalLocation message"},
	"physicalLocation":    {"artifactLocation", "region contextRegion"},
	"artifactLocation":    {"uri", ""},
	"region":              {"startLine", "startColumn endColumn snippet"},
	"message":             {"text", ""},
}

// sarifKinds are the objects that occur in several places, by the last part of their path.
var sarifKinds = map[string]string{
	"rules*": "rule", "properties": "properties", "toolExecutionNotifications*": "notification",
	"locations*": "location", "relatedLocations*": "location", "physicalLocation": "physicalLocation",
	"artifactLocation": "artifactLocation", "region": "region", "contextRegion": "region",
	"message": "message", "snippet": "message", "shortDescription": "message", "fullDescription": "message", "help": "message",
}

// checkSARIF returns where a log is not what the standard says.
func checkSARIF(path string, value any) []error {
	var wrong []error
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			wrong = append(wrong, checkSARIF(path+"*", item)...)
		}
	case map[string]any:
		object, ok := sarifObjects[path]
		if !ok {
			object, ok = sarifObjects[sarifKinds[path[strings.LastIndexByte(path, '.')+1:]]]
		}
		if !ok {
			return []error{fmt.Errorf("%s: an object of no known kind", path)}
		}
		for _, key := range strings.Fields(object.must) {
			if _, ok := v[key]; !ok {
				wrong = append(wrong, fmt.Errorf("%s lacks %s", path, key))
			}
		}
		for key, item := range v {
			if !slices.Contains(strings.Fields(object.must+" "+object.may), key) {
				wrong = append(wrong, fmt.Errorf("%s has %s", path, key))
			}
			wrong = append(wrong, checkSARIF(path+"."+key, item)...)
			wrong = append(wrong, checkScalar(path, key, item)...)
		}
	}
	return wrong
}

func checkScalar(path, key string, value any) []error {
	ok := true
	switch key {
	case "version":
		ok = value == "2.1.0"
	case "level":
		ok = slices.Contains([]any{"none", "note", "warning", "error"}, value)
	case "columnKind":
		ok = slices.Contains([]any{"utf16CodeUnits", "unicodeCodePoints"}, value)
	case "startLine", "startColumn", "endColumn":
		n, _ := value.(float64)
		ok = n >= 1
	case "uri", "$schema", "informationUri":
		s, _ := value.(string)
		_, err := url.Parse(s)
		ok = err == nil && s != ""
	case "text", "id", "ruleId", "name":
		ok = value != ""
	}
	if !ok {
		return []error{fmt.Errorf("%s.%s is %v", path, key, value)}
	}
	return nil
}

func TestSARIF(t *testing.T) {
	for _, r := range []*findings.Run{
		sample(),
		{Path: "x.toml", Found: &schema.Diagnostics{}},
		{Path: "/x y.toml", Failure: errors.New("no file")},
	} {
		text, _ := write(t, r, "sarif")
		var log map[string]any
		if err := json.Unmarshal([]byte(text), &log); err != nil {
			t.Fatal(err)
		}
		for _, err := range checkSARIF("", log) {
			t.Error(err)
		}
	}
}

// What the check lets through is not for want of looking.
func TestCheckSARIF(t *testing.T) {
	for _, log := range []string{
		`{"version": "2.1.0", "runs": []}`,
		`{"version": "2.0.0", "$schema": "x", "runs": []}`,
		`{"version": "2.1.0", "$schema": "x", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"message": {"text": "x"}, "level": "fatal"}]}]}`,
		`{"version": "2.1.0", "$schema": "x", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"message": {}}]}]}`,
		`{"version": "2.1.0", "$schema": "x", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"message": {"text": "x"}, "where": 1}]}]}`,
	} {
		var value any
		if err := json.Unmarshal([]byte(log), &value); err != nil {
			t.Fatal(err)
		}
		if checkSARIF("", value) == nil {
			t.Errorf("nothing is wrong with %s", log)
		}
	}
}

// A result points at its rule, counts columns in characters, and has its places.
func TestSARIFResult(t *testing.T) {
	text, _ := write(t, sample(), "sarif")
	type location struct {
		PhysicalLocation struct {
			ArtifactLocation struct{ URI string }
			Region           struct{ StartLine, StartColumn, EndColumn int }
		}
		Message struct{ Text string }
	}
	var log struct {
		Runs []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID                      string
				RuleIndex                   int
				Level                       string
				Message                     struct{ Text string }
				Locations, RelatedLocations []location
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if len(run.Results) != 2 {
		t.Fatalf("got %d results, want 2", len(run.Results))
	}
	for _, r := range run.Results {
		if got := run.Tool.Driver.Rules[r.RuleIndex].ID; got != r.RuleID {
			t.Errorf("got rule %s at the index of %s", got, r.RuleID)
		}
	}
	r := run.Results[0]
	at := r.Locations[0].PhysicalLocation
	if at.Region.StartLine != 1 || at.Region.StartColumn != 5 || at.Region.EndColumn != 10 {
		t.Errorf("got region %+v, want line 1, columns 5 to 10", at.Region)
	}
	if want := "./a,b:100%25.toml"; at.ArtifactLocation.URI != want {
		t.Errorf("got URI %s, want %s", at.ArtifactLocation.URI, want)
	}
	if want := "50% is, in all: much\r\nmore\na witness"; r.Message.Text != want {
		t.Errorf("got message %q, want %q", r.Message.Text, want)
	}
	if len(r.RelatedLocations) != 1 || r.RelatedLocations[0].Message.Text != "first <here>" || r.RelatedLocations[0].PhysicalLocation.Region.StartLine != 2 {
		t.Errorf("got related locations %+v", r.RelatedLocations)
	}
	if got, want := run.Results[1].Level, "note"; got != want {
		t.Errorf("got level %s, want %s", got, want)
	}
}
