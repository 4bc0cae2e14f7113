// SPDX-License-Identifier: GPL-2.0-or-later

package text

// What is said in and about a conversation.

func MenuStart() string             { return tr("Start _private conversation") }
func MenuRefresh() string           { return tr("Refresh _private conversation") }
func MenuEnd() string               { return tr("_End private conversation") }
func MenuBuddySettings() string     { return tr("_Settings for this buddy…") }
func MenuKnownFingerprints() string { return tr("_Known fingerprints…") }
func MenuMyKeys() string            { return tr("_My keys…") }

func FirstNotEncrypted() string {
	return tr("Your first message was not encrypted. A private conversation starts automatically if your buddy’s program supports it.")
}

// How private it is.

func LevelNotPrivate() string { return trc("level", "Not private") }
func LevelUnverified() string { return trc("level", "Unverified") }
func LevelPrivate() string    { return trc("level", "Private") }
func LevelFinished() string   { return trc("level", "Finished") }

func MeansNotPrivate() string { return tr("What you write is not encrypted.") }

func MeansUnverified(name string) string {
	return tr("What you write is encrypted, but nobody has checked that it is really %s who reads it.", name)
}

func MeansPrivate(name string) string {
	return tr("What you write is encrypted, and only %s can read it.", name)
}

func MeansFinished(name string) string {
	return tr("The private conversation with %s is over. Nothing you write is sent until you start a new one or end this one as well.", name)
}

// Tooltip is what a level means, and what else there is to know.
func Tooltip(means, name string, waiting, changed, locked bool) string {
	s := means
	if changed {
		s += " " + tr("%s uses a different key than the one you verified.", name)
	}
	if locked {
		s += " " + KeysLocked()
	}
	if waiting {
		s += " " + tr("Messages are waiting for a private conversation.")
	}
	return s
}

func Logged(on bool) string {
	if on {
		return tr("This conversation is being saved in your log.")
	}
	return tr("This conversation is not being saved in your log.")
}

// StatusLine is about a conversation at a level, which has a word and means something.
func StatusLine(name, level, means string, log bool) string {
	return tr("Conversation with %s: %s.", name, level) + " " + means + " " + Logged(log)
}

// How it begins and ends.

func Attempting(name string, refresh bool) string {
	if refresh {
		return tr("Refreshing the private conversation with %s…", name)
	}
	return tr("Asking %s for a private conversation…", name)
}

func NoAnswer(name string) string {
	return tr("No answer from %s. Perhaps %s is away, or uses a program without Off-the-Record Messaging.", name, name)
}

func Started(name string, verified, refreshed bool) string {
	switch {
	case refreshed && verified:
		return tr("The private conversation with %s has been refreshed.", name)
	case refreshed:
		return tr("The unverified conversation with %s has been refreshed.", name)
	case verified:
		return tr("Private conversation with %s started.", name)
	}
	return tr("Unverified conversation with %s started: it is encrypted, but it is not certain that the other side is %s.", name, name)
}

func HowToVerify() string {
	return tr("To make sure, choose “Verify buddy” from the OTR menu, or type /otr verify.")
}

func NewKey(name string) string {
	return tr("%s uses a device or program that you have not seen before.", name) + " " + HowToVerify()
}

func ended(s, name string, told bool) string {
	if !told {
		s += " " + tr("%s could not be told, and may still believe that it goes on.", name)
	}
	return s
}

func EndedByUs(name string, told bool) string {
	return ended(tr("You have ended the private conversation with %s. This conversation is no longer private.", name), name, told)
}

func EndedBySwitch(name string, told bool) string {
	return ended(tr("The private conversation with %s has ended, because OTR has been switched off for %s.", name, name), name, told)
}

func EndedByClose(name string, told bool) string {
	return ended(tr("The private conversation with %s has ended, because OTR is being switched off.", name), name, told)
}

func EndedByKey(name string, told bool) string {
	return ended(tr("The private conversation with %s has ended, because your key is being changed.", name), name, told)
}

func EndedByLock(name string, told bool) string {
	return ended(tr("The private conversation with %s has ended, because you have locked your keys.", name), name, told)
}

func EndedBySignOff(name string, told bool) string {
	return ended(tr("The private conversation with %s has ended, because you go off line. Nothing you write is sent until you start a new one or end this one as well (OTR menu, or /otr start and /otr end).", name), name, told)
}

func EndedByBuddy(name string) string {
	return tr("%s has ended the private conversation. Nothing you write is sent until you start a new one or end this one as well (OTR menu, or /otr start and /otr end).", name)
}

func Expired(name string) string {
	return tr("The private conversation with %s has ended, because nothing was written in it for long, or because there were too many. Nothing you write is sent until you start a new one or end this one as well (OTR menu, or /otr start and /otr end).", name)
}

func Reconnected(name string) string {
	return tr("You are on line again. The private conversation with %s goes on; if messages cannot be read, refresh it from the OTR menu.", name)
}

// What arrives.

func UnreadableReplayed(name string) string {
	return tr("An encrypted message from %s arrived a second time. It is not shown again.", name)
}

func UnreadableLate(name string) string {
	return tr("An encrypted message from %s came too late: its keys are already deleted. Ask for it again.", name)
}

func UnreadableNoChannel(name string) string {
	return tr("%s has sent an encrypted message, but there is no private conversation here that it belongs to. Start one and ask for the message again.", name)
}

