package cli_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/internal/cli"
)

// TestManyScenarios plays a script of 25,000 scenarios, no two alike, and compares every result. With
// -short it is a tenth of them.
func TestManyScenarios(t *testing.T) {
	scenarios := 25_000
	if testing.Short() {
		scenarios = 2_500
	}
	var script, want strings.Builder
	for i := range scenarios {
		id := 2*(i%32768) + 1
		value := fmt.Sprint(i)
		fmt.Fprintf(&script, "# scenario %d\nreset\n", i)
		fmt.Fprintf(&script, "frame %d 1 stream-begin command-name have-args lookup\n", id)
		fmt.Fprintf(&script, "frame %d 1 0 command-argument eoa \\x03\\x00\\x%02x\\x00key%s\n", id, len(value), value)
		fmt.Fprintf(&script, "respond %d 2 %s\n", id, value)
		fmt.Fprintf(&script, "frame %d 1 0 command-data eos x\n\n", id)

		fmt.Fprintf(&want, "[\"noop\", {}]\n[\"wantframe\", {\"state\": \"command-receiving\"}]\n")
		fmt.Fprintf(&want, "[\"runcommand\", {\"args\": {\"key\": \"%s\"}, \"command\": \"lookup\", \"data\": null, \"requestid\": %d}]\n", value, id)
		fmt.Fprintf(&want, "[\"sendframes\", {\"frames\": [\"%02x0000%02x%02x020142%x\"]}]\n", len(value), id&0xff, id>>8, value)
		fmt.Fprintf(&want, "[\"error\", {\"message\": \"expected command frame; got 3\"}]\n")
	}
	var stdout, stderr bytes.Buffer
	if code := cli.Run([]string{"replay", "--json"}, strings.NewReader(script.String()), &stdout, &stderr); code != 0 {
		t.Fatalf("exit code %d, want 0: %s", code, stderr.String())
	}
	got, expected := strings.Split(stdout.String(), "\n"), strings.Split(want.String(), "\n")
	if len(got) != len(expected) {
		t.Errorf("got %d results, want %d", len(got)-1, len(expected)-1)
	}
	for i := range min(len(got), len(expected)) {
		if got[i] != expected[i] {
			t.Fatalf("result %d: got %s, want %s", i+1, got[i], expected[i])
		}
	}
}
