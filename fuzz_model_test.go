package hgwire_test

import (
	"math/rand/v2"
	"testing"
)

// FuzzModel plays rounds of the model whose choices are a program: an octet for each, and when there
// is none left, any.
func FuzzModel(f *testing.F) {
	f.Add([]byte{})
	for seed := range uint64(8) {
		f.Add(octets(seed, 200))
	}
	f.Fuzz(func(t *testing.T, program []byte) {
		bubble(t, func(t *testing.T) {
			playModel(t, rand.New(&programSource{program, rand.NewPCG(1, 1)}), 3000)
		})
	})
}

// programSource is a source of choices.
type programSource struct {
	program []byte
	after   rand.Source
}

func (s *programSource) Uint64() uint64 {
	if len(s.program) == 0 {
		return s.after.Uint64()
	}
	choice := s.program[0]
	s.program = s.program[1:]
	return uint64(choice) * 0x0101010101010101
}
