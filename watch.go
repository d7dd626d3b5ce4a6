package hgwire

import (
	"sync"
	"time"
)

// watchdog ends a connection that keeps still for too long. It looks when the earliest timeout could
// have passed, and not in between.
type watchdog struct {
	conn  *conn
	start time.Time

	mu      sync.Mutex
	timer   *time.Timer
	stopped bool
	read    time.Duration // since when the transport is being read for another octet; 0 when it is not
	frame   time.Duration // since when the frame that is arriving has been; 0 when none is
	at      int64         // where that frame begins
	written time.Duration // since when the transport is being written
	wrote   time.Duration // when that was so last
	quiet   time.Duration // since when nothing is known to run; 0 while something is
}

// now returns the time since the connection began, which is never 0.
func (w *watchdog) now() time.Duration { return time.Since(w.start) + 1 }

// begin starts watching.
func (w *watchdog) begin(c *conn) {
	w.conn, w.start = c, time.Now()
	w.quiet = 1
	w.mu.Lock()
	defer w.mu.Unlock()
	if next := w.shortest(); next > 0 {
		w.timer = time.AfterFunc(next, w.look)
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
	if w.timer == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.now()
	w.read = now
	switch {
	case !within:
		w.frame = 0
	case w.frame == 0 || w.at != offset:
		w.frame, w.at = now, offset
	}
}

// arrived says that the transport has been read.
func (w *watchdog) arrived() {
	if w.timer == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.read = 0
}

// writing says that the transport is about to be written, or has been.
func (w *watchdog) writing(on bool) {
	if w.timer == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.written = 0
	if on {
		w.written = w.now()
		w.wrote = w.written
	}
}

// shortest returns the shortest timeout, or 0 when there is none.
func (w *watchdog) shortest() time.Duration {
	var shortest time.Duration
	cfg := &w.conn.cfg
	for _, d := range []time.Duration{cfg.IdleTimeout, cfg.FrameTimeout, cfg.WriteTimeout} {
		if d > 0 && (shortest == 0 || d < shortest) {
			shortest = d
		}
	}
	return shortest
}

// look ends the connection when a timeout has passed, and otherwise says when to look again. What
// begins only after it has looked passes its timeout after the next look.
func (w *watchdog) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return
	}
	now := w.now()
	next := w.shortest()
	check := func(since, timeout time.Duration) bool {
		if since == 0 || timeout <= 0 {
			return false
		}
		left := since + timeout - now
		if left > 0 {
			next = min(next, left)
		}
		return left <= 0
	}
	cfg := &w.conn.cfg
	idle := w.read
	switch {
	case w.conn.active.Load() > 0:
		w.quiet, idle = 0, 0
	case w.quiet == 0:
		w.quiet = now
		fallthrough
	default:
		if idle != 0 {
			idle = max(idle, w.quiet, w.wrote) // a request that began and ended since the last look has been answered
		}
	}
	frame := w.frame
	if w.read == 0 {
		frame = 0 // the delay is ours
	}
	switch {
	case check(frame, cfg.FrameTimeout):
		go w.conn.end(&TransportError{"read", ErrSlowFrame})
	case check(w.written, cfg.WriteTimeout):
		go w.conn.end(&TransportError{"write", ErrSlowWrite})
	case check(idle, cfg.IdleTimeout):
		go w.conn.idle()
	default:
		w.timer.Reset(next)
	}
}
