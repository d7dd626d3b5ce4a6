package schema

import "strings"

// checkRevisions checks that what an item is made of exists in all revisions of the item. What
// rows and actions raise, and which machine another is within, package verify looks at.
func (r *resolver) checkRevisions() {
	for _, f := range r.schema.Header.Fields {
		if f.Limit != nil {
			r.later(f.Since, f.Limit.Since, f.At("limit"), f.Limit.Node, "limit", f.Limit.Name)
		}
		if f.FlagSet != nil {
			r.later(f.Since, f.FlagSet.Since, f.At("flagset"), f.FlagSet.Node, "flagset", f.FlagSet.Name)
		}
		if f.Unknown != nil {
			r.later(f.Since, f.Unknown.Since, f.At("error"), f.Unknown.Node, "error", f.Unknown.Name)
		}
	}
	for _, f := range r.schema.Frames {
		if f.Payload != nil {
			r.later(f.Since, f.Payload.Since, f.At("payload"), f.Payload.Node, "payload", f.Payload.Name)
		}
	}
	for _, l := range r.schema.Limits {
		if l.Error != nil {
			r.later(l.Since, l.Error.Since, l.At("error"), l.Error.Node, "error", l.Error.Name)
		}
	}
	for _, e := range r.schema.Errors {
		for _, p := range e.Parts {
			if p.Field != nil {
				pos := r.src.inside(e.At("text"), e.Text, strings.Index(e.Text, "%{"+p.Field.Name))
				r.later(e.Since, p.Field.Since, pos, p.Field.Node, "header field", p.Field.Name)
			}
		}
	}
	for _, m := range r.schema.Machines {
		if m.Key != nil {
			r.later(m.Since, m.Key.Since, m.At("per"), m.Key.Node, "header field", m.Key.Name)
		}
		if m.Guard != nil {
			r.later(m.Since, m.Guard.Since, m.At("guard"), m.Guard.Node, "header field", m.Guard.Name)
		}
	}
}

// later reports that the item which exists since user names, at pos, one that exists since used.
func (r *resolver) later(user, used *Revision, pos Pos, item Node, what, name string) {
	if used == nil || user != nil && user.Index >= used.Index {
		return
	}
	first := r.schema.Revisions[0]
	if user != nil {
		first = user
	}
	r.found.Add(pos, LaterItem, "revision %q has no %s %q yet", first.ID, what, name).
		Note(item.At("since"), "it exists since %q", used.ID)
}
