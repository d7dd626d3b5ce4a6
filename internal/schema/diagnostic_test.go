package schema

import "testing"

func TestDiagnostics(t *testing.T) {
	d := &Diagnostics{Path: "x.toml", Source: []byte("one\ntwo\n")}
	if err := d.Err(); err != nil {
		t.Errorf("no findings are the error %v", err)
	}
	d.Inform(Pos{1, 1}, "A001", "information").Note(Pos{}, "about it")
	if err := d.Err(); err != nil || d.Errors() != 0 {
		t.Errorf("information is the error %v, and %d errors", err, d.Errors())
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
	if n := d.Errors(); n != 4 {
		t.Errorf("got %d errors, want 4", n)
	}
	want = `x.toml:1:1: note: A001: information
    one
    ^
  about it

` + want
	if got := d.Text(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
