package reactor

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/hgwire/hgwire/generated/framing"
)

// TestRandomPrograms runs programs that a fuzzer would take long to find: well-formed frames of a
// few requests, now and then something else.
func TestRandomPrograms(t *testing.T) {
	const programs = 20000
	rng := rand.New(rand.NewPCG(1, 2))
	for range programs {
		p := program{byte(rng.IntN(16))}
		for range 1 + rng.IntN(24) {
			switch n := rng.IntN(20); {
			case n < 13:
				p = append(p, 0, byte(0x20|1+2*rng.IntN(3)), byte(1+rng.IntN(3)), byte(rng.IntN(8)), 0, byte(64+rng.IntN(80)))
			case n < 15:
				p = append(p, 0, byte(rng.IntN(256)), byte(rng.IntN(16)), byte(rng.IntN(16)), byte(rng.IntN(8)), byte(rng.IntN(256)))
			case n < 16:
				p = append(p, 176+byte(1+2*rng.IntN(3)), 184, byte(0x20|1+2*rng.IntN(3)), byte(4+rng.IntN(3)), byte(rng.IntN(3)), 0, 0)
			case n < 17:
				p = append(p, 192+byte(rng.IntN(24)), byte(2*rng.IntN(2)))
			case n < 18:
				p = append(p, 216+byte(rng.IntN(16)), byte(2*rng.IntN(2)))
			case n < 19:
				p = append(p, 232)
			default:
				p = append(p, 255, byte(2*rng.IntN(2)))
			}
		}
		runProgram(t, p)
	}
}

// TestEveryFrameInEveryState sends all types and flags to a request in each state.
func TestEveryFrameInEveryState(t *testing.T) {
	openings := map[string][]byte{
		"inactive":        {},
		"other receiving": {0, 0x23, 1, 4, 0, 0},
		"args":            {0, 0x21, 1, 2, 0, 0},
		"value":           {0, 0x21, 1, 2, 0, 0, 0, 0x21, 2, 1, 0, 68 + 4},
		"args then data":  {0, 0x21, 1, 6, 0, 0},
		"data":            {0, 0x21, 1, 4, 0, 0},
		"active":          {0, 0x21, 1, 1, 0, 0},
		"active, other":   {0, 0x21, 1, 1, 0, 0, 0, 0x23, 1, 4, 0, 0},
		"answered":        {0, 0x21, 1, 1, 0, 0, 193, 2},
		"begun":           {0, 0x21, 1, 1, 0, 0, 177},
	}
	for name, opening := range openings {
		t.Run(name, func(t *testing.T) {
			for _, mode := range []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 10} {
				for octet := range 256 {
					for _, payload := range []byte{0, 68, 70, 74} {
						p := append(program{mode}, opening...)
						p = append(p, 0, 0x21, byte(octet>>4), byte(octet&15), 0, payload)
						runProgram(t, append(p, 255, 2, 232))
					}
					p := append(program{mode}, opening...)
					p = append(p, 184, 0x21, byte(octet>>4), byte(octet&15), 0, 0)
					runProgram(t, append(p, 255, 2, 232))
				}
			}
		})
	}
}

// TestActionsAreExactlyTheSchemas fails for a method of actions that no row can name.
func TestActionsAreExactlyTheSchemas(t *testing.T) {
	got, want := methods[*actions](), methods[framing.ServerRequestActions]()
	if len(got) != len(want) {
		t.Errorf("actions has the exported methods %v, the schema %v", got, want)
	}
}

func methods[T any]() []string {
	var names []string
	for m := range reflect.TypeFor[T]().Methods() {
		names = append(names, m.Name)
	}
	return names
}
