package hgwire

import (
	"sync"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/stream"
)

// sequencer has the payloads of streams decoded side by side, and shows the frames to the reactor in
// the order in which they came.
//
// The connection's reader looks at headers alone: it admits each frame to its stream and gives what
// is left to do to the stream's lane. A lane does its tasks in order, in a goroutine that exists while
// there are tasks; the lanes of several streams run on as many cores as there are. Frames wait for
// their turn in a queue of a few, which bounds the memory: a frame decodes to at most
// Limits.DecodedOctets.
type sequencer struct {
	conn  *conn
	in    *stream.Incoming
	jobs  chan *job
	spare sync.Pool // jobs for reuse
	lanes [256]*lane
	work  sync.WaitGroup // of the lanes
	done  chan struct{}
	err   error // the first; valid when done is closed
}

// maxAhead is how many frames may be on their way through the lanes.
const maxAhead = 16

// job is a frame on its way. It owns the memory of its payload.
type job struct {
	frame  framing.Frame
	octets *chunk // holds the payload; nil when there is none
	task   stream.Task
	err    *framing.ProtocolError
	ready  chan struct{} // capacity 1; holds a token when the task is done
}

func newSequencer(c *conn) *sequencer {
	s := &sequencer{conn: c, in: c.peer.streams(), jobs: make(chan *job, maxAhead), done: make(chan struct{})}
	go s.run()
	return s
}

// add takes a frame from the connection's reader. The error is the connection's: it has ended.
func (s *sequencer) add(f *framing.Frame) error {
	s.conn.traceReceived(f)
	j, _ := s.spare.Get().(*job)
	if j == nil {
		j = &job{ready: make(chan struct{}, 1)}
	}
	j.frame = *f
	switch {
	case isLarge(len(f.Payload)):
		j.octets = newChunk(readBuffer).take(s.conn.rd, f.Payload)
	case len(f.Payload) > 0:
		j.octets = copyChunk(f.Payload)
	}
	if j.octets != nil {
		j.frame.Payload = j.octets.octets
	}
	j.task, j.err = s.in.Admit(&j.frame)
	if j.err != nil || j.task.Idle() {
		j.ready <- struct{}{}
	} else {
		s.lane(f.StreamID).add(j, &s.work)
	}
	select {
	case s.jobs <- j:
		return nil
	case <-s.conn.dead:
		return s.conn.cause(nil)
	case <-s.done:
		return s.err
	}
}

// finish waits until all frames have been seen to, drops the contexts of the streams, and returns the
// error of the first frame that broke the protocol. A context is dropped in a goroutine like those that
// used it, since it may be a coroutine: who serves a connection may be locked to a thread.
func (s *sequencer) finish() error {
	close(s.jobs)
	<-s.done
	s.work.Wait()
	s.work.Go(s.in.Close)
	s.work.Wait()
	return s.err
}

// run shows the frames to the reactor, until one breaks the protocol or there will be none.
func (s *sequencer) run() {
	defer close(s.done)
	for j := range s.jobs {
		<-j.ready
		if s.err = s.show(j); s.err != nil {
			s.conn.peer.fail(s.err)
			return
		}
	}
}

// show shows a frame to the reactor and hands on what comes of it.
func (s *sequencer) show(j *job) error {
	c := s.conn
	c.mu.Lock()
	d := delivery{err: c.stopped()}
	if d.err == nil {
		d = c.peer.receiveDecoded(&j.frame, j.task.Consumed(), j.err)
	}
	c.mu.Unlock()
	c.peer.startReady()
	if d.err != nil {
		return d.err
	}
	k := j.octets
	if k != nil && (d.to == nil || !d.octets) {
		k.free()
		k = nil
	}
	if d.to != nil {
		d.payload = j.frame.Payload
		c.hand(&d, k)
	}
	j.frame, j.octets, j.task, j.err = framing.Frame{}, nil, stream.Task{}, nil
	s.spare.Put(j)
	return nil
}

func (s *sequencer) lane(id uint8) *lane {
	if s.lanes[id] == nil {
		s.lanes[id] = new(lane)
	}
	return s.lanes[id]
}

// lane does the tasks of one stream, in order, up to the first that fails: those after it are not shown.
type lane struct {
	mu      sync.Mutex
	waiting []*job
	running bool
	failed  bool // of who runs
}

func (l *lane) add(j *job, work *sync.WaitGroup) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = append(l.waiting, j)
	if !l.running {
		l.running = true
		work.Go(l.run)
	}
}

// run does what waits, then ends.
func (l *lane) run() {
	var work []*job
	for {
		l.mu.Lock()
		work, l.waiting = l.waiting, work[:0]
		if len(work) == 0 {
			l.running = false
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		for _, j := range work {
			if !l.failed {
				l.failed = !j.do()
			}
			j.ready <- struct{}{}
		}
	}
}

// do does the task of a frame, and reports whether that went well.
func (j *job) do() bool {
	if !j.task.Decodes() {
		_, j.err = j.task.Run(nil, j.frame.Payload)
		return j.err == nil
	}
	decoded := newChunk(4 * len(j.frame.Payload))
	var payload []byte
	if payload, j.err = j.task.Run(decoded.memory[:0], j.frame.Payload); j.err != nil {
		decoded.free()
		return false
	}
	decoded.memory = payload[:cap(payload)]
	decoded.hold(payload)
	if j.octets != nil {
		j.octets.free()
	}
	j.octets, j.frame.Payload = decoded, payload
	return true
}
