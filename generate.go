package hgwire

//go:generate go run ./gen
