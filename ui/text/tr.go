// SPDX-License-Identifier: GPL-2.0-or-later

package text

import (
	"fmt"

	"github.com/leonelquinteros/gotext"

	"purple-otr/ui/locale"
)

// catalogue is for the user's language; nil means English.
var catalogue *gotext.Po

// SetLanguages selects the first of the languages that has a catalogue; without one, the
// texts are English. It must be called before any other function of this package.
func SetLanguages(languages []string) { catalogue = locale.Best(languages) }

// none are the arguments for the catalogue, which only looks texts up.
var none []any

// tr is a text in the user's language. english is a single string literal, with the
// verbs of package fmt.
func tr(english string, args ...any) string {
	if catalogue == nil {
		return fmt.Sprintf(english, args...)
	}
	return fmt.Sprintf(catalogue.Get(english, none...), args...)
}

// trc is tr for a text that is short or has several meanings. context tells translators
// which one is meant; it is not shown.
func trc(context, english string, args ...any) string {
	if catalogue == nil {
		return fmt.Sprintf(english, args...)
	}
	return fmt.Sprintf(catalogue.GetC(english, context, none...), args...)
}

// trn is tr for a text that depends on the number n.
func trn(one, many string, n int, args ...any) string {
	switch {
	case catalogue != nil:
		return fmt.Sprintf(catalogue.GetN(one, many, n, none...), args...)
	case n == 1:
		return fmt.Sprintf(one, args...)
	}
	return fmt.Sprintf(many, args...)
}
