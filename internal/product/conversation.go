package product

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hgwire/hgwire/internal/schema"
)

// refused reports a step that a state does not admit: a frame that was sent and is not taken.
func (g *graph) refused(n int32, st step) {
	s, side := g.state(n), int(st.side)
	g.connections(s)
	for j, m := range g.sides[side].machines {
		row := g.row(s, side, int(st.key), j, m.received[st.letter])
		if row != nil && row.Error == nil {
			continue
		}
		state := m.States[s[g.at(int(st.key), side, j)]]
		if m.Key == nil {
			state = m.States[g.connection[side][j]]
		}
		what := g.sides[1-side].letters[st.letter].types[0].Name
		pos, e := m.At("otherwise"), m.Otherwise
		if row != nil {
			pos, e = row.Pos, row.Error
		}
		if d := g.p.tell(pos, Refused, "the %s refuses a frame that the %s may send: %s in state %s of %s: %s",
			g.sides[side].role, g.sides[1-side].role, what, state.Name, m.Name, e.Name); d != nil {
			g.conversation(d, n, &st)
		}
		return
	}
}

// conversation notes how two peers come to a state, and what one of them does then if last is not nil:
// as a script, from where the second role stands, and as a diagram.
func (g *graph) conversation(d *schema.Diagnostic, n int32, last *step) {
	var path []step
	for at := n; g.parent[at].from >= 0; at = g.parent[at].from {
		path = append(path, g.parent[at].step)
	}
	slices.Reverse(path)
	if last != nil {
		path = append(path, *last)
	}
	t := &telling{graph: g, here: 1, speakers: newSpeakers(g)}
	t.diagram = append(t.diagram, "sequenceDiagram", "  participant "+g.sides[0].role, "  participant "+g.sides[1].role)
	t.follow(path, last != nil)
	for side, lines := range t.onTheWay {
		for _, line := range lines {
			t.diagram = append(t.diagram, fmt.Sprintf("  %s-)%s: %s (on its way)", g.sides[1-side].role, g.sides[side].role, escape(line)))
		}
	}
	how := "two peers come to it so"
	if d.Rule == OverLimit {
		how = "it begins so, and goes on with more keys" // than are searched
	}
	d.Note(schema.Pos{}, "%s, in revision %s:", how, g.revision.ID)
	for _, line := range t.script {
		d.Note(schema.Pos{}, "  %s", line)
	}
	d.Note(schema.Pos{}, "the same as a Mermaid diagram:")
	for _, line := range t.diagram {
		d.Note(schema.Pos{}, "  %s", line)
	}
}

// telling puts a path in words.
type telling struct {
	*graph
	here     int // the side that runs the script
	speakers *speakers
	onTheWay [2][]string // frame lines, by the side that they go to
	script   []string
	diagram  []string
}

// follow goes the path from the start. Of the keys that states do not tell apart, it keeps track which
// is which.
func (t *telling) follow(path []step, refused bool) {
	s := t.start()
	names := t.canonical(s, nil)
	for i, st := range path {
		k := names[st.key]
		switch side := int(st.side); st.kind {
		case send:
			line := t.speakers.say(t.component, side, t.keys[k], t.sides[side].letters[st.letter])
			t.onTheWay[1-side] = append(t.onTheWay[1-side], line)
			if side == t.here {
				t.script = append(t.script, "sent "+line)
			} else {
				t.script = append(t.script, fmt.Sprintf("# the %s sends %s", t.sides[side].role, line))
			}
		case receive:
			line := t.onTheWay[side][0]
			t.onTheWay[side] = t.onTheWay[side][1:]
			if side == t.here {
				t.script = append(t.script, "frame "+line)
			} else {
				t.script = append(t.script, fmt.Sprintf("# the %s receives %s", t.sides[side].role, line))
			}
			t.diagram = append(t.diagram, fmt.Sprintf("  %s->>%s: %s", t.sides[1-side].role, t.sides[side].role, escape(line)))
			if refused && i == len(path)-1 {
				t.diagram = append(t.diagram, fmt.Sprintf("  Note over %s: refused", t.sides[side].role))
			}
		case call:
			m := t.sides[side].machines[st.mach]
			row := m.calls[s[t.at(int(st.key), side, int(st.mach))]][st.call]
			what := fmt.Sprintf("call %s %d", row.Events[0].Name, t.keys[k])
			if side == t.here {
				t.script = append(t.script, what)
			} else {
				t.script = append(t.script, fmt.Sprintf("# the %s: %s", t.sides[side].role, what))
			}
			t.diagram = append(t.diagram, fmt.Sprintf("  Note over %s: %s", t.sides[side].role, what))
		}
		if refused && i == len(path)-1 {
			return
		}
		t.connections(s)
		t.take(s, st)
		var moved []int
		for _, from := range t.canonical(s, nil) {
			moved = append(moved, names[from])
		}
		names = moved
	}
}

// escape puts a text into a diagram, where two characters have a meaning.
func escape(s string) string { return strings.NewReplacer("#", "#35;", ";", "#59;").Replace(s) }
