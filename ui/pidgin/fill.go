// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"slices"
	"time"

	"purple-otr/ui"
	"purple-otr/ui/search"
)

// moment is how long a table reads rows before it lets the main loop run. No pause should
// exceed eight milliseconds, and GTK needs most of that to make and draw the window.
const moment = 2 * time.Millisecond

// A fill reads the rows of a table in steps. It computes everything that sorting and
// searching need, so that clicks are fast.
type fill struct {
	next    func() (ui.Row, bool)
	columns int
	old     map[string]*row // by ID, the rows that were read the last time
	rows    []*row
	byID    map[string]*row
	keys    []map[string]string // of each column: the sort key of each cell
	steps   int
	all     bool // all rows have been read
}

// newFill returns a fill that reads from next. It reuses rows of old that have not changed.
func newFill(next func() (ui.Row, bool), old map[string]*row, columns int) *fill {
	f := &fill{next: next, columns: columns, old: old, byID: make(map[string]*row, len(old)), keys: make([]map[string]string, columns)}
	f.rows = make([]*row, 0, len(old))
	for i := range f.keys {
		f.keys[i] = map[string]string{}
	}
	return f
}

// read reads rows until about end, but at least one.
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

// row returns r with as many cells as there are columns.
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

// key returns the sort key of a cell. It caches keys, because many rows have the same text
// in a column.
func (f *fill) key(column int, cell string) string {
	if cell == "" || search.IsFingerprint(cell) { // not text in a language
		return cell
	}
	key, ok := f.keys[column][cell]
	if !ok {
		key = sortKey(cell)
		f.keys[column][cell] = key
	}
	return key
}
