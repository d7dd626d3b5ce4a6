package compress

import (
	"io"
	"sync"
	"testing"
)

// broken is a writer that panics.
type broken struct{ w io.Writer }

func (b *broken) Write(p []byte) (int, error) { return b.w.Write(p) }
func (*broken) Flush() error                  { panic("out of order") }
func (*broken) Reset(io.Writer)               {}

// A panic of a codec is an error, and the codec is not used again.
func TestEncoderPanics(t *testing.T) {
	var pool sync.Pool
	enc, err := newEncoder(&pool, zlibMaxPayload, func(w io.Writer) (writer, error) { return &broken{w}, nil })
	if err != nil {
		t.Fatal(err)
	}
	got, err := enc.Encode([]byte("dst"), []byte("payload"))
	if string(got) != "dst" || err == nil || err.Error() != "encoder panicked: out of order" {
		t.Errorf("%q, %v; want dst as it was and an error", got, err)
	}
	enc.Close()
	if e := pool.Get(); e != nil {
		t.Error("the encoder is in the pool")
	}
}
