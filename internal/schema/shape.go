package schema

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// shape compares a tree with the Go types that the decoder will fill. It reports keys that are
// misspelt or missing and values of the wrong type, and drops them from the tree, so that the
// rest can be decoded.
type shape struct {
	*tree
}

// table checks the entries of n against the slots of a struct. what names n in messages.
func (s *shape) table(n *node, t reflect.Type, what string) {
	slots := slotsOf(t)
	n.entries = slices.DeleteFunc(n.entries, func(e *node) bool {
		i := slices.IndexFunc(slots, func(f slot) bool { return f.key == e.name })
		if i >= 0 {
			slots[i].present = true
			if s.value(e, slots[i]) {
				return false
			}
		} else {
			meant := similar(e.name, names(slots))
			s.found.Add(s.pos(e.keyOff), UnknownKey, "%s has no key %q%s", what, e.name, didYouMean(meant))
			for i := range slots {
				if slots[i].key == meant {
					slots[i].present = true // one finding is enough
				}
			}
		}
		s.dropped = append(s.dropped, e)
		return true
	})
	for _, f := range slots {
		switch {
		case f.present || f.need == "":
		case f.need == "doc":
			s.found.Add(s.pos(n.off), MissingDoc, "%s has no doc", what)
		default:
			s.found.Add(s.pos(n.off), MissingKey, "%s has no %s", what, f.key)
		}
	}
	if one := oneOf(t); len(one) > 0 && !slices.ContainsFunc(slots, func(f slot) bool { return f.present && slices.Contains(one, f.key) }) {
		last := len(one) - 1
		s.found.Add(s.pos(n.off), MissingKey, "%s has none of %s and %s", what, strings.Join(one[:last], ", "), one[last])
	}
}

// oneOf returns the keys of which a table has exactly one, if there are any such.
func oneOf(t reflect.Type) []string {
	node, _ := t.FieldByName("Node")
	return strings.Fields(node.Tag.Get("one"))
}

// value checks one value and reports whether it can be decoded as f.
func (s *shape) value(n *node, f slot) bool {
	switch f.typ.Kind() {
	case reflect.String:
		return s.is(n, kindString, f) && s.word(n, f)
	case reflect.Bool:
		return s.is(n, kindBoolean, f)
	case reflect.Int64:
		return s.is(n, kindInteger, f) && s.fits(n)
	case reflect.Struct:
		if !s.is(n, kindTable, f) {
			return false
		}
		s.table(n, f.typ, f.key)
		return true
	default:
		return s.list(n, f)
	}
}

func (s *shape) list(n *node, f slot) bool {
	item := slot{key: f.key, typ: f.typ.Elem(), item: true}
	ofTables := item.typ.Kind() == reflect.Struct
	if !(n.kind == kindBlocks && ofTables) && !s.is(n, kindList, f) {
		return false
	}
	if f.need == "yes" && len(n.items) == 0 {
		s.found.Add(s.pos(n.off), EmptyValue, "%s is empty", f.key)
	}
	n.items = slices.DeleteFunc(n.items, func(i *node) bool {
		if s.value(i, item) {
			return false
		}
		s.dropped = append(s.dropped, i)
		n.holed = true
		return true
	})
	if ofTables {
		s.ownDocs(n.items)
	}
	return true
}

// ownDocs reports items of a list with the doc of an earlier one.
func (s *shape) ownDocs(items []*node) {
	first := make(map[string]*node)
	for _, i := range items {
		doc := i.entry("doc")
		if doc == nil || strings.TrimSpace(doc.text) == "" {
			continue
		}
		if other, ok := first[doc.text]; ok {
			s.found.Add(s.pos(doc.off), DocTwice, "another item of the list has the same doc").Note(s.pos(other.off), "here")
			continue
		}
		first[doc.text] = doc
	}
}

func (s *shape) is(n *node, want nodeKind, f slot) bool {
	if n.kind == want {
		return true
	}
	what := want.String()
	if want == kindList {
		what = map[reflect.Kind]string{
			reflect.String: "a list of strings",
			reflect.Int64:  "a list of integers",
			reflect.Struct: "a list of tables, as rows or as [[" + f.key + "]] blocks",
		}[f.typ.Elem().Kind()]
	}
	s.found.Add(s.pos(n.off), WrongType, "%s must be %s, not %s", f, what, n.kind)
	return false
}

func (s *shape) fits(n *node) bool {
	_, err := strconv.ParseInt(n.text, 0, 64)
	if err != nil {
		s.found.Add(s.pos(n.off), WrongType, "%s does not fit in 64 bits", n.text)
	}
	return err == nil
}

// word checks a string beyond its type. Of the words to select from, an unknown one is dropped.
func (s *shape) word(n *node, f slot) bool {
	empty := strings.TrimSpace(n.text) == ""
	switch {
	case empty && f.need == "doc":
		s.found.Add(s.pos(n.off), MissingDoc, "doc is empty")
	case f.need == "doc" && !isSentence(n.text):
		s.found.Add(s.pos(n.off), NoSentence, "doc does not end as a sentence does, with a full stop")
	case empty && !f.expr:
		s.found.Add(s.pos(n.off), EmptyValue, "%s is empty", f)
	case len(f.words) > 0 && !slices.Contains(f.words, n.text):
		s.found.Add(s.pos(n.off), UnknownWord, "%s cannot be %q%s", f.key, n.text, suggestOrList(n.text, f.words))
		return false
	}
	return true
}

// isSentence reports whether prose ends as a sentence does.
func isSentence(doc string) bool {
	doc = strings.TrimSpace(doc)
	return strings.ContainsRune(".!?", rune(doc[len(doc)-1]))
}
