package schema

import (
	"go/token"
	"strings"
)

// commonInitialisms are words that Go writes in capitals in every protocol. A protocol adds its
// own with `initialisms`.
var commonInitialisms = map[string]string{
	"api":   "API",
	"ascii": "ASCII",
	"http":  "HTTP",
	"https": "HTTPS",
	"id":    "ID",
	"url":   "URL",
	"utf":   "UTF",
	"utf8":  "UTF8",
}

// GoName returns the exported Go identifier for a kebab-case name: `request-id` is RequestID, and
// with the initialism `eos`, `have-eos` is HaveEOS. The plural of an initialism keeps a small s:
// `request-ids` is RequestIDs. Different names can have the same identifier, which Load reports.
func GoName(kebab string, initialisms []string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(kebab, "-") {
		b.WriteString(goWord(word, initialisms))
	}
	return b.String()
}

func goWord(word string, initialisms []string) string {
	if capitals, ok := initialism(word, initialisms); ok {
		return capitals
	}
	if singular, ok := strings.CutSuffix(word, "s"); ok {
		if capitals, ok := initialism(singular, initialisms); ok {
			return capitals + "s"
		}
	}
	if word == "" {
		return ""
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

func initialism(word string, initialisms []string) (string, bool) {
	for _, i := range initialisms {
		if word == i {
			return strings.ToUpper(i), true
		}
	}
	capitals, ok := commonInitialisms[word]
	return capitals, ok
}

// GoParameter returns the unexported Go identifier for a kebab-case name: `request-id` is
// requestID.
func GoParameter(kebab string, initialisms []string) string {
	first, rest, _ := strings.Cut(kebab, "-")
	return first + GoName(rest, initialisms)
}

// IsPackageName reports whether Go packages that others import can have the name. It knows the
// names that the go command builds otherwise or not at all.
func IsPackageName(name string) bool {
	switch name {
	case "_", "main", "init", "documentation":
		return false
	}
	return token.IsIdentifier(name) && !strings.HasSuffix(name, "_test")
}
