// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

/*
#include "dialog.h"
*/
import "C"

import (
	"slices"
	"strings"
	"unsafe"

	"purple-otr/ui"
	"purple-otr/ui/text"
)

// A table is one on the screen.
type table struct {
	ui.Table
	d      *dialog
	sight  sight
	all    []*row
	sorted []*row // all, in the order in which they are seen
	rows   []*row // those that are seen, in this order
	chosen string // the ID of one of them, or empty
	wide   bool   // the columns have their widths
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
	d.table.refresh()
	C.potr_dialog_show(d.window, 0, 0)
}

// sortKey is what to compare to sort texts as the user's language does.
func sortKey(text string) string {
	c := cText(text)
	defer C.free(unsafe.Pointer(c))
	key := C.potr_sort_key(c)
	defer C.g_free(C.gpointer(key))
	return C.GoString(key)
}

// RefreshTables has those on the screen read their rows again.
func (s *Dialogs) RefreshTables() {
	for _, d := range s.open {
		if d.table != nil {
			d.table.refresh()
		}
	}
}

// refresh shows the rows as they are now. The chosen one stays so while it is
// there.
func (t *table) refresh() {
	t.all = merge(t.all, t.Rows(), len(t.Columns))
	t.sorted = t.sight.sort(t.all)
	if !t.wide && len(t.all) > 0 {
		t.wide = true // from now on they are as the user wants them
		for i, w := range widths(len(t.Columns), t.all) {
			with(func(texts []*C.char) {
				C.potr_table_set_width(t.d.window, C.int(i), texts[0], cbool(w.mono))
			}, w.sample)
		}
		C.potr_table_fit(t.d.window)
	}
	t.draw()
}

// draw shows those rows that are to be seen.
func (t *table) draw() {
	before := t.rows
	t.rows = t.sight.pick(t.sorted)
	if changed, same := differences(before, t.rows); same && before != nil {
		for _, i := range changed {
			C.potr_table_row_changed(t.d.window, C.int(i))
		}
	} else {
		C.potr_table_set_rows(t.d.window, C.int(len(t.rows)))
	}
	chosen := slices.IndexFunc(t.rows, func(r *row) bool { return r.ID == t.chosen })
	if chosen < 0 {
		t.chosen = ""
	}
	nothing := t.Empty
	if len(t.all) > 0 {
		nothing = text.NothingFound()
	}
	with(func(texts []*C.char) {
		C.potr_table_end(t.d.window, C.int(chosen), texts[0])
	}, nothing)
	t.follow()
}

// cell is what is written in one.
func (t *table) cell(row, column int) string {
	if row < 0 || row >= len(t.rows) || column < 0 || column >= len(t.Columns) {
		return ""
	}
	return t.rows[row].Cells[column]
}

// follow shows what can be done with the chosen row.
func (t *table) follow() {
	for i, a := range t.Actions {
		C.potr_table_enable(t.d.window, C.int(i), cbool(a.Enabled(t.chosen)))
	}
}

func (t *table) find(text string) {
	t.sight.search = text
	t.draw()
}

func (t *table) sort(column int) {
	t.sight = t.sight.click(column)
	C.potr_table_set_sorted(t.d.window, C.int(column), cbool(t.sight.reversed))
	t.sorted = t.sight.sort(t.all)
	t.draw()
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

// activate does the first thing that can be done with the chosen row.
func (t *table) activate() {
	for _, a := range t.Actions {
		if t.chosen != "" && a.Enabled(t.chosen) {
			a.Do(t.chosen)
			return
		}
	}
}

// copy puts the chosen row on the clipboard.
func (t *table) copy() {
	for _, r := range t.rows {
		if r.ID == t.chosen {
			with(func(texts []*C.char) { C.potr_copy(texts[0]) }, strings.Join(r.Cells, "\t"))
		}
	}
}
