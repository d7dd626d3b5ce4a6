package schema

import (
	"reflect"
	"strconv"
	"strings"
)

// slot is a key of a table of the schema language.
type slot struct {
	key     string
	typ     reflect.Type
	index   []int
	need    string
	words   []string
	expr    bool
	item    bool // not the value of the key, but an item of it
	present bool
}

func (f slot) String() string {
	if f.item {
		return "an item of " + f.key
	}
	return f.key
}

func slotsOf(t reflect.Type) []slot {
	var slots []slot
	for f := range t.Fields() {
		if key := f.Tag.Get("toml"); key != "-" {
			slots = append(slots, slot{
				key:   key,
				typ:   f.Type,
				index: f.Index,
				need:  f.Tag.Get("need"),
				words: strings.Fields(f.Tag.Get("words")),
				expr:  f.Tag.Get("expr") != "",
			})
		}
	}
	return slots
}

func names(slots []slot) []string {
	var list []string
	for _, f := range slots {
		list = append(list, f.key)
	}
	return list
}

// place fills the Node of v and of all items in it with positions.
func (s *source) place(n *node, v reflect.Value) {
	at := Node{Pos: s.pos(n.off), Keys: make(map[string]Pos, len(n.entries))}
	for _, f := range slotsOf(v.Type()) {
		e := n.entry(f.key)
		if e == nil {
			continue
		}
		at.Keys[f.key] = s.pos(e.off)
		if e.holed {
			at.holes = append(at.holes, f.key)
		}
		value := v.FieldByIndex(f.index)
		if value.Kind() == reflect.Struct {
			s.place(e, value)
		}
		for i, item := range e.items {
			if f.typ.Elem().Kind() == reflect.Struct {
				s.place(item, value.Index(i))
			} else {
				at.Keys[f.key+"["+strconv.Itoa(i)+"]"] = s.pos(item.off)
			}
		}
	}
	v.FieldByName("Node").Set(reflect.ValueOf(at))
}
