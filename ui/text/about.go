// SPDX-License-Identifier: GPL-2.0-or-later

// Package text has every sentence that the user can read, once and in the user's
// language, and what makes the words of others fit to stand beside ours. It knows of
// nothing else: what is said about a value of another package is chosen there.
//
// Sentences stand in functions that call tr, trc or trn with a single literal, which
// is what make translations finds. They are plain text except where HTML is said;
// parameters have been through [Clean].
package text

import (
	"path/filepath"
	"strings"
)

// Names, which are the same in every language.
const (
	MenuTitle = "OTR"
	AppName   = "Off-the-Record Messaging"
)

// Refusal goes to a buddy who asks for a private conversation and gets no answer. It
// says nothing about the user, and is in English like Greeting.
const Refusal = "A private conversation is not possible at the moment. Please try again later."

// Greeting goes to the buddy, in the clear, where the buddy's program does not
// understand the request before it. It is in English because nobody knows what the
// buddy reads.
const Greeting = "I would like to have a private conversation (Off-the-Record Messaging), " +
	"but your program does not seem to support it. See https://otr.cypherpunks.ca/"

// Summary and Description are what the list of plugins says.
func Summary() string { return tr("Private and secure instant messaging") }

func Description() string {
	return tr("Encrypts your instant messages, lets you check whom you are talking to, and leaves no proof of what was said. Works with everybody who uses Off-the-Record Messaging (OTR), version 2 or 3.")
}

// CommandText and CommandMe are the commands' help, as HTML.
func CommandText() string {
	return tr("otr start|end|refresh|status|verify|settings|fingerprints|keys|session|unlock|protect|import|backup|restore|help: private conversations")
}

func CommandMe() string {
	return tr("me &lt;action&gt;: says what you are doing, also in a private conversation")
}

func NoStoreHeading() string { return tr("Private conversations are not possible.") }

func NoStoreText() string {
	return tr("The folder with your keys cannot be opened, so the plugin has not been enabled. Please check that the folder exists and that you may write to it, then enable the plugin again.")
}

// OtherPluginHeading and OtherPluginText are for when pidgin-otr is loaded as well.
func OtherPluginHeading() string {
	return tr("Two plugins for Off-the-Record Messaging are switched on.")
}

func OtherPluginText() string {
	return tr("Both would try to encrypt the same messages, and neither would succeed. To use this one, switch off “Off-the-Record Messaging” (pidgin-otr) under Tools > Plugins; until then it does nothing. Your keys and the fingerprints you have verified are shared by both.")
}

func CommandUnknown() string {
	return tr("There is no such /otr command. Type /otr help for a list.")
}

func CommandHelp() string {
	return tr("/otr start: ask for a private conversation\n/otr refresh: begin again with fresh keys\n/otr end: end the private conversation\n/otr verify: make sure that the other side is who you think\n/otr status: how private this conversation is\n/otr settings: what happens with this buddy\n/otr fingerprints: whom you know\n/otr keys: your own keys\n/otr session: which of several sessions gets what you write\n/otr unlock: unlock your keys\n/otr lock: lock your keys, and end all private conversations\n/otr protect: how your keys are protected\n/otr import: take over keys and fingerprints of another program\n/otr backup, /otr restore: all of them in one file, and back\n/otr version: which version of the plugin this is\n/otr help: this list")
}

// Files.

func SaveProblem(reason string) string { return tr("Reason: %s", reason) }

func FingerprintNotSaved(name string) string {
	return tr("The fingerprint of %s could not be saved. After a restart it will look like a new one.", name)
}

func ProblemsHeading() string { return tr("Some of your files cannot be used.") }

// A Problem is a file that cannot be used, and why.
type Problem struct {
	File string // path
	Err  error
}

// ProblemsText says for each file what it means that it cannot be read.
func ProblemsText(problems []Problem) string {
	var s strings.Builder
	for _, p := range problems {
		reason := strings.TrimPrefix(p.Err.Error(), p.File+": ")
		s.WriteString(Clean(p.File, MaxReason) + "\n" + fileMeaning(filepath.Base(p.File)) + "\n(" + Clean(reason, MaxReason) + ")\n\n")
	}
	s.WriteString(tr("Nothing has been overwritten. Repair the file, or move it away to begin with an empty one, then start the program again."))
	return s.String()
}

func fileMeaning(file string) string {
	switch file {
	case "otr.private_key":
		return tr("It holds your keys: without it you cannot start private conversations.")
	case "otr.fingerprints":
		return tr("It holds whom you have verified: without it everybody appears as unverified, and you are not warned of changed keys.")
	case "otr.instance_tags":
		return tr("It holds numbers that tell your devices apart: until it is readable, new ones are used.")
	case "purple-otr.sealed":
		return tr("It holds your keys and whom you have verified, encrypted: without it there are no private conversations.")
	case "otr.max_message_size":
		return tr("It holds how long a message may be: where it cannot be understood, the usual limits are used.")
	}
	return tr("What is in it is missing.")
}

// ProtocolName is what a protocol is called by people.
func ProtocolName(id string) string {
	switch id {
	case "prpl-jabber":
		return "XMPP"
	case "prpl-irc":
		return "IRC"
	}
	return Clean(strings.TrimPrefix(id, "prpl-"), MaxName)
}
