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

// widths are how many characters of each column are seen; 0: all of them,
// because it holds fingerprints. The rest of a longer cell is cut off.
func widths(columns []string, rows []ui.Row) []int {
	const most = 28
	w := make([]int, len(columns))
	for i, title := range columns {
		w[i] = utf8.RuneCountInString(title) + 2 // room for the arrow
		for _, r := range rows {
			if fingerprint.MatchString(r.Cells[i]) {
				w[i] = 0
				break
			}
			w[i] = max(w[i], min(utf8.RuneCountInString(r.Cells[i]), most))
		}
	}
	return w
}
