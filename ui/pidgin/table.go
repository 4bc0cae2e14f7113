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
)

// A table is one on the screen.
type table struct {
	ui.Table
	d      *dialog
	sight  sight
	rows   []ui.Row // as they are seen
	chosen string   // the ID of one of them, or empty
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
	all := slices.Clone(t.Rows())
	for i, r := range all {
		all[i].Cells = append(slices.Clone(r.Cells), make([]string, len(t.Columns))...)[:len(t.Columns)]
	}
	t.rows = t.sight.of(all)
	for i, r := range t.rows {
		with(func(cells []*C.char) {
			C.potr_table_set_row(t.d.window, C.int(i), (**C.char)(unsafe.Pointer(&cells[0])))
		}, r.Cells...)
	}
	for i, w := range widths(len(t.Columns), all) {
		C.potr_table_set_width(t.d.window, C.int(i), C.int(w.chars), cbool(w.mono))
	}
	chosen := slices.IndexFunc(t.rows, func(r ui.Row) bool { return r.ID == t.chosen })
	if chosen < 0 {
		t.chosen = ""
	}
	nothing := t.Empty
	if len(all) > 0 {
		nothing = ui.NothingFound()
	}
	with(func(texts []*C.char) {
		C.potr_table_end(t.d.window, C.int(len(t.rows)), C.int(chosen), texts[0])
	}, nothing)
	t.follow()
}

// follow shows what can be done with the chosen row.
func (t *table) follow() {
	for i, a := range t.Actions {
		C.potr_table_enable(t.d.window, C.int(i), cbool(a.Enabled(t.chosen)))
	}
}

func (t *table) find(text string) {
	t.sight.search = text
	t.refresh()
}

func (t *table) sort(column int) {
	t.sight = t.sight.click(column)
	C.potr_table_set_sorted(t.d.window, C.int(column), cbool(t.sight.reversed))
	t.refresh()
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
