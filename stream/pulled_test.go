package stream_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/hgwire/hgwire/stream"
)

// upper is a toy puller: upper case, until a full stop, which ends its compressed stream. It panics on an
// exclamation mark and fails on a question mark.
type upper struct {
	r      io.Reader
	closed *bool
	err    error
}

func (u *upper) Read(b []byte) (int, error) {
	if u.err != nil {
		return 0, u.err
	}
	n, err := u.r.Read(b[:min(len(b), 1)])
	if n > 0 {
		switch b[0] {
		case '.':
			n, err = 0, io.EOF
		case '!':
			panic("an exclamation mark")
		case '?':
			n, err = 0, errors.New("a question mark")
		}
	}
	u.err = err
	copy(b, bytes.ToUpper(b[:n]))
	return n, err
}

func (u *upper) Close() error {
	*u.closed = true
	return nil
}

// written is upper as an io.WriterTo.
type written struct{ upper }

func (w *written) WriteTo(to io.Writer) (total int64, err error) {
	for b := make([]byte, 1); err == nil; {
		var n int
		if n, err = w.Read(b); n > 0 {
			if _, refused := to.Write(b[:n]); refused != nil {
				return total, errors.New("my own words") // the limit is recognised all the same
			}
			total++
		}
	}
	if err == io.EOF {
		err = nil
	}
	return total, err
}

// pullers are toys of every kind, each with whether it has been closed.
func pullers() map[string]func(closed *bool) func(io.Reader) (io.Reader, error) {
	return map[string]func(closed *bool) func(io.Reader) (io.Reader, error){
		"reader": func(closed *bool) func(io.Reader) (io.Reader, error) {
			return func(r io.Reader) (io.Reader, error) { return &upper{r: r, closed: closed}, nil }
		},
		"reader of bytes": func(closed *bool) func(io.Reader) (io.Reader, error) {
			return func(r io.Reader) (io.Reader, error) {
				return &upper{r: onlyBytes{r.(io.ByteReader)}, closed: closed}, nil
			}
		},
		"writer to": func(closed *bool) func(io.Reader) (io.Reader, error) {
			return func(r io.Reader) (io.Reader, error) { return &written{upper{r: r, closed: closed}}, nil }
		},
		"with a header": func(closed *bool) func(io.Reader) (io.Reader, error) {
			return func(r io.Reader) (io.Reader, error) {
				var header [0]byte
				_, err := io.ReadFull(r, header[:])
				return &upper{r: r, closed: closed}, err
			}
		},
	}
}

type onlyBytes struct{ r io.ByteReader }

func (o onlyBytes) Read(b []byte) (int, error) {
	c, err := o.r.ReadByte()
	if err != nil {
		return 0, err
	}
	b[0] = c
	return 1, nil
}

func TestPulled(t *testing.T) {
	for name, puller := range pullers() {
		for _, tt := range []struct {
			frames string // separated by bars
			want   string // what they decode to, or an error
		}{
			{"ab|c||d", "AB|C||D"},
			{"||a", "||A"},
			{"ab.|", "AB|"},
			{"ab|.", "AB|"},
			{"ab.|c", "AB|data after the end of the compressed stream"},
			{"ab.c|", "data after the end of the compressed stream|data after the end of the compressed stream"},
			{"a|b?|c", "A|a question mark|a question mark"},
			{"a|b!c|c|", "A|decoder panicked: an exclamation mark|decoder panicked: an exclamation mark|decoder panicked: an exclamation mark"},
			{"abcdef", "ABCDEF"},
			{"abcdef|abcdef", "ABCDEF|ABCDEF"},
			{"abcdefg|a", "decoded payload exceeds the limit|decoded payload exceeds the limit"},
		} {
			closed := false
			dec := stream.Pulled(6, puller(&closed))
			var got []string
			for frame := range strings.SplitSeq(tt.frames, "|") {
				octets := []byte(frame)
				decoded, err := dec.Decode([]byte("dst"), octets)
				clear(octets)
				switch {
				case err != nil:
					if string(decoded) != "dst" {
						t.Errorf("%s: %q: %q with an error; want dst as it was", name, tt.frames, decoded)
					}
					got = append(got, err.Error())
				default:
					got = append(got, string(decoded[3:]))
				}
			}
			if got := strings.Join(got, "|"); got != tt.want {
				t.Errorf("%s: %q decodes to %q; want %q", name, tt.frames, got, tt.want)
			}
			dec.Close()
			if strings.Trim(tt.frames, "|") != "" && !closed {
				t.Errorf("%s: %q: the puller has not been closed", name, tt.frames)
			}
		}
	}
}

