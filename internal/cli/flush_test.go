package cli_test

import (
	"bufio"
	"bytes"
	"io"
	"testing"

	"github.com/hgwire/hgwire/internal/cli"
)

// TestAnswersAtOnce holds a conversation with each command: every answer comes before the next
// question is asked.
func TestAnswersAtOnce(t *testing.T) {
	for _, test := range []struct {
		name      string
		args      []string
		questions []string
		answers   []string
	}{
		{
			"encode", []string{"encode", "--hex"},
			[]string{"1 1 0 command-name eos a\n", "# comment\n1 1 0 command-name eos b\n"},
			[]string{"01 00 00 01 00 01 00 11 61\n", "01 00 00 01 00 01 00 11 62\n"},
		},
		{
			"decode", []string{"decode"},
			[]string{"\x01\x00\x00\x01\x00\x01\x00\x11a", "\x00\x00\x00\x03\x00\x01\x00\x11"},
			[]string{"1 1 0 command-name eos a\n", "3 1 0 command-name eos \n"},
		},
		{
			"decode hex", []string{"decode", "--hex"},
			[]string{"0100000100010011 61", "00 00 00 03 00 01 00 11\n"},
			[]string{"1 1 0 command-name eos a\n", "3 1 0 command-name eos \n"},
		},
		{
			"replay", []string{"replay", "--json"},
			[]string{"reset\n", "frame 1 1 stream-begin command-name have-data a\n"},
			[]string{"[\"noop\", {}]\n", "[\"wantframe\", {\"state\": \"command-receiving\"}]\n"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			stdin, questions := io.Pipe()
			answers, stdout := io.Pipe()
			var stderr bytes.Buffer
			code := make(chan int)
			go func() {
				defer stdout.Close()
				code <- cli.Run(test.args, stdin, stdout, &stderr)
			}()
			lines := bufio.NewReader(answers)
			for i, q := range test.questions {
				if _, err := io.WriteString(questions, q); err != nil {
					t.Fatal(err)
				}
				if got, err := lines.ReadString('\n'); err != nil || got != test.answers[i] {
					t.Errorf("%q: got %q, %v, want %q", q, got, err, test.answers[i])
				}
			}
			questions.Close()
			if got := <-code; got != 0 {
				t.Errorf("exit code %d, want 0: %s", got, stderr.String())
			}
		})
	}
}

// TestOutputErrors checks that results which cannot be written are an error.
func TestOutputErrors(t *testing.T) {
	for _, args := range [][]string{{"encode"}, {"replay"}} {
		line := "1 1 stream-begin command-name eos a\n"
		if args[0] == "replay" {
			line = "frame " + line
		}
		stdout, closed := io.Pipe()
		stdout.Close()
		var stderr bytes.Buffer
		if code := cli.Run(args, bytes.NewReader(bytes.Repeat([]byte(line), 10)), closed, &stderr); code != 1 || stderr.Len() == 0 {
			t.Errorf("%s: exit code %d, %q, want 1 and a message", args[0], code, stderr.String())
		}
	}
}
