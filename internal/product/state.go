package product

import "slices"

// state is a state of both sides and of what is between them: for each key the states of the machines of
// side 0 and of side 1, then the queue to side 0 and the queue to side 1, each its length and then key and
// letter of each frame. Keys that start alike behave alike, so they stand in a fixed order.
type state []uint8

// layout says where things stand in a state.
type layout struct {
	*component
	width  int // octets of a key
	queue  int // octets of a queue
	length int // frames of a queue
	groups [][]int
	like   []bool // by place of a key: it starts like the one before it
	size   int
}

func newLayout(c *component, length int) *layout {
	l := &layout{component: c, length: length, queue: 1 + 2*length}
	l.width = len(c.sides[0].machines) + len(c.sides[1].machines)
	l.size = len(c.keys)*l.width + 2*l.queue
	for k := range c.keys {
		l.like = append(l.like, k > 0 && key(c.starts[k]) == key(c.starts[k-1]))
		i := slices.IndexFunc(l.groups, func(g []int) bool { return key(c.starts[g[0]]) == key(c.starts[k]) })
		if i < 0 {
			i = len(l.groups)
			l.groups = append(l.groups, nil)
		}
		l.groups[i] = append(l.groups[i], k)
	}
	return l
}

// start returns the state in which nothing has happened.
func (l *layout) start() state {
	s := make(state, l.size)
	for k := range l.keys {
		for side := range l.sides {
			copy(s[l.at(k, side, 0):], l.starts[k][side])
		}
	}
	return s
}

// at returns the place of the state of a machine.
func (l *layout) at(k, side, machine int) int {
	if side == 1 {
		machine += len(l.sides[0].machines)
	}
	return k*l.width + machine
}

// to returns the queue to a side.
func (l *layout) to(s state, side int) state {
	start := len(l.keys)*l.width + side*l.queue
	return s[start : start+l.queue]
}

func (q state) full() bool            { return int(q[0])*2+1 == len(q) }
func (q state) head() (k, letter int) { return int(q[1]), int(q[2]) }
func (q state) push(k, letter int)    { q[1+2*q[0]], q[2+2*q[0]] = uint8(k), uint8(letter); q[0]++ }
func (q state) frames() []uint8       { return q[1 : 1+2*q[0]] }
func (q state) pop() {
	copy(q[1:], q[3:])
	q[len(q)-2], q[len(q)-1] = 0, 0
	q[0]--
}

// canonical puts the keys of each group in order, and returns which key stands where: places[i] is the
// former place of the key that is now at i. The slice is reused.
func (l *layout) canonical(s state, places []int) []int {
	places = places[:0]
	for k := range l.keys {
		places = append(places, k)
	}
	moved := false
	for _, g := range l.groups {
		// An insertion sort: groups have a few keys.
		for i := 1; i < len(g); i++ {
			for j := i; j > 0 && l.less(s, places[g[j]], places[g[j-1]]); j-- {
				places[g[j]], places[g[j-1]] = places[g[j-1]], places[g[j]]
				moved = true
			}
		}
	}
	if !moved {
		return places
	}
	var buf [256]uint8
	old := append(buf[:0], s[:len(l.keys)*l.width]...)
	for i, from := range places {
		copy(s[i*l.width:(i+1)*l.width], old[from*l.width:])
	}
	for side := range l.sides {
		frames := l.to(s, side).frames()
		for i := 0; i < len(frames); i += 2 {
			frames[i] = uint8(slices.Index(places, int(frames[i])))
		}
	}
	return places
}

// twin reports whether nothing tells the key at a place from the one before it.
func (l *layout) twin(s state, k int) bool {
	if !l.like[k] || !slices.Equal(s[k*l.width:(k+1)*l.width], s[(k-1)*l.width:k*l.width]) {
		return false
	}
	for side := range l.sides {
		frames := l.to(s, side).frames()
		for i := 0; i < len(frames); i += 2 {
			if int(frames[i]) == k || int(frames[i]) == k-1 {
				return false
			}
		}
	}
	return true
}

// less orders keys by the states of their machines, then by their frames on the way.
func (l *layout) less(s state, a, b int) bool {
	if c := slices.Compare(s[a*l.width:(a+1)*l.width], s[b*l.width:(b+1)*l.width]); c != 0 {
		return c < 0
	}
	for side := range l.sides {
		frames := l.to(s, side).frames()
		for i := 0; i < len(frames); i += 2 {
			switch int(frames[i]) {
			case a:
				return true
			case b:
				return false
			}
		}
	}
	return false
}
