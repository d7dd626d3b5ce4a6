// Package interop holds the generated packages of examples/ to other people's implementations of
// the same protocols, which the module itself does not depend on.
package interop
