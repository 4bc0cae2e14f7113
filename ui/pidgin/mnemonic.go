// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"strings"
	"unicode"
)

// letters are those that do something in a dialog when they are pressed with Alt.
// The texts of dialogs name none, because they would do nothing in other programs
// and would have to be chosen anew in each language.
type letters map[rune]bool

// mark puts an underscore before the letter of label that will be its own, the
// beginning of a word if possible, as GTK wants it. What is marked first gets the
// best letters.
func (l letters) mark(label string) string {
	const at = "\x00"
	best, before := -1, ' '
	for i, r := range label {
		if key := unicode.ToLower(r); unicode.IsLetter(r) && !l[key] {
			if !unicode.IsLetter(before) {
				best = i
				break
			}
			if best < 0 {
				best = i
			}
		}
		before = r
	}
	if best >= 0 {
		for _, r := range label[best:] {
			l[unicode.ToLower(r)] = true
			break
		}
		label = label[:best] + at + label[best:]
	}
	return strings.NewReplacer("_", "__", at, "_").Replace(label)
}
