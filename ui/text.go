// SPDX-License-Identifier: GPL-2.0-or-later

package ui

import (
	"errors"
	"path/filepath"
	"strings"

	"purple-otr/keystore"
	"purple-otr/otr"
)

// Everything the user can read is in this file. It is plain text except where
// HTML is said; parameters have been through clean.

// What the host shows by itself.
const (
	MenuTitle   = "OTR"
	CommandText = "otr start|end|refresh|status|verify|help: private conversations"

	AppName = "Off-the-Record Messaging"

	// CommandMe is HTML, as libpurple wants it.
	CommandMe = "me &lt;action&gt;: says what you are doing, also in a private conversation"

	NoStoreHeading = "Private conversations are not possible."
	NoStoreText    = "The folder with your keys cannot be opened, so the plugin has not been enabled. " +
		"Please check that the folder exists and that you may write to it, then enable the plugin again."

	// NotSentInternal is HTML.
	NotSentInternal = "Something went wrong inside the plugin for private conversations. " +
		"Your message was not sent."

	// NotSent precedes text that is given back where there is no entry box.
	NotSent = "Not sent:"

	// OtherPlugin is for when pidgin-otr is loaded as well.
	OtherPluginHeading = "Two plugins for Off-the-Record Messaging are switched on."
	OtherPluginText    = "Both would try to encrypt the same messages, and neither would succeed. " +
		"To use this one, switch off “Off-the-Record Messaging” (pidgin-otr) under Tools > Plugins; until then it does nothing. " +
		"Your keys and the fingerprints you have verified are shared by both."
)

const (
	// greeting goes to the buddy, in the clear, where the buddy's program does
	// not understand the request before it.
	greeting = "I would like to have a private conversation (Off-the-Record Messaging), " +
		"but your program does not seem to support it. See https://otr.cypherpunks.ca/"
)

const (
	menuStart   = "Start _private conversation"
	menuRefresh = "Refresh _private conversation"
	menuEnd     = "_End private conversation"
)

func menuBuddySettings() string     { return tr("_Settings for this buddy…") }
func menuKnownFingerprints() string { return tr("_Known fingerprints…") }
func menuMyKeys() string            { return tr("My _keys…") }

func levelWord(l Level) string {
	switch l {
	case Unverified:
		return "Unverified"
	case Private:
		return "Private"
	case Finished:
		return "Finished"
	}
	return "Not private"
}

func levelSentence(l Level, name string) string {
	switch l {
	case Unverified:
		return "What you write is encrypted, but nobody has checked that it is really " + name + " who reads it."
	case Private:
		return "What you write is encrypted, and only " + name + " can read it."
	case Finished:
		return name + " has ended the private conversation. Nothing you write is sent until you start a new one or end this one as well."
	}
	return "What you write is not encrypted."
}

func tooltip(l Level, name string, waiting, changed bool) string {
	s := levelSentence(l, name)
	if changed {
		s += " " + name + " uses a different key than the one you verified."
	}
	if waiting {
		s += " Messages are waiting for a private conversation."
	}
	return s
}

// Lines in the conversation.

func attempting(name string, refresh bool) string {
	if refresh {
		return "Refreshing the private conversation with " + name + "…"
	}
	return "Asking " + name + " for a private conversation…"
}

func noAnswer(name string) string {
	return "No answer from " + name + ". Perhaps " + name + " is away, or uses a program without Off-the-Record Messaging."
}

func started(name string, verified, refreshed bool) string {
	switch {
	case refreshed && verified:
		return "The private conversation with " + name + " has been refreshed."
	case refreshed:
		return "The unverified conversation with " + name + " has been refreshed."
	case verified:
		return "Private conversation with " + name + " started."
	}
	return "Unverified conversation with " + name + " started: it is encrypted, but it is not certain that the other side is " + name + "."
}

const howToVerify = "To make sure, choose “Verify buddy” from the OTR menu, or type /otr verify."

