// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// What the flows about keys ask and tell: App is their Conversations and Contacts.

// Begin does what takes time when the program starts, or asks the user something.
func (a *App) Begin() { a.keys.Begin() }

// Reread has every conversation be as the store is now.
func (a *App) Reread() {
	if !a.keys.Locked() {
		clear(a.toldUnlocked)
	}
	for _, t := range a.all() {
		a.obey(t)
		a.settle(t)
	}
}

// KeyChanged has an account's conversations use the key that it has now.
func (a *App) KeyChanged(acc keystore.Account) {
	for _, t := range a.ofBare(acc) {
		a.obey(t)
	}
}

// EndAll ends the private conversations of an account whose key goes, under
// whatever resource.
func (a *App) EndAll(acc keystore.Account) {
	for _, t := range a.ofBare(acc) {
		if t.active() {
			a.commands.end(t, text.EndedByKey)
		}
	}
}

// Forget ends every private conversation and forgets its session, because the keys are
// being locked. Text that has waited for a private conversation is given back.
func (a *App) Forget() {
	for _, t := range a.all() {
		if t.active() {
			a.commands.end(t, text.EndedByLock)
		}
	}
	a.cleaner.dropAll()
	a.schedule()
}

func (a *App) ofBare(acc keystore.Account) []*talk {
	return slices.DeleteFunc(a.all(), func(t *talk) bool { return ui.AccountOf(t.chat).Bare() != acc.Bare() })
}

// Refuse tells the buddy that there is no private conversation for now, and the user
// line, if that is not empty.
func (a *App) Refuse(c ui.Chat, line string) {
	if t := a.talks[c]; t != nil {
		t.patience = noTime // it is we who do not answer
		if line != "" {
			a.hint(t, line)
		}
	}
	a.cannotStart(c)
}

// AskAnew asks the buddy for a private conversation, except where there is one or one
// is under way.
func (a *App) AskAnew(c ui.Chat) {
	if a.prefs.policy(c) == otr.Off || !a.host.Connected(c) {
		return
	}
	t, err := a.enter(c)
	if err != nil || t.session.Status().State == otr.Encrypted || !t.patience.IsZero() {
		return
	}
	a.obey(t)
	out, err := t.session.Start()
	if err != nil {
		a.host.Debug("asking anew: " + err.Error())
	}
	a.carry(t, out)
	a.settle(t)
}

// Allowed reports whether the user wants private conversations with the buddy.
func (a *App) Allowed(c ui.Chat) bool { return a.prefs.policy(c) != otr.Off }

// InUse lists in which conversations which keys are in use. Any of a buddy's programs
// counts.
func (a *App) InUse() (all []ui.KeyUse) {
	for _, t := range a.talks {
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
