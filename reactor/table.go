package reactor

// table finds requests by ID in two array lookups. Only odd IDs have requests; pages of 256 are
// allocated when first used and kept, at most 256 KiB for all 32768 IDs. Ended requests leave
// their memory to the next ones.
type table struct {
	pages [128]*[256]*Request
	spare []*Request
}

// maxSpare bounds the ended requests that are kept for reuse.
const maxSpare = 128

// find returns the request with the ID, or nil when there is none.
func (t *table) find(id uint16) *Request {
	if page := t.pages[id>>9]; page != nil && id&1 != 0 {
		return page[id>>1&0xff]
	}
	return nil
}

// insert enters r under its ID, which is odd and not in the table.
func (t *table) insert(r *Request) {
	page := &t.pages[r.id>>9]
	if *page == nil {
		*page = new([256]*Request)
	}
	(*page)[r.id>>1&0xff] = r
}

// remove takes r out of the table.
func (t *table) remove(r *Request) { t.pages[r.id>>9][r.id>>1&0xff] = nil }

// reuse leaves the memory of r, which is not in the table, to requests to come.
func (t *table) reuse(r *Request) {
	if len(t.spare) < maxSpare {
		r.clear()
		t.spare = append(t.spare, r)
	}
}

// take returns a clear request that is not in the table.
func (t *table) take(id uint16) *Request {
	var r *Request
	if n := len(t.spare); n > 0 {
		r, t.spare = t.spare[n-1], t.spare[:n-1]
	} else {
		r = new(Request)
	}
	r.ID, r.id = id, id
	return r
}

// all yields the requests in the order of their IDs.
func (t *table) all(yield func(*Request) bool) {
	for _, page := range t.pages {
		if page == nil {
			continue
		}
		for _, r := range page {
			if r != nil && !yield(r) {
				return
			}
		}
	}
}