func newKey(name string) string {
	return name + " uses a device or program that you have not seen before. " + howToVerify
}

func logged(on bool) string {
	if on {
		return "This conversation is being saved in your log."
	}
	return "This conversation is not being saved in your log."
}

func statusLine(name string, l Level, log bool) string {
	return "Conversation with " + name + ": " + levelWord(l) + ". " + levelSentence(l, name) + " " + logged(log)
}

func ended(s string, name string, told bool) string {
	if !told {
		s += " " + name + " could not be told, and may still believe that it goes on."
	}
	return s
}

func endedByUs(name string, told bool) string {
	return ended("You have ended the private conversation with "+name+". This conversation is no longer private.", name, told)
}

func endedBySwitch(name string, told bool) string {
	return ended("The private conversation with "+name+" has ended, because OTR has been switched off for "+name+".", name, told)
}

func endedByClose(name string, told bool) string {
	return ended("The private conversation with "+name+" has ended, because OTR is being switched off.", name, told)
}

func endedByBuddy(name string) string {
	return name + " has ended the private conversation. Nothing you write is sent until you start a new one or end this one as well (OTR menu, or /otr start and /otr end)."
}

func expired(name string) string {
	return tr("The private conversation with %s has ended, because nothing was written in it for long, or because there were too many. Nothing you write is sent until you start a new one or end this one as well (OTR menu, or /otr start and /otr end).", name)
}

func reconnected(name string) string {
	return "You are on line again. The private conversation with " + name + " goes on; if messages cannot be read, refresh it from the OTR menu."
}

func unreadable(name string, reason error) string {
	if errors.Is(reason, otr.ErrReplayed) {
		return "An encrypted message from " + name + " arrived a second time. It is not shown again."
	}
	if errors.Is(reason, otr.ErrNoChannel) {
		return name + " has sent an encrypted message, but there is no private conversation here that it belongs to. Start one and ask for the message again."
	}
	return "An encrypted message from " + name + " could not be read. Ask for it again; if this goes on, refresh the private conversation."
}

func otherInstance(name string) string {
	return name + " has sent a message to another device or program on which you are signed in. It can only be read there."
}

func unknownVersion(name string) string {
	return name + "'s program has sent a message in a version of Off-the-Record Messaging that is not supported here."
}

func peerError(name, text string) string {
	return name + "'s program reports, unverified: “" + text + "”"
}

func reflected() string {
	return tr("A message of your own came back to you. Either you are talking to yourself, or another computer uses a copy of your profile, or somebody sends your messages back.")
}

func contested(name string) string {
	return tr("A private conversation with %s could not be started, because somebody else has answered in your name: another program of yours, perhaps with a copy of this profile, or an attacker. Try again.", name)
}

func invalid(name string) string {
	return name + "'s program has sent something that is not valid. It was ignored."
}

// unencrypted is HTML, as is message.
func unencrypted(name, message string) string {
	return "<b>[Not encrypted: anybody could have read or changed this message from " + escape(name) + "]</b><br>" + message
}

// Text that is not sent at once.

// held is HTML, as is text, which the user wrote.
func held(name, text string) string {
	return escape("Waiting until the conversation with "+name+" is private, then this will be sent: ") + text
}

func returned(name string) string {
	return "Your message was not sent, because no private conversation with " + name + " came about."
}

const (
	notConnected    = "This account is not on line, so nothing was sent."
	noSession       = "Off-the-Record Messaging does not work for this conversation, so nothing was sent or shown."
	closedDown      = "Off-the-Record Messaging is being switched off, so nothing was sent."
	sendNothing     = "Your message could not be encrypted, so it was not sent."
	sendSwitchedOff = "Your message was not sent, because it would no longer have been encrypted. Send it again if that is what you want."
)

func sendUndecided(name string) string {
	return "Your message was not sent: " + name + " uses a different key than the one you verified. First decide what to do about that."
}

