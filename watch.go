package hgwire

import (
	"sync"
	"sync/atomic"
	"time"
)

// watchdog ends a connection that keeps still for too long. Reading and writing only count; four
// times in the shortest timeout it looks whether the counts have moved. So a timeout passes after
// its time, and at the latest after that of one look more.
type watchdog struct {
	conn   *conn
	start  time.Time
	period time.Duration

	reads  atomic.Uint64 // begun and ended: odd while the transport is being read
	writes atomic.Uint64 // likewise
	frame  atomic.Int64  // where the frame begins that has arrived in part; -1 when there is none

	mu      sync.Mutex
	timer   *time.Timer
	stopped bool
	read    still[uint64]
	written still[uint64]
	partial still[int64]
}

// still knows since when a value has not changed.
type still[T comparable] struct {
	value T
	since time.Time
}

// look returns for how long the value has been the same.
func (s *still[T]) look(value T, now time.Time) time.Duration {
	if value != s.value || s.since.IsZero() {
		*s = still[T]{value, now}
	}
	return now.Sub(s.since)
}

// begin starts watching.
func (w *watchdog) begin(c *conn) {
	w.conn, w.start = c, time.Now()
	w.frame.Store(-1)
	for _, d := range []time.Duration{c.cfg.IdleTimeout, c.cfg.FrameTimeout, c.cfg.WriteTimeout} {
		if d > 0 && (w.period == 0 || d < w.period) {
			w.period = d
		}
	}
	if w.period > 0 {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.period = max(w.period/4, time.Millisecond)
		w.timer = time.AfterFunc(w.period, w.look)
	}
}

// stop ends watching.
func (w *watchdog) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
	if w.timer != nil {
		w.timer.Stop()
	}
}

// reading says that the transport is about to be read: within a frame that begins at an offset, or
// between frames.
func (w *watchdog) reading(within bool, offset int64) {
	if !within {
		offset = -1
	}
	w.frame.Store(offset)
	w.reads.Add(1)
}

// arrived says that the transport has been read.
func (w *watchdog) arrived() { w.reads.Add(1) }

// writing says that the transport is about to be written, or, the second time, that it has been.
func (w *watchdog) writing() { w.writes.Add(1) }

// look ends the connection when a timeout has passed.
func (w *watchdog) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return
	}
	c, now := w.conn, time.Now()
	reads, writes, frame := w.reads.Load(), w.writes.Load(), w.frame.Load()
	read, written, partial := w.read.look(reads, now), w.written.look(writes, now), w.partial.look(frame, now)
	waits := reads%2 != 0 // otherwise the delay is ours
	if c.active.Load() > 0 {
		w.read.since, read = now, 0 // nobody is idle while requests run
	}
	passed := func(timeout, stillFor time.Duration) bool { return timeout > 0 && stillFor >= timeout }
	switch {
	case waits && frame >= 0 && passed(c.cfg.FrameTimeout, partial):
		go c.end(&TransportError{"read", ErrSlowFrame})
	case writes%2 != 0 && passed(c.cfg.WriteTimeout, written):
		go c.end(&TransportError{"write", ErrSlowWrite})
	case waits && passed(c.cfg.IdleTimeout, min(read, written)):
		go c.end(&TransportError{"read", ErrIdle})
	default:
		w.timer.Reset(w.period)
	}
}
