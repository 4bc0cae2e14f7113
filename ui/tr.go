// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import "fmt"

// tr is a text in the user's language. The first argument is the English one,
// a single string literal, with the verbs of package fmt.
func tr(english string, args ...any) string { return fmt.Sprintf(english, args...) }

// trc is tr for a text that is short or has several meanings; context, which is
// not shown, says for translators which one.
func trc(context, english string, args ...any) string { return fmt.Sprintf(english, args...) }

// trn is tr for a text that depends on how many n there are.
func trn(one, many string, n int, args ...any) string {
	if n == 1 {
		return fmt.Sprintf(one, args...)
	}
	return fmt.Sprintf(many, args...)
}
