// SPDX-License-Identifier: GPL-2.0-or-later

// Package search decides which rows of a table match what the user types into the search
// field.
package search

import "strings"

// A Text is the part of a row that can be searched, computed once for all searches.
type Text struct {
	cells  string // in lower case, one line for each cell
	digits string // the fingerprints without spaces
}

// New returns the text of a row with these cells.
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

// wholeEnough is the number of digits from which on a search is only for a fingerprint.
const wholeEnough = 16

// A Query is what the user wants to find.
type Query struct {
	words  []string
	digits string // the whole query, if it can be a fingerprint or part of one
}

// Parse returns the query for what the user typed. Every row matches an empty query.
func Parse(s string) Query {
	q := Query{words: strings.Fields(strings.ToLower(s))}
	digits := strings.NewReplacer(":", "", "-", "").Replace(strings.Join(q.words, ""))
	if strings.Trim(digits, "0123456789abcdef") == "" {
		q.digits = digits
	}
	return q
}

// In reports whether each word is in a cell of t. The case of letters does not matter, and
// neither does the grouping of a fingerprint's digits.
func (q Query) In(t Text) bool {
	if q.digits != "" && strings.Contains(t.digits, q.digits) {
		return true
	}
	if len(q.digits) >= wholeEnough && len(q.words) > 1 {
		return false // many fingerprints contain groups of few digits
	}
	for _, word := range q.words {
		if !strings.Contains(t.cells, word) && !strings.Contains(t.digits, word) {
			return false
		}
	}
	return true
}

// IsFingerprint reports whether a cell is a fingerprint: groups of eight digits.
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
