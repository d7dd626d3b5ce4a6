package schema

import (
	"maps"
	"slices"
	"strings"
)

// scope holds the items of one kind by name.
type scope[T any] struct {
	what   string // the kind, for messages
	rule   string // what a name without an item breaks
	items  map[string]T
	places map[string]Pos
	holed  bool // an item could not be entered, as has been reported: nothing is known to be undefined
}

func newScope[T any](what, rule string) *scope[T] {
	return &scope[T]{what: what, rule: rule, items: map[string]T{}, places: map[string]Pos{}}
}

// define enters an item under its name, which stands at pos. A name that is missing or empty, as
// has been reported, enters nothing.
func (s *scope[T]) define(found *Diagnostics, pos Pos, name string, item T) {
	if strings.TrimSpace(name) == "" {
		return
	}
	if first, ok := s.places[name]; ok {
		found.Add(pos, NameTwice, "%s %q is defined twice", s.what, name).Note(first, "first defined here")
		return
	}
	if !isKebab(name) {
		found.Add(pos, BadName, "%q is not kebab-case: lower-case words of letters and digits with hyphens between, such as request-id", name)
	}
	s.items[name] = item
	s.places[name] = pos
}

// find returns the item of a name that is used at pos. A name without an item is reported, unless
// it is empty, as has been reported.
func (s *scope[T]) find(found *Diagnostics, pos Pos, name string) (item T, ok bool) {
	item, ok = s.items[name]
	if !ok && !s.holed && strings.TrimSpace(name) != "" {
		found.Add(pos, s.rule, "undefined %s %q%s", s.what, name, Suggest(name, s.names()))
	}
	return item, ok
}

// names returns the names of all items, sorted.
func (s *scope[T]) names() []string { return slices.Sorted(maps.Keys(s.items)) }

// isKebab reports whether a name is lower-case words with hyphens between, the first of which
// begins with a letter.
func isKebab(name string) bool {
	hyphen := true
	for i := range len(name) {
		c := name[i]
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9' && i > 0:
			hyphen = false
		case c == '-' && !hyphen:
			hyphen = true
		default:
			return false
		}
	}
	return !hyphen
}
