package schema

import (
	"regexp"
	"slices"
	"testing"
)

// everyKey calls visit with every key of the language and the table that it stands in.
func everyKey(visit func(*Table, Key)) {
	seen := make(map[*Table]bool)
	var walk func(*Table)
	walk = func(t *Table) {
		if seen[t] {
			return
		}
		seen[t] = true
		for _, k := range t.Keys {
			visit(t, k)
			if k.Table != nil {
				walk(k.Table)
			}
		}
	}
	walk(Language())
}

// TestLanguageIsDescribed checks that whoever adds a key, a word or a table says what it is.
func TestLanguageIsDescribed(t *testing.T) {
	sentence := regexp.MustCompile("^[A-Z`].*\\.$")
	names := make(map[string]*Table)
	everyKey(func(table *Table, k Key) {
		where := table.Name + "." + k.Name
		if other := names[table.Name]; other != nil && other != table {
			t.Errorf("two tables have the name %q", table.Name)
		}
		names[table.Name] = table
		if !sentence.MatchString(table.Doc) {
			t.Errorf("table %s: the comment of its type is %q, want a sentence", table.Name, table.Doc)
		}
		if !sentence.MatchString(k.Doc) {
			t.Errorf("%s: the comment of its field is %q, want a sentence", where, k.Doc)
		}
		for _, w := range k.Words {
			if w.Doc == "" {
				t.Errorf("%s: the comment of its field lacks the item `- %s: meaning`", where, w.Name)
			}
		}
		for _, other := range slices.Concat(k.Refuses, k.Wants) {
			if !slices.ContainsFunc(table.Keys, func(o Key) bool { return o.Name == other }) {
				t.Errorf("%s names %q, which is no key of %s", where, other, table.Name)
			}
		}
	})
	if len(names) < 20 {
		t.Errorf("the language has %d tables", len(names))
	}
}

// TestLanguageTags checks the tags of a document that only Language reads.
func TestLanguageTags(t *testing.T) {
	everyKey(func(table *Table, k Key) {
		where := table.Name + "." + k.Name
		switch {
		case k.Type == StringValue && k.Pattern == "":
			t.Errorf("%s: its form or expr is not one that Language knows", where)
		case k.Type == IntegerValue && k.Min < 0:
			t.Errorf("%s: its range has no least integer", where)
		case k.Example != "" && !regexp.MustCompile(k.Pattern).MatchString(k.Example):
			t.Errorf("%s: its example %q does not match %s", where, k.Example, k.Pattern)
		case len(k.Refuses) > 0 && len(k.Wants) > 0:
			t.Errorf("%s has refuses and wants, which a JSON Schema of draft-07 says in the same place", where)
		}
		for _, w := range k.Words {
			if !isKebab(w.Name) {
				t.Errorf("%s: word %q is not kebab-case", where, w.Name)
			}
		}
	})
	if k := Language().Keys[0]; k.Name != "edition" || k.Min != edition || k.Max != edition {
		t.Errorf("%s has the range %d..%d, want edition and %d", k.Name, k.Min, k.Max, edition)
	}
}

// TestNamePattern holds the pattern of names to what Load takes for one.
func TestNamePattern(t *testing.T) {
	pattern := regexp.MustCompile(forms["name"].pattern)
	accepted := 0
	var try func(string)
	try = func(name string) {
		if got, want := pattern.MatchString(name), isKebab(name); got != want {
			t.Errorf("%q: the pattern says %v, want %v", name, got, want)
		} else if got {
			accepted++
		}
		if len(name) < 4 {
			for _, c := range "az09-A_ é" {
				try(name + string(c))
			}
		}
	}
	try("")
	if accepted == 0 {
		t.Error("no name is accepted")
	}
}