func TestPulledCloses(t *testing.T) {
	closed := false
	dec := stream.Pulled(10, pullers()["reader"](&closed))
	dec.Close() // nothing has started
	if closed {
		t.Error("a puller that never was has been closed")
	}
	failing := stream.Pulled(10, func(io.Reader) (io.Reader, error) { return nil, errors.New("no puller") })
	if _, err := failing.Decode(nil, []byte("a")); err == nil || err.Error() != "no puller" {
		t.Errorf("error %v; want that of open", err)
	}
	failing.Close()
	stubborn := stream.Pulled(10, func(r io.Reader) (io.Reader, error) {
		_, err := bufio.NewReader(r).ReadString('\n')
		return strings.NewReader("never mind"), fmt.Errorf("wrapped: %w", err)
	})
	if got, err := stubborn.Decode(nil, []byte("a")); len(got) > 0 || err != nil {
		t.Errorf("%q, %v before the end of the line; want nothing", got, err)
	}
	stubborn.Close()
}

// A puller that reads nothing and says nothing comes to an end.
func TestPulledWithoutProgress(t *testing.T) {
	dec := stream.Pulled(10, func(io.Reader) (io.Reader, error) { return lazy{}, nil })
	defer dec.Close()
	if _, err := dec.Decode(nil, []byte("a")); err != io.ErrNoProgress {
		t.Errorf("error %v; want %v", err, io.ErrNoProgress)
	}
}

type lazy struct{}

func (lazy) Read([]byte) (int, error) { return 0, nil }

// greedy fills what it is given before it returns, as a puller may.
func greedy(r io.Reader) (io.Reader, error) { return fullReader{r}, nil }

type fullReader struct{ r io.Reader }

func (f fullReader) Read(b []byte) (int, error) { return io.ReadFull(f.r, b[:5]) }

// While a puller rests in the middle of a read, it must not hold memory that belongs to others.
func TestPulledMemory(t *testing.T) {
	dec := stream.Pulled(10, greedy)
	defer dec.Close()
	first := make([]byte, 0, 100)
	if got, err := dec.Decode(first, []byte("abc")); len(got) != 0 || err != nil {
		t.Fatalf("%q, %v; want nothing", got, err)
	}
	got, err := dec.Decode(nil, []byte("de"))
	if string(got) != "abcde" || err != nil {
		t.Errorf("%q, %v; want abcde", got, err)
	}
	if !bytes.Equal(first[:10], make([]byte, 10)) {
		t.Errorf("the puller has written %q to memory of an earlier call", first[:10])
	}
}

// Successive frames may be decoded by different goroutines, and in a bubble of package synctest.
func TestPulledByManyGoroutines(t *testing.T) {
	run := func(t *testing.T) {
		closed := false
		dec := stream.Pulled(10, pullers()["reader"](&closed))
		for range 100 {
			var one sync.WaitGroup
			one.Go(func() {
				if got, err := dec.Decode(nil, []byte("abc")); string(got) != "ABC" || err != nil {
					t.Errorf("%q, %v; want ABC", got, err)
				}
			})
			one.Wait()
		}
		var one sync.WaitGroup
		one.Go(dec.Close)
		one.Wait()
		if !closed {
			t.Error("the puller has not been closed")
		}
	}
	t.Run("outside", run)
	synctest.Test(t, run)
}

func TestPulledAllocations(t *testing.T) {
	dec := stream.Pulled(10, greedy)
	defer dec.Close()
	frame, buf := []byte("abcde"), make([]byte, 0, 16)
	if got := testing.AllocsPerRun(100, func() {
		if _, err := dec.Decode(buf, frame); err != nil {
			t.Fatal(err)
		}
	}); got != 0 {
		t.Errorf("%v allocations per frame; want 0", got)
	}
}

func ExamplePulled() {
	closed := false
	dec := stream.Pulled(1<<20, func(r io.Reader) (io.Reader, error) { return &upper{r: r, closed: &closed}, nil })
	for _, frame := range []string{"wherever a frame ", "is c", "ut"} {
		decoded, err := dec.Decode(nil, []byte(frame))
		fmt.Printf("%q %v\n", decoded, err)
	}
	dec.Close()
	// Output:
	// "WHEREVER A FRAME " <nil>
	// "IS C" <nil>
	// "UT" <nil>
}
