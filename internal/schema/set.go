package schema

import (
	"slices"
	"strings"
)

// word is a name in a set or flags expression.
type word struct {
	name string
	not  bool // written `!name`
	pos  Pos
}

// words splits an expression, whose literal stands at pos, and checks that it has each name once.
func (r *resolver) words(pos Pos, expr string) []word {
	var words []word
	for off := 0; off < len(expr); {
		if isSpace(rune(expr[off])) {
			off++
			continue
		}
		end := len(expr)
		if n := strings.IndexFunc(expr[off:], isSpace); n >= 0 {
			end = off + n
		}
		name, not := strings.CutPrefix(expr[off:end], "!")
		w := word{name, not, r.src.inside(pos, expr, off)}
		off = end
		if i := slices.IndexFunc(words, func(o word) bool { return o.name == w.name }); i >= 0 {
			r.found.Add(w.pos, WordTwice, "%q stands twice in the expression", name).Note(words[i].pos, "first here")
			continue
		}
		words = append(words, w)
	}
	if len(words) == 0 {
		r.found.Add(pos, EmptySet, "the expression is empty")
	}
	return words
}

func isSpace(c rune) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// set is a set expression: `a b` any of these, `!a !b` all but these, `*` all.
type set struct {
	words []word
	not   bool
}

// set parses a set expression. What it reports as malformed is left out of the set.
func (r *resolver) set(pos Pos, expr string) set {
	words := r.words(pos, expr)
	if len(words) == 0 {
		return set{}
	}
	s := set{not: words[0].not}
	for _, w := range words {
		switch {
		case w.name == "*" && (w.not || len(words) > 1):
			r.found.Add(w.pos, StarAndMore, "* stands alone")
		case w.name == "*":
			return set{not: true}
		case w.name == "":
			r.found.Add(w.pos, EmptySet, "! without a name")
		case w.not != s.not:
			r.found.Add(w.pos, MixedSet, "a set names what it has or what it lacks, not both").Note(words[0].pos, "it begins here")
		default:
			s.words = append(s.words, w)
		}
	}
	return s
}

// states parses a set of states of m, which is the value of a key. Without the key it has all.
func (r *resolver) states(m *Machine, n Node, key, expr string) StateSet {
	all := StateSet(1)<<min(len(m.States), maxStates) - 1
	if !has(n, key) {
		return all
	}
	before := len(r.found.List)
	var states StateSet
	s := r.set(n.At(key), expr)
	for _, w := range s.words {
		if st, ok := r.rows[m].states.find(r.found, w.pos, w.name); ok && st.Index < maxStates {
			states |= 1 << st.Index
		}
	}
	if s.not {
		states = all &^ states
	}
	if states == 0 && len(r.found.List) == before && len(m.States) <= maxStates {
		r.found.Add(n.At(key), EmptySet, "the set leaves no state of machine %s", m.Name)
	}
	return states
}
