// SPDX-License-Identifier: GPL-2.0-or-later

package text

// A buddy who uses several devices, and what the privacy levels mean. To users, every
// program that a buddy is signed in with is a device.

// Translators: a letter after _ is pressed to choose the item; each item of a menu needs its own.
func MenuBest() string   { return tr("Send to the most se_cure device") }
func MenuRecent() string { return tr("Send to the device that wrote _last") }

func MenuSession(n int, level string, current bool) string {
	if current {
		// Translators: %d is the number of a device, %s its privacy level, such as “Private”.
		return tr("Send to device _%d (%s, in use)", n, level)
	}
	return tr("Send to device _%d (%s)", n, level)
}

func SeveralSessions(name string) string {
	return tr("%s is signed in on several devices. Your messages go to the most secure one. You can choose another one from the OTR menu.", name)
}

// StartedBeside is about a new device that does not get what the user types.
func StartedBeside(name string, n int, level string, now int) string {
	// Translators: name of the buddy, number of the new device, its privacy level, number of the device in use.
	return tr("%s started a private conversation from another device, device %d (%s). Your messages still go to device %d.", name, n, level, now)
}

func SessionChosen(name string, n int, level string) string {
	// Translators: name of the buddy, number of the device, its privacy level.
	return tr("Your messages to %s now go to device %d (%s).", name, n, level)
}

func OneSession(name string) string {
	return tr("%s uses only one device.", name)
}

func SessionHelp() string {
	// Translators: “best” and “last” are typed as they are.
	return tr("To choose a device, type /otr session best, /otr session last, or /otr session and a number.")
}

func SessionGone(name string) string {
	return tr("%s no longer uses that device.", name)
}

func SessionEnded(name string, ended, now int) string {
	return tr("%s ended the private conversation on device %d. Your messages now go to device %d.", name, ended, now)
}

func WroteElsewhere(name string, from, to int) string {
	return tr("%s wrote from device %d, but your messages go to device %d and may not be seen right away. You can choose another device from the OTR menu.", name, from, to)
}

func SessionFollowed(name string, n int, level string) string {
	// Translators: name of the buddy, number of the device, its privacy level.
	return tr("%s now writes from device %d (%s), so your messages go there too.", name, n, level)
}

func ExplainTitle() string   { return tr("About privacy levels") }
func ExplainHeading() string { return tr("How private is a conversation?") }
func MenuExplain() string    { return tr("_About privacy levels") }

func ExplainText() string {
	// Translators: the words before the colons are the names of the privacy levels.
	return tr("Not private: anyone along the way can read your messages, like a postcard.\n\nUnverified: your messages are encrypted, but you have not verified who reads them. Someone may be intercepting them and pretending to be your buddy.\n\nPrivate: your messages are encrypted, and you have verified that your buddy reads them. Afterwards, nobody can prove what either of you wrote.\n\nFinished: the private conversation has ended, because your buddy ended it, you went offline, or nobody wrote for a long time. Your messages will not be sent until you start a new private conversation or end this one too.")
}

// VersionNewest and VersionOlder say which version of OTR a conversation uses.
func VersionNewest(version int) string {
	// Translators: %d is a version of Off-the-Record Messaging, such as 4.
	return tr("This conversation uses OTR version %d, which is new and experimental.", version)
}

func VersionOlder(version int) string {
	// Translators: %d is a version of Off-the-Record Messaging, such as 3.
	return tr("This conversation uses OTR version %d, an older version.", version)
}

func ToolKnown() string    { return tr("Known fingerprints…") }
func ToolKeys() string     { return tr("My keys…") }
func ToolSettings() string { return tr("OTR settings…") }
func ToolExplain() string  { return tr("About privacy levels") }
func ToolBuddy() string    { return tr("OTR settings…") }

func ChosenItem(label string) string {
	return trc("a menu item that is chosen now", "%s (selected)", label)
}
