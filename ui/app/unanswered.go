// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"maps"
	"strings"
	"time"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// If a buddy starts and we cannot answer now, silence would be wrong: the buddy's user
// would wait, and ours would not know. So we tell the buddy that it is not possible
// now, and tell our user why: in the conversation's window, or if there is none, in a
// dialog that does not take the keyboard focus.
//
// Strangers can cause this as well. So all of them together get few answers and cause
// one dialog, which contains no text from them.

// refusalInterval is the shortest time between two answers to the same buddy.
const refusalInterval = time.Minute

// errorMessage begins an OTR Error Message. We never answer one: two clients that cannot
// answer would send each other errors for ever.
const errorMessage = "?OTR Error:"

// cannotStart tells the buddy that no private conversation is possible now, but not why. If
// it cannot be sent, that does no harm.
func (a *App) cannotStart(c ui.Chat) {
	now := a.now()
	maps.DeleteFunc(a.refused, func(_ ui.Chat, at time.Time) bool {
		return now.Sub(at) >= refusalInterval || at.After(now) // the clock may have been set
	})
	if t := a.conversations[c]; t != nil && t.session.Status().State == otr.Encrypted {
		return // the conversation continues without a refresh
	}
	if _, told := a.refused[c]; told || a.prefs.policy(c) == otr.Off || !ui.MayAnswer(a.host, c, a.refused) {
		return
	}
	if a.guard.transmitTo(c, "", errorMessage+" "+text.Refusal) == nil {
		a.refused[c] = now
	}
}

// asksNothing reports whether a protocol message is only an error message.
func asksNothing(text string) bool { return strings.Contains(text, errorMessage) }
