// SPDX-License-Identifier: GPL-2.0-or-later

package text

// Settings.

func SettingsTitle() string   { return tr("OTR settings") }
func SettingsHeading() string { return tr("Private conversations") }

func SettingsText() string {
	return tr("These settings apply to all buddies who have no separate settings.")
}

func SettingsBuddyHeading(name string) string { return tr("Private conversations with %s", name) }

func SettingsBuddyText(name string) string {
	return tr("Unless you use separate settings for %s, the settings for all buddies apply.", name)
}

func SettingsStranger(name string) string {
	return tr("Settings are stored with a buddy, and %s is not in your buddy list. Add %s to the list first.", name, name)
}

func SettingOwn(name string) string { return tr("Use separate settings for %s", name) }
func SettingEnabled() string        { return tr("Allow private conversations") }
func SettingAutomatic() string {
	return tr("Start automatically when both sides support it")
}
func SettingRequire() string { return tr("Require encryption: never send unencrypted messages") }
func SettingAutomaticVerified() string {
	return tr("Start automatically only with verified buddies")
}
func SettingRequireVerified() string {
	return tr("Require encryption only with verified buddies")
}

// SettingOffer is about all buddies of an account.
func SettingOffer(account string) string {
	// Translators: %s is an account of the user. The offer is made of blanks in a message.
	return tr("Add an invisible offer of private conversations to unencrypted messages from %s", account)
}
func SettingNoLog() string { return tr("Do not log private conversations") }
func SettingVersion4() string {
	// Translators: OTR 4 is version 4 of Off-the-Record Messaging.
	return tr("Use the newer encryption (OTR 4, experimental) where both sides have it")
}

func SettingPlain() string {
	return tr("This buddy’s program shows codes such as &lt;: send plain text")
}
func SettingButton() string { return tr("Show the OTR button in conversation windows") }
func SettingHideDBus() string {
	return tr("Hide private conversations from other programs on D-Bus")
}

func SettingPadding() string {
	return tr("Hide how long private messages are")
}

// Translators: followed by a choice such as “Never” or “After 4 hours”.
func SettingIdle() string { return tr("End idle private conversations:") }

func SettingIdleAfter(hours int) string {
	if hours == 0 {
		return trc("end an idle conversation", "Never")
	}
	return trn("After %d hour", "After %d hours", hours, hours)
}

func ButtonSave() string { return trc("button", "Save") }
