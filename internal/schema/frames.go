package schema

func (r *resolver) defineFrames(raws []frameBlock) {
	for i := range raws {
		raw := &raws[i]
		f := &Frame{
			FlagSet: FlagSet{
				Node:          raw.Node,
				Name:          raw.Name,
				Since:         r.since(raw.Node, raw.Since),
				RejectUnknown: raw.UnknownFlags == "reject",
				Doc:           raw.Doc,
			},
			ID:      uint64(raw.ID),
			From:    lookUpAll(r, r.roles, raw.Node, "from", raw.From),
			ByValue: raw.Length == "value",
		}
		if f.ByValue {
			r.refuses(raw.Node, "a frame whose length is a value", "payload")
		}
		f.Payload, _ = lookUp(r, r.payloads, raw.Node, "payload", raw.Payload)
		r.flags(&f.FlagSet, raw.Flags, raw.Rules)
		r.frames.define(r.found, raw.At("name"), raw.Name, f)
		r.schema.Frames = append(r.schema.Frames, f)
	}
}
