package schema

import "testing"

func TestDiagnostics(t *testing.T) {
	d := &Diagnostics{Path: "x.toml", Source: []byte("one\ntwo\n")}
	if err := d.Err(); err != nil {
		t.Errorf("no findings are the error %v", err)
	}
	d.Add(Pos{2, 1}, "B002", "later %s", "rule")
	d.Add(Pos{2, 1}, "B001", "second message")
	d.Add(Pos{2, 1}, "B001", "first message").Note(Pos{1, 3}, "see %d", 1).Note(Pos{}, "a witness")
	d.Add(Pos{1, 2}, "C001", "earlier line")
	want := `x.toml:1:2: C001: earlier line
    one
     ^

x.toml:2:1: B001: first message
    two
    ^
  x.toml:1:3: see 1
    one
      ^
  a witness

x.toml:2:1: B001: second message
    two
    ^

x.toml:2:1: B002: later rule
    two
    ^
`
	if got := d.Err().Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
