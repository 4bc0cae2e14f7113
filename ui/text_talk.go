// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"errors"

	"purple-otr/otr"
)

// What is said in and about a conversation.

func menuStart() string             { return tr("Start _private conversation") }
func menuRefresh() string           { return tr("Refresh _private conversation") }
func menuEnd() string               { return tr("_End private conversation") }
func menuBuddySettings() string     { return tr("_Settings for this buddy…") }
func menuKnownFingerprints() string { return tr("_Known fingerprints…") }
func menuMyKeys() string            { return tr("_My keys…") }

// How private it is.

func levelWord(l Level) string {
	switch l {
	case Unverified:
		return trc("level", "Unverified")
	case Private:
		return trc("level", "Private")
	case Finished:
		return trc("level", "Finished")
	}
	return trc("level", "Not private")
}

func levelSentence(l Level, name string) string {
	switch l {
	case Unverified:
		return tr("What you write is encrypted, but nobody has checked that it is really %s who reads it.", name)
	case Private:
		return tr("What you write is encrypted, and only %s can read it.", name)
	case Finished:
		return tr("The private conversation with %s is over. Nothing you write is sent until you start a new one or end this one as well.", name)
	}
	return tr("What you write is not encrypted.")
}

func tooltip(l Level, name string, waiting, changed, locked bool) string {
	s := levelSentence(l, name)
	if changed {
		s += " " + tr("%s uses a different key than the one you verified.", name)
	}
	if locked {
		s += " " + keysLocked()
	}
	if waiting {
		s += " " + tr("Messages are waiting for a private conversation.")
	}
	return s
}

func logged(on bool) string {
	if on {
		return tr("This conversation is being saved in your log.")
	}
	return tr("This conversation is not being saved in your log.")
}

func statusLine(name string, l Level, log bool) string {
	return tr("Conversation with %s: %s.", name, levelWord(l)) + " " + levelSentence(l, name) + " " + logged(log)
}

// How it begins and ends.

func attempting(name string, refresh bool) string {
	if refresh {
		return tr("Refreshing the private conversation with %s…", name)
	}
	return tr("Asking %s for a private conversation…", name)
}

func noAnswer(name string) string {
	return tr("No answer from %s. Perhaps %s is away, or uses a program without Off-the-Record Messaging.", name, name)
}

