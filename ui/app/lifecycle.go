// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"

	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// Opened is called for each conversation window that appears. Most lines written while there
// was no window are lost, so Opened says how private the conversation is now.
func (a *App) Opened(c ui.Chat) {
	a.keys.Reload()
	if t := a.conversations[c]; t != nil {
		if t.private() {
			a.logs.pauseLogging(t)
		}
		a.presenter.showUnseen(t)
		if level := a.level(c); level != ui.NotPrivate {
			a.notice(c, ui.Info, false, status(a.name(c), level, a.host.Logging(c)), statusOffers(level)...)
		}
		if a.decider.undecided(t) {
			a.decider.ask(t)
		}
		if t.smp.asked {
			a.verifier.askAnswer(t, false)
		}
	}
	a.host.Refresh(c)
}

// Closed is called for each conversation window that closes. The session stays.
func (a *App) Closed(c ui.Chat) {
	t := a.conversations[c]
	delete(a.left, c)
	if t == nil {
		return
	}
	t.logOff = false // libpurple applies its own setting to the next window
	if t.idle() {
		a.cleaner.drop(t)
	}
}

// SigningOff is called when the user takes an account offline and the network is still
// there. It tells the buddies that their private conversations end. As if the buddy had
// ended one, what the user types there is not sent until the user has decided.
func (a *App) SigningOff(protocol, name string) {
	for _, t := range a.of(keystore.Account{Protocol: protocol, Name: name}) {
		out := t.session.Expire()
		if !has[otr.Expired](out) {
			a.perform(t, out) // returns held text to the user
			a.update(t)
			continue
		}
		out.Events = slices.DeleteFunc(out.Events, func(e otr.Event) bool { _, ok := e.(otr.Expired); return ok })
		err := a.perform(t, out)
		a.notice(t.chat, ui.Warning, false, text.EndedBySignOff(a.name(t.chat), err == nil), startAgain...)
		a.update(t)
	}
}

// SignedOff is called when an account has gone offline for any reason. A broken connection
// ends no session, because the buddy's session continues.
func (a *App) SignedOff(protocol, name string) {
	for _, t := range a.of(keystore.Account{Protocol: protocol, Name: name}) {
		t.awaitNothing()
	}
	a.guard.forget(keystore.Account{Protocol: protocol, Name: name})
	a.redrawAccount(protocol, name)
}

// SignedOn is called when an account is online again.
func (a *App) SignedOn(protocol, name string) {
	a.prefs.prepareIdentities(false) // there may be a new account
	for _, t := range a.of(keystore.Account{Protocol: protocol, Name: name}) {
		a.update(t) // the computer may have slept
		if t.session.Status().State == otr.Encrypted {
			a.notice(t.chat, ui.Info, false, text.Reconnected(a.name(t.chat)), startAgain...)
		}
	}
	a.redrawAccount(protocol, name)
}

// redrawAccount redraws an account's open conversations.
func (a *App) redrawAccount(protocol, name string) {
	for _, c := range a.host.Chats() {
		if c.Protocol == protocol && c.Account == name {
			a.host.Refresh(c)
		}
	}
}
