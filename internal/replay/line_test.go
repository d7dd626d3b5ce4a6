package replay

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/hgwire/hgwire/generated/framing"
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
		{"lines", "a\nb # not a comment\n\n c\n", []string{"1 a", "2 b # not a comment", "4 c"}},
		{"leading blanks", "  a\n\tb\n \t c d\n", []string{"1 a", "2 b", "3 c d"}},
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

// TestLinesTooLong reads the longest line and one octet more, below and above the size of the
// reader's buffer, and where the buffer is full just then.
func TestLinesTooLong(t *testing.T) {
	for _, most := range []int{10, 64<<10 - 2, 64<<10 - 1, 64 << 10, 100_000} {
		longest := strings.Repeat("x", most)
		for _, end := range []string{"\n", "\r\n", ""} {
			l := NewLines(strings.NewReader("short\n" + longest + end))
			l.max = most
			got, err := read(l)
			if want := []string{"1 short", "2 " + longest}; err != nil || !slices.Equal(got, want) {
				t.Errorf("%d octets and %q: got %.80q, %v, want all lines", most, end, got, err)
			}

			l = NewLines(strings.NewReader("short\n" + longest + "x" + end))
			l.max = most
			got, err = read(l)
			if want := []string{"1 short"}; !slices.Equal(got, want) {
				t.Errorf("%d octets and %q: got %.80q, want %q", most+1, end, got, want)
			}
			if wrong, ok := errors.AsType[*LineError](err); !ok || wrong.Line != 2 {
				t.Errorf("%d octets and %q: got error %v, want one about line 2", most+1, end, err)
			}
		}
	}
}

// TestMaxLine checks that the longest line is no shorter than the longest frame.
func TestMaxLine(t *testing.T) {
	f := framing.Frame{Header: framing.Header{
		RequestID: 1<<16 - 1, StreamID: 1<<8 - 1, StreamFlags: 1<<8 - 1, Type: framing.TypeCommandArgument, Flags: 1<<4 - 1,
	}}
	line := framing.LatestRevision.AppendText([]byte("frame "), &f)
	if longest := len(line) + len(`\x00`)*maxLength; longest > MaxLine {
		t.Errorf("got MaxLine %d, want at least %d", MaxLine, longest)
	}
}

func TestLinesReadError(t *testing.T) {
	broken := errors.New("broken")
	got, err := read(NewLines(io.MultiReader(strings.NewReader("a\nb"), iotest.ErrReader(broken))))
	if want := []string{"1 a"}; !slices.Equal(got, want) || !errors.Is(err, broken) {
		t.Errorf("got %q, %v, want %q, %v", got, err, want, broken)
	}
}
