package product_test

import (
	"os"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/internal/product"
	"github.com/hgwire/hgwire/internal/replay"
	"github.com/hgwire/hgwire/internal/schema"
)

// flagship reads schema.toml with replacements, each of which stands there once: old and new in turn.
func flagship(t testing.TB, replacements ...string) *schema.Schema {
	t.Helper()
	src, err := os.ReadFile("../../schema.toml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(src)
	for i := 0; i < len(replacements); i += 2 {
		if n := strings.Count(text, replacements[i]); n != 1 {
			t.Fatalf("%q stands %d times in the schema", replacements[i], n)
		}
		text = strings.Replace(text, replacements[i], replacements[i+1], 1)
	}
	s, err := schema.Load("schema.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Two peers that keep to the flagship schema are proved for three request IDs, in both revisions.
func TestFlagship(t *testing.T) {
	r, err := product.Check(flagship(t), product.Options{})
	if err != nil || len(r.Found.List) > 0 {
		t.Errorf("got %v:\n%s", err, r.Found.Text())
	}
	want := []string{"request-ids request-id", "streams request-id", "streams stream-id"}
	if len(r.Searches) != len(want) {
		t.Fatalf("got searches %+v, want %q", r.Searches, want)
	}
	for i, s := range r.Searches {
		if s.Revision+" "+s.Key != want[i] {
			t.Errorf("got search %+v, want %s", s, want[i])
		}
		if !s.Whole || s.Keys < 3 || s.Queue != product.DefaultQueue || s.States < 1000 || s.Steps <= s.States {
			t.Errorf("got search %+v, want a whole one of three keys", s)
		}
	}
}

// script returns the lines of the first conversation in findings.
func script(found *schema.Diagnostics) string {
	var lines []string
	for _, n := range found.List[0].Notes {
		if strings.Contains(n.Text, "Mermaid") {
			break
		}
		if line, ok := strings.CutPrefix(n.Text, "  "); ok {
			lines = append(lines, line+"\n")
		}
	}
	return strings.Join(lines, "")
}

// A conversation that breaks the rules of a server, as faults of the client's machines lead to it, runs
// as a script of the server's reactor, which refuses it.
func TestConversationsReplay(t *testing.T) {
	for _, test := range []struct {
		name     string
		old, new string
		rule     string
		refused  string // what the reactor says in the end
	}{
		{
			"an ID is free after the first part of a response",
			`flags = "continuation !eos",  to = "responding", do = ["deliver"]`, `flags = "continuation !eos",  to = "idle", do = ["deliver"]`,
			product.Refused, "error request with ID 1 is already active\n",
		},
		{
			"an ID is free while its request is sent",
			`from = "idle", send = "command-name", flags = "!eos have-args !have-data",  to = "args",`, `from = "idle args", send = "command-name", flags = "!eos have-args !have-data",  to = "args",`,
			product.Refused, "error request with ID 1 already received\n",
		},
		{
			"data comes before the arguments are complete",
			`from = "data",            send = "command-data",     flags = "!continuation eos",`, `from = "data args-then-data", send = "command-data", flags = "!continuation eos",`,
			product.Refused, "error received command data frame before end of arguments for request: 1\n",
		},
		{
			"a stream is not begun",
			`from = "own-open own-encoded",            send = "!stream-settings", flags = "!stream-begin !stream-end",`, `from = "own-closed own-open own-encoded", send = "!stream-settings", flags = "!stream-begin !stream-end",`,
			product.Refused, "error received frame on unknown inactive stream without beginning of stream flag set\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := product.Check(flagship(t, test.old, test.new), product.Options{})
			if err == nil || r.Found.List[0].Rule != test.rule {
				t.Fatalf("got %v, want a finding of %s", err, test.rule)
			}
			var out strings.Builder
			if err := replay.Play(&out, strings.NewReader(script(r.Found)), framing.RevisionStreams, replay.Human{}); err != nil {
				t.Fatalf("the conversation is no script: %v\n%s", err, script(r.Found))
			}
			if !strings.HasSuffix(out.String(), test.refused) || strings.Count(out.String(), "error ") != 1 {
				t.Errorf("got\n%s\nof\n%s\nwant %s", out.String(), script(r.Found), test.refused)
			}
		})
	}
}

// Faults of the server's machines, and of limits, which no script of a server shows.
func TestFaults(t *testing.T) {
	for _, test := range []struct{ name, old, new, rule, text string }{
		{
			"a response ends twice", `send = "bytes-response", flags = "!continuation eos",    to = "inactive", do = ["forget"]`,
			`send = "bytes-response", flags = "!continuation eos",    to = "active", do = ["forget"]`, product.Refused, "already-active",
		},
		{
			"the client allows more than the server", "name = \"in-flight-requests\"\ndefault = 256", "name = \"in-flight-requests\"\ndefault = 257",
			product.OverLimit, "limit in-flight-requests of the client allows 257, which is more",
		},
		{
			"the client counts less than the server", `counts = "!idle !foreign"`, `counts = "waiting responding"`,
			product.OverLimit, "limit in-flight-requests of the client does not count all of them",
		},
		{
			"nobody sends a row's frames", `  { id = "send-value",           from = "value",           send = "command-argument", flags = "continuation !eoa",  to = "value",           doc = "A further part of a value." },` + "\n", "",
			product.NeverUsed, "row value-continues of server-request",
		},
		{
			"nobody sends on streams of the other", "{ keys = \"peer\", state = \"closed\" },\n  { keys = \"own\",  state = \"own-closed\" },",
			"{ keys = \"own\",  state = \"closed\" },\n  { keys = \"peer\", state = \"own-closed\" },",
			product.NeverUsed, "row send-begin of stream",
		},
		{
			"a connection refuses a second request", `  { id = "accept",          from = "!errored", on = "*",                           doc = "The next machine looks at the frame." },`,
			`  { id = "accept", from = "idle", on = "*", doc = "The next machine looks at the frame." },
  { id = "accept-more", from = "command-receiving", on = "!command-name", doc = "Likewise, within a request." },
  { id = "refuse", from = "command-receiving", on = "command-name", error = "already-received", doc = "One request at a time." },`,
			product.Refused, "command-name in state command-receiving of server-connection",
		},
		{
			"a request that has failed stays", `flags = "!protocol application", to = "idle", do = ["fail"]`, `flags = "!protocol application", do = ["fail"]`,
			product.Deadlock, "waiting",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := product.Check(flagship(t, test.old, test.new), product.Options{})
			if err == nil || !strings.Contains(err.Error(), ": "+test.rule+": ") || !strings.Contains(r.Found.Text(), test.text) {
				t.Errorf("got %v, want a finding of %s with %q", err, test.rule, test.text)
			}
		})
	}
}

func BenchmarkFlagship(b *testing.B) {
	s := flagship(b)
	for b.Loop() {
		if _, err := product.Check(s, product.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
