// SPDX-License-Identifier: GPL-2.0-or-later

package text

import (
	"strings"
	"unicode"
)

// How much of a text from others or from the system is shown, in characters.
const (
	MaxName   = 64
	MaxError  = 200
	MaxReason = 500
)

// Clean prepares a string that somebody else chose for use inside one of our sentences:
// one line, at most max characters, and nothing that could hide or reorder the words
// around it. The result is plain text, not HTML.
func Clean(s string, max int) string { return cleaned(s, max, true) }

// CleanTyped is Clean for what somebody has typed in one line: every blank stays.
func CleanTyped(s string, max int) string { return cleaned(s, max, false) }

// cleaned is Clean. With fold, blanks that are not between words are left out.
func cleaned(s string, max int, fold bool) string {
	var b strings.Builder
	n, space := 0, false
	for _, r := range s { // invalid UTF-8 comes out as U+FFFD
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			if fold {
				space = true
				continue
			}
			r = ' '
		}
		if invisible(r) {
			continue
		}
		if space && n > 0 {
			b.WriteByte(' ')
			n++
		}
		space = false
		if n >= max {
			b.WriteRune('…')
			break
		}
		b.WriteRune(r)
		n++
	}
	return isolate(b.String())
}

// invisible reports whether r draws nothing. Among these are the controls that
// change the direction of text. The two joiners stay, because Persian and
// emoji need them.
func invisible(r rune) bool {
	const zwnj, zwj = '\u200c', '\u200d'
	return unicode.In(r, unicode.Cf, unicode.Co, unicode.Variation_Selector) && r != zwnj && r != zwj
}

var htmlEscaper = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;", "\n", "<br>")

// Escape turns one of our plain texts into HTML. Text from others has been through
// Clean, so every line break in plain is ours.
func Escape(plain string) string { return htmlEscaper.Replace(plain) }
