// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// App implements Conversations and Contacts for package keys.

// Begin starts what takes time when the program starts, or asks the user something.
func (a *App) Begin() { a.keys.Begin() }

// ApplyStore brings all conversations up to date with the store.
func (a *App) ApplyStore() {
	if !a.keys.Locked() {
		clear(a.toldUnlocked)
		a.prefs.prepareIdentities(false)
	}
	for _, t := range a.all() {
		a.applySettings(t)
		a.update(t)
	}
}

// KeyChanged makes an account's conversations use its current key.
func (a *App) KeyChanged(acc keystore.Account) {
	for _, t := range a.ofBare(acc) {
		a.applySettings(t)
	}
}

// EndAll ends the private conversations of an account, under any XMPP resource, because its
// key is about to be removed.
func (a *App) EndAll(acc keystore.Account) {
	for _, t := range a.ofBare(acc) {
		if t.active() {
			a.commands.end(t, text.EndedByKey)
		}
	}
}

// Forget ends every private conversation and deletes its session, because the keys are
// being locked. Held text is returned to the user.
func (a *App) Forget() {
	for _, t := range a.all() {
		if t.active() {
			a.commands.end(t, text.EndedByLock)
		}
	}
	a.cleaner.dropAll()
	a.schedule()
}

// ofBare returns the conversations of acc under any XMPP resource.
func (a *App) ofBare(acc keystore.Account) []*conversation {
	return slices.DeleteFunc(a.all(), func(t *conversation) bool { return ui.AccountOf(t.chat).Bare() != acc.Bare() })
}

// Refuse tells the buddy that no private conversation is possible now, and tells the user
// line, if that is not empty.
func (a *App) Refuse(c ui.Chat, line string) {
	if t := a.conversations[c]; t != nil {
		t.awaitNothing() // the answer that is missing is ours
		if line != "" {
			a.noticeOnce(t, line)
		}
	}
	a.cannotStart(c)
}

// AskAgain asks the buddy for a private conversation, unless there is one already or one
// has been asked for.
func (a *App) AskAgain(c ui.Chat) {
	if a.prefs.policy(c) == otr.Off || !a.host.Connected(c) {
		return
	}
	t, err := a.enter(c)
	if err != nil || t.session.Status().State == otr.Encrypted || !t.noAnswerAt.IsZero() {
		return
	}
	a.applySettings(t)
	out, err := t.session.Start()
	if err != nil {
		a.host.Debug("asking again: " + err.Error())
	}
	a.perform(t, out)
	a.update(t)
}

// Allowed reports whether OTR is on for the buddy.
func (a *App) Allowed(c ui.Chat) bool { return a.prefs.policy(c) != otr.Off }

// InUse lists which keys are in use in which conversations, on any of a buddy's devices.
func (a *App) InUse() (all []ui.KeyUse) {
	for _, t := range a.conversations {
		best := map[otr.Fingerprint]ui.Level{}
		for _, st := range t.session.Instances() {
			level := a.router.security(t.chat, st)
			if st.State == otr.Finished {
				level = ui.Finished
			}
			if level.Better(best[st.Fingerprint]) {
				best[st.Fingerprint] = level
			}
		}
		for f, level := range best {
			if level != ui.NotPrivate {
				all = append(all, ui.KeyUse{Chat: t.chat, Fingerprint: f, Level: level})
			}
		}
	}
	return all
}
