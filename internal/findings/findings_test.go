package findings_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hgwire/hgwire/internal/findings"
	"github.com/hgwire/hgwire/internal/schema"
)

// report is a report of one number.
type report struct {
	*strings.Reader
	Cells int `json:"cells"`
}

// sample is a run with an error that has all sorts of notes, and information.
func sample() *findings.Run {
	found := &schema.Diagnostics{Path: "a,b:100%.toml", Source: []byte("é = \"50%\"\n{ x }\n")}
	found.Add(schema.Pos{Line: 1, Column: 6}, "FLG002", "50%% is, in all: much\r\nmore").
		Note(schema.Pos{Line: 2, Column: 3}, "first <here>").
		Note(schema.Pos{}, "a witness")
	found.Inform(schema.Pos{Line: 2, Column: 1}, "MAC101", "so it is")
	return &findings.Run{Command: "verify", Path: found.Path, Found: found}
}

func write(t *testing.T, r *findings.Run, form string) (stdout, stderr string) {
	t.Helper()
	var out, errors strings.Builder
	if err := r.Write(form, &out, &errors); err != nil {
		t.Fatal(err)
	}
	return out.String(), errors.String()
}

func TestText(t *testing.T) {
	r := sample()
	stdout, stderr := write(t, r, "text")
	if stdout != "" || stderr != r.Found.Text() {
		t.Errorf("got %q and %q, want the text of the findings on standard error", stdout, stderr)
	}
	r.Found.List = r.Found.List[1:]
	r.Report = report{strings.NewReader("all is well\n"), 3}
	if stdout, stderr = write(t, r, "text"); stdout != "all is well\n" || stderr != r.Found.Text() {
		t.Errorf("got %q and %q, want the report and the information", stdout, stderr)
	}
	if stdout, stderr = write(t, &findings.Run{Failure: errors.New("no file")}, "text"); stdout != "" || stderr != "gen: no file\n" {
		t.Errorf("got %q and %q, want why it failed", stdout, stderr)
	}
}

// The escapes are those of github.com/actions/toolkit, packages/core/src/command.ts.
func TestGitHub(t *testing.T) {
	want := `::error file=a%2Cb%3A100%25.toml,line=1,col=5,endColumn=10,title=FLG002::50%25 is, in all: much%0D%0Amore%0Aline 2: first <here>%0Aa witness
::notice file=a%2Cb%3A100%25.toml,line=2,col=1,title=MAC101::so it is
`
	if got, _ := write(t, sample(), "github"); got != want {
		t.Errorf("got(-) want(+):\n%s", cmp.Diff(got, want))
	}
	want = "::error file=x.toml,title=gen::no%0Afile\n"
	if got, _ := write(t, &findings.Run{Path: "x.toml", Failure: errors.New("no\nfile")}, "github"); got != want {
		t.Errorf("got(-) want(+):\n%s", cmp.Diff(got, want))
	}
}

func TestJSON(t *testing.T) {
	r := sample()
	r.Found.List = r.Found.List[:1]
	want := `{
  "version": 1,
  "command": "verify",
  "file": "a,b:100%.toml",
  "findings": [
    {
      "file": "a,b:100%.toml",
      "line": 1,
      "column": 6,
      "endColumn": 11,
      "rule": "FLG002",
      "family": "flags",
      "level": "error",
      "message": "50% is, in all: much\r\nmore",
      "source": "é = \"50%\"",
      "notes": [
        {
          "file": "a,b:100%.toml",
          "line": 2,
          "column": 3,
          "endColumn": 4,
          "message": "first <here>",
          "source": "{ x }"
        },
        {
          "message": "a witness"
        }
      ]
    }
  ],
  "report": null
}
`
	if got, _ := write(t, r, "json"); got != want {
		t.Errorf("got(-) want(+):\n%s", cmp.Diff(got, want))
	}

	// A run that has nothing to say, and one that could not look, are whole documents, too.
	for _, r := range []*findings.Run{
		{Command: "verify", Path: "x.toml", Found: &schema.Diagnostics{}, Report: report{nil, 3}},
		{Command: "verify", Path: "x.toml", Failure: errors.New("no file")},
	} {
		var doc struct {
			Failure  string
			Findings []any
			Report   *struct{ Cells int }
		}
		got, _ := write(t, r, "json")
		if err := json.Unmarshal([]byte(got), &doc); err != nil {
			t.Fatal(err)
		}
		if doc.Findings == nil || (doc.Failure != "") != (r.Failure != nil) || (doc.Report != nil) != (r.Report != nil) {
			t.Errorf("got %s", got)
		}
	}
}

func TestFailed(t *testing.T) {
	fine := sample()
	fine.Found.List = fine.Found.List[1:]
	for _, test := range []struct {
		name string
		run  *findings.Run
		want bool
	}{
		{"error", sample(), true},
		{"information", fine, false},
		{"failure", &findings.Run{Failure: errors.New("no file")}, true},
		{"nothing", &findings.Run{Found: &schema.Diagnostics{}}, false},
	} {
		if got := test.run.Failed(); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

func TestUnknownForm(t *testing.T) {
	if err := sample().Write("xml", nil, nil); err == nil {
		t.Error("got no error for the form xml")
	}
}
