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
//
// Chinese, Japanese and Korean are typed with several keys for each character, so there the
// letter is a Latin one in parentheses behind the words, as in Pidgin's own menus.
func (l letters) mark(label string) string {
	const at = "\x00"
	best := l.best(label)
	if strings.ContainsFunc(label, composed) {
		if letter := l.unused(); letter != 0 {
			words := strings.TrimRight(label, "…:：")
			label, best = words+"("+string(letter)+")"+label[len(words):], len(words)+1
		}
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

// best returns where the letter to mark is, or -1.
func (l letters) best(label string) int {
	best, before := -1, ' '
	for i, r := range label {
		if key := unicode.ToLower(r); unicode.IsLetter(r) && !composed(r) && !l[key] {
			if !unicode.IsLetter(before) {
				return i
			}
			if best < 0 {
				best = i
			}
		}
		before = r
	}
	return best
}

// unused returns a Latin letter that does nothing yet, or 0.
func (l letters) unused() rune {
	for r := 'A'; r <= 'Z'; r++ {
		if !l[unicode.ToLower(r)] {
			return r
		}
	}
	return 0
}

// composed reports whether r is a character that no single key types.
func composed(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}
