package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestFollow(t *testing.T) {
	for protocol, want := range map[string][]string{
		"http2": {"> headers end-stream|end-headers 1 ", "< data end-stream 1 hello\n"},
		"yamux": {"> 0 window-update syn 1 0\n", "< 0 data 0 1 hello\n"},
	} {
		var b bytes.Buffer
		if err := follow(&b, protocol); err != nil {
			t.Errorf("%s: %v", protocol, err)
		}
		for _, line := range want {
			if !strings.Contains(b.String(), line) {
				t.Errorf("%s: got\n%s\nwant %s", protocol, &b, line)
			}
		}
	}
	if err := follow(new(bytes.Buffer), "ssh"); err == nil {
		t.Error("ssh: no error")
	}
}
