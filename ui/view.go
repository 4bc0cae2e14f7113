// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import "purple-otr/otr"

// View is what the conversation's indicator and menu show now. Looking changes
// nothing: no session is made and no file is written.
func (a *App) View(c Chat) View {
	level := a.level(c)
	on := a.policy(c) != 0
	t := a.talks[c]
	waiting := t != nil && t.holding > 0
	changed := t != nil && a.undecided(t)
	running := level == Unverified || level == Private
	start := menuStart
	if running {
		start = menuRefresh
	}
	return View{
		Level:   level,
		Word:    levelWord(level),
		Tooltip: tooltip(level, a.name(c), waiting, changed),
		Menu: []MenuItem{
			{Label: start, Action: StartOrRefresh, Enabled: on && a.host.Connected(c)},
			{Label: menuEnd, Action: End, Enabled: level != NotPrivate || waiting},
			{Label: menuVerify, Action: Verify, Enabled: running},
		},
		// A conversation that is private stays visible as such until it has
		// been ended, even if OTR has been switched off in the meantime.
		Hidden: !on && level == NotPrivate && !waiting,
	}
}

// level asks the engine and the store; it is kept nowhere.
func (a *App) level(c Chat) Level {
	t := a.talks[c]
	if t == nil {
		return NotPrivate
	}
	st := t.session.Status()
	switch st.State {
	case otr.Finished:
		return Finished
	case otr.Encrypted:
		if trust, _ := a.store.Trust(buddy(c), st.Fingerprint); trust.Trusted() {
			return Private
		}
		return Unverified
	}
	return NotPrivate
}
