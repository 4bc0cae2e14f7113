// SPDX-License-Identifier: GPL-2.0-or-later

package text

import (
	"strings"
	"unicode"
)

// colons are the marks that end a label: of most scripts, full-width in Chinese and Japanese,
// Armenian, Ethiopic, Khmer and Mongolian.
const colons = ":：﹕︓՝։፡፥፦៖᠄"

// withoutColon is a label as the name of its field, to be used in a sentence. In French, a
// no-break space is before the colon.
func withoutColon(label string) string {
	label = strings.TrimRightFunc(label, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(colons, r) })
	return strings.TrimSpace(label)
}

// List joins what stands beside each other in a line.
func List(items ...string) string { return strings.Join(items, catalogue().Marks().Comma) }
