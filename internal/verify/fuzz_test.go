package verify_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// FuzzCheck edits a schema by a program of octets. Whatever the loader still accepts gets a
// verdict: every finding has a place in the file, and a rule of this package.
func FuzzCheck(f *testing.F) {
	known := make(map[string]bool)
	for _, r := range verify.Rules() {
		known[r.ID] = true
	}
	src, _ := schemaAndWant(f, "testdata/good/http2.txtar")
	lines := strings.Split(string(src), "\n")
	f.Add([]byte{})
	f.Add([]byte{0, 100, 0, 1, 200, 0})
	f.Add([]byte{3, 0x8a, 2, 3, 0x90, 1, 2, 0x20, 3})
	f.Fuzz(func(t *testing.T, program []byte) {
		src := strings.Join(edit(lines, program), "\n")
		s, err := schema.Load("schema.toml", []byte(src))
		if err != nil {
			return
		}
		_, err = verify.Check(s)
		found, ok := errors.AsType[*schema.Diagnostics](err)
		if err != nil && !ok {
			t.Fatalf("got %v, want *schema.Diagnostics", err)
		}
		if !ok {
			return
		}
		for _, d := range found.List {
			if !known[d.Rule] || d.Pos.Line < 1 || d.Pos.Line > strings.Count(src, "\n")+1 {
				t.Errorf("%s at %v: got an unknown rule or place: %s", d.Rule, d.Pos, d.Message)
			}
		}
	})
}

var (
	quoted = regexp.MustCompile(`"[^"]*"`)
	number = regexp.MustCompile(`= (0x)?[0-9]+`)
	option = regexp.MustCompile(`, (while|flags|to|do|within|since) = ("[^"]*"|\[[^]]*\])`)
)

// edit applies a program to the lines of a schema: three octets say what to do, and where.
func edit(lines []string, program []byte) []string {
	lines = append([]string(nil), lines...)
	for ; len(program) >= 3; program = program[3:] {
		i := (int(program[0])<<8 | int(program[1])) % (len(lines) - 1)
		arg := int(program[2] >> 3)
		switch program[2] % 8 {
		case 0:
			lines = append(lines[:i], lines[i+1:]...)
		case 1:
			lines[i], lines[i+1] = lines[i+1], lines[i]
		case 2:
			lines[i] = number.ReplaceAllString(lines[i], "= "+[]string{"0", "1", "2", "3", "7", "8", "16", "63"}[arg%8])
		case 3:
			lines[i] = strings.ReplaceAll(lines[i], "!", "")
		case 4:
			lines[i] = strings.Replace(lines[i], ` = "`, ` = "!`, 1+arg%4)
		case 5: // one value of the next line in the place of one of this line
			here, there := quoted.FindAllStringIndex(lines[i], -1), quoted.FindAllString(lines[i+1], -1)
			if len(here) > 0 && len(there) > 0 {
				at := here[arg%len(here)]
				lines[i] = lines[i][:at[0]] + there[arg%len(there)] + lines[i][at[1]:]
			}
		case 6:
			lines[i] = strings.Replace(lines[i], ", error = ", ", to = ", 1)
		default:
			lines[i] = option.ReplaceAllString(lines[i], "")
		}
		if len(lines) < 2 {
			break
		}
	}
	return lines
}
