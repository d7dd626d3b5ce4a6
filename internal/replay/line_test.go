package replay

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// read reads all lines, each as "number line".
func read(l *Lines) ([]string, error) {
	var got []string
	for {
		line, err := l.Next()
		if errors.Is(err, io.EOF) {
			return got, nil
		}
		if err != nil {
			return got, err
		}
		got = append(got, fmt.Sprintf("%d %s", l.Number(), line))
	}
}

func TestLines(t *testing.T) {
	long := strings.Repeat("x", 300_000)
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"blank lines", "\n \t \n\r\n\n", nil},
		{"comments", "# one\n  # two\n\t#three\n#", nil},
		{"lines", "a\nb # not a comment\n\n c\n", []string{"1 a", "2 b # not a comment", "4  c"}},
		{"no newline at the end", "a\nb", []string{"1 a", "2 b"}},
		{"trailing spaces", "a  \n", []string{"1 a  "}},
		{"carriage returns", "a\r\nb\r\r\nc\rd\ne\r", []string{"1 a", "2 b\r", "3 c\rd", "4 e\r"}},
		{"other octets", "\x00\xff\n", []string{"1 \x00\xff"}},
		{"long", long + "\n#" + long + "\n" + long + "\r\nshort\n", []string{"1 " + long, "3 " + long, "4 short"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(test.text), iotest.OneByteReader(strings.NewReader(test.text))} {
				if got, err := read(NewLines(r)); err != nil || !slices.Equal(got, test.want) {
					t.Errorf("got %.80q, %v, want %.80q", got, err, test.want)
				}
			}
		})
	}
}

func TestLinesTooLong(t *testing.T) {
	l := NewLines(strings.NewReader("short\n" + strings.Repeat("x", 200_000) + "\n"))
	l.max = 100_000
	got, err := read(l)
	if want := []string{"1 short"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	wrong, ok := errors.AsType[*LineError](err)
	if !ok || wrong.Line != 2 {
		t.Errorf("got error %v, want one about line 2", err)
	}
}

func TestLinesReadError(t *testing.T) {
	broken := errors.New("broken")
	got, err := read(NewLines(io.MultiReader(strings.NewReader("a\nb"), iotest.ErrReader(broken))))
	if want := []string{"1 a"}; !slices.Equal(got, want) || !errors.Is(err, broken) {
		t.Errorf("got %q, %v, want %q, %v", got, err, want, broken)
	}
}
