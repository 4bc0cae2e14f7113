// SPDX-License-Identifier: GPL-2.0-or-later

package text

// What is shown in and about a conversation.

func MenuStart() string             { return tr("Start _private conversation") }
func MenuRefresh() string           { return tr("Refresh _private conversation") }
func MenuEnd() string               { return tr("_End private conversation") }
func MenuBuddySettings() string     { return tr("OTR _settings for this buddy…") }
func MenuKnownFingerprints() string { return tr("_Known fingerprints…") }
func MenuMyKeys() string            { return tr("_My keys…") }

func FirstNotEncrypted() string {
	return tr("Your first message was not encrypted. A private conversation starts automatically if your buddy’s chat program supports it.")
}

// How private a conversation is.

func LevelNotPrivate() string { return trc("level", "Not private") }
func LevelUnverified() string { return trc("level", "Unverified") }
func LevelPrivate() string    { return trc("level", "Private") }
func LevelFinished() string   { return trc("level", "Finished") }

func MeansNotPrivate() string { return tr("Your messages are not encrypted.") }

func MeansUnverified(name string) string {
	return tr("Your messages are encrypted, but you have not verified that it is really %s who reads them.", name)
}

func MeansPrivate(name string) string {
	return tr("Your messages are encrypted, and only %s can read them.", name)
}

func MeansFinished(name string) string {
	return tr("The private conversation with %s has ended. Your messages will not be sent until you start a new private conversation or end this one too.", name)
}

// Tooltip says what a level means, and what else the user must know.
func Tooltip(means, name string, waiting, changed, older, locked bool) string {
	s := means
	if changed {
		s += " " + tr("The key of %s has changed: it is not the one you verified.", name)
	}
	if older {
		s += " " + FallbackHeading(name)
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
		return tr("This conversation is being logged.")
	}
	return tr("This conversation is not being logged.")
}

// StatusLine says how private a conversation is; means is one of the Means functions.
func StatusLine(name, level, means string, log bool) string {
	// Translators: name of the buddy and the privacy level.
	return tr("Conversation with %s: %s.", name, level) + " " + means + " " + Logged(log)
}

// How a private conversation starts and ends.

func Asking(name string, refresh bool) string {
	if refresh {
		return tr("Refreshing the private conversation with %s…", name)
	}
	return tr("Asking %s to start a private conversation…", name)
}

func NoAnswer(name string) string {
	return tr("%s has not answered. They may be away, or their chat program may not support Off-the-Record Messaging (OTR).", name)
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
	return tr("Unverified conversation with %s started: it is encrypted, but you have not verified that it is really %s.", name, name)
}

func HowToVerify() string {
	return tr("To verify, choose “Verify buddy” from the OTR menu, or type /otr verify.")
}

func NewKey(name string) string {
	return tr("%s is using a new key, from a device that you have not seen before.", name) + " " + HowToVerify()
}

func ended(s, name string, told bool) string {
	if !told {
		s += " " + tr("%s could not be notified and may think that the conversation is still private.", name)
	}
	return s
}

func EndedByUs(name string, told bool) string {
	return ended(tr("You ended the private conversation with %s. This conversation is no longer private.", name), name, told)
}

func EndedByTurningOff(name string, told bool) string {
	return ended(tr("The private conversation with %s has ended because OTR was turned off for %s.", name, name), name, told)
}

func EndedByClose(name string, told bool) string {
	return ended(tr("The private conversation with %s has ended because OTR is being turned off.", name), name, told)
}

func EndedByKey(name string, told bool) string {
	return ended(tr("The private conversation with %s has ended because your key is being changed.", name), name, told)
}

func EndedByLock(name string, told bool) string {
	return ended(tr("The private conversation with %s has ended because you locked your keys.", name), name, told)
}

func EndedBySignOff(name string, told bool) string {
	return ended(tr("The private conversation with %s has ended because you went offline. Your messages will not be sent until you start a new private conversation or end this one too (OTR menu, or /otr start and /otr end).", name), name, told)
}

func EndedByBuddy(name string) string {
	return tr("%s ended the private conversation. Your messages will not be sent until you start a new private conversation or end this one too (OTR menu, or /otr start and /otr end).", name)
}

func Expired(name string) string {
	return tr("The private conversation with %s has ended because it was idle for too long, or because too many private conversations were open. Your messages will not be sent until you start a new private conversation or end this one too (OTR menu, or /otr start and /otr end).", name)
}

func Reconnected(name string) string {
	return tr("You are online again. The private conversation with %s continues. If messages cannot be read, refresh it from the OTR menu.", name)
}

// What a buddy sent.

func UnreadableReplayed(name string) string {
	return tr("An encrypted message from %s arrived twice. It is shown only once.", name)
}

func UnreadableLate(name string) string {
	return tr("An encrypted message from %s arrived too late and can no longer be decrypted. Ask them to send it again.", name)
}

func UnreadableNoChannel(name string) string {
	return tr("%s sent an encrypted message, but it does not belong to a private conversation that is open here. Start a private conversation, and ask them to send the message again.", name)
}

func Unreadable(name string) string {
	return tr("An encrypted message from %s could not be read. Ask them to send it again. If this keeps happening, refresh the private conversation.", name)
}

func ReadElsewhere(name string) string {
	// Translators: %s is the name of a buddy.
	return tr("Another device or program on which you are signed in exchanges encrypted messages with %s. They can only be read there.", name)
}

func OtherInstance(name string) string {
	return tr("%s sent an encrypted message to another device on which you are signed in. Only that device can read it.", name)
}

