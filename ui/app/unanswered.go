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

// A buddy's start that cannot be answered for now must not be met with silence:
// the buddy's program would let its user wait, and ours would not know. So the
// buddy reads that it cannot be, and our user reads why: in the conversation's
// window, and if there is none in a dialog that takes no keyboard.
//
// Strangers can bring this about as well. Together they get few answers and cause
// one dialog, which has no word of theirs in it.

// refusalInterval is the least time between two answers to the same buddy.
const refusalInterval = time.Minute

// errorMessage begins an OTR Error Message. Such a one is never answered: two
// programs that cannot answer would go on for ever.
const errorMessage = "?OTR Error:"

// cannotStart tells the buddy that there is no private conversation for now, and
// not why. Nothing depends on it: where it cannot be sent it is not.
func (a *App) cannotStart(c ui.Chat) {
	now := a.now()
	maps.DeleteFunc(a.refused, func(_ ui.Chat, at time.Time) bool {
		return now.Sub(at) >= refusalInterval || at.After(now) // the clock may have been set
	})
	if t := a.talks[c]; t != nil && t.session.Status().State == otr.Encrypted {
		return // what there is goes on, and is only not refreshed
	}
	if _, told := a.refused[c]; told || a.prefs.policy(c) == otr.Off || !ui.MayAnswer(a.host, c, a.refused) {
		return
	}
	if a.guard.transmitTo(c, "", errorMessage+" "+text.Refusal) == nil {
		a.refused[c] = now
	}
}

// asksNothing reports whether a message of the protocol's is only an error message.
func asksNothing(text string) bool { return strings.Contains(text, errorMessage) }
