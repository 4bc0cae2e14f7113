// SPDX-License-Identifier: GPL-2.0-or-later

package ui

// Settings.

func settingsTitle() string   { return tr("Privacy settings") }
func settingsHeading() string { return tr("Private conversations") }

func settingsText() string {
	return tr("This is for all your buddies, except those who have settings of their own.")
}

func settingsBuddyHeading(name string) string { return tr("Private conversations with %s", name) }

func settingsBuddyText(name string) string {
	return tr("Without settings of its own, the conversation with %s follows those for everybody.", name)
}

func settingsStranger(name string) string {
	return tr("%s is not in your buddy list, so there is no place for settings. Add %s to the list first.", name, name)
}

func settingOwn(name string) string { return tr("Settings of its own for %s", name) }
func settingEnabled() string        { return tr("Allow private conversations") }
func settingAutomatic() string {
	return tr("Start them by themselves when both sides can")
}
func settingRequire() string { return tr("Require them: send nothing that is not encrypted") }
func settingNoLog() string   { return tr("Do not save private conversations in the log") }
func settingButton() string  { return tr("Show the button in the conversation window") }
func settingHideDBus() string {
	return tr("Hide private conversations from other programs on the message bus (D-Bus)")
}
func settingIdle() string { return tr("End a private conversation in which nobody writes:") }

func settingIdleAfter(hours int) string {
	if hours == 0 {
		return trc("end an idle conversation", "Never")
	}
	return trn("After %d hour", "After %d hours", hours, hours)
}

func buttonSave() string { return trc("button", "Save") }
