// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"strings"

	"purple-otr/otr"
	"purple-otr/ui/text"
)

// View is what the conversation's indicator and menu show now. Looking changes
// nothing: no session is made and no file is written.
func (a *App) View(c Chat) View {
	level := a.level(c)
	on := a.policy(c) != otr.Off
	t := a.talks[c]
	waiting := t != nil && t.holding > 0
	changed := t != nil && a.undecided(t)
	running := level == Unverified || level == Private
	start := text.MenuStart()
	if running {
		start = text.MenuRefresh()
	}
	verify := text.MenuVerify()
	if level == Private {
		verify = text.MenuVerifyAgain()
	}
	locked := a.store.Locked()
	var menu []MenuItem
	if locked {
		menu = append(menu, MenuItem{Label: text.MenuUnlock(), Action: UnlockKeys, Enabled: true})
	}
	menu = append(menu, []MenuItem{
		// End has no key: it must not happen by a slip of the hand.
		{Label: start, Key: 'p', Action: StartOrRefresh, Enabled: on && a.host.Connected(c)},
		{Label: text.MenuEnd(), Action: End, Enabled: level != NotPrivate || waiting},
		{Label: verify, Key: 'y', Action: Verify, Enabled: running},
	}...)
	if t != nil {
		menu = append(menu, a.sessionItems(t)...)
	}
	menu = append(menu, MenuItem{},
		MenuItem{Label: text.MenuBuddySettings(), Action: BuddySettings, Enabled: true},
		MenuItem{Label: text.MenuKnownFingerprints(), Action: KnownFingerprints, Enabled: true},
		MenuItem{Label: text.MenuMyKeys(), Action: MyKeys, Enabled: true},
		MenuItem{Label: text.MenuExplain(), Action: Explain, Enabled: true},
	)
	return View{
		Level:    level,
		Word:     levelWord(level),
		Tooltip:  text.Tooltip(levelMeaning(level, a.name(c)), a.name(c), waiting, changed, locked),
		Menu:     menu,
		NoButton: !a.host.Pref("/"+prefButton, true),
		// A conversation that is private stays visible as such until it has
		// been ended, even if OTR has been switched off in the meantime.
		Hidden: !on && level == NotPrivate && !waiting,
	}
}

// Tools are the plugin's items in the program's own menu, and BuddyMenu those of
// a buddy in the list. They have no mnemonics.
func Tools() []MenuItem {
	return []MenuItem{
		{Label: text.ToolKnown(), Action: KnownFingerprints},
		{Label: text.ToolKeys(), Action: MyKeys},
		{Label: text.ToolSettings(), Action: Settings},
		{Label: text.ToolProtect(), Action: ProtectKeys},
		{Label: text.ToolImport(), Action: ImportKeys},
		{Label: text.ToolBackup(), Action: BackUpKeys},
		{Label: text.ToolRestore(), Action: RestoreKeys},
		{Label: text.ToolExplain(), Action: Explain},
	}
}

// BuddyMenu is described at Tools.
func BuddyMenu() []MenuItem {
	return []MenuItem{{Label: text.ToolBuddy(), Action: BuddySettings}}
}

// PlainMenu is v's menu for a program that can show nothing but labels: what
// cannot be chosen now is left out.
func PlainMenu(v View) (items []MenuItem) {
	if v.Hidden {
		return nil
	}
	for _, item := range v.Menu {
		if item.Label == "" || !item.Enabled {
			continue
		}
		item.Label = strings.ReplaceAll(item.Label, "_", "")
		if item.On {
			item.Label = text.ChosenItem(item.Label)
		}
		items = append(items, item)
	}
	return items
}

// level asks the engine and the store; it is kept nowhere.
func (a *App) level(c Chat) Level {
	st := otr.Status{}
	if t := a.talks[c]; t != nil {
		st = t.session.Status()
	}
	switch st.State {
	case otr.Finished:
		return Finished
	case otr.Encrypted:
		if trust, _ := a.store.Trust(buddy(c), st.Fingerprint); trust.Trusted() {
			return Private
		}
		return Unverified
	}
	if a.left[c] {
		return Finished
	}
	return NotPrivate
}
