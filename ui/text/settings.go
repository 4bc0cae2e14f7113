// SPDX-License-Identifier: GPL-2.0-or-later

package text

// Settings.

func SettingsTitle() string   { return tr("Privacy settings") }
func SettingsHeading() string { return tr("Private conversations") }

func SettingsText() string {
	return tr("This is for all your buddies, except those who have settings of their own.")
}

func SettingsBuddyHeading(name string) string { return tr("Private conversations with %s", name) }

func SettingsBuddyText(name string) string {
	return tr("Without settings of its own, the conversation with %s follows those for everybody.", name)
}

func SettingsStranger(name string) string {
	return tr("%s is not in your buddy list, so there is no place for settings. Add %s to the list first.", name, name)
}

func SettingOwn(name string) string { return tr("Settings of its own for %s", name) }
func SettingEnabled() string        { return tr("Allow private conversations") }
func SettingAutomatic() string {
	return tr("Start them by themselves when both sides can")
}
func SettingRequire() string { return tr("Require them: send nothing that is not encrypted") }
func SettingNoLog() string   { return tr("Do not save private conversations in the log") }
func SettingButton() string  { return tr("Show the button in the conversation window") }
func SettingHideDBus() string {
	return tr("Hide private conversations from other programs on the message bus (D-Bus)")
}
func SettingIdle() string { return tr("End a private conversation in which nobody writes:") }

func SettingIdleAfter(hours int) string {
	if hours == 0 {
		return trc("end an idle conversation", "Never")
	}
	return trn("After %d hour", "After %d hours", hours, hours)
}

func ButtonSave() string { return trc("button", "Save") }
