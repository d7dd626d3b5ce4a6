package message_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/message"
	"github.com/hgwire/hgwire/stream"
)

var commandTests = []struct {
	name    string
	command message.Command // without Data
	data    *string
	want    []string
}{
	// FrameTests of the original.
	{"testdataexactframesize", message.Command{Name: "command"}, new(x(32768)), list(
		"1 1 stream-begin command-name have-data command",
		"1 1 0 command-data continuation "+x(32768),
		"1 1 0 command-data eos ",
	)},
	{"testdatamultipleframes", message.Command{Name: "command"}, new(x(32769)), list(
		"1 1 stream-begin command-name have-data command",
		"1 1 0 command-data continuation "+x(32768),
		"1 1 0 command-data eos x",
	)},
	{"testargsanddata", message.Command{
		Name: "command",
		Args: map[string]string{"key3": "key3value", "key1": "key1value", "key2": "key2value"},
	}, new(x(100)), list(
		"1 1 stream-begin command-name have-args|have-data command",
		`1 1 0 command-argument 0 \x04\x00\x09\x00key1key1value`,
		`1 1 0 command-argument 0 \x04\x00\x09\x00key2key2value`,
		`1 1 0 command-argument eoa \x04\x00\x09\x00key3key3value`,
		"1 1 0 command-data eos "+x(100),
	)},

	{"nothing but a name", message.Command{Name: "command"}, nil, list(
		"1 1 stream-begin command-name eos command",
	)},
	{"no arguments in a map", message.Command{Name: "command", Args: map[string]string{}}, nil, list(
		"1 1 stream-begin command-name eos command",
	)},
	{"an empty name", message.Command{}, nil, list(
		"1 1 stream-begin command-name eos ",
	)},
	{"a name that fills a frame", message.Command{Name: x(32768)}, nil, list(
		"1 1 stream-begin command-name eos " + x(32768),
	)},
	{"one argument", message.Command{Name: "mycommand", Args: map[string]string{"foo": "bar"}}, nil, list(
		"1 1 stream-begin command-name have-args mycommand",
		`1 1 0 command-argument eoa \x03\x00\x03\x00foobar`,
	)},
	{"names are sorted by octets", message.Command{Name: "c", Args: map[string]string{"b": "", "a": "1", "": "\xff", "aa": "2", "B": "3"}}, nil, list(
		"1 1 stream-begin command-name have-args c",
		`1 1 0 command-argument 0 \x00\x00\x01\x00\xff`,
		`1 1 0 command-argument 0 \x01\x00\x01\x00B3`,
		`1 1 0 command-argument 0 \x01\x00\x01\x00a1`,
		`1 1 0 command-argument 0 \x02\x00\x01\x00aa2`,
		`1 1 0 command-argument eoa \x01\x00\x00\x00b`,
	)},
	{"a value that just fits", message.Command{Name: "c", Args: map[string]string{"k": x(32763)}}, nil, list(
		"1 1 stream-begin command-name have-args c",
		`1 1 0 command-argument eoa \x01\x00\xfb\x7fk`+x(32763),
	)},
	{"a value one octet too long", message.Command{Name: "c", Args: map[string]string{"k": x(32764), "l": ""}}, nil, list(
		"1 1 stream-begin command-name have-args c",
		`1 1 0 command-argument continuation \x01\x00\xfc\x7fk`+x(32763),
		"1 1 0 command-argument 0 x",
		`1 1 0 command-argument eoa \x01\x00\x00\x00l`,
	)},
	{"the longest value", message.Command{Name: "c", Args: map[string]string{"k": x(65535)}}, new(""), list(
		"1 1 stream-begin command-name have-args|have-data c",
		`1 1 0 command-argument continuation \x01\x00\xff\xffk`+x(32763),
		"1 1 0 command-argument continuation "+x(32768),
		"1 1 0 command-argument eoa "+x(4),
		"1 1 0 command-data eos ",
	)},
	{"a name that leaves no room for its value", message.Command{Name: "c", Args: map[string]string{strings.Repeat("k", 32764): "v"}}, nil, list(
		"1 1 stream-begin command-name have-args c",
		`1 1 0 command-argument continuation \xfc\x7f\x01\x00`+strings.Repeat("k", 32764),
		"1 1 0 command-argument eoa v",
	)},
	{"small frames", message.Command{Name: "cmd", Args: map[string]string{"k": "valuevalue", "l": "v"}, MaxSend: 6}, new("0123456789ab"), list(
		"1 1 stream-begin command-name have-args|have-data cmd",
		`1 1 0 command-argument continuation \x01\x00\n\x00kv`,
		"1 1 0 command-argument continuation alueva",
		"1 1 0 command-argument 0 lue",
		`1 1 0 command-argument eoa \x01\x00\x01\x00lv`,
		"1 1 0 command-data continuation 012345",
		"1 1 0 command-data continuation 6789ab",
		"1 1 0 command-data eos ",
	)},
	{"empty data", message.Command{Name: "command"}, new(""), list(
		"1 1 stream-begin command-name have-data command",
		"1 1 0 command-data eos ",
	)},
	{"data of several full frames", message.Command{Name: "command"}, new(x(65536)), list(
		"1 1 stream-begin command-name have-data command",
		"1 1 0 command-data continuation "+x(32768),
		"1 1 0 command-data continuation "+x(32768),
		"1 1 0 command-data eos ",
	)},
}