func sendProblem(name string, err error) string {
	switch {
	case errors.Is(err, otr.ErrFinished):
		return "Your message was not sent, because " + name + " has ended the private conversation. Start a new one, or end this one as well, then send the message again."
	case errors.Is(err, otr.ErrHeldFull):
		return "Your message was not sent, because too many are already waiting for a private conversation with " + name + "."
	case errors.Is(err, otr.ErrTooLong):
		return "Your message was not sent, because it is too long. Send it in parts."
	}
	return sendNothing
}

// Why something that the user asked for cannot be done.

func noPrivate(name string) string {
	return "There is no private conversation with " + name + ". Start one first (OTR menu, or /otr start)."
}

func switchedOff(name string) string { return "OTR is switched off for " + name + "." }

func notStarted(name string) string {
	return "A private conversation with " + name + " could not be started."
}

func commandUnknown() string {
	return tr("There is no such /otr command. Type /otr help for a list.")
}

func commandHelp() string {
	return tr("/otr start: ask for a private conversation\n/otr refresh: begin again with fresh keys\n/otr end: end the private conversation\n/otr verify: make sure that the other side is who you think\n/otr status: how private this conversation is\n/otr settings: what happens with this buddy\n/otr fingerprints: whom you know\n/otr keys: your own keys\n/otr help: this list")
}

// Keys and files.

func saveProblem(reason string) string { return "Reason: " + reason }

func fingerprintNotSaved(name string) string {
	return "The fingerprint of " + name + " could not be saved. After a restart it will look like a new one."
}

const problemsHeading = "Some of your files cannot be used."

// problemsText says for each file what it means that it cannot be read.
func problemsText(problems []keystore.Problem) string {
	var s strings.Builder
	for _, p := range problems {
		meaning := "What is in it is missing."
		switch filepath.Base(p.File) {
		case "otr.private_key":
			meaning = "It holds your keys: without it you cannot start private conversations."
		case "otr.fingerprints":
			meaning = "It holds whom you have verified: without it everybody appears as unverified, and you are not warned of changed keys."
		case "otr.instance_tags":
			meaning = "It holds numbers that tell your devices apart: until it is readable, new ones are used."
		case "otr.max_message_size":
			meaning = "It holds how long a message may be: where it cannot be understood, the usual limits are used."
		}
		reason := strings.TrimPrefix(p.Err.Error(), p.File+": ")
		s.WriteString(clean(p.File, maxReason) + "\n" + meaning + "\n(" + clean(reason, maxReason) + ")\n\n")
	}
	s.WriteString("Nothing has been overwritten. Repair the file, or move it away to begin with an empty one, then start the program again.")
	return s.String()
}

// A changed key.

const (
	changedTitle    = "Different key"
	changedCompare  = "Compare fingerprints…"
	changedContinue = "Continue unverified"
	changedEnd      = "End private conversation"
)

func changedHeading(name string) string {
	return "This may not be " + name + "."
}

func changedText(name string) string {
	return "You verified " + name + " before, but whoever writes now uses a different key. " +
		"Perhaps " + name + " has a new device or program. Perhaps somebody stands between you and pretends to be " + name + ".\n\n" +
		"Do not write anything secret before you have asked " + name + " in another way, by telephone for example. " +
		"Nothing you type is sent until you decide."
}

func changedNotice(name string) string {
	return "Warning: this may not be " + name + ". The key is different from the one you verified. Nothing you type is sent until you decide what to do."
}

func changedAccepted(name string) string {
	return "You continue without knowing that it is " + name + "."
}

// protocolName is what a protocol is called by people.
func protocolName(id string) string {
	switch id {
	case "prpl-jabber":
		return "XMPP"
	case "prpl-irc":
		return "IRC"
	}
	return clean(strings.TrimPrefix(id, "prpl-"), maxName)
}
