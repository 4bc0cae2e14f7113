// SPDX-License-Identifier: GPL-2.0-or-later

// Package search decides which rows of a table have what the user types to search.
package search

import "strings"

// A Text is what is searched of a row, computed once for all searches.
type Text struct {
	cells  string // in small letters, a line for each cell
	digits string // the fingerprints without spaces
}

// New is the text of a row with these cells.
func New(cells []string) Text {
	t := Text{cells: strings.ToLower(strings.Join(cells, "\n"))}
	for _, cell := range cells {
		if IsFingerprint(cell) {
			t.digits += strings.ToLower(strings.ReplaceAll(cell, " ", "")) + "\n"
		}
	}
	return t
}

// HasFingerprint reports whether one of the cells is a fingerprint.
func (t Text) HasFingerprint() bool { return t.digits != "" }

// wholeEnough is from how many digits on a search is for a fingerprint only.
const wholeEnough = 16

// A Query is what to search for.
type Query struct {
	words  []string
	digits string // all of it, if it can be a fingerprint or a part of one
}

// Parse is what the user means who types s. Nothing is in every row.
func Parse(s string) Query {
	q := Query{words: strings.Fields(strings.ToLower(s))}
	digits := strings.NewReplacer(":", "", "-", "").Replace(strings.Join(q.words, ""))
	if strings.Trim(digits, "0123456789abcdef") == "" {
		q.digits = digits
	}
	return q
}

// In reports whether each word is in a cell of t. Capital letters do not count,
// nor how the digits of a fingerprint are grouped.
func (q Query) In(t Text) bool {
	if q.digits != "" && strings.Contains(t.digits, q.digits) {
		return true
	}
	if len(q.digits) >= wholeEnough && len(q.words) > 1 {
		return false // groups of few digits are in many fingerprints
	}
	for _, word := range q.words {
		if !strings.Contains(t.cells, word) && !strings.Contains(t.digits, word) {
			return false
		}
	}
	return true
}

// IsFingerprint reports whether a cell is one: groups of eight digits.
func IsFingerprint(cell string) bool {
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
