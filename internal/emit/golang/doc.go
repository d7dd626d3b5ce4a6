package golang

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/dave/jennifer/jen"

	"github.com/hgwire/hgwire/internal/schema"
)

// docFile emits the package comment: what the protocol is, its revisions, the layout of the header,
// the frame types and the machines.
func (p *plan) docFile(f *jen.File) {
	var lines []string
	add := func(more ...string) { lines = append(lines, more...) }
	section := func(title string) { add("", "# "+title, "") }

	title := "Package " + p.opt.Package + " is the " + p.Protocol.Title + "."
	add(wrap(title+"\n\n"+p.Protocol.Doc, proseWidth)...)
	section("Revisions")
	for _, r := range p.Revisions {
		add(item(r.ID + ": " + r.Doc)...)
	}
	section("Header")
	add(wrap(p.Header.Doc, proseWidth)...)
	add("")
	add(p.layoutTable()...)
	if len(p.Frames) > 0 {
		section("Frame types")
		add(p.frameTable()...)
	}
	if len(p.machines) > 0 {
		section("Machines")
		add(wrap("A received frame visits the machines of the receiver's role in this order.", proseWidth)...)
		add("")
		for _, m := range p.machines {
			add(item(m.Name + ": " + m.Doc)...)
		}
	}
	if len(p.Vectors) > 0 {
		section("Examples")
		add(p.vectorLines()...)
	}
	for _, line := range lines {
		f.PackageComment(strings.TrimRight("// "+line, " "))
	}
}

// item returns the lines of an item of a list.
func item(text string) []string {
	lines := wrap(strings.Join(strings.Fields(text), " "), proseWidth-4)
	for i := range lines {
		lead := "    "
		if i == 0 {
			lead = "  - "
		}
		lines[i] = lead + lines[i]
	}
	return lines
}

// table returns rows of cells as aligned preformatted lines.
func table(rows [][]string) []string {
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintln(w, strings.Join(r, "\t"))
	}
	w.Flush()
	lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
	for i := range lines {
		lines[i] = "\t" + strings.TrimRight(lines[i], " ")
	}
	return lines
}

// layoutTable has a row per header field and a column per layout.
func (p *plan) layoutTable() []string {
	head := []string{"field", "bits"}
	for _, l := range p.layouts {
		head = append(head, strings.Join(l.ids(), ", "))
	}
	rows := [][]string{head}
	for _, f := range p.Header.Fields {
		row := []string{f.Name, fmt.Sprint(f.Bits)}
		for _, l := range p.layouts {
			row = append(row, l.where(f, p.Header.BigEndian))
		}
		rows = append(rows, row)
	}
	return table(rows)
}

// where says in which octets, and in which of their bits, a field stands.
func (l *layout) where(f *schema.Field, bigEndian bool) string {
	for _, w := range l.words {
		for _, place := range w.fields {
			if place.Field != f {
				continue
			}
			first, last := place.shift/8, (place.shift+f.Bits-1)/8
			if bigEndian {
				first, last = w.size-1-last, w.size-1-first
			}
			octets := fmt.Sprintf("octets %d-%d", w.offset+first, w.offset+last)
			if first == last {
				octets = fmt.Sprintf("octet %d", w.offset+first)
			}
			if f.Bits%8 == 0 && place.shift%8 == 0 {
				return octets
			}
			low := place.shift % 8
			return fmt.Sprintf("%s, mask 0x%02x", octets, mask(f.Bits)<<low)
		}
	}
	return "-"
}

// frameTable has a row per frame type.
func (p *plan) frameTable() []string {
	rows := [][]string{{"type", "name", "sent by", "flags"}}
	if p.byValue() {
		rows[0] = append(rows[0], "length")
	}
	for _, f := range p.Frames {
		var flags []string
		for _, flag := range f.Flags {
			flags = append(flags, fmt.Sprintf("%s %#x", flag.Name, uint64(1)<<flag.Bit))
		}
		name := f.Name
		if f.Since != nil && f.Since.Index > 0 {
			name += " (" + f.Since.ID + ")"
		}
		text := strings.Join(flags, ", ")
		if text == "" {
			text = "-"
		}
		row := []string{fmt.Sprintf("%#x", f.ID), name, strings.Join(f.From, ", "), text}
		switch {
		case f.ByValue:
			row = append(row, "a value")
		case p.byValue():
			row = append(row, "of the payload")
		}
		rows = append(rows, row)
	}
	return table(rows)
}

// vectorLines shows the worked examples.
func (p *plan) vectorLines() []string {
	var lines []string
	for _, v := range p.Vectors {
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, wrap(v.Revision.ID+": "+v.Doc, proseWidth)...)
		lines = append(lines, "", "\t"+v.Frame)
		for octets := fmt.Sprintf("% x", v.Octets); octets != ""; {
			n := min(len(octets), 3*24)
			lines = append(lines, "\t"+strings.TrimRight(octets[:n], " "))
			octets = octets[n:]
		}
	}
	return lines
}