func TestCommandFrames(t *testing.T) {
	// How a reader hands out its octets must not matter.
	readers := map[string]func(io.Reader) io.Reader{
		"as asked":         func(r io.Reader) io.Reader { return r },
		"one by one":       iotest.OneByteReader,
		"with EOF":         iotest.DataErrReader,
		"half of it":       iotest.HalfReader,
		"nothing at times": func(r io.Reader) io.Reader { return &hesitant{r: iotest.OneByteReader(r)} },
	}
	for _, tt := range commandTests {
		t.Run(tt.name, func(t *testing.T) {
			for _, rev := range revisions {
				for how, reader := range readers {
					c := tt.command
					if tt.data != nil {
						c.Data = reader(strings.NewReader(*tt.data))
					}
					frames, err := c.Frames(1, outgoing(rev, 1))
					if err != nil {
						t.Fatal(err)
					}
					got, err := commandLines(rev, frames)
					if err != nil {
						t.Fatalf("%v, reading %s: %v", rev, how, err)
					}
					compare(t, rev, got, tt.want)
				}
			}
		})
	}
}

// hesitant returns nothing on every other Read.
type hesitant struct {
	r   io.Reader
	now bool
}

func (h *hesitant) Read(p []byte) (int, error) {
	if h.now = !h.now; !h.now {
		return 0, nil
	}
	return h.r.Read(p)
}

func TestCommandUsageErrors(t *testing.T) {
	tests := []struct {
		name    string
		command message.Command
		code    framing.ErrorCode
		typ     framing.FrameType
	}{
		{"name too long", message.Command{Name: x(32769)}, framing.ErrCommandTooLarge, framing.TypeCommandName},
		{"name too long for small frames", message.Command{Name: "longer", MaxSend: 5}, framing.ErrCommandTooLarge, framing.TypeCommandName},
		{"argument name not ASCII", message.Command{Args: map[string]string{"caf\xc3\xa9": ""}}, framing.ErrArgumentNotASCII, framing.TypeCommandArgument},
		{"value too long", message.Command{Args: map[string]string{"a": "", "k": x(65536)}}, framing.ErrArgumentTooLarge, framing.TypeCommandArgument},
		{"argument name too long", message.Command{Args: map[string]string{x(65536): ""}}, framing.ErrArgumentTooLarge, framing.TypeCommandArgument},
		{"argument name too long for a frame", message.Command{Args: map[string]string{x(32765): ""}}, framing.ErrArgumentTooLarge, framing.TypeCommandArgument},
		{"argument name too long for small frames", message.Command{Args: map[string]string{"kk": ""}, MaxSend: 5}, framing.ErrArgumentTooLarge, framing.TypeCommandArgument},
	}
	for _, tt := range tests {
		out := stream.NewOutgoing(1)
		frames, err := tt.command.Frames(7, out)
		usage, ok := errors.AsType[*framing.UsageError](err)
		want := framing.Header{RequestID: 7, StreamID: 1, Type: tt.typ}
		if !ok || usage.Code != tt.code || usage.Header != want || frames != nil {
			t.Errorf("%s: error %.100v; want a usage error %v", tt.name, err, tt.code)
		}
		if got := out.Next(); got != framing.FlagStreamBegin {
			t.Errorf("%s: the next flags of the stream are %v; want %v", tt.name, got, framing.FlagStreamBegin)
		}
	}
}

