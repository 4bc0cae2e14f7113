// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"cmp"
	"slices"
	"strings"

	"purple-otr/ui"
	"purple-otr/ui/search"
)

// A row has its cells and what is computed from them.
type row struct {
	ui.Row
	text search.Text
	keys []string // the sort key of each cell
}

// mostEdits is how many rows are inserted and deleted one by one. For more it is faster to
// show all rows again.
const mostEdits = 64

// edits turn one list of rows into another.
type edits struct {
	gone    []int // old indices of rows that were deleted, in descending order
	come    []int // new indices of rows that were inserted, in ascending order
	changed []int // new indices of rows with the same ID but other cells
}

// compare returns false if all rows should be shown again. It takes little time per row.
func compare(before, now []*row) (e edits, ok bool) {
	at, i := 0, 0
	for at < len(before) || i < len(now) {
		if at < len(before) && i < len(now) && before[at].ID == now[i].ID {
			if before[at] != now[i] {
				e.changed = append(e.changed, i)
			}
			at, i = at+1, i+1
			continue
		}
		left := mostEdits - len(e.gone) - len(e.come)
		gone, come := ahead(before[at:], now[i:], left)
		if gone+come > left {
			return edits{}, false
		}
		for range gone {
			e.gone = append(e.gone, at)
			at++
		}
		for range come {
			e.come = append(e.come, i)
			i++
		}
	}
	slices.Reverse(e.gone)
	return e, true
}

// ahead returns how many rows were deleted and inserted before the next pair with the same
// ID, or more than most.
func ahead(before, now []*row, most int) (gone, come int) {
	for n := 1; n <= most; n++ {
		for gone := range n + 1 {
			come := n - gone
			switch {
			case gone > len(before) || come > len(now):
			case gone == len(before) && come == len(now):
				return gone, come
			case gone < len(before) && come < len(now) && before[gone].ID == now[come].ID:
				return gone, come
			}
		}
	}
	return most + 1, 0
}

// A sight is a selection and order of a table's rows.
type sight struct {
	search   string
	column   int // -1: in their original order
	reversed bool
}

// of selects and sorts rows.
func (s sight) of(rows []*row) []*row { return s.pick(s.sort(rows)) }

// pick returns the rows that match the search.
func (s sight) pick(rows []*row) []*row {
	seen := make([]*row, 0, len(rows))
	query := search.Parse(s.search)
	for _, r := range rows {
		if query.In(r.text) {
			seen = append(seen, r)
		}
	}
	return seen
}

// sort sorts rows. Equal rows keep their order.
func (s sight) sort(rows []*row) []*row {
	if s.column < 0 {
		return rows
	}
	type place struct {
		key string
		at  int // in rows
	}
	places := make([]place, len(rows))
	for i, r := range rows {
		places[i] = place{r.keys[s.column], i}
	}
	slices.SortFunc(places, func(a, b place) int { // comparing at as well makes this stable, and it is faster than SortStableFunc
		order := strings.Compare(a.key, b.key)
		if s.reversed {
			order = -order
		}
		return cmp.Or(order, a.at-b.at)
	})
	sorted := make([]*row, len(rows))
	for i, p := range places {
		sorted[i] = rows[p.at]
	}
	return sorted
}

// click returns the sight after a click on the title of a column.
func (s sight) click(column int) sight {
	s.column, s.reversed = column, s.column == column && !s.reversed
	return s
}

// A width is the visible width of a column.
type width struct {
	sample string // the column is as wide as this text
	mono   bool   // in a monospaced font, because it contains fingerprints
}

// widths returns the widths of the widest cells, up to a limit.
func widths(columns int, rows []*row) []width {
	const most, mostDigits = 30, 44 // the digits of most keys; what is longer is shown in a dialog
	w := make([]width, columns)
	for i := range w {
		widest := -1
		for _, r := range rows {
			cell := r.Cells[i]
			if r.text.HasFingerprint() && search.IsFingerprint(cell) {
				w[i] = width{cell[:min(len(cell), mostDigits)], true}
				break
			}
			if len(cell) <= widest { // it has no more letters than bytes
				continue
			}
			if n := letterWidth(cell); n > widest {
				widest = n
				letters := []rune(cell)
				w[i].sample = string(letters[:min(len(letters), most)])
			}
		}
	}
	return w
}

// letterWidth returns roughly how wide a text is. East Asian letters count twice.
func letterWidth(text string) (n int) {
	for _, r := range text {
		n++
		if r >= 0x1100 {
			n++
		}
	}
	return n
}
