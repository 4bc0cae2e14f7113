// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strconv"

	"purple-otr/ui"
	"purple-otr/ui/text"
)

// idleHours are what the user can choose from.
var idleHours = []int{0, 1, 4, 24}

// The places of the fields that make up a settings value, in a form.
const (
	setEnabled = iota
	setAutomatic
	setRequire
	setNoLog
	setFields
)

// fields are s to be changed. first is the place of the first one in the form,
// needs what they need besides one another.
func (s settings) fields(first, needs int) []ui.Field {
	return []ui.Field{
		{Kind: ui.Check, Label: text.SettingEnabled(), Value: ui.Checked(s.enabled), Needs: needs},
		{Kind: ui.Check, Label: text.SettingAutomatic(), Value: ui.Checked(s.automatic), Needs: first + setEnabled + 1},
		{Kind: ui.Check, Label: text.SettingRequire(), Value: ui.Checked(s.require), Needs: first + setEnabled + 1},
		{Kind: ui.Check, Label: text.SettingNoLog(), Value: ui.Checked(s.noLog), Needs: first + setEnabled + 1},
	}
}

func readSettings(v []string) settings {
	on := func(i int) bool { return v[i] == ui.Checked(true) }
	return settings{enabled: on(setEnabled), automatic: on(setAutomatic), require: on(setRequire), noLog: on(setNoLog)}
}

// globalSettings are those of everybody who has none of his own.
func (a *App) globalSettings() {
	hours := slices.Index(idleHours, a.host.PrefInt(prefIdleHours, 0))
	options := make([]string, len(idleHours))
	for i, n := range idleHours {
		options[i] = text.SettingIdleAfter(n)
	}
	if hours < 0 { // somebody has written another number
		hours, options = len(options), append(options, text.SettingIdleAfter(a.host.PrefInt(prefIdleHours, 0)))
	}
	a.host.AskForm(ui.Form{
		Title: text.SettingsTitle(), Heading: text.SettingsHeading(), Text: text.SettingsText(),
		Fields: append(a.everybodys().fields(0, 0),
			ui.Field{Kind: ui.Check, Label: text.SettingButton(), Value: ui.Checked(a.host.Pref("/"+prefButton, true))},
			ui.Field{Kind: ui.Check, Label: text.SettingHideDBus(), Value: ui.Checked(a.host.Pref(prefHideDBus, true))},
			ui.Field{Kind: ui.Choice, Label: text.SettingIdle(), Options: options, Value: strconv.Itoa(hours)},
			ui.Field{Kind: ui.Check, Label: text.SettingProtect()},
		),
		OK: text.ButtonSave(), Cancel: text.ButtonCancel(),
		Done: func(ok bool, v []string) {
			if !ok || a.closed {
				return
			}
			s := readSettings(v)
			for key, on := range s.prefs() {
				a.host.SetPref("/"+key, on)
			}
			v = v[setFields:]
			a.host.SetPref("/"+prefButton, v[0] == ui.Checked(true))
			a.host.SetPref(prefHideDBus, v[1] == ui.Checked(true))
			if i, err := strconv.Atoi(v[2]); err == nil && i < len(idleHours) {
				a.host.SetPrefInt(prefIdleHours, idleHours[i])
			}
			a.settingsChanged()
			if v[3] == ui.Checked(true) {
				a.keys.Do(ui.ProtectKeys)
			}
		},
	})
}

// buddySettings are those of one buddy.
func (a *App) buddySettings(c ui.Chat) (problem string) {
	name := a.name(c)
	if !a.host.OnList(c) {
		return text.SettingsStranger(name)
	}
	own := a.host.BuddyPref(c, prefOverride, false)
	a.host.AskForm(ui.Form{
		Chat: c, Title: text.SettingsTitle(), Heading: text.SettingsBuddyHeading(name), Text: text.SettingsBuddyText(name),
		Fields: append([]ui.Field{{Kind: ui.Check, Label: text.SettingOwn(name), Value: ui.Checked(own)}},
			a.settings(c).fields(1, 1)...),
		OK: text.ButtonSave(), Cancel: text.ButtonCancel(),
		Done: func(ok bool, v []string) {
			if !ok || a.closed || !a.host.OnList(c) {
				return
			}
			own := v[0] == ui.Checked(true)
			a.host.SetBuddyPref(c, prefOverride, own)
			if own {
				for key, on := range readSettings(v[1:]).prefs() {
					a.host.SetBuddyPref(c, key, on)
				}
			}
			a.settingsChanged()
		},
	})
	return ""
}

// prefs is where s is kept.
func (s settings) prefs() map[string]bool {
	return map[string]bool{prefEnabled: s.enabled, prefAutomatic: s.automatic, prefRequire: s.require, prefNoLog: s.noLog}
}

// settingsChanged has them take effect at once.
func (a *App) settingsChanged() {
	if a.secretive {
		a.hideMessages()
	}
	for _, t := range a.all() {
		a.obey(t)
		if t.private() {
			a.quiet(t)
			a.unquiet(t)
		}
		a.settle(t)
	}
	for _, c := range a.host.Chats() {
		a.host.Refresh(c)
	}
	a.host.RefreshTables()
}
