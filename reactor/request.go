package reactor

import (
	"bytes"
	"iter"
	"slices"
	"sort"

	"github.com/hgwire/hgwire/generated/framing"
	"github.com/hgwire/hgwire/payload"
)

// Request is a command that a client asks to run.
//
// Its memory belongs to the reactor. It stays unchanged until the last frame of its response has
// been taken or sent; whoever needs it longer copies what it needs. A request that end of input or an
// error cuts short after OpenCommand stays unchanged for good.
type Request struct {
	ID      uint16
	Command []byte
	// Data is what the request's data frames hold. It is nil when the request announced no data,
	// and empty but not nil when it announced data and sent none. It is also nil where data is
	// streamed; HasData tells.
	Data []byte

	id      uint16 // as ID, which callers can change
	state   framing.ServerRequestState
	hasData bool
	opened  bool       // known to the application, to which its data is streamed
	ran     bool       // handed to the application
	begun   bool       // answered by frames that its caller sends
	held    int        // octets counted against the limit of the connection
	spent   int        // octets counted against the limit of the request's arguments
	missing int        // octets of the open value that are still to come
	data    []byte     // grows with each data frame
	octets  []byte     // names and values of all arguments
	args    []argument // spans of octets
}

// argument is a span of Request.octets: the name, then the value.
type argument struct {
	start       int
	name, value uint16
}

// What is counted for an argument on top of its name and value, so that a peer cannot make a request
// of unlimited length out of empty arguments: against the limit of the request the octets of its
// header, against that of the connection what it takes to keep it.
const (
	argumentHeader = payload.ArgumentHeaderSize
	argumentSpan   = 16
)

// HasData reports whether the request announced data.
func (r *Request) HasData() bool { return r.hasData }

// NumArgs returns the number of arguments, duplicates counted once.
func (r *Request) NumArgs() int { return len(r.args) }

// Args yields the arguments' names and values, sorted by the octets of the names. Of duplicate
// names only the last one received is there.
func (r *Request) Args() iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		for _, a := range r.args {
			if !yield(r.name(a), r.value(a)) {
				return
			}
		}
	}
}

// Arg returns the value of the named argument, and whether the request has it.
func (r *Request) Arg(name string) ([]byte, bool) {
	i := sort.Search(len(r.args), func(i int) bool { return string(r.name(r.args[i])) >= name })
	if i == len(r.args) || string(r.name(r.args[i])) != name {
		return nil, false
	}
	return r.value(r.args[i]), true
}

func (r *Request) name(a argument) []byte {
	end := int(a.start) + int(a.name)
	return r.octets[a.start:end:end]
}

func (r *Request) value(a argument) []byte {
	start := int(a.start) + int(a.name)
	end := start + int(a.value)
	return r.octets[start:end:end]
}

// open makes r ready for the application, to which its data is going to be streamed.
func (r *Request) open() {
	r.opened = true
	r.settle()
}

// settle sorts the arguments by name and drops all but the last of duplicates. The sort is
// stable, so the cost stays below n times the square of log n whatever names a peer chooses.
func (r *Request) settle() {
	if len(r.args) < 2 {
		return
	}
	slices.SortStableFunc(r.args, func(a, b argument) int { return bytes.Compare(r.name(a), r.name(b)) })
	kept := r.args[:0]
	for i, a := range r.args {
		if i+1 < len(r.args) && bytes.Equal(r.name(a), r.name(r.args[i+1])) {
			continue
		}
		kept = append(kept, a)
	}
	r.args = kept
}

// keptOctets is what a request may have held to leave its buffers to the next one, so that a
// steady state allocates nothing. Larger buffers are dropped, so that one large request is not paid
// for ever.
const keptOctets = 2048

// clear makes r ready for another request.
func (r *Request) clear() {
	if r.held > keptOctets {
		*r = Request{}
		return
	}
	r.Command = r.Command[:0]
	r.Data = nil
	r.state, r.hasData, r.opened, r.ran, r.begun = 0, false, false, false, false
	r.held, r.spent, r.missing = 0, 0, 0
	r.data, r.octets, r.args = r.data[:0], r.octets[:0], r.args[:0]
}
