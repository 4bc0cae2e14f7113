// SPDX-License-Identifier: GPL-2.0-or-later

package app

import "purple-otr/otr"

// logs keeps private conversations out of the log.
type logs struct{ *App }

// pauseLogging turns logging off if the user does not want private conversations logged.
// Call it before writing the first line about one.
func (lg logs) pauseLogging(t *conversation) {
	if t.logOff || !lg.prefs.settings(t.chat).noLog || !lg.host.Logging(t.chat) {
		return
	}
	t.logOff = true
	lg.host.SetLogging(t.chat, false)
}

// resumeLogging turns logging on again if pauseLogging turned it off and the user has
// changed that setting since.
func (lg logs) resumeLogging(t *conversation) {
	if t.logOff && !lg.prefs.settings(t.chat).noLog {
		t.logOff = false
		lg.host.SetLogging(t.chat, true)
	}
}

// restoreLogging turns logging on again when nothing in the conversation is private any
// more, no matter who ended it. If the user, and not pauseLogging, turned logging off, it
// stays off.
func (lg logs) restoreLogging(t *conversation) {
	if t.logOff && !t.private() {
		t.logOff = false
		lg.host.SetLogging(t.chat, true)
	}
}

// private reports whether what t's window shows now should stay out of the log: an
// encrypted conversation, text held for one, or a conversation that mover.finish has ended,
// until the user has decided.
func (t *conversation) private() bool {
	state := t.session.Status().State
	return state == otr.Encrypted || t.holding > 0 || t.unreachable && state == otr.Finished
}
