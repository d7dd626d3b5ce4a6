package main

import (
	"testing"

	"github.com/hgwire/hgwire/internal/emit/golang"
	"github.com/hgwire/hgwire/internal/large"
	"github.com/hgwire/hgwire/internal/product"
	"github.com/hgwire/hgwire/internal/schema"
	"github.com/hgwire/hgwire/internal/verify"
)

// sizes are schemas: the flagship, which is the floor here, and one of ten times its frame types, errors
// and machines.
func sizes(b *testing.B) map[string][]byte {
	b.Helper()
	s, err := schema.LoadFile("../schema.toml")
	if err != nil {
		b.Fatal(err)
	}
	return map[string][]byte{"floor": s.Source, "ten-times": large.Times(s, 10)}
}

func compile(b *testing.B, step func(text []byte) func()) {
	texts := sizes(b)
	for _, name := range []string{"floor", "ten-times"} {
		b.Run(name, func(b *testing.B) {
			do := step(texts[name])
			b.ReportAllocs()
			for b.Loop() {
				do()
			}
		})
	}
}

func load(text []byte) *schema.Schema {
	s, err := schema.Load("schema.toml", text)
	if err != nil {
		panic(err)
	}
	return s
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func BenchmarkCompileLoad(b *testing.B) {
	compile(b, func(text []byte) func() { return func() { load(text) } })
}

func BenchmarkCompileVerify(b *testing.B) {
	compile(b, func(text []byte) func() {
		s := load(text)
		return func() { must(verify.Check(s)) }
	})
}

func BenchmarkCompileTogether(b *testing.B) {
	compile(b, func(text []byte) func() {
		s := load(text)
		return func() { must(product.Check(s, product.Options{})) }
	})
}

func BenchmarkCompileGenerate(b *testing.B) {
	compile(b, func(text []byte) func() {
		s := load(text)
		return func() { must(golang.Files(s, golang.Options{Package: "framing", Source: "schema.toml"})) }
	})
}

// BenchmarkCompile is what gen does, but for reading and writing files.
func BenchmarkCompile(b *testing.B) {
	compile(b, func(text []byte) func() {
		return func() {
			s := load(text)
			must(verify.Check(s))
			must(product.Check(s, product.Options{}))
			must(golang.Files(s, golang.Options{Package: "framing", Source: "schema.toml"}))
		}
	})
}
