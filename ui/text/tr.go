// SPDX-License-Identifier: GPL-2.0-or-later

package text

import (
	"fmt"
	"sync"

	"purple-otr/ui/locale"
)

// catalogue returns the catalogue of the user's language; nil means English. It is read
// when the first text is needed.
var catalogue = func() *locale.Catalogue { return nil }

// SetLanguages selects the first of the languages that has a catalogue; without one, the
// texts are English. It must be called before any other function of this package.
func SetLanguages(languages []string) {
	catalogue = sync.OnceValue(func() *locale.Catalogue { return locale.Best(languages) })
}

// A message is a text in every language.
type message struct {
	context, english string
	many             string // not empty: english is its singular, and n chooses the form
	n                int
	args             []any
}

// recorded holds the messages that texts were made of. It is nil unless a test has called
// Record.
var recorded map[string]message

func (m message) text() string {
	c := catalogue()
	sentence := c.GetC(m.english, m.context)
	if m.many != "" {
		sentence = c.GetN(m.english, m.many, m.n)
	}
	s := filled(sentence, m.args, c.RightToLeft())
	if recorded != nil {
		recorded[s] = m
	}
	return s
}

// tr is a text in the user's language. english is a single string literal, with the
// verbs of package fmt.
func tr(english string, args ...any) string {
	return message{english: english, args: args}.text()
}

// trc is tr for a text that is short or has several meanings. context tells translators
// which one is meant; it is not shown.
func trc(context, english string, args ...any) string {
	return message{context: context, english: english, args: args}.text()
}

// trn is tr for a text that depends on the number n.
func trn(one, many string, n int, args ...any) string {
	return message{english: one, many: many, n: n, args: args}.text()
}

// filled fills in the values of a sentence, and keeps the order of the words in both
// writing directions.
func filled(sentence string, args []any, rightToLeft bool) string {
	if rightToLeft {
		sentence, args = isolatedCommands(sentence), isolatedValues(args)
	}
	return directed(fmt.Sprintf(sentence, args...), rightToLeft)
}
