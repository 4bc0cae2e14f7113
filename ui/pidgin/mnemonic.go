// SPDX-License-Identifier: GPL-2.0-or-later

package pidgin

import (
	"strings"
	"unicode"
)

// letters holds the letters that already do something in a dialog when pressed with Alt.
// The texts of dialogs contain no mnemonics, because they would do nothing in other
// programs, and translators would have to choose them for each language.
type letters map[rune]bool

// mark puts an underscore before a letter of label that is still free, at the beginning of
// a word if possible, as GTK expects it. Labels marked first get the best letters.
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
