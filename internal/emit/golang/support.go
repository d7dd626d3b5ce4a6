package golang

import (
	"bytes"
	"embed"

	"github.com/hgwire/hgwire/internal/output"
)

// supportSources are the files of package support that are emitted.
//
//go:embed support/escape.go support/fault.go support/flagtext.go support/line.go
//go:embed support/misfit.go support/number.go support/reader.go support/short.go
//go:embed support/transition.go support/writer.go
var supportSources embed.FS

// supportFiles returns the schema-independent files, with the first line and the package clause of
// the emitted package.
func (p *plan) supportFiles() []output.File {
	names := []string{"escape.go", "fault.go", "flagtext.go", "line.go", "misfit.go", "number.go", "reader.go", "short.go"}
	if len(p.machines) > 0 {
		names = append(names, "transition.go")
	}
	names = append(names, "writer.go")

	var files []output.File
	for _, name := range names {
		source, err := supportSources.ReadFile("support/" + name)
		if err != nil {
			panic(err) // the file is not among the embedded ones: the lists above disagree
		}
		body := bytes.TrimPrefix(source, []byte("package support\n"))
		content := p.firstLine() + "\n\npackage " + p.opt.Package + "\n" + string(body)
		files = append(files, output.File{Name: name, Content: []byte(content)})
	}
	return files
}
