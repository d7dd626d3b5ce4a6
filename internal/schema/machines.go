package schema

// maxStates is what a StateSet holds.
const maxStates = 64

var (
	whens = map[string]When{
		"none-receiving": WhenNoneReceiving,
		"some-receiving": WhenSomeReceiving,
		"error":          WhenError,
	}
	keyClasses = map[string]KeyClass{
		"any": KeyAny, "odd": KeyOdd, "even": KeyEven, "zero": KeyZero, "own": KeyOwn, "peer": KeyPeer,
	}
)

// rowScopes are the names inside a machine.
type rowScopes struct {
	states      *scope[*State]
	events      *scope[*Event]
	actions     *scope[*Action]
	transitions *scope[*Transition]
}

// defineMachines enters machines and what they consist of, except for their rows.
func (r *resolver) defineMachines(raws []machineBlock) {
	for i := range raws {
		raw := &raws[i]
		m := &Machine{
			Node:  raw.Node,
			Name:  raw.Name,
			Since: r.since(raw.Node, raw.Since),
			Total: raw.Total,
			Doc:   raw.Doc,
		}
		m.Role, _ = lookUp(r, r.roles, raw.Node, "role", raw.Role)
		r.machines.define(r.found, raw.At("name"), raw.Name, m)
		r.schema.Machines = append(r.schema.Machines, m)

		rows := &rowScopes{
			states:      newScope[*State]("state", NoState),
			events:      newScope[*Event]("event", NoEvent),
			actions:     newScope[*Action]("action", NoAction),
			transitions: newScope[*Transition]("transition", ""),
		}
		r.rows[m] = rows
		r.defineStates(m, rows.states, raw)
		for i := range raw.Events {
			raw := &raw.Events[i]
			e := &Event{
				Node:   raw.Node,
				Index:  i,
				Name:   raw.Name,
				Raises: lookUpAll(r, r.errors, raw.Node, "raises", raw.Raises),
				Doc:    raw.Doc,

				Elsewhere: raw.Elsewhere,
			}
			rows.events.define(r.found, raw.At("name"), raw.Name, e)
			m.Events = append(m.Events, e)
		}
		for i := range raw.Actions {
			raw := &raw.Actions[i]
			a := &Action{
				Node:   raw.Node,
				Name:   raw.Name,
				Raises: lookUpAll(r, r.errors, raw.Node, "raises", raw.Raises),
				Keeps:  lookUpAll(r, r.limits, raw.Node, "keeps", raw.Keeps),
				Doc:    raw.Doc,
			}
			if has(raw.Node, "keeps") && a.Keeps == nil {
				a.Keeps = []*Limit{}
			}
			rows.actions.define(r.found, raw.At("name"), raw.Name, a)
			m.Actions = append(m.Actions, a)
		}
	}
}

func (r *resolver) defineStates(m *Machine, states *scope[*State], raw *machineBlock) {
	for i := range raw.States {
		row := &raw.States[i]
		s := &State{
			Node:      row.Node,
			Index:     i,
			Name:      row.Name,
			Receiving: row.Receiving,
			Final:     row.Final,
			When:      whens[row.When],
			Doc:       row.Doc,
		}
		states.define(r.found, row.At("name"), row.Name, s)
		m.States = append(m.States, s)
		if i == maxStates {
			r.found.Add(row.Pos, TooManyStates, "machine %s has more than %d states", m.Name, maxStates)
		}
		switch {
		case isConnection(raw):
			r.refuses(row.Node, "a state of a connection", "receiving", "final")
			r.needs(row.Node, "when", "a state of a connection")
		case has(raw.Node, "per"):
			r.refuses(row.Node, "a state of a machine per key", "when")
		}
	}
}

// isConnection reports whether a machine has one instance per connection, with derived states.
func isConnection(raw *machineBlock) bool { return raw.Per == "connection" }

// resolveMachine follows the references of a machine and makes its rows.
func (r *resolver) resolveMachine(raw *machineBlock, m *Machine) {
	if isConnection(raw) {
		r.refuses(raw.Node, "a machine per connection", "initial", "within")
	} else {
		m.Key = r.fieldOfKind(raw.Node, "per", raw.Per, FieldKey, "key")
	}
	m.Guard = r.fieldOfKind(raw.Node, "guard", raw.Guard, FieldFlags, "flags")
	m.Within, _ = lookUp(r, r.machines, raw.Node, "within", raw.Within)
	m.Otherwise = r.raised(raw.Node, "otherwise", raw.Otherwise, FaultPeer)
	m.Misuse = r.raised(raw.Node, "misuse", raw.Misuse, FaultCaller)
	for i := range raw.Initial {
		raw := &raw.Initial[i]
		in := &Initial{Node: raw.Node, Keys: r.keyClass(m, raw)}
		in.State, _ = lookUp(r, r.rows[m].states, raw.Node, "state", raw.State)
		m.Initial = append(m.Initial, in)
	}
	for i := range raw.Transitions {
		t := r.transition(m, &raw.Transitions[i])
		t.Index = i
		r.rows[m].transitions.define(r.found, t.At("id"), t.ID, t)
		m.Transitions = append(m.Transitions, t)
		if isConnection(raw) {
			r.refuses(t.Node, "a row of a connection, whose state follows from its requests,", "to")
		}
	}
}

// keyClass returns the class of keys of an initial state. In the machine of one role, own and peer
// keys are odd or even ones.
func (r *resolver) keyClass(m *Machine, raw *initialRow) KeyClass {
	class := keyClasses[raw.Keys]
	switch {
	case class != KeyOwn && class != KeyPeer || m.Key == nil:
	case m.Key.Odd == "":
		r.found.Add(raw.At("keys"), KeyConflict, "keys = %q means nothing: header field %q does not say which role's keys are odd", raw.Keys, m.Key.Name).
			Note(m.Key.Pos, "odd = ROLE is missing here")
	case m.Role == "":
	case (class == KeyOwn) == (m.Key.Odd == m.Role):
		return KeyOdd
	default:
		return KeyEven
	}
	return class
}

// fieldOfKind returns the header field that the value of a key names, which is of the kind.
func (r *resolver) fieldOfKind(n Node, key, name string, kind FieldKind, word string) *Field {
	f, ok := lookUp(r, r.fields, n, key, name)
	if ok && f.Kind != kind && f.Kind != 0 {
		r.found.Add(n.At(key), WrongKind, "header field %q is not of the kind %s", name, word).Note(f.Pos, "defined here")
		return nil
	}
	return f
}

// raised returns the error that the value of a key names: one with the fault of who caused it,
// and a text that needs nothing but a header.
func (r *resolver) raised(n Node, key, name string, fault Fault) *Error {
	e, ok := lookUp(r, r.errors, n, key, name)
	if !ok {
		return nil
	}
	if len(e.With) > 0 {
		r.found.Add(n.At(key), WithInRow, "error %q needs parameters, which only actions have", name).Note(e.At("with"), "its parameters")
	}
	if e.Fault != fault && e.Fault != 0 && fault != 0 {
		whose := "a frame is the peer's: error %q says that our caller is at fault"
		if fault == FaultCaller {
			whose = "a call or a sent frame is our caller's: error %q says that the peer is at fault"
		}
		r.found.Add(n.At(key), WrongFault, whose, name).Note(e.At("fault"), "its fault")
	}
	return e
}
