// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"slices"
	"strings"

	"purple-otr/ui"
)

// A row has, beside its cells, what is computed from them once.
type row struct {
	ui.Row
	text    string   // what is searched: in small letters, a line for each cell
	compact string   // the fingerprints without spaces
	keys    []string // by which columns are sorted; nil: not computed yet
}

// merge makes rows of now, with so many cells. Those of before that have not
// changed are taken as they are.
func merge(before []*row, now []ui.Row, columns int) []*row {
	old := make(map[string]*row, len(before))
	for _, r := range before {
		old[r.ID] = r
	}
	all := make([]*row, len(now))
	for i, r := range now {
		cells := r.Cells
		if len(cells) != columns {
			cells = append(slices.Clone(cells), make([]string, columns)...)[:columns]
		}
		if o := old[r.ID]; o != nil && slices.Equal(o.Cells, cells) {
			all[i] = o
			continue
		}
		all[i] = newRow(ui.Row{ID: r.ID, Cells: cells})
	}
	return all
}

func newRow(r ui.Row) *row {
	it := &row{Row: r, text: strings.ToLower(strings.Join(r.Cells, "\n"))}
	for _, cell := range r.Cells {
		if isFingerprint(cell) {
			it.compact += strings.ToLower(strings.ReplaceAll(cell, " ", "")) + "\n"
		}
	}
	return it
}

// differences lists where two lists have different rows with the same ID. They
// are not the same list if another row is anywhere.
func differences(before, now []*row) (changed []int, same bool) {
	if len(before) != len(now) {
		return nil, false
	}
	for i, r := range now {
		if r.ID != before[i].ID {
			return nil, false
		}
		if r != before[i] {
			changed = append(changed, i)
		}
	}
	return changed, true
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
	found := s.finder()
	for _, r := range rows {
		if found(r) {
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
	setKeys(rows, s.column)
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b *row) int {
		order := strings.Compare(a.keys[s.column], b.keys[s.column])
		if s.reversed {
			return -order
		}
		return order
	})
	return sorted
}

// setKeys computes by what rows are sorted. Many have the same text in a column.
func setKeys(rows []*row, column int) {
	known := map[string]string{}
	for _, r := range rows {
		if r.keys == nil {
			r.keys = make([]string, len(r.Cells))
		}
		cell := r.Cells[column]
		if r.keys[column] != "" || cell == "" {
			continue
		}
		key, ok := known[cell]
		if !ok && isFingerprint(cell) {
			key = cell // it is no word of a language
		} else if !ok {
			key = sortKey(cell)
			known[cell] = key
		}
		r.keys[column] = key
	}
}

// wholeEnough is from how many digits on a search is for a fingerprint only.
const wholeEnough = 16

// finder reports whether each word to search for is in a cell. Capital letters do
// not count, nor how the digits of a fingerprint are grouped.
func (s sight) finder() func(r *row) bool {
	search := strings.ToLower(s.search)
	words := strings.Fields(search)
	digits := strings.NewReplacer(":", "", "-", "").Replace(strings.Join(words, ""))
	isHex := digits != "" && strings.Trim(digits, "0123456789abcdef") == ""
	return func(r *row) bool {
		if isHex && strings.Contains(r.compact, digits) {
			return true
		}
		if isHex && len(digits) >= wholeEnough && len(words) > 1 {
			return false // groups of few digits are in many fingerprints
		}
		for _, word := range words {
			if !strings.Contains(r.text, word) && !strings.Contains(r.compact, word) {
				return false
			}
		}
		return true
	}
}

// click is what follows when the title of a column is clicked.
func (s sight) click(column int) sight {
	s.column, s.reversed = column, s.column == column && !s.reversed
	return s
}

// isFingerprint reports whether a cell is one: groups of eight digits.
func isFingerprint(cell string) bool {
	if len(cell) < 17 || len(cell)%9 != 8 {
		return false
	}
	for i := range len(cell) {
		c := cell[i]
		if i%9 == 8 && c == ' ' || i%9 != 8 && ('0' <= c && c <= '9' || 'A' <= c && c <= 'F') {
			continue
		}
		return false
	}
	return true
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
			if r.compact != "" && isFingerprint(cell) {
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