func Unreadable(name string) string {
	return tr("An encrypted message from %s could not be read. Ask for it again; if this goes on, refresh the private conversation.", name)
}

func OtherInstance(name string) string {
	return tr("%s has sent a message to another device or program on which you are signed in. It can only be read there.", name)
}

func UnknownVersion(name string) string {
	return tr("The program of %s has sent a message in a version of Off-the-Record Messaging that is not supported here.", name)
}

func PeerError(name, text string) string {
	return tr("The program of %s reports, unverified: “%s”", name, text)
}

func Reflected() string {
	return tr("A message of your own came back to you. Either you are talking to yourself, or another computer uses a copy of your profile, or somebody sends your messages back.")
}

func Contested(name string) string {
	return tr("While a private conversation with %s was being started, somebody else has answered in your name or theirs: another program, perhaps with a copy of a profile, or an attacker. If it does not start, try again.", name)
}

func Downgraded(name string) string {
	return tr("Somebody has tried to make you and %s use an older kind of encryption. This was refused, and nothing has changed.", name)
}

func OwnKey(name string) string {
	return tr("A private conversation under the name of %s was refused, because it uses your own key. Either your own messages come back to you, or another account of yours uses a copy of the key.", name)
}

func Invalid(name string) string {
	return tr("The program of %s has sent something that is not valid. It was ignored.", name)
}

// Unencrypted is HTML, as is message.
func Unencrypted(name, message string) string {
	return "<b>" + Escape(tr("[Not encrypted: anybody could have read or changed this message from %s]", name)) + "</b><br>" + message
}

// What is not sent, or not at once.

// NotSent precedes text that is given back where there is no entry box.
func NotSent() string { return tr("Not sent:") }

// NotSentInternal is HTML.
func NotSentInternal() string {
	return Escape(tr("Something went wrong inside the plugin for private conversations. Your message was not sent."))
}

// Held is HTML, as is text, which the user wrote.
func Held(name, text string) string {
	return Escape(tr("Waiting until the conversation with %s is private, then this will be sent:", name)) + " " + text
}

// HeldRefresh is about a text that is held while both programs agree on fresh keys.
func HeldRefresh(name, text string) string {
	return Escape(tr("Waiting a moment for fresh keys with %s, then this will be sent:", name)) + " " + text
}

func Returned(name string) string {
	return tr("Your message was not sent, because no private conversation with %s came about.", name)
}

// SentAgain and notRead are about what the user has written last.
func SentAgain(name string, n int) string {
	return trn("%[2]d message that %[1]s’s program could not read was sent again.",
		"%[2]d messages that %[1]s’s program could not read were sent again.", n, name, n)
}

func NotRead(name string, n int) string {
	return trn("%[1]s’s program could not read %[2]d message. Send it again if it is meant for the person who is there now.",
		"%[1]s’s program could not read %[2]d messages. Send them again if they are meant for the person who is there now.", n, name, n)
}

func NotConnected() string { return tr("This account is not on line, so nothing was sent.") }

func NoSession() string {
	return tr("Off-the-Record Messaging does not work for this conversation, so nothing was sent or shown.")
}

func ClosedDown() string {
	return tr("Off-the-Record Messaging is being switched off, so nothing was sent.")
}

func SendNothing() string {
	return tr("Your message could not be encrypted, so it was not sent.")
}

func SendSwitchedOff() string {
	return tr("Your message was not sent, because it would no longer have been encrypted. Send it again if that is what you want.")
}

func SendUndecided(name string) string {
	return tr("Your message was not sent: %s uses a different key than the one you verified. First decide what to do about that.", name)
}

func SendFinished(name string) string {
	return tr("Your message was not sent, because the private conversation with %s is over. Start a new one, or end this one as well, then send the message again.", name)
}

func SendTooMany(name string) string {
	return tr("Your message was not sent, because too many are already waiting for a private conversation with %s.", name)
}

func SendTooLong() string {
	return tr("Your message was not sent, because it is too long. Send it in parts.")
}

// Why something that the user asked for cannot be done.

func NoPrivate(name string) string {
	return tr("There is no private conversation with %s. Start one first (OTR menu, or /otr start).", name)
}

func SwitchedOff(name string) string { return tr("OTR is switched off for %s.", name) }

func NotStarted(name string) string {
	return tr("A private conversation with %s could not be started.", name)
}

// A changed key.

func ChangedTitle() string    { return tr("Different key") }
func ChangedCompare() string  { return trc("button", "Compare fingerprints…") }
func ChangedContinue() string { return trc("button", "Continue unverified") }
func ChangedEnd() string      { return trc("button", "End private conversation") }

func ChangedHeading(name string) string { return tr("This may not be %s.", name) }

func ChangedText(name string) string {
	return tr("You verified %s before, but whoever writes now uses a different key. Perhaps %s has a new device or program. Perhaps somebody stands between you and pretends to be %s.\n\nDo not write anything secret before you have asked %s in another way, by telephone for example. Nothing you type is sent until you decide.", name, name, name, name)
}

func ChangedNotice(name string) string {
	return tr("Warning: this may not be %s. The key is different from the one you verified. Nothing you type is sent until you decide what to do.", name)
}

func ChangedAccepted(name string) string {
	return tr("You continue without knowing that it is %s.", name)
}
