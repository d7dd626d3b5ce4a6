package schema

import "strings"

// transition makes a row of m.
func (r *resolver) transition(m *Machine, raw *transitionRow) *Transition {
	t := &Transition{
		Node:     raw.Node,
		ID:       raw.ID,
		From:     r.states(m, raw.Node, "from", raw.From),
		Consumes: raw.Consumes,
		Abnormal: raw.Abnormal,
		Doc:      raw.Doc,
	}
	t.Do = lookUpAll(r, r.rows[m].actions, raw.Node, "do", raw.Do)
	t.To, _ = lookUp(r, r.rows[m].states, raw.Node, "to", raw.To)
	switch {
	case m.Within != nil:
		t.While = r.states(m.Within, raw.Node, "while", raw.While)
	case !has(m.Node, "within"):
		r.refuses(raw.Node, "a row of a machine without within", "while")
	}
	if has(raw.Node, "error") {
		r.refuses(raw.Node, "a row with error", "to", "do", "consumes")
	}
	fault := r.on(t, m, raw)
	if has(raw.Node, "send") {
		fault = r.send(t, raw)
	}
	t.Error = r.raised(raw.Node, "error", raw.Error, fault)
	r.done(t, m, raw.Do, fault)
	if len(t.Events) > 0 {
		r.refuses(raw.Node, "a row for calls", "while", "consumes")
	}
	if t.Error != nil || fault == FaultPeer {
		r.refuses(raw.Node, "a row that refuses, or is for received frames,", "abnormal")
	}
	r.guard(t, m, raw)
	return t
}

// done checks that the actions which a row does raise errors of who caused the row.
func (r *resolver) done(t *Transition, m *Machine, names []string, fault Fault) {
	for i, name := range names {
		a, ok := r.rows[m].actions.items[name]
		if !ok {
			continue // has been reported
		}
		for _, e := range a.Raises {
			if e.Fault == fault || e.Fault == 0 || fault == 0 {
				continue
			}
			whose := "a frame is the peer's: action %q raises %q, which says that our caller is at fault"
			if fault == FaultCaller {
				whose = "a call or a sent frame is our caller's: action %q raises %q, which says that the peer is at fault"
			}
			r.found.Add(t.Element("do", i), WrongFault, whose, name, e.Name).
				Note(a.At("raises"), "the action").Note(e.At("fault"), "its fault")
		}
	}
}

// on sets the frame types or events that a row is for. It returns who is at fault when the row
// raises an error, or zero when that is not clear.
func (r *resolver) on(t *Transition, m *Machine, raw *transitionRow) Fault {
	if !has(raw.Node, "on") {
		return 0
	}
	s := r.set(t.At("on"), raw.On)
	t.Types.Not = s.not
	var frame, call word
	for _, w := range s.words {
		event, isCall := strings.CutPrefix(w.name, "api:")
		switch {
		case isCall && w.not:
			r.found.Add(w.pos, MixedOn, "events are named plainly, without !")
			call = w
		case isCall:
			call = w
			if e, ok := r.rows[m].events.find(r.found, w.pos, event); ok {
				t.Events = append(t.Events, e)
			}
		case r.frames.items[w.name] == nil && r.rows[m].events.items[w.name] != nil:
			r.found.Add(w.pos, NoFrame, "undefined frame %q; calls are written %q", w.name, "api:"+w.name)
			call = w
		default:
			frame = w
			if f, ok := r.frames.find(r.found, w.pos, w.name); ok {
				t.Types.Frames = append(t.Types.Frames, f)
			}
		}
	}
	switch {
	case call.name != "" && frame.name != "":
		r.found.Add(call.pos, MixedOn, "a row is for frames or for calls, not both").Note(frame.pos, "a frame")
		return 0
	case call.name != "":
		return FaultCaller
	case frame.name != "" || s.not:
		return FaultPeer
	default:
		return 0
	}
}

// send sets the frame types that a row for sending is for, and returns who is at fault when it
// raises an error.
func (r *resolver) send(t *Transition, raw *transitionRow) Fault {
	t.Send = true
	if has(raw.Node, "on") {
		r.found.Add(raw.At("on"), KeyConflict, "on and send exclude each other in a row").Note(raw.At("send"), "the other")
		return 0
	}
	s := r.set(t.At("send"), raw.Send)
	t.Types.Not = s.not
	for _, w := range s.words {
		if strings.HasPrefix(w.name, "api:") {
			r.found.Add(w.pos, MixedOn, "a row for sending names frames: calls stand under on")
		} else if f, ok := r.frames.find(r.found, w.pos, w.name); ok {
			t.Types.Frames = append(t.Types.Frames, f)
		}
	}
	return FaultCaller
}

// guard sets the flags that a row asks for.
func (r *resolver) guard(t *Transition, m *Machine, raw *transitionRow) {
	if !has(raw.Node, "flags") {
		return
	}
	words := r.words(t.At("flags"), raw.Flags)
	var sets []*FlagSet
	switch {
	case strings.Contains(raw.On, "api:"):
		r.found.Add(t.At("flags"), NoGuard, "calls have no flags")
	case !has(m.Node, "guard"):
		r.found.Add(t.At("flags"), NoGuard, "machine %s has no guard: the flags of which header field?", m.Name).Note(m.Pos, "the machine")
	case m.Guard == nil: // has been reported
	case !m.Guard.ByType:
		sets = append(sets, m.Guard.FlagSet)
	case t.Types.Not:
		r.found.Add(t.At("flags"), NoGuard, "header field %q has flags of its own for each type: name the types plainly", m.Guard.Name).
			Note(t.At(t.TypesKey()), "the types")
	default:
		for _, f := range t.Types.Frames {
			sets = append(sets, &f.FlagSet)
		}
	}
	for _, w := range words {
		if w.name == "*" {
			r.found.Add(w.pos, StarAndMore, "* is for sets; a flag that is not named may be either")
			continue
		}
		if f := r.flagIn(sets, w); f == nil {
			continue
		} else if w.not {
			t.Flags.Clear |= 1 << f.Bit
		} else {
			t.Flags.Set |= 1 << f.Bit
		}
	}
}

// flagIn returns the flag that w names, which all the sets have at the same bit, or nil.
func (r *resolver) flagIn(sets []*FlagSet, w word) *Flag {
	var first *Flag
	for _, s := range sets {
		if s == nil {
			return nil // has been reported
		}
		f := s.flag(w.name)
		switch {
		case f == nil:
			var names []string
			for _, f := range s.Flags {
				names = append(names, f.Name)
			}
			r.found.Add(w.pos, NoFlag, "%q has no flag %q%s", s.Name, w.name, Suggest(w.name, names)).Note(s.Pos, "defined here")
			return nil
		case first == nil:
			first = f
		case first.Bit != f.Bit:
			r.found.Add(w.pos, UnlikeFlags, "flag %q is not the same bit in all the frame types of the row", w.name).
				Note(first.At("bit"), "bit %d", first.Bit).Note(f.At("bit"), "bit %d", f.Bit)
			return nil
		}
	}
	return first
}

func (s *FlagSet) flag(name string) *Flag {
	for _, f := range s.Flags {
		if f.Name == name {
			return f
		}
	}
	return nil
}
