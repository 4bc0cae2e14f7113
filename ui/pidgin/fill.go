// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"slices"
	"time"

	"purple-otr/ui"
	"purple-otr/ui/search"
)

// moment is how long rows are read at one time. A frame has sixteen milliseconds,
// of which drawing takes some.
const moment = 5 * time.Millisecond

// A fill reads the rows of a table, some at a time. What is to be computed of a row
// for sorting and searching is computed here, so that no click waits for it.
type fill struct {
	next    func() (ui.Row, bool)
	columns int
	old     map[string]*row // by ID, those that were read the last time
	rows    []*row
	byID    map[string]*row
	keys    []map[string]string // of each column: what cells are sorted by
	steps   int
	all     bool // nothing is left to be read
}

// newFill reads from next. Rows of old that have not changed are taken as they are.
func newFill(next func() (ui.Row, bool), old map[string]*row, columns int) *fill {
	f := &fill{next: next, columns: columns, old: old, byID: make(map[string]*row, len(old)), keys: make([]map[string]string, columns)}
	f.rows = make([]*row, 0, len(old))
	for i := range f.keys {
		f.keys[i] = map[string]string{}
	}
	return f
}

// read reads until about then, but at least one row.
func (f *fill) read(end time.Time) {
	f.steps++
	for !f.all {
		r, ok := f.next()
		if !ok {
			f.all = true
			return
		}
		it := f.row(r)
		f.rows, f.byID[r.ID] = append(f.rows, it), it
		if !time.Now().Before(end) {
			return
		}
	}
}

// row is r with as many cells as there are columns.
func (f *fill) row(r ui.Row) *row {
	if len(r.Cells) != f.columns {
		r.Cells = append(slices.Clone(r.Cells), make([]string, f.columns)...)[:f.columns]
	}
	if o := f.old[r.ID]; o != nil && slices.Equal(o.Cells, r.Cells) {
		return o
	}
	it := &row{Row: r, text: search.New(r.Cells), keys: make([]string, f.columns)}
	for i, cell := range r.Cells {
		it.keys[i] = f.key(i, cell)
	}
	return it
}

// key is what a cell is sorted by. Many rows have the same text in a column.
func (f *fill) key(column int, cell string) string {
	if cell == "" || search.IsFingerprint(cell) { // it is no word of a language
		return cell
	}
	key, ok := f.keys[column][cell]
	if !ok {
		key = sortKey(cell)
		f.keys[column][cell] = key
	}
	return key
}
