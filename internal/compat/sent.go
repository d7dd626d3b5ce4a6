package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hgwire/hgwire/internal/verify"
)

// whoSends says who is affected by a difference in what the role may send: its applications, and
// those that receive it from the side that sends it.
func (w *witness) whoSends() string {
	role := w.duel.new.role
	switch {
	case !w.may():
		return fmt.Sprintf("no conforming %s, which does not send it: what keeps applications from it differs", role)
	case w.rule == NowRefused:
		return fmt.Sprintf("applications of a new %s: to send it there is their mistake (%s); an old one may send it, and %s", role, w.new.err.Name, w.taken(w.duel.new))
	case w.rule == NowAccepted:
		return fmt.Sprintf("a new %s may send it there, and an old one does not (%s); %s", role, w.old.err.Name, w.taken(w.duel.old))
	case w.rule == ErrorDiffers:
		return fmt.Sprintf("applications of the %s: a frame sent by mistake has another error", role)
	}
	return fmt.Sprintf("applications of the %s: sending it has another effect", role)
}

// taken says what the peers of the role, by the schema of p, make of the sent frame that the witness
// ends with, after the conversation that leads to it.
func (w *witness) taken(p *peer) string {
	frame := func(in *input) *verify.Frame {
		if p == w.duel.old {
			return in.old
		}
		return in.new
	}
	var said []string
	for _, role := range p.side.Protocol.Roles {
		if role == p.role && len(p.side.Protocol.Roles) > 1 {
			continue
		}
		q, name := newPeer(p.side, p.revision, role), word(p == w.duel.old, "an old ", "a new ")+role
		if len(q.machines) == 0 || w.at.ctx.others {
			said = append(said, "nothing says what "+name+" makes of it")
			continue
		}
		state, early := q.start(p.keysOf(frame(w.in))), false
		for _, v := range w.path() {
			o := outcome{next: state}
			switch f := frame(v.in); {
			case f == nil: // a call, which is ours alone
			case v.in.send:
				o = q.receive(state, context{}, f)
			default:
				o = q.send(state, context{}, f)
			}
			early = early || o.err != nil
			state = o.next
		}
		switch o := q.receive(state, context{}, frame(w.in)); {
		case early:
			said = append(said, name+" does not come so far with it")
		case o.err != nil:
			said = append(said, fmt.Sprintf("%s refuses it (%s)", name, o.err.Name))
		default:
			said = append(said, name+" takes it")
		}
	}
	return strings.Join(said, "; ")
}

// keysOf returns the keys of a frame.
func (p *peer) keysOf(f *verify.Frame) keys {
	k := make(keys)
	for _, m := range p.side.Machines {
		if m.Key != nil {
			k[m.Key.Name] = f.Values[m.Key.Index]
		}
	}
	return k
}

// path returns the visits that frames and calls have led to, the last one at the end.
func (w *witness) path() []*visit {
	var path []*visit
	for v := w.at; v != nil; v = v.from {
		if v.in != nil {
			path = append(path, v)
		}
	}
	slices.Reverse(path)
	return path
}