func TestCommandReaderErrors(t *testing.T) {
	broken := errors.New("disk on fire")
	tests := []struct {
		name string
		data io.Reader
		err  error
		want []string // before the error
	}{
		{"at once", iotest.ErrReader(broken), broken, list("1 1 stream-begin command-name have-data command")},
		{"within a frame", io.MultiReader(strings.NewReader("some"), iotest.ErrReader(broken)), broken, list("1 1 stream-begin command-name have-data command")},
		{"after a frame", io.MultiReader(strings.NewReader(x(32768)), iotest.ErrReader(broken)), broken, list(
			"1 1 stream-begin command-name have-data command", "1 1 0 command-data continuation "+x(32768))},
		// A body that was cut off must not pass for a whole one.
		{"cut off", io.MultiReader(strings.NewReader("some"), iotest.ErrReader(io.ErrUnexpectedEOF)), io.ErrUnexpectedEOF, list("1 1 stream-begin command-name have-data command")},
		{"no progress", stuck{}, io.ErrNoProgress, list("1 1 stream-begin command-name have-data command")},
	}
	for _, tt := range tests {
		c := message.Command{Name: "command", Data: tt.data}
		frames, err := c.Frames(1, stream.NewOutgoing(1))
		if err != nil {
			t.Fatal(err)
		}
		got, err := commandLines(framing.RevisionStreams, frames)
		if !errors.Is(err, tt.err) {
			t.Errorf("%s: error %v; want %v", tt.name, err, tt.err)
		}
		compare(t, framing.RevisionStreams, got, tt.want)
	}
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

// Nothing but the stream's flags and the reader's position changes, and those when documented.
func TestCommandFramesOnlyFormat(t *testing.T) {
	rev := framing.RevisionStreams
	out := stream.NewOutgoing(1)
	c := message.Command{Name: "one", Args: map[string]string{"k": "v"}}
	one, err := c.Frames(1, out)
	if err != nil {
		t.Fatal(err)
	}
	c.Name, c.Args["k"], c.Args["l"] = "changed", "changed", "new"
	two, err := c.Frames(3, out)
	if err != nil {
		t.Fatal(err)
	}
	for range two {
		break // early; the next iteration must begin anew
	}
	want := list("1 1 stream-begin command-name have-args one", `1 1 0 command-argument eoa \x01\x00\x01\x00kv`)
	for range 2 {
		got, err := commandLines(rev, one)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, rev, got, want)
	}
	got, err := commandLines(rev, two)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, rev, got, list(
		"3 1 0 command-name have-args changed",
		`3 1 0 command-argument 0 \x01\x00\x07\x00kchanged`,
		`3 1 0 command-argument eoa \x01\x00\x03\x00lnew`,
	))
}

// Whoever has seen enough may stop anywhere.
func TestCommandFramesStopped(t *testing.T) {
	for _, tt := range commandTests {
		for stop := range tt.want {
			c := tt.command
			if tt.data != nil {
				c.Data = strings.NewReader(*tt.data)
			}
			frames, err := c.Frames(1, stream.NewOutgoing(1))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for f, err := range frames {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, string(framing.RevisionStreams.AppendText(nil, &f)))
				if len(got) > stop {
					break
				}
			}
			compare(t, framing.RevisionStreams, got, tt.want[:stop+1])
		}
	}
}

func TestCommandEndsStream(t *testing.T) {
	tests := []struct {
		command message.Command
		want    []string
	}{
		{message.Command{Name: "c"}, list("1 1 stream-begin|stream-end command-name eos c")},
		{message.Command{Name: "c", Args: map[string]string{"k": "v"}}, list(
			"1 1 stream-begin command-name have-args c",
			`1 1 stream-end command-argument eoa \x01\x00\x01\x00kv`)},
		{message.Command{Name: "c", Args: map[string]string{"k": "v"}, Data: strings.NewReader("d")}, list(
			"1 1 stream-begin command-name have-args|have-data c",
			`1 1 0 command-argument eoa \x01\x00\x01\x00kv`,
			"1 1 stream-end command-data eos d")},
	}
	for _, tt := range tests {
		out := stream.NewOutgoing(1)
		out.End()
		frames, err := tt.command.Frames(1, out)
		if err != nil {
			t.Fatal(err)
		}
		got, err := commandLines(framing.RevisionStreams, frames)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, framing.RevisionStreams, got, tt.want)
		if got := out.Next(); got != framing.FlagStreamBegin {
			t.Errorf("the next flags of the stream are %v; want %v", got, framing.FlagStreamBegin)
		}
	}
}

func BenchmarkCommandFrames(b *testing.B) {
	out := stream.NewOutgoing(1)
	data := bytes.Repeat([]byte("x"), 1<<20)
	for b.Loop() {
		c := message.Command{Name: "unbundle", Args: map[string]string{"heads": "666f726365"}, Data: bytes.NewReader(data)}
		frames, err := c.Frames(1, out)
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range frames {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.SetBytes(int64(len(data)))
}
