// SPDX-License-Identifier: GPL-2.0-or-later

package text

import (
	"fmt"

	"github.com/leonelquinteros/gotext"

	"purple-otr/ui/locale"
)

// catalogue has the user's language; nil is English.
var catalogue *gotext.Po

// Speak has everything be said in the first of the languages that there is a
// catalogue for. It is called before anything is said.
func Speak(languages []string) { catalogue = locale.Best(languages) }

// none are the arguments the catalogue gets: it only looks up.
var none []any

// tr is a text in the user's language. The first argument is the English one,
// a single string literal, with the verbs of package fmt.
func tr(english string, args ...any) string {
	if catalogue == nil {
		return fmt.Sprintf(english, args...)
	}
	return fmt.Sprintf(catalogue.Get(english, none...), args...)
}

// trc is tr for a text that is short or has several meanings; context, which is
// not shown, says for translators which one.
func trc(context, english string, args ...any) string {
	if catalogue == nil {
		return fmt.Sprintf(english, args...)
	}
	return fmt.Sprintf(catalogue.GetC(english, context, none...), args...)
}

// trn is tr for a text that depends on how many n there are.
func trn(one, many string, n int, args ...any) string {
	switch {
	case catalogue != nil:
		return fmt.Sprintf(catalogue.GetN(one, many, n, none...), args...)
	case n == 1:
		return fmt.Sprintf(one, args...)
	}
	return fmt.Sprintf(many, args...)
}
