// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"purple-otr/ui"
)

// A sight is which rows of a table are seen, and in which order.
type sight struct {
	search   string
	column   int // -1: as they came
	reversed bool
}

// of picks and sorts rows. Those that are equal stay as they came.
func (s sight) of(rows []ui.Row) []ui.Row {
	var seen []ui.Row
	for _, r := range rows {
		if s.found(r) {
			seen = append(seen, r)
		}
	}
	if s.column >= 0 {
		slices.SortStableFunc(seen, func(a, b ui.Row) int {
			order := strings.Compare(strings.ToLower(a.Cells[s.column]), strings.ToLower(b.Cells[s.column]))
			if s.reversed {
				return -order
			}
			return order
		})
	}
	return seen
}

// found reports whether each word to search for is in a cell. Capital letters do
// not count.
func (s sight) found(r ui.Row) bool {
	all := strings.ToLower(strings.Join(r.Cells, "\n"))
	for _, word := range strings.Fields(strings.ToLower(s.search)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}

// click is what follows when the title of a column is clicked.
func (s sight) click(column int) sight {
	s.column, s.reversed = column, s.column == column && !s.reversed
	return s
}

var fingerprint = regexp.MustCompile(`^[0-9A-F]{8}( [0-9A-F]{8}){4}$`)

// A width is how much is seen of a column.
type width struct {
	chars int  // the rest of a longer cell is cut off; 0: it has none
	mono  bool // the letters all have one width, because it holds fingerprints
}

func widths(columns int, rows []ui.Row) []width {
	const most = 30
	w := make([]width, columns)
	for i := range w {
		for _, r := range rows {
			if fingerprint.MatchString(r.Cells[i]) {
				w[i] = width{mono: true}
				break
			}
			if utf8.RuneCountInString(r.Cells[i]) > most {
				w[i].chars = most
			}
		}
	}
	return w
}
