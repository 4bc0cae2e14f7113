// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"cmp"
	"slices"
	"strings"

	"purple-otr/ui"
	"purple-otr/ui/search"
)

// A row has, beside its cells, what is computed from them once.
type row struct {
	ui.Row
	text search.Text
	keys []string // by which columns are sorted
}

// mostEdits is how many rows may come and go one by one. For more it is quicker to
// show all of them anew.
const mostEdits = 64

// edits are what makes one list of rows another.
type edits struct {
	gone    []int // where rows were, the last one first
	come    []int // where rows are that were not there, the first one first
	changed []int // where rows are that have the same ID but other cells
}

// compare reports false if all rows are to be shown anew. It takes time for each row,
// but little.
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

// ahead is how many rows have gone and come until two have the same ID again, or more
// than most.
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

// A sight is which rows of a table are seen, and in which order.
type sight struct {
	search   string
	column   int // -1: as they came
	reversed bool
}

// of picks and sorts rows.
func (s sight) of(rows []*row) []*row { return s.pick(s.sort(rows)) }

// pick leaves the rows that are searched for.
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

// sort puts rows in order. Those that are equal stay as they came.
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
	slices.SortFunc(places, func(a, b place) int { // with at it is stable, and quicker than SortStableFunc
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

// click is what follows when the title of a column is clicked.
func (s sight) click(column int) sight {
	s.column, s.reversed = column, s.column == column && !s.reversed
	return s
}

// A width is how much is seen of a column.
type width struct {
	sample string // there is room for this
	mono   bool   // the letters all have one width, because it holds fingerprints
}

// widths are those of the widest cells, up to a limit.
func widths(columns int, rows []*row) []width {
	const most = 30
	w := make([]width, columns)
	for i := range w {
		widest := -1
		for _, r := range rows {
			cell := r.Cells[i]
			if r.text.HasFingerprint() && search.IsFingerprint(cell) {
				w[i] = width{cell, true}
				break
			}
			if len(cell) <= widest { // no more letters than bytes
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

// letterWidth is roughly how wide a text is. Letters of East Asia take two places.
func letterWidth(text string) (n int) {
	for _, r := range text {
		n++
		if r >= 0x1100 {
			n++
		}
	}
	return n
}
