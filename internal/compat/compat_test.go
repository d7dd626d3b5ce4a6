package compat_test

import (
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hgwire/hgwire/internal/compat"
	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// Every schema of the repository is the same as itself, and as itself with other comments and
// blank lines.
func TestEqual(t *testing.T) {
	found := 0
	err := filepath.WalkDir("../..", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".toml") && !strings.HasSuffix(path, ".txtar") {
			return err
		}
		src := read(t, path)
		if strings.HasSuffix(path, ".txtar") {
			files := txtar.Parse([]byte(src)).Files
			if len(files) == 0 || !strings.HasSuffix(files[0].Name, ".toml") {
				return nil
			}
			src = string(files[0].Data)
		}
		s, err := schema.Load("a.toml", []byte(src))
		if err != nil {
			return nil
		}
		if _, err := verify.Check(s); err != nil {
			return nil
		}
		found++
		if got := compare(t, s, load(t, "b.toml", "# Another comment.\n\n"+src+"\n# The end.\n")); got != "" {
			t.Errorf("%s and itself: got\n%s", path, got)
		}
		return nil
	})
	if err != nil || found < 10 {
		t.Errorf("got %d schemas, %v; want at least 10", found, err)
	}
}

// The first edits are the same in every run.
var editCount = flag.Int("edits", 3, "how many edits of each schema TestEdits tries")

var (
	word    = regexp.MustCompile(`"[^"]*"`)
	number  = regexp.MustCompile(`(?:= |\[|, )(?:0x)?[0-9a-f]+\b`)
	comment = regexp.MustCompile(`^\s*(#.*)?$`)
)

// mutate edits one line of a schema: drops it, swaps a row with the next, or replaces a string or a
// number in it by one from another line.
func mutate(random *rand.Rand, lines []string) []string {
	lines = slices.Clone(lines)
	pick := func(re *regexp.Regexp, line string) []int {
		all := re.FindAllStringIndex(line, -1)
		if len(all) == 0 {
			return nil
		}
		return all[random.IntN(len(all))]
	}
	i := random.IntN(len(lines) - 1)
	switch random.IntN(5) {
	case 0:
		return slices.Delete(lines, i, i+1)
	case 1:
		if row := "  {"; strings.HasPrefix(lines[i], row) && strings.HasPrefix(lines[i+1], row) {
			lines[i], lines[i+1] = lines[i+1], lines[i]
		}
	case 2:
		re := word
		if random.IntN(2) == 0 {
			re = number
		}
		j := min(max(i+random.IntN(9)-4, 0), len(lines)-1)
		if here, there := pick(re, lines[i]), pick(re, lines[j]); here != nil && there != nil {
			lines[i] = lines[i][:here[0]] + lines[j][there[0]:there[1]] + lines[i][here[1]:]
		}
	case 3:
		if at := pick(regexp.MustCompile(`, (flags|to|do|error|consumes|while|since|receiving) = ("[^"]*"|\[[^]]*\]|true)`), lines[i]); at != nil {
			lines[i] = lines[i][:at[0]] + lines[i][at[1]:]
		}
	default:
		lines[i] = strings.Replace(lines[i], "!", "", 1)
	}
	return lines
}

// meaning is a text without comments and blank lines, and with single spaces.
func meaning(lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		if !comment.MatchString(line) {
			b.WriteString(strings.Join(strings.Fields(line), " ") + "\n")
		}
	}
	return b.String()
}

// No edit of a schema is taken for none, and none is too much to be compared.
func TestEdits(t *testing.T) {
	http2 := txtar.Parse([]byte(read(t, "../verify/testdata/good/http2.txtar"))).Files[0].Data
	for _, of := range []struct{ name, src string }{
		{"flagship", read(t, "../../schema.toml")},
		{"tiny", read(t, "testdata/base.toml")},
		{"http2", string(http2)},
	} {
		t.Run(of.name, func(t *testing.T) { testEdits(t, of.src) })
	}
}

func testEdits(t *testing.T, src string) {
	lines := strings.Split(src, "\n")
	old := load(t, "old.toml", src)
	known := make(map[string]bool)
	for _, r := range compat.Rules() {
		known[r.ID] = true
	}
	random := rand.New(rand.NewPCG(1, 2))
	edits, want := 0, *editCount
	for range 100 * want {
		edit := mutate(random, lines)
		if meaning(edit) == meaning(lines) {
			continue
		}
		s, err := schema.Load("new.toml", []byte(strings.Join(edit, "\n")))
		if err != nil {
			continue
		}
		if _, err := verify.Check(s); err != nil {
			continue
		}
		for _, pair := range [][2]*schema.Schema{{old, s}, {s, old}} {
			r, err := compat.Compare(pair[0], pair[1])
			if err != nil {
				continue // the emitter says what it does not support
			}
			if len(r.Findings) == 0 {
				t.Errorf("no finding for\n%s", changed(lines, edit))
			}
			for _, f := range r.Findings {
				if !known[f.Rule] || f.Place.Side == compat.Nowhere || f.Place.Pos.Line == 0 {
					t.Errorf("%s at %v: an unknown rule or place: %s", f.Rule, f.Place, f.Message)
				}
			}
		}
		if edits++; edits == want {
			return
		}
	}
	t.Errorf("got %d schemas, want %d", edits, want)
}

// changed returns the lines that are not in the other text.
func changed(old, new []string) string {
	var b strings.Builder
	for _, line := range old {
		if !slices.Contains(new, line) {
			b.WriteString("-" + line + "\n")
		}
	}
	for _, line := range new {
		if !slices.Contains(old, line) {
			b.WriteString("+" + line + "\n")
		}
	}
	return b.String()
}