func UnknownVersion(name string) string {
	return tr("%s’s chat program sent a message in a version of Off-the-Record Messaging that is not supported here.", name)
}

func PeerError(name, text string) string {
	// Translators: the second %s is an error message from the buddy’s program.
	return tr("%s’s chat program reports an error (this report is not authenticated): “%s”", name, text)
}

func Reflected() string {
	return tr("One of your own messages came back to you. You may be talking to yourself, another computer may be using a copy of your profile, or someone may be sending your messages back to you.")
}

func Contested(name string) string {
	return tr("While the private conversation with %s was starting, someone else answered as you or as them: another device, perhaps with a copy of a profile, or an attacker. If the conversation does not start, try again.", name)
}

func Postponed(name string) string {
	return tr("%[1]s seems to ask you to start the private conversation again. Because anyone could send such a request, it waits until the verification has ended. If %[1]s has restarted their program, start again.", name)
}

func Downgraded(name string) string {
	return tr("Someone tried to make you and %s use an older, weaker version of the encryption. The attempt was refused, and nothing has changed.", name)
}

func OwnKey(name string) string {
	return tr("A private conversation with %s was refused because the other side uses your own key. Someone may be sending your messages back to you, or another account of yours uses a copy of the key.", name)
}

func Invalid(name string) string {
	return tr("%s’s chat program sent invalid data. It was ignored.", name)
}

// Unencrypted is a message with a warning before it. Both are HTML. The warning follows the
// buddy's name on the same line, which may be written in another direction.
func Unencrypted(name, message string) string {
	// Translators: shown before the message itself.
	return "<b>" + Escape(isolate(tr("[Not encrypted: anyone could have read or changed this message from %s]", name))) + "</b><br>" + message
}

// Messages that are not sent, or not at once.

// NotSent is shown before a message that was not sent, where the message cannot be put
// back into the entry box.
// Translators: shown before the message itself.
func NotSent() string { return tr("Not sent:") }

// NotSentInternal is HTML.
func NotSentInternal() string {
	return Escape(tr("An internal error occurred in the OTR plugin. Your message was not sent."))
}

// Held is shown before a message that waits. Both are HTML.
func Held(name, text string) string {
	// Translators: shown before the message itself.
	return Escape(tr("This message will be sent when the conversation with %s is private:", name)) + " " + text
}

// HeldRefresh is Held while both sides agree on new keys.
func HeldRefresh(name, text string) string {
	// Translators: shown before the message itself.
	return Escape(tr("This message will be sent in a moment, when you and %s have agreed on new keys:", name)) + " " + text
}

func Returned(name string) string {
	return tr("Your message was not sent because no private conversation with %s could be started.", name)
}

// SentAgain and NotRead are about the last messages that the user wrote.
func SentAgain(name string, n int) string {
	return trn("%[2]d message that %[1]s’s chat program could not read was sent again.",
		"%[2]d messages that %[1]s’s chat program could not read were sent again.", n, name, n)
}

func NotRead(name string, n int) string {
	return trn("%[1]s’s chat program could not read %[2]d message. Send it again if it is meant for the person who is there now.",
		"%[1]s’s chat program could not read %[2]d messages. Send them again if they are meant for the person who is there now.", n, name, n)
}

func NotConnected() string { return tr("This account is offline, so nothing was sent.") }

func NoSession() string {
	return tr("OTR does not work for this conversation, so nothing was sent or shown.")
}

func TurningOff() string {
	return tr("OTR is being turned off, so nothing was sent.")
}

func SendNothing() string {
	return tr("Your message could not be encrypted, so it was not sent.")
}

func SendTurnedOff() string {
	return tr("Your message was not sent because it would no longer have been encrypted. Send it again if you want to send it unencrypted.")
}

func SendUndecided(name string) string {
	return tr("Your message was not sent: the key of %s has changed and is not the one you verified. First decide what to do about that.", name)
}

func SendFinished(name string) string {
	return tr("Your message was not sent because the private conversation with %s has ended. Start a new private conversation or end this one too, then send the message again.", name)
}

func SendTooMany(name string) string {
	return tr("Your message was not sent because too many messages are already waiting for the private conversation with %s.", name)
}

func SendTooLong() string {
	return tr("Your message was not sent because it is too long. Send it in several parts.")
}

// Why the plugin cannot do what the user asked for.

func NoPrivate(name string) string {
	return tr("There is no private conversation with %s. Start one first (OTR menu, or /otr start).", name)
}

func TurnedOff(name string) string { return tr("OTR is turned off for %s.", name) }

func NotStarted(name string) string {
	return tr("A private conversation with %s could not be started.", name)
}

// A changed key.

func ChangedTitle() string    { return tr("Key changed") }
func ChangedCompare() string  { return trc("button", "Compare fingerprints…") }
func ChangedContinue() string { return trc("button", "Continue anyway") }
func ChangedEnd() string      { return trc("button", "End private conversation") }

func ChangedHeading(name string) string { return tr("Warning: the key of %s has changed.", name) }

func ChangedText(name string) string {
	return tr("This is not the key you verified for %s. Someone may be intercepting your messages and pretending to be %s. Or %s may be using a new device.\n\nDo not write anything secret until you have asked %s in another way, for example by phone. Your messages will not be sent until you decide.", name, name, name, name)
}

func ChangedNotice(name string) string {
	return tr("Warning: the key of %s has changed and is not the one you verified. Someone may be intercepting your messages. Your messages will not be sent until you decide what to do.", name)
}

func ChangedAccepted(name string) string {
	return tr("You chose to continue without verifying %s.", name)
}
