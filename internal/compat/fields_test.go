package compat_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hgwire/hgwire/internal/schema"
)

// compared lists, for every type of the model, the fields that a difference is found in. Those after
// the bar follow from others, or from where things stand in the file.
var compared = map[string]string{
	"Schema": `Protocol Revisions Header FlagSets Payloads Frames Reserved Limits Errors Machines Vectors |
		Path Source`,
	"Protocol":     "Name Title Roles Initialisms Doc | Node",
	"Revision":     "ID MediaType API Source Doc | Node Index",
	"Header":       "BigEndian LSBFirst Doc Fields | Node",
	"Field":        "Name Bits Kind Since Doc MaxSend Limit Odd Parity FlagSet ByType Unknown | Node Index",
	"FlagSet":      "Name Since RejectUnknown Doc Flags Rules | Node",
	"Flag":         "Name Bit Doc | Node",
	"FlagRule":     "Kind Flags Doc | Node",
	"Payload":      "Name Since Doc Repeat Fields Raises | Node",
	"PayloadField": "Name Type Size Count Doc | Node",
	"Frame":        "FlagSet ID From Payload ByValue |",
	"Reserved":     "Kind IDs Doc | Node",
	"Limit":        "Name Default Unit Error Since Machine Counts Doc | Node",
	"Error":        "Name Fault Text With Since Doc | Node Parts",
	"Machine": `Name Role Key Within Guard Since Initial Doc States Events Actions Transitions Total Otherwise
		Misuse | Node`,
	"Initial":    "Keys State | Node",
	"State":      "Name Receiving Final When Doc | Node Index",
	"Event":      "Name Raises Doc Elsewhere | Node Index",
	"Action":     "Name Raises Keeps Doc | Node",
	"Transition": "ID While From Types Send Events Flags To Do Error Consumes Abnormal Doc | Node Index",
	"TypeSet":    "Frames Not |",
	"FlagGuard":  "Set Clear |",
	"Vector":     "Revision Frame Octets Doc | Node",
}

// notItems are types that only fields after the bar have.
var notItems = []string{"Node", "TextPart"}

// The model has no field that package compat does not know of: a new one is compared in entries.go,
// and then listed here.
func TestFields(t *testing.T) {
	left := make(map[string]bool)
	for name := range compared {
		left[name] = true
	}
	seen := make(map[reflect.Type]bool)
	var visit func(typ reflect.Type)
	visit = func(typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || seen[typ] || slices.Contains(notItems, typ.Name()) {
			return
		}
		seen[typ] = true
		delete(left, typ.Name())
		known := strings.Fields(strings.ReplaceAll(compared[typ.Name()], "|", ""))
		for _, f := range reflect.VisibleFields(typ) {
			if len(f.Index) > 1 {
				continue // of an embedded type
			}
			i := slices.Index(known, f.Name)
			if i < 0 {
				t.Errorf("%s.%s is not compared", typ.Name(), f.Name)
			} else {
				known = slices.Delete(known, i, i+1)
			}
			visit(f.Type)
		}
		if len(known) > 0 {
			t.Errorf("%s has no fields %q any more", typ.Name(), known)
		}
	}
	visit(reflect.TypeFor[schema.Schema]())
	for name := range left {
		t.Errorf("the model has no type %s any more", name)
	}
}
