// SPDX-License-Identifier: GPL-2.0-or-later

package app

import (
	"slices"
	"strconv"

	"purple-otr/otr"
	"purple-otr/ui"
	"purple-otr/ui/text"
)

// idleHours are the choices for how long a private conversation may be idle.
var idleHours = []int{0, 1, 4, 24}

// The places of the fields that make up a settings value, in a form.
const (
	setEnabled = iota
	setAutomatic
	setRequire
	setNoLog
	setVersion4
	setFields
)

// verifiedFields is how many fields of the form for everybody follow these, about
// verified buddies.
const verifiedFields = 2

// fields returns form fields for editing s. first is the index of the first field in the
// form; needs is the Needs of the first field.
func (s settings) fields(first, needs int) []ui.Field {
	return []ui.Field{
		{Kind: ui.Check, Label: text.SettingEnabled(), Value: ui.Checked(s.enabled), Needs: needs},
		{Kind: ui.Check, Label: text.SettingAutomatic(), Value: ui.Checked(s.automatic), Needs: first + setEnabled + 1},
		{Kind: ui.Check, Label: text.SettingRequire(), Value: ui.Checked(s.require), Needs: first + setEnabled + 1},
		{Kind: ui.Check, Label: text.SettingNoLog(), Value: ui.Checked(s.noLog), Needs: first + setEnabled + 1},
		{Kind: ui.Check, Label: text.SettingVersion4(), Value: ui.Checked(s.version4), Needs: first + setEnabled + 1},
	}
}

func readSettings(v []string) settings {
	on := func(i int) bool { return v[i] == ui.Checked(true) }
	return settings{
		enabled: on(setEnabled), automatic: on(setAutomatic), require: on(setRequire), noLog: on(setNoLog), version4: on(setVersion4),
	}
}

// editGlobalSettings shows the form for the settings that apply where a buddy has no
// override.
func (ps preferences) editGlobalSettings() {
	hours := slices.Index(idleHours, ps.host.PrefInt(prefIdleHours, 0))
	options := make([]string, len(idleHours))
	for i, n := range idleHours {
		options[i] = text.SettingIdleAfter(n)
	}
	if hours < 0 { // the preference has a number that we do not offer
		hours, options = len(options), append(options, text.SettingIdleAfter(ps.host.PrefInt(prefIdleHours, 0)))
	}
	s := ps.global()
	ps.host.AskForm(ui.Form{
		Title: text.SettingsTitle(), Heading: text.SettingsHeading(), Text: text.SettingsText(),
		Fields: append(s.fields(0, 0),
			ui.Field{Kind: ui.Check, Label: text.SettingAutomaticVerified(), Value: ui.Checked(s.automaticVerified), Needs: setAutomatic + 1},
			ui.Field{Kind: ui.Check, Label: text.SettingRequireVerified(), Value: ui.Checked(s.requireVerified), Needs: setRequire + 1},
			ui.Field{Kind: ui.Check, Label: text.SettingButton(), Value: ui.Checked(ps.host.Pref("/"+prefButton, true))},
			ui.Field{Kind: ui.Check, Label: text.SettingHideDBus(), Value: ui.Checked(ps.host.Pref(prefHideDBus, true))},
			ui.Field{Kind: ui.Choice, Label: text.SettingIdle(), Options: options, Value: strconv.Itoa(hours)},
			ui.Field{Kind: ui.Check, Label: text.SettingPadding(), Value: ui.Checked(ps.padding())},
		),
		OK: text.ButtonSave(), Cancel: text.ButtonCancel(),
		Done: func(ok bool, v []string) {
			if !ok || ps.closed {
				return
			}
			s := readSettings(v)
			for key, on := range s.prefs() {
				ps.host.SetPref("/"+key, on)
			}
			v = v[setFields:]
			ps.host.SetPref(prefAutomaticVerified, v[0] == ui.Checked(true))
			ps.host.SetPref(prefRequireVerified, v[1] == ui.Checked(true))
			v = v[verifiedFields:]
			ps.host.SetPref("/"+prefButton, v[0] == ui.Checked(true))
			ps.host.SetPref(prefHideDBus, v[1] == ui.Checked(true))
			if i, err := strconv.Atoi(v[2]); err == nil && i < len(idleHours) {
				ps.host.SetPrefInt(prefIdleHours, idleHours[i])
			}
			ps.host.SetPref(prefPadding, v[3] == ui.Checked(true))
			ps.settingsChanged()
		},
	})
}

// editBuddySettings shows the form for one buddy's settings.
func (ps preferences) editBuddySettings(c ui.Chat) (problem string) {
	name := ps.name(c)
	if !ps.host.OnList(c) {
		return text.SettingsStranger(name)
	}
	own, readsPlain := ps.host.BuddyPref(c, prefOverride, false), ps.encoder.readsPlain(c)
	acc := ui.AccountOf(c)
	offer := ui.Field{Kind: ui.Check, Label: text.SettingOffer(ui.AccountName(acc)), Value: ui.Checked(ps.offers(c))}
	plain := ui.Field{Kind: ui.Check, Label: text.SettingPlain(), Value: ui.Checked(readsPlain)}
	ps.host.AskForm(ui.Form{
		Chat: c, Title: text.SettingsTitle(), Heading: text.SettingsBuddyHeading(name), Text: text.SettingsBuddyText(name),
		Fields: append([]ui.Field{{Kind: ui.Check, Label: text.SettingOwn(name), Value: ui.Checked(own)}},
			append(ps.settings(c).fields(1, 1), plain, offer)...),
		OK: text.ButtonSave(), Cancel: text.ButtonCancel(),
		Done: func(ok bool, v []string) {
			if !ok || ps.closed || !ps.host.OnList(c) {
				return
			}
			own := v[0] == ui.Checked(true)
			if offers := v[len(v)-1] == ui.Checked(true); offers != ps.offers(c) {
				ps.host.SetPref(offerPref(acc), !offers)
			}
			ps.host.SetBuddyPref(c, prefOverride, own)
			if own {
				for key, on := range readSettings(v[1:]).prefs() {
					ps.host.SetBuddyPref(c, key, on)
				}
			}
			if now := v[len(v)-2] == ui.Checked(true); now != readsPlain {
				ps.encoder.setReadsPlain(c, now)
			}
			if ps.policy(c)&otr.AllowV4 != 0 {
				ps.keys.PrepareIdentity(acc, true)
			}
			ps.settingsChanged()
		},
	})
	return ""
}

// prefs returns s as preferences by their names.
func (s settings) prefs() map[string]bool {
	return map[string]bool{
		prefEnabled: s.enabled, prefAutomatic: s.automatic, prefRequire: s.require, prefNoLog: s.noLog, prefVersion4: s.version4,
	}
}

// settingsChanged applies changed settings at once.
func (ps preferences) settingsChanged() {
	if ps.hidingFromDBus {
		ps.guard.hideFromDBus()
	}
	ps.prepareIdentities(true)
	for _, t := range ps.all() {
		ps.applySettings(t)
		if t.private() {
			ps.logs.pauseLogging(t)
			ps.logs.resumeLogging(t)
		}
		ps.update(t)
	}
	for _, c := range ps.host.Chats() {
		ps.host.Refresh(c)
	}
	ps.host.RefreshTables()
}
