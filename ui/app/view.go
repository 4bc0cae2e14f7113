// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"purple-otr/keystore"
	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// View returns what the conversation's indicator and menu show now. It changes nothing: it
// makes no session and writes no file.
func (a *App) View(c ui.Chat) ui.View {
	level := a.level(c)
	on := a.prefs.policy(c) != otr.Off
	t := a.conversations[c]
	waiting := t != nil && t.holding > 0
	var changed, older bool // and the user has to decide
	if t != nil && a.decider.undecided(t) && !a.decider.awaits(t) {
		f := t.session.Status().Fingerprint
		changed, older = a.decider.changed(c, f), a.decider.older(t, f)
	}
	running := level == ui.Unverified || level == ui.Private
	start := text.MenuStart()
	if running {
		start = text.MenuRefresh()
	}
	verify := text.MenuVerify()
	if level == ui.Private {
		verify = text.MenuVerifyAgain()
	}
	locked := a.keys.Locked()
	var menu []ui.MenuItem
	if locked {
		menu = append(menu, ui.MenuItem{Label: text.MenuUnlock(), Action: ui.UnlockKeys, Enabled: true})
	}
	menu = append(menu, []ui.MenuItem{
		// End has no shortcut: a wrong key must not end the conversation.
		{Label: start, Key: 'p', Action: ui.StartOrRefresh, Enabled: on && a.host.Connected(c)},
		{Label: text.MenuEnd(), Action: ui.End, Enabled: level != ui.NotPrivate || waiting},
		{Label: verify, Key: 'y', Action: ui.Verify, Enabled: running},
	}...)
	if t != nil {
		menu = append(menu, a.router.sessionItems(t)...)
	}
	menu = append(menu, ui.MenuItem{},
		ui.MenuItem{Label: text.MenuBuddySettings(), Action: ui.BuddySettings, Enabled: true},
		ui.MenuItem{Label: text.MenuKnownFingerprints(), Action: ui.KnownFingerprints, Enabled: true},
		ui.MenuItem{Label: text.MenuMyKeys(), Action: ui.MyKeys, Enabled: true},
	)
	if !locked && a.store.Protection() != keystore.Plain {
		menu = append(menu, ui.MenuItem{Label: text.MenuLock(), Action: ui.LockKeys, Enabled: true})
	}
	menu = append(menu, ui.MenuItem{Label: text.MenuExplain(), Action: ui.Explain, Enabled: true})
	return ui.View{
		Level:    level,
		Word:     level.Word(),
		Tooltip:  text.Tooltip(levelMeaning(level, a.name(c)), a.name(c), waiting, changed, older, locked),
		Menu:     menu,
		NoButton: !a.host.Pref("/"+prefButton, true),
		// A private conversation stays visible as such until it has ended, even if OTR has
		// been turned off meanwhile.
		Hidden: !on && level == ui.NotPrivate && !waiting,
	}
}

// level returns how private c is. It asks the engine and the store each time; no copy is
// kept.
func (a *App) level(c ui.Chat) ui.Level {
	st := otr.Status{}
	if t := a.conversations[c]; t != nil {
		st = t.session.Status()
	}
	switch st.State {
	case otr.Finished:
		return ui.Finished
	case otr.Encrypted:
		if trust, _ := a.store.Trust(ui.BuddyOf(c), st.Fingerprint); trust.Trusted() {
			return ui.Private
		}
		return ui.Unverified
	}
	if a.left[c] {
		return ui.Finished
	}
	return ui.NotPrivate
}