func started(name string, verified, refreshed bool) string {
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

func howToVerify() string {
	return tr("To make sure, choose “Verify buddy” from the OTR menu, or type /otr verify.")
}

func newKey(name string) string {
	return tr("%s uses a device or program that you have not seen before.", name) + " " + howToVerify()
}

func ended(s, name string, told bool) string {
	if !told {
		s += " " + tr("%s could not be told, and may still believe that it goes on.", name)
	}
	return s
}

func endedByUs(name string, told bool) string {
	return ended(tr("You have ended the private conversation with %s. This conversation is no longer private.", name), name, told)
}

func endedBySwitch(name string, told bool) string {
	return ended(tr("The private conversation with %s has ended, because OTR has been switched off for %s.", name, name), name, told)
}

func endedByClose(name string, told bool) string {
	return ended(tr("The private conversation with %s has ended, because OTR is being switched off.", name), name, told)
}

func endedByKey(name string, told bool) string {
	return ended(tr("The private conversation with %s has ended, because your key is being changed.", name), name, told)
}

func endedBySignOff(name string, told bool) string {
	return ended(tr("The private conversation with %s has ended, because you go off line. Nothing you write is sent until you start a new one or end this one as well (OTR menu, or /otr start and /otr end).", name), name, told)
}

func endedByBuddy(name string) string {
	return tr("%s has ended the private conversation. Nothing you write is sent until you start a new one or end this one as well (OTR menu, or /otr start and /otr end).", name)
}

func expired(name string) string {
	return tr("The private conversation with %s has ended, because nothing was written in it for long, or because there were too many. Nothing you write is sent until you start a new one or end this one as well (OTR menu, or /otr start and /otr end).", name)
}

func reconnected(name string) string {
	return tr("You are on line again. The private conversation with %s goes on; if messages cannot be read, refresh it from the OTR menu.", name)
}

// What arrives.

func unreadable(name string, reason error) string {
	if errors.Is(reason, otr.ErrReplayed) {
		return tr("An encrypted message from %s arrived a second time. It is not shown again.", name)
	}
	if errors.Is(reason, otr.ErrLate) {
		return tr("An encrypted message from %s came too late: its keys are already deleted. Ask for it again.", name)
	}
	if errors.Is(reason, otr.ErrNoChannel) {
		return tr("%s has sent an encrypted message, but there is no private conversation here that it belongs to. Start one and ask for the message again.", name)
	}
	return tr("An encrypted message from %s could not be read. Ask for it again; if this goes on, refresh the private conversation.", name)
}

func otherInstance(name string) string {
	return tr("%s has sent a message to another device or program on which you are signed in. It can only be read there.", name)
}

func unknownVersion(name string) string {
	return tr("The program of %s has sent a message in a version of Off-the-Record Messaging that is not supported here.", name)
}

func peerError(name, text string) string {
	return tr("The program of %s reports, unverified: “%s”", name, text)
}

func reflected() string {
	return tr("A message of your own came back to you. Either you are talking to yourself, or another computer uses a copy of your profile, or somebody sends your messages back.")
}

func contested(name string) string {
	return tr("While a private conversation with %s was being started, somebody else has answered in your name or theirs: another program, perhaps with a copy of a profile, or an attacker. If it does not start, try again.", name)
}

func downgraded(name string) string {
	return tr("Somebody has tried to make you and %s use an older kind of encryption. This was refused, and nothing has changed.", name)
}

func ownKey(name string) string {
	return tr("A private conversation under the name of %s was refused, because it uses your own key. Either your own messages come back to you, or another account of yours uses a copy of the key.", name)
}

func invalid(name string) string {
	return tr("The program of %s has sent something that is not valid. It was ignored.", name)
}

// unencrypted is HTML, as is message.
func unencrypted(name, message string) string {
	return "<b>" + escape(tr("[Not encrypted: anybody could have read or changed this message from %s]", name)) + "</b><br>" + message
}

// What is not sent, or not at once.

// NotSent precedes text that is given back where there is no entry box.
func NotSent() string { return tr("Not sent:") }

// NotSentInternal is HTML.
func NotSentInternal() string {
	return escape(tr("Something went wrong inside the plugin for private conversations. Your message was not sent."))
}

// held is HTML, as is text, which the user wrote.
func held(name, text string) string {
	return escape(tr("Waiting until the conversation with %s is private, then this will be sent:", name)) + " " + text
}

func returned(name string) string {
	return tr("Your message was not sent, because no private conversation with %s came about.", name)
}

// sentAgain and notRead are about what the user has written last.
func sentAgain(name string) string {
	return tr("Your last message was sent again, because the program of %s could not read it.", name)
}

func notRead(name string) string {
	return tr("The program of %s could not read your last message. Send it again if it is still meant for whoever is there now.", name)
}

func notConnected() string { return tr("This account is not on line, so nothing was sent.") }

func noSession() string {
	return tr("Off-the-Record Messaging does not work for this conversation, so nothing was sent or shown.")
}

func closedDown() string {
	return tr("Off-the-Record Messaging is being switched off, so nothing was sent.")
}

func sendNothing() string {
	return tr("Your message could not be encrypted, so it was not sent.")
}

func sendSwitchedOff() string {
	return tr("Your message was not sent, because it would no longer have been encrypted. Send it again if that is what you want.")
}

func sendUndecided(name string) string {
	return tr("Your message was not sent: %s uses a different key than the one you verified. First decide what to do about that.", name)
}

func sendProblem(name string, err error) string {
	switch {
	case errors.Is(err, otr.ErrFinished):
		return tr("Your message was not sent, because the private conversation with %s is over. Start a new one, or end this one as well, then send the message again.", name)
	case errors.Is(err, otr.ErrHeldFull):
		return tr("Your message was not sent, because too many are already waiting for a private conversation with %s.", name)
	case errors.Is(err, otr.ErrTooLong):
		return tr("Your message was not sent, because it is too long. Send it in parts.")
	}
	return sendNothing()
}

// Why something that the user asked for cannot be done.

func noPrivate(name string) string {
	return tr("There is no private conversation with %s. Start one first (OTR menu, or /otr start).", name)
}

func switchedOff(name string) string { return tr("OTR is switched off for %s.", name) }

func notStarted(name string) string {
	return tr("A private conversation with %s could not be started.", name)
}

// A changed key.

func changedTitle() string    { return tr("Different key") }
func changedCompare() string  { return trc("button", "Compare fingerprints…") }
func changedContinue() string { return trc("button", "Continue unverified") }
func changedEnd() string      { return trc("button", "End private conversation") }

func changedHeading(name string) string { return tr("This may not be %s.", name) }

func changedText(name string) string {
	return tr("You verified %s before, but whoever writes now uses a different key. Perhaps %s has a new device or program. Perhaps somebody stands between you and pretends to be %s.\n\nDo not write anything secret before you have asked %s in another way, by telephone for example. Nothing you type is sent until you decide.", name, name, name, name)
}

func changedNotice(name string) string {
	return tr("Warning: this may not be %s. The key is different from the one you verified. Nothing you type is sent until you decide what to do.", name)
}

func changedAccepted(name string) string {
	return tr("You continue without knowing that it is %s.", name)
}
