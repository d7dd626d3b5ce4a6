package main

// floorClient is a client reactor with an array of states indexed by request ID and nested switches.
// It checks what the protocol asks for on these frames, with the same limits, but it has no texts for
// its errors and no arguments.
type floorClient struct {
	streams  [256]bool // of the server
	own      [256]bool
	requests [65536]uint8
	next     uint16
	inFlight int
	errored  bool
}

const (
	floorIdle = iota
	floorTaken
	floorSending
	floorWaiting
	floorResponding
)

const (
	floorPart = iota + floorRun + 1
	floorEnd
	floorFailed
)

func (c *floorClient) open() (uint16, error) {
	if c.inFlight >= 256 {
		return 0, errFloorState
	}
	id := c.next | 1
	for c.requests[id] != floorIdle {
		id += 2
	}
	c.requests[id] = floorTaken
	c.inFlight++
	c.next = id + 2
	return id, nil
}

func (c *floorClient) sending(h *floorHeader) error {
	if h.stream&1 == 0 || h.streamFlags&^7 != 0 || !c.own[h.stream] && h.streamFlags&1 == 0 {
		return errFloorState
	}
	state := c.requests[h.request]
	switch h.typ {
	case 1:
		if state != floorTaken {
			return errFloorState
		}
		switch h.flags {
		case 1:
			state = floorWaiting
		case 4:
			state = floorSending
		default:
			return errFloorState
		}
	case 3:
		if state != floorSending {
			return errFloorState
		}
		switch h.flags {
		case 1:
		case 2:
			state = floorWaiting
		default:
			return errFloorState
		}
	default:
		return errFloorState
	}
	c.requests[h.request] = state
	c.own[h.stream] = h.streamFlags&2 == 0
	return nil
}

func (c *floorClient) receive(f *floorFrame) int {
	if c.errored || f.stream&1 != 0 || len(f.payload) > floorLimit {
		return c.fail()
	}
	if f.streamFlags&1 != 0 {
		c.streams[f.stream] = true
	} else if !c.streams[f.stream] {
		return c.fail()
	}
	state := c.requests[f.request]
	if state < floorWaiting {
		return c.fail()
	}
	action := floorPart
	switch f.typ {
	case 4:
		switch f.flags & 3 {
		case 1:
			state = floorResponding
		case 2:
			state, action = floorIdle, floorEnd
			c.inFlight--
		default:
			return c.fail()
		}
	case 5:
		if f.flags&3 != 2 {
			return c.fail()
		}
		state, action = floorIdle, floorFailed
		c.inFlight--
	default:
		return c.fail()
	}
	c.requests[f.request] = state
	if f.streamFlags&2 != 0 {
		c.streams[f.stream] = false
	}
	return action
}

func (c *floorClient) fail() int {
	c.errored = true
	return floorError
}
