// SPDX-License-Identifier: GPL-2.0-or-later

package app

import "purple-otr/otr"

// logs keeps private conversations out of the log.
type logs struct{ *App }

// quiet switches logging off if the user does not want private conversations
// logged. It comes before the first line about one is written.
func (lg logs) quiet(t *talk) {
	if t.logOff || !lg.prefs.settings(t.chat).noLog || !lg.host.Logging(t.chat) {
		return
	}
	t.logOff = true
	lg.host.SetLogging(t.chat, false)
}

// unquiet switches logging on again if quiet has switched it off and the user
// has come to want it.
func (lg logs) unquiet(t *talk) {
	if t.logOff && !lg.prefs.settings(t.chat).noLog {
		t.logOff = false
		lg.host.SetLogging(t.chat, true)
	}
}

// restoreLogging puts logging back to what it was as soon as nothing in the
// conversation is private any more, whoever ended it. If the user had switched
// logging off, it was not quiet that did it, and it stays off.
func (lg logs) restoreLogging(t *talk) {
	if t.logOff && !t.private() {
		t.logOff = false
		lg.host.SetLogging(t.chat, true)
	}
}

// private reports whether what is written in t's window now should stay out of
// the log: an encrypted conversation, text that waits for one, or what follows one
// that has lost its buddy, until the user has decided.
func (t *talk) private() bool {
	state := t.session.Status().State
	return state == otr.Encrypted || t.holding > 0 || t.adrift && state == otr.Finished
}
