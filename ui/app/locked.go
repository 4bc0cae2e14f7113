// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// sendingLocked is Sending while the keys are locked. Text that may be sent unencrypted is
// sent, without an offer of OTR, because we could not answer the reply to it.
func (a *App) sendingLocked(c ui.Chat, typed string) (string, bool) {
	if a.prefs.policy(c)&otr.RequireEncryption != 0 {
		a.refuse(c, typed, text.SendLocked(), ui.UnlockKeys)
		a.keys.Do(ui.UnlockKeys)
		return "", false
	}
	if !a.toldUnlocked[c] {
		a.toldUnlocked[c] = true
		a.notice(c, ui.Warning, false, text.SentWhileLocked(), ui.UnlockKeys)
	}
	return typed, true
}

// receivingLocked is Receiving while the keys are locked.
func (a *App) receivingLocked(c ui.Chat, from, arrived string) (show string, ok bool) {
	if otr.IsProtocol([]byte(arrived)) {
		if !asksNothing(arrived) {
			a.keys.Need(c, from, arrived)
		}
		return "", false
	}
	arrived = string(otr.Untagged([]byte(arrived)))
	if a.Guards(c) {
		arrived = text.Unencrypted(a.name(c), arrived)
	}
	return arrived, true
}
