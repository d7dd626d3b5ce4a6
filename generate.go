package hgwire

//go:generate go run ./gen
//go:generate go run ./gen jsonschema -out generated/schema.schema.json
//go:generate go run ./gen language -out LANGUAGE.md
