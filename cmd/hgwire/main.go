// Command hgwire turns frames of the Unified Frame-Based Protocol into octets and back, and runs
// a reactor over a script. `hgwire --help` says how.
package main

import (
	"os"

	"github.com/hgwire/hgwire/internal/cli"
)

func main() {
	os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
