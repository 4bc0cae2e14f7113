// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

/*
#include "dialog.h"
*/
import "C"

import (
	"slices"
	"strings"
	"time"
	"unsafe"

	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A table is a ui.Table on the screen.
type table struct {
	ui.Table
	d      *dialog
	sight  sight
	stale  bool  // rows may have changed since the last fill began
	fill   *fill // what reads rows now, or nil
	byID   map[string]*row
	all    []*row
	sorted []*row // all rows, in the order of the columns' sorting
	rows   []*row // the visible rows, in this order
	chosen string // the ID of the selected row, or empty
	wide   bool   // the columns' widths have been set
}

// ShowTable shows t, or brings it to the front.
func (s *Dialogs) ShowTable(t ui.Table) {
	for _, d := range s.open {
		if d.table != nil && d.table.Title == t.Title {
			d.table.refresh()
			C.potr_dialog_present(d.window)
			return
		}
	}
	d := s.new(ui.Chat{}, "table", t.Title, t.Heading, "", func(int) {})
	d.table = &table{Table: t, d: d, sight: sight{column: -1}}
	end := d.marks.mark(t.Close)
	with(func(texts []*C.char) {
		C.potr_table_init(d.window, texts[0], C.int(len(t.Columns)), (**C.char)(unsafe.Pointer(&texts[1:][0])))
	}, append([]string{d.marks.mark(t.Search)}, t.Columns...)...)
	for _, a := range t.Actions {
		with(func(texts []*C.char) { C.potr_table_add_action(d.window, texts[0]) }, d.marks.mark(a.Label))
	}
	d.addButton(end)
	d.table.stale = true
	d.table.step() // before the window is shown, so that it gets the right size
	C.potr_dialog_show(d.window, C.POTR_ASKED)
}

// sortKey returns what to compare to sort texts in the order of the user's language.
func sortKey(text string) string {
	c := cText(text)
	defer C.free(unsafe.Pointer(c))
	key := C.potr_sort_key(c)
	defer C.g_free(C.gpointer(key))
	return C.GoString(key)
}

// RefreshTables makes the open tables read their rows again.
func (s *Dialogs) RefreshTables() {
	for _, d := range s.open {
		if d.table != nil {
			d.table.refresh()
		}
	}
}

// refresh reads the rows again when the program is idle. The selected row stays selected
// while it exists.
func (t *table) refresh() {
	t.stale = true
	C.potr_table_later(t.d.window)
}

// step reads rows for a moment. Further steps read the rest. Meanwhile the window shows the
// previous rows, or if there were none, the rows read so far.
func (t *table) step() {
	end := time.Now().Add(moment)
	if t.fill == nil && !t.stale {
		return
	}
	if t.fill == nil {
		t.stale = false
		t.fill = newFill(t.Next(), t.byID, len(t.Columns))
	}
	f := t.fill
	if !f.all {
		f.read(end)
		if !f.all && t.byID == nil {
			t.byID = map[string]*row{}
			t.show(f.rows)
		}
		if !f.all || f.steps > 1 { // showing many rows is a separate step
			C.potr_table_later(t.d.window)
			return
		}
	}
	t.fill, t.byID = nil, f.byID
	t.show(f.rows)
	if t.stale {
		C.potr_table_later(t.d.window)
	}
}

// show replaces the rows.
func (t *table) show(all []*row) {
	t.all = all
	t.sorted = t.sight.sort(t.all)
	if !t.wide && len(t.all) > 0 {
		t.wide = true // from now on the user sets the widths
		for i, w := range widths(len(t.Columns), t.all) {
			with(func(texts []*C.char) {
				C.potr_table_set_width(t.d.window, C.int(i), texts[0], cbool(w.mono))
			}, w.sample)
		}
		C.potr_table_fit(t.d.window)
	}
	t.draw(t.top())
}

// top returns the ID of the first row on the screen.
func (t *table) top() string {
	if n := int(C.potr_table_top(t.d.window)); n > 0 && n < len(t.rows) {
		return t.rows[n].ID
	}
	return ""
}

// draw shows the rows that match the search, scrolled so that row top is the first on the
// screen, or if it does not exist, the first row.
func (t *table) draw(top string) {
	before := t.rows
	t.rows = t.sight.pick(t.sorted)
	index := func(id string) C.int {
		return C.int(slices.IndexFunc(t.rows, func(r *row) bool { return id != "" && r.ID == id }))
	}
	e, few := compare(before, t.rows)
	if few = few && before != nil; few {
		for _, i := range e.gone {
			C.potr_table_row_gone(t.d.window, C.int(i))
		}
		for _, i := range e.come {
			C.potr_table_row_come(t.d.window, C.int(i))
		}
		for _, i := range e.changed {
			C.potr_table_row_changed(t.d.window, C.int(i))
		}
	} else {
		C.potr_table_set_rows(t.d.window, C.int(len(t.rows)))
	}
	C.potr_table_set_sorted(t.d.window, C.int(t.sight.column), cbool(t.sight.reversed)) // GTK forgets it with the rows
	if !few || len(e.come) > 0 {                                                        // GTK would have new rows above it out of sight
		C.potr_table_set_top(t.d.window, max(index(top), 0))
	}
	chosen := index(t.chosen)
	if chosen < 0 {
		t.chosen = ""
	}
	nothing := t.Empty
	if len(t.all) > 0 {
		nothing = text.NothingFound()
	}
	if t.fill != nil && len(t.fill.old) == 0 {
		nothing = "" // we do not know yet whether there are rows
	}
	with(func(texts []*C.char) {
		C.potr_table_end(t.d.window, chosen, texts[0])
	}, nothing)
	t.follow()
}

// cell returns the text of a cell.
func (t *table) cell(row, column int) string {
	if row < 0 || row >= len(t.rows) || column < 0 || column >= len(t.Columns) {
		return ""
	}
	return t.rows[row].Cells[column]
}

// follow enables the buttons for the selected row.
func (t *table) follow() {
	for i, a := range t.Actions {
		C.potr_table_enable(t.d.window, C.int(i), cbool(a.Enabled(t.chosen)))
	}
}

func (t *table) find(text string) {
	t.sight.search = text
	t.draw("")
}

func (t *table) sort(column int) {
	t.sight = t.sight.click(column)
	t.sorted = t.sight.sort(t.all)
	t.draw("")
}

func (t *table) choose(row int) {
	t.chosen = ""
	if row >= 0 && row < len(t.rows) {
		t.chosen = t.rows[row].ID
	}
	t.follow()
}

func (t *table) press(action int) {
	if a := t.Actions[action]; a.Enabled(t.chosen) {
		a.Do(t.chosen)
	}
}

// activate performs the first enabled action for the selected row.
func (t *table) activate() {
	for _, a := range t.Actions {
		if t.chosen != "" && a.Enabled(t.chosen) {
			a.Do(t.chosen)
			return
		}
	}
}

// copy copies the selected row to the clipboard.
func (t *table) copy() {
	for _, r := range t.rows {
		if r.ID == t.chosen {
			with(func(texts []*C.char) { C.potr_copy(texts[0]) }, strings.Join(r.Cells, "\t"))
		}
	}
}
