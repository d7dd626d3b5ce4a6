package hgwire_test

import (
	"io"
	"math/rand/v2"
	"sync"
	"time"
)

// faultLag is a transport that takes its time, and cuts what it carries into random pieces. It is
// for bubbles: their clock stands still while anything runs, so without it whatever happens after a
// time happens when all is over.
type faultLag struct {
	io.ReadWriteCloser
	most time.Duration // of a read or write
	mu   sync.Mutex    // guards what follows
	rng  *rand.Rand
	left int // waits, after which there is no lag any more: what happens after a time has happened
	once sync.Once
	gone chan struct{} // closed by Close, which nothing outlasts
}

// newFaultLag returns rw with a lag. What it does depends on the seed.
func newFaultLag(rw io.ReadWriteCloser, seed uint64, most time.Duration) *faultLag {
	return &faultLag{ReadWriteCloser: rw, most: most, rng: rand.New(rand.NewPCG(seed, 11)), left: 500, gone: make(chan struct{})}
}

func (l *faultLag) Read(b []byte) (int, error) {
	l.mu.Lock()
	if l.rng.IntN(3) == 0 {
		b = b[:1+l.rng.IntN(len(b))]
	}
	l.mu.Unlock()
	l.wait()
	return l.ReadWriteCloser.Read(b)
}

func (l *faultLag) Write(b []byte) (int, error) {
	l.wait()
	return l.ReadWriteCloser.Write(b)
}

// CloseWrite is that of the transport.
func (l *faultLag) CloseWrite() error {
	return l.ReadWriteCloser.(interface{ CloseWrite() error }).CloseWrite()
}

// wait waits for a random part of the lag.
func (l *faultLag) wait() {
	l.mu.Lock()
	d := time.Duration(l.rng.Int64N(int64(l.most) + 1))
	l.left--
	over := l.left < 0
	l.mu.Unlock()
	if over {
		return
	}
	select {
	case <-time.After(d):
	case <-l.gone:
	}
}

func (l *faultLag) Close() error {
	l.once.Do(func() { close(l.gone) })
	return l.ReadWriteCloser.Close()
}
